// Multiplications by their intrinsic names against scalar loops.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

namespace {

template <typename T, unsigned Lanes> aie::vector<T, Lanes> ramp(int start, int step) {
  aie::vector<T, Lanes> v;
  for (unsigned i = 0; i < Lanes; ++i)
    v.set(static_cast<T>(start + step * static_cast<int>(i % 7)), i);
  return v;
}

/// acc + A (M x K) * B (K x N) by the definition.
template <unsigned M, unsigned K, unsigned N, typename A, unsigned LanesA, typename B, unsigned LanesB, typename Acc>
void expect_product(const aie::vector<A, LanesA>& a, const aie::vector<B, LanesB>& b, const Acc& plain,
                    const Acc& added) {
  using Result = std::conditional_t<std::is_same_v<A, bfloat16>, float, int32>;
  static_assert(Acc::size() == M * N);
  const auto once = plain.template to_vector<Result>(), twice = added.template to_vector<Result>();
  for (unsigned m = 0; m < M; ++m)
    for (unsigned n = 0; n < N; ++n) {
      Result sum = 0;
      for (unsigned k = 0; k < K; ++k)
        sum += static_cast<Result>(a.get(m * K + k)) * static_cast<Result>(b.get(k * N + n));
      EXPECT_EQ(once.get(m * N + n), sum) << m << ' ' << n;
      EXPECT_EQ(twice.get(m * N + n), 2 * sum) << m << ' ' << n;
    }
}

#if __AIE_ARCH__ == 20
TEST(MultiplyIntrinsics, ElementsInPairs) {
  const auto a = ramp<bfloat16, 32>(-3, 2), b = ramp<bfloat16, 32>(5, -1);
  const auto once = mul_elem_16_2(a, b);
  const auto sums = once.to_vector<float>(), twice = mac_elem_16_2(a, b, once).to_vector<float>();
  const auto c = ramp<int8, 64>(-100, 33), d = ramp<int8, 64>(90, -30);
  const auto whole = mul_elem_32_2(c, d).to_vector<int32>();
  for (unsigned i = 0; i < 16; ++i) {
    const float sum = float(a.get(i)) * float(b.get(i)) + float(a.get(i + 16)) * float(b.get(i + 16));
    EXPECT_EQ(sums.get(i), sum);
    EXPECT_EQ(twice.get(i), 2 * sum);
  }
  for (unsigned i = 0; i < 32; ++i)
    EXPECT_EQ(whole.get(i), c.get(i) * d.get(i) + c.get(i + 32) * d.get(i + 32));
}
TEST(MultiplyIntrinsics, Matrices) {
  const auto a = ramp<int8, 64>(-100, 33), b = ramp<int8, 64>(90, -30);
  expect_product<4, 8, 8>(a, b, mul_4x8_8x8(a, b), mac_4x8_8x8(a, b, mul_4x8_8x8(a, b)));
  const auto c = ramp<bfloat16, 32>(-3, 2), d = ramp<bfloat16, 32>(5, -1);
  expect_product<4, 8, 4>(c, d, mul_4x8_8x4(c, d), mac_4x8_8x4(c, d, mul_4x8_8x4(c, d)));
  const auto e = ramp<int16, 32>(-300, 77), f = ramp<int16, 32>(1000, -200);
  expect_product<4, 2, 8>(e, f, mul_4x2_2x8(e, f), mac_4x2_2x8(e, f, mul_4x2_2x8(e, f)));
}
#elif __AIE_ARCH__ == 22
TEST(MultiplyIntrinsics, Elements) {
  const auto a = ramp<bfloat16, 64>(-3, 2), b = ramp<bfloat16, 64>(5, -1);
  const auto once = mul_elem_64(a, b);
  const auto products = once.to_vector<float>(), twice = mac_elem_64(a, b, once).to_vector<float>();
  for (unsigned i = 0; i < 64; ++i) {
    EXPECT_EQ(products.get(i), float(a.get(i)) * float(b.get(i)));
    EXPECT_EQ(twice.get(i), 2 * float(a.get(i)) * float(b.get(i)));
  }
}
TEST(MultiplyIntrinsics, Matrices) {
  const auto a = ramp<int8, 64>(-100, 33), b = ramp<int8, 64>(90, -30);
  expect_product<8, 8, 8>(a, b, mul_8x8_8x8(a, b), mac_8x8_8x8(a, b, mul_8x8_8x8(a, b)));
  const auto c = ramp<bfloat16, 32>(-3, 2);
  const auto d = ramp<bfloat16, 64>(5, -1);
  expect_product<4, 8, 8>(c, d, mul_4x8_8x8(c, d), mac_4x8_8x8(c, d, mul_4x8_8x8(c, d)));
}
#endif

} // namespace
