// Lookup tables, sliding multiplications, float conversions. Compiled once per generation.
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

namespace {

/// Every bank width of entries twice in a row, as the documentation lays tables out.
template <typename T> std::vector<T> duplicated(const std::vector<T>& values) {
  constexpr std::size_t group = (__AIE_ARCH__ == 22 ? 32 : 16) / sizeof(T);
  std::vector<T> out;
  for (std::size_t start = 0; start < values.size(); start += group)
    for (int copy = 0; copy < 2; ++copy)
      out.insert(out.end(), values.begin() + static_cast<std::ptrdiff_t>(start),
                 values.begin() + static_cast<std::ptrdiff_t>(start + group));
  return out;
}

TEST(Lookup, EightBitTable) {
  std::vector<int16> values;
  for (int i = -128; i < 128; ++i)
    values.push_back(static_cast<int16>(i * i / 256 - 60));
  const auto table = duplicated(values);
  const aie::lut<4, int8> lut(256, table.data(), table.data());
  const aie::parallel_lookup<int8, aie::lut<4, int8>> lookup(lut, 0, 128);
  for (int start = -128; start < 128; start += 32) {
    aie::vector<int8, 32> index;
    for (int i = 0; i < 32; ++i)
      index[static_cast<unsigned>(i)] = static_cast<int8>(start + i);
    const aie::vector<int8, 32> out = lookup.fetch(index);
    for (int i = 0; i < 32; ++i)
      EXPECT_EQ(out.get(static_cast<unsigned>(i)), (start + i) * (start + i) / 256 - 60);
  }
}

TEST(Lookup, OutOfRangePolicies) {
  const auto table = duplicated(std::vector<int32>{0, 10, 20, 30, 40, 50, 60, 70});
  const aie::lut<4, int32> lut(8, table.data(), table.data());
  const auto index = aie::broadcast<int16, 16>(11);
  EXPECT_EQ((aie::parallel_lookup<int16, aie::lut<4, int32>>(lut).fetch<16>(index).get(0)), 70);
  EXPECT_EQ(
      (aie::parallel_lookup<int16, aie::lut<4, int32>, aie::lut_oor_policy::truncate>(lut).fetch<16>(index).get(0)),
      30);
}

TEST(Lookup, LinearApproximation) {
  std::vector<int16> pairs; // slope, offset
  for (int i = -8; i < 8; ++i) {
    pairs.push_back(3);
    pairs.push_back(static_cast<int16>(i * 48));
  }
  const auto table = duplicated(pairs);
  const aie::lut<4, int16, int16> lut(16, table.data(), table.data());
  aie::linear_approx<int16, aie::lut<4, int16, int16>> line(lut, 4, 8);
  aie::vector<int16, 16> x;
  for (int i = 0; i < 16; ++i)
    x[static_cast<unsigned>(i)] = static_cast<int16>(i * 13 - 100);
  const auto y = line.compute(x);
  for (unsigned i = 0; i < 16; ++i)
    EXPECT_EQ(y.data()[i], 3 * x.get(i));
}

TEST(SlidingMul, FollowsItsFormula) {
  aie::vector<int16, 16> coefficients;
  aie::vector<int16, 32> data;
  for (unsigned i = 0; i < 16; ++i)
    coefficients[i] = static_cast<int16>(i + 1);
  for (unsigned i = 0; i < 32; ++i)
    data[i] = static_cast<int16>(3 * i);
  const auto out = aie::sliding_mul<8, 4, 2, 2, 2>(coefficients, 1, data, 30);
  for (unsigned l = 0; l < 8; ++l) {
    int expected = 0;
    for (unsigned p = 0; p < 4; ++p)
      expected += coefficients.get((1 + 2 * p) % 16) * data.get((30 + 2 * l + 2 * p) % 32);
    EXPECT_EQ(out.data()[l], expected);
  }
  EXPECT_EQ((aie::sliding_mac<8, 4, 2, 2, 2>(out, coefficients, 1, data, 30).data()[0]), 2 * out.data()[0]);
  const auto v = data.extract<16>(0);
  EXPECT_EQ((aie::accumulate<16>(coefficients, 0, v, v, v).data()[5]), 15 * 6);
}

TEST(Floats, Conversions) {
  const auto fixed = [](float value, int shift) {
    return aie::to_fixed<int32>(aie::broadcast<float, 16>(value), shift).get(0);
  };
  EXPECT_EQ(fixed(2.5f, 0), 2); // ties toward zero
  EXPECT_EQ(fixed(-2.5f, 0), -2);
  EXPECT_EQ(fixed(2.75f, 1), 5);
  EXPECT_EQ(fixed(3e10f, 0), INT32_MAX);
  EXPECT_EQ((aie::to_fixed<int16>(aie::broadcast<bfloat16, 16>(bfloat16(-1.5f)), 0).get(0)), -2); // floor
  EXPECT_EQ((aie::to_fixed_floor<int16>(aie::broadcast<bfloat16, 16>(bfloat16(-1.5f)), 1).get(0)), -3);
  EXPECT_EQ((aie::to_fixed_sign<int8>(aie::broadcast<float, 16>(200.f), true).get(0)), 127);
  EXPECT_EQ(static_cast<uint8>(aie::to_fixed_sign<int8>(aie::broadcast<float, 16>(200.f), false).get(0)), 200);
  EXPECT_EQ((aie::to_float(aie::broadcast<int32, 16>(-5), 1).get(0)), -2.5f);
  EXPECT_EQ(aie::inv(4.0f), 0.25f);
  EXPECT_EQ((aie::invsqrt(aie::broadcast<float, 16>(16.0f)).get(0)), 0.25f);
}

TEST(Intrinsics, CountLeadingBits) {
  EXPECT_EQ(clb(1), 31);
  EXPECT_EQ(clb(0x40000000), 1);
  EXPECT_EQ(clb(-1), 32);
}

TEST(Native, CastsKeepTheBits) {
  const aie::vector<int16, 16> bits = aie::broadcast<int16, 16>(0x3f80);
  const aie::vector<bfloat16, 16> ones = v16bfloat16(bits);
  EXPECT_EQ(static_cast<float>(ones.get(3)), 1.0f);
  EXPECT_EQ(v16int16(ones).get(0), 0x3f80);
}

TEST(TensorStream, ThreeLoops) {
  alignas(aie::vector_decl_align) int32 memory[256];
  for (int i = 0; i < 256; ++i)
    memory[i] = i;
  auto stream = aie::make_tensor_buffer_stream(
      memory,
      aie::make_tensor_descriptor<int32, 8>(aie::tensor_dim(2u, 8), aie::tensor_dim(2u, 0), aie::tensor_dim(3u, 2)));
  const int expected[] = {0, 16, 32, 0, 16, 32, 64, 80, 96, 64, 80, 96, 128};
  for (const int first : expected) {
    aie::vector<int32, 8> v;
    stream >> v;
    EXPECT_EQ(v.get(0), first);
  }
}

} // namespace
