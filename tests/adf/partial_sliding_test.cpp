// Sliding multiplications in several calls: the same as one over all points, in parts, and over a cascade.
#include <aie_api/aie_adf.hpp>
#include <gtest/gtest.h>

namespace {

using Whole = aie::sliding_mul_ops<8, 16, 1, 1, 1, cint16, cint16, cacc64>;
using Half = aie::partial_sliding_mul<8, 8, 1, 1, 1, cint16, cint16, cacc64>;

template <typename T, unsigned N> aie::vector<T, N> ramp(int from, int step) {
  aie::vector<T, N> v;
  for (unsigned i = 0; i < N; ++i)
    v.set(T(static_cast<int16>(from + static_cast<int>(i) * step), static_cast<int16>(static_cast<int>(i) * 3 - from)),
          i);
  return v;
}

TEST(PartialSlidingMul, TwoHalvesMakeTheWhole) {
  const auto coefficients = ramp<cint16, 32>(-50, 7);
  const auto data = ramp<cint16, 32>(90, -11);
  const auto expected = Whole::mul(coefficients, 0, data, 0);
  Half sum;
  sum.mul(coefficients, 0, data, 0);
  sum.mac(coefficients, 8, data, 8);
  const auto parts = sum.to_accum_components();
  const auto vectors = sum.to_vector_components<int16>(4);
  for (unsigned i = 0; i < 8; ++i) {
    EXPECT_EQ(sum.to_accum().data()[i].real, expected.data()[i].real);
    EXPECT_EQ(sum.to_accum().data()[i].imag, expected.data()[i].imag);
    EXPECT_EQ(parts[1].data()[i], expected.data()[i].imag);
    EXPECT_EQ(vectors[0].get(i), sum.to_vector<cint16>(4).get(i).real);
  }
  EXPECT_EQ(Half(parts).to_accum().data()[3].imag, expected.data()[3].imag);
}

TEST(PartialSlidingMul, StartsWithZeroAndWithAccumulators) {
  const auto coefficients = ramp<cint16, 32>(5, 1);
  const auto data = ramp<cint16, 32>(1, 2);
  Half from_nothing;
  from_nothing.mac(coefficients, 0, data, 0);
  Half from_itself(from_nothing.to_accum());
  from_itself.mac(coefficients, 0, data, 0);
  EXPECT_EQ(from_itself.to_accum().data()[2].real, 2 * from_nothing.to_accum().data()[2].real);
}

} // namespace
