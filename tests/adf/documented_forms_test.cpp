// Forms of calls that AMD's headers document beside the common ones. Compiled once per generation.
#include <aie_api/aie.hpp>
#include <aie_api/utils.hpp>
#include <gtest/gtest.h>

#include <array>
#include <numeric>

namespace {

template <typename T, unsigned N> aie::vector<T, N> ramp(int first = 0) {
  aie::vector<T, N> v;
  for (unsigned i = 0; i < N; ++i)
    v.set(static_cast<T>(static_cast<float>(first + static_cast<int>(i))), i);
  return v;
}

TEST(DocumentedForms, VectorsAreBroadcast) {
  const auto v = ramp<int16, 16>();
  const auto repeated = aie::broadcast<int16, 32>(v);
  const auto part = aie::broadcast_vector<4>(v, 2);
  for (unsigned i = 0; i < 32; ++i) {
    EXPECT_EQ(repeated.get(i), static_cast<int16>(i % 16));
    EXPECT_EQ(part.get(i), static_cast<int16>(8 + i % 4));
  }
  EXPECT_EQ(aie::zeros<int16>().size(), 32U);
}

TEST(DocumentedForms, ElementsAreSought) {
  EXPECT_TRUE(aie::contains(int16(15), ramp<int16, 16>()));
  EXPECT_FALSE(aie::contains(int16(16), ramp<int16, 16>()));
}

TEST(DocumentedForms, FloatAccumulatorsAreSummed) {
  const aie::accum<accfloat, 16> acc(ramp<float, 16>(1));
  EXPECT_EQ(aie::reduce_add<float>(acc), 136.0F);
  EXPECT_EQ(static_cast<float>(aie::reduce_add<bfloat16>(acc)), 136.0F);
}

TEST(DocumentedForms, StoresRoundTheAddressDown) {
  alignas(128) int16 memory[64] = {};
  aie::store_floor_v(memory + 37, ramp<int16, 16>());
  EXPECT_EQ(memory[33], 1);
  aie::store_floor_v(memory + 37, ramp<int16, 16>(100), 64);
  EXPECT_EQ(memory[1], 101);
  aie::store_floor_bytes_v(memory + 63, ramp<int16, 16>(50), 32);
  EXPECT_EQ(memory[48], 50);
  EXPECT_EQ(aie::load_unaligned_v(memory + 1).get(0), 101);
}

TEST(DocumentedForms, LanesAndElementsShareTheirBits) {
  const auto v = ramp<int32, 16>();
  const auto acc = aie::vector_cast<acc64>(v);
  static_assert(acc.size() == 8);
  EXPECT_EQ(acc.data()[1], 2 + (std::int64_t(3) << 32));
  EXPECT_EQ(aie::vector_cast<int32>(acc).get(3), 3);
}

TEST(DocumentedForms, VectorsInAnArrayAreAccumulated) {
  const auto coefficients = ramp<int32, 16>(2);
  const auto v = ramp<int32, 16>();
  const std::array<aie::vector<int32, 16>, 3> data{v, v, v};
  const auto sum = aie::accumulate<16>(aie::zeros<acc64, 16>(), coefficients, 1, data);
  const auto same = aie::accumulate<16>(aie::zeros<acc64, 16>(), coefficients, 1, v, v, v);
  for (unsigned i = 0; i < 16; ++i) {
    EXPECT_EQ(sum.data()[i], 12 * static_cast<int>(i));
    EXPECT_EQ(same.data()[i], sum.data()[i]);
  }
}

TEST(DocumentedForms, QuotientsAreAccumulators) {
  const auto v = ramp<float, 16>(1);
  const aie::accum<accfloat, 16> halves = aie::div(v, 2.0F);
  EXPECT_EQ(halves.to_vector<float>().get(2), 1.5F);
  EXPECT_NEAR(aie::div(v, v).to_vector<float>().get(6), 1.0F, 1e-6F);
  EXPECT_EQ(aie::div(ramp<bfloat16, 16>(), bfloat16(4)).to_vector<float>().get(6), 1.5F);
  aie::vector<cfloat, 8> a, b;
  for (unsigned i = 0; i < 8; ++i) {
    a.set(cfloat(5, static_cast<float>(5 * i)), i);
    b.set(cfloat(1, 2), i);
  }
  // (5 + 5ij) / (1 + 2j) = (1 + 2i) + (i - 2) j
  const auto quotients = aie::div(a, b).to_vector<cfloat>();
  const auto by_scalar = aie::div(a, cfloat(1, 2)).to_vector<cfloat>();
  for (unsigned i = 0; i < 8; ++i) {
    EXPECT_NEAR(quotients.get(i).real, 1.0F + 2.0F * static_cast<float>(i), 1e-5F);
    EXPECT_NEAR(quotients.get(i).imag, static_cast<float>(i) - 2.0F, 1e-5F);
    EXPECT_EQ(by_scalar.get(i).real, quotients.get(i).real);
  }
}

TEST(DocumentedForms, AttributesOnLambdasAndHintsAboutRegisters) {
  int sum = 0;
  aie::unroll_for<int, 0, 4>([&](int i) __aie_inline { sum += i; });
  EXPECT_EQ(sum, 6);
  EXPECT_EQ(aie::utils::locate_in_register<4>(ramp<int32, 16>()).get(3), 3);
}

TEST(DocumentedForms, ScalarsOfFloats) {
  constexpr bfloat16 third = 1.0 / 3, minus = -0.25;
  static_assert(aie::add(third, minus) == bfloat16(float(third) - 0.25F));
  static_assert(std::is_same_v<decltype(aie::mul(third, minus)), bfloat16>);
  static_assert(std::is_same_v<decltype(aie::mul(third, 2.0F)), float>);
  EXPECT_EQ(aie::mul(third, bfloat16(2.0F)), bfloat16(2 * float(third)));
  EXPECT_EQ(aie::mac(1.0F, 2.0F, 3.0F), 7.0F);
  EXPECT_EQ(aie::msc(1.0F, 2.0F, 3.0F), -5.0F);
  EXPECT_EQ(aie::div(1.0F, 4.0F), 0.25F);
  EXPECT_EQ(aie::mul(cfloat(1, 2), cfloat(3, 4)), cfloat(-5, 10));
  EXPECT_EQ(aie::max(third, minus), third);
  EXPECT_TRUE(aie::lt(minus, third) && aie::neq(minus, third) && !aie::ge(minus, third));
}

TEST(DocumentedForms, TheNumberOfLanesMayBeGiven) {
  EXPECT_EQ((aie::to_fixed<int32, 16>(ramp<float, 16>(), 2).get(3)), 12);
  alignas(32) int16 memory[16];
  std::iota(memory, memory + 16, int16(0));
  auto at = aie::cbegin_random_circular<16>(static_cast<const int16*>(memory));
  at += 17;
  EXPECT_EQ(*at, 1);
}

} // namespace
