// Conversions between vectors and accumulators that rounding_test.cpp leaves out, and approximated functions. Compiled
// once per generation.
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include <cmath>

namespace {

TEST(Conversion, FloatAccumulatorsIgnoreTheShift) {
  const aie::accum<accfloat, 16> acc(aie::broadcast<float, 16>(2.5f));
  EXPECT_EQ(acc.to_vector<float>(3).get(0), 2.5f);
  EXPECT_EQ(static_cast<float>(acc.to_vector<bfloat16>(3).get(0)), 2.5f);
}

TEST(Conversion, ShortElementsReach64Bits) {
  EXPECT_EQ((aie::accum<acc64, 32>(aie::broadcast<int8, 32>(-5), 3).data()[7]), -40);
  EXPECT_EQ((aie::accum<acc64, 32>(aie::broadcast<uint8, 32>(200), 40).data()[7]), 200ll << 40);
  EXPECT_EQ((aie::accum<acc64, 16>(aie::broadcast<int32, 16>(-7), 33).data()[7]), -7ll * (1ll << 33));
}

TEST(Conversion, ThirtyTwoBitElementsEnterUnshifted) {
  EXPECT_EQ((aie::from_vector<acc32>(aie::broadcast<int32, 16>(INT32_MIN)).data()[3]), INT32_MIN);
  EXPECT_DEATH((aie::from_vector<acc32>(aie::broadcast<int32, 16>(1), 1)), "only with shift 0");
}

TEST(Conversion, VectorsAddedToAccumulatorsAreNotShifted) {
  auto acc = aie::add(aie::zeros<acc32, 16>(), aie::broadcast<int16, 16>(-3));
  EXPECT_EQ(acc.data()[0], -3);
  acc = aie::sub(acc, aie::add(aie::zeros<acc32, 16>(), aie::broadcast<int32, 16>(INT32_MAX)));
  EXPECT_EQ(acc.data()[0], INT32_MAX - 1); // -3 - (2^31 - 1), wrapped
}

TEST(Conversion, MmulStartsAtZero) {
#if __AIE_ARCH__ == 20
  using Mmul = aie::mmul<4, 4, 4, int16, int16, acc64>;
#else
  using Mmul = aie::mmul<4, 4, 8, int16, int16, acc64>;
#endif
  const auto a = aie::broadcast<int16, Mmul::size_A>(3);
  const auto b = aie::broadcast<int16, Mmul::size_B>(-5);
  Mmul first, second;
  first.mac(a, b); // behaves as mul
  second.mul(a, b);
  EXPECT_EQ(first.to_accum().data()[1], second.to_accum().data()[1]);
  EXPECT_EQ(first.to_vector<int16>(1).get(0), -30);
  EXPECT_EQ(first.to_vector_sign<int16>(true, 2).get(0), -15);
  const aie::accum<acc64, Mmul::size_C> sums = first;
  EXPECT_EQ(sums.data()[0], -60);
}

TEST(Conversion, ApproximationsAreClose) {
  for (const float x : {0.001f, 0.7f, 1.0f, 3.0f, 12345.0f}) {
    const auto v = aie::broadcast<float, 16>(x);
    EXPECT_NEAR(aie::inv(v).get(3) * x, 1.0f, 1e-6);
    EXPECT_NEAR(aie::invsqrt(v).get(3) * std::sqrt(x), 1.0f, 1e-6);
    EXPECT_NEAR(aie::inv(x) * x, 1.0f, 1e-6);
  }
}

TEST(Conversion, ProductsWithSigns) {
  const auto a = aie::broadcast<int16, 16>(100), b = aie::broadcast<int16, 16>(-7);
  EXPECT_EQ(aie::negmul(a, b).data()[2], 700);
  EXPECT_EQ(aie::msc(aie::mul(a, b), a, b).data()[2], 0);
  EXPECT_EQ(aie::mul_square(b).data()[2], 49);
  EXPECT_EQ(aie::mac_square(aie::mul(a, b), b).data()[2], -651);
  EXPECT_EQ(aie::mul(aie::op_abs(b), a).data()[2], 700);
  EXPECT_EQ(aie::mul(a, int16(3)).data()[2], 300);
}

TEST(Conversion, TwoPartsOfAShape) {
  const auto v = aie::concat(aie::broadcast<int16, 16>(1), aie::broadcast<int16, 16>(2)); // first argument lowest
  EXPECT_EQ(v.get(0), 1);
  EXPECT_EQ(v.get(31), 2);
  EXPECT_EQ(v.extract<16>(1).get(0), 2);
  EXPECT_EQ((aie::zeros<int16, 32>().insert(1, v.extract<16>(0)).get(16)), 1);
}

} // namespace
