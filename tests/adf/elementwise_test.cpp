// Element-wise functions against scalar loops.
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include <random>

namespace {

std::mt19937 random_bits(11);

template <typename T, unsigned N> aie::vector<T, N> random_vector() {
  aie::vector<T, N> v;
  for (unsigned i = 0; i < N; ++i)
    v[i] = static_cast<T>(random_bits());
  return v;
}

template <typename T> class Integers : public ::testing::Test {};
using IntegerTypes = ::testing::Types<int8, uint8, int16, uint16, int32, uint32>;
TYPED_TEST_SUITE(Integers, IntegerTypes);

TYPED_TEST(Integers, SumsAreModular) {
  using T = TypeParam;
  constexpr unsigned N = 512 / (8 * sizeof(T));
  const auto a = random_vector<T, N>(), b = random_vector<T, N>();
  const auto sum = aie::add(a, b), difference = aie::sub(a, b), shifted = aie::add(a, T(3)), from = aie::sub(T(3), a);
  for (unsigned i = 0; i < N; ++i) {
    const unsigned x = static_cast<unsigned>(a.get(i)), y = static_cast<unsigned>(b.get(i));
    EXPECT_EQ(sum.get(i), static_cast<T>(x + y));
    EXPECT_EQ(difference.get(i), static_cast<T>(x - y));
    EXPECT_EQ(shifted.get(i), static_cast<T>(x + 3));
    EXPECT_EQ(from.get(i), static_cast<T>(3 - x));
    EXPECT_EQ(aie::neg(a).get(i), static_cast<T>(0 - x));
  }
}

TYPED_TEST(Integers, MinimumMaximumSelect) {
  using T = TypeParam;
  constexpr unsigned N = 512 / (8 * sizeof(T));
  const auto a = random_vector<T, N>(), b = random_vector<T, N>();
  const auto high = aie::max(a, b), low = aie::min(a, T(5)), clamped = aie::clamp(a, T(2), T(100));
  const auto less = aie::lt(a, b), equal = aie::eq(a, a);
  const auto chosen = aie::select(a, b, less), chosen_scalar = aie::select(T(1), b, less);
  EXPECT_TRUE(equal.full());
  for (unsigned i = 0; i < N; ++i) {
    EXPECT_EQ(high.get(i), std::max(a.get(i), b.get(i)));
    EXPECT_EQ(low.get(i), std::min(a.get(i), T(5)));
    EXPECT_EQ(clamped.get(i), std::clamp(a.get(i), T(2), T(100)));
    EXPECT_EQ(less.test(i), a.get(i) < b.get(i));
    EXPECT_EQ(aie::ge(a, b).test(i), a.get(i) >= b.get(i));
    EXPECT_EQ(aie::le(a, T(9)).test(i), a.get(i) <= T(9));
    EXPECT_EQ(chosen.get(i), less.test(i) ? b.get(i) : a.get(i)); // 0 takes the first
    EXPECT_EQ(chosen_scalar.get(i), less.test(i) ? b.get(i) : T(1));
  }
}

TYPED_TEST(Integers, Bits) {
  using T = TypeParam;
  constexpr unsigned N = 512 / (8 * sizeof(T));
  const auto a = random_vector<T, N>(), b = random_vector<T, N>();
  using U = std::make_unsigned_t<T>;
  for (unsigned i = 0; i < N; ++i) {
    EXPECT_EQ(aie::bit_and(a, b).get(i), static_cast<T>(a.get(i) & b.get(i)));
    EXPECT_EQ(aie::bit_or(a, T(3)).get(i), static_cast<T>(a.get(i) | 3));
    EXPECT_EQ(aie::bit_xor(a, b).get(i), static_cast<T>(a.get(i) ^ b.get(i)));
    EXPECT_EQ(aie::bit_not(a).get(i), static_cast<T>(~a.get(i)));
    EXPECT_EQ(aie::logical_downshift(a, 3).get(i), static_cast<T>(static_cast<U>(a.get(i)) >> 3));
  }
}

template <typename A, typename B, typename Tag, unsigned N> void check_products() {
  using Lane = typename aie::accum<Tag, N>::lane_type;
  const auto a = random_vector<A, N>();
  const auto b = random_vector<B, N>();
  const auto start = aie::mul<Tag>(a, b);
  const auto more = aie::mac(start, a, b), less = aie::msc(start, a, B(7)), minus = aie::negmul<Tag>(a, b);
  for (unsigned i = 0; i < N; ++i) {
    const unsigned long long x = static_cast<unsigned long long>(static_cast<long long>(a.get(i)));
    const unsigned long long y = static_cast<unsigned long long>(static_cast<long long>(b.get(i)));
    EXPECT_EQ(start.data()[i], static_cast<Lane>(x * y));
    EXPECT_EQ(more.data()[i], static_cast<Lane>(2 * x * y));
    EXPECT_EQ(less.data()[i], static_cast<Lane>(x * y - x * 7));
    EXPECT_EQ(minus.data()[i], static_cast<Lane>(0 - x * y));
  }
}

TEST(Products, OfAllWidths) {
  check_products<int8, int8, acc32, 32>();
  check_products<uint8, int8, acc32, 32>();
  check_products<int16, int8, acc32, 32>();
  check_products<int16, int16, acc64, 16>();
  check_products<int32, int16, acc64, 16>();
  check_products<int32, int32, acc64, 16>();
  check_products<uint32, int32, acc64, 16>();
}

TEST(Products, RequantizationWithAMultiplier) {
  aie::set_rounding(aie::rounding_mode::conv_even);
  aie::set_saturation(aie::saturation_mode::saturate);
  const auto v = random_vector<int32, 16>();
  const auto m = aie::broadcast<int32, 16>(1518500250);
  aie::accum<acc64, 16> acc;
  acc.from_vector(aie::broadcast<int32, 16>(-77), 20);
  acc = aie::mac(acc, v, m);
  const auto out = acc.to_vector<int8>(52);
  for (unsigned i = 0; i < 16; ++i) {
    const __int128 exact = static_cast<__int128>(v.get(i)) * 1518500250 - (static_cast<__int128>(77) << 20);
    const __int128 floor = exact >> 52, rest = exact - (floor << 52), half = static_cast<__int128>(1) << 51;
    const __int128 rounded = floor + (rest > half || (rest == half && (floor & 1)) ? 1 : 0);
    EXPECT_EQ(out.get(i), static_cast<int>(rounded > 127 ? 127 : rounded < -128 ? -128 : rounded));
  }
  aie::set_rounding(aie::rounding_mode::floor);
  aie::set_saturation(aie::saturation_mode::none);
}

TEST(Products, ModifiersOfTheAccumulator) {
  const auto a = aie::broadcast<int16, 16>(3);
  const auto acc = aie::mul(a, a);
  EXPECT_EQ(aie::mac(aie::op_zero(acc, true), a, a).data()[0], 9);
  EXPECT_EQ(aie::mac(aie::op_zero(acc, false), a, a).data()[0], 18);
  EXPECT_EQ(aie::mac(aie::op_add(acc), a, a).data()[0], 18);
  const auto minus = aie::broadcast<int8, 32>(-1);
  EXPECT_EQ(aie::mul(aie::op_sign(minus, false), minus).data()[0], -255);
  EXPECT_EQ(aie::mul(aie::op_neg(a), a).data()[0], -9);
}

TEST(Accumulators, AddAndSubtract) {
  const auto acc = aie::mul(aie::broadcast<int16, 16>(100), int16(100));
  EXPECT_EQ(aie::add(acc, acc).data()[0], 20000);
  EXPECT_EQ((aie::sub(acc, aie::broadcast<int16, 16>(1)).data()[0]), 9999);
  EXPECT_EQ(aie::add(acc, int16(5)).data()[0], 10005);
  EXPECT_EQ(aie::neg(acc).data()[0], -10000);
}

TEST(Shifts, FollowTheTilesModes) {
  const auto v = aie::broadcast<int16, 32>(-3);
  EXPECT_EQ(aie::downshift(v, 1).get(0), -2); // floor
  aie::set_rounding(aie::rounding_mode::conv_even);
  EXPECT_EQ(aie::downshift(v, 1).get(0), -2);
  EXPECT_EQ((aie::downshift(aie::broadcast<int16, 32>(5), 1).get(0)), 2);
  EXPECT_EQ((aie::downshift(aie::broadcast<int32, 16>(7), 1).get(0)), 4);
  aie::set_rounding(aie::rounding_mode::floor);
  EXPECT_EQ((aie::upshift(aie::broadcast<int16, 32>(0x4001), 2).get(0)), 4); // wraps without saturation
  aie::set_saturation(aie::saturation_mode::saturate);
  EXPECT_EQ((aie::upshift(aie::broadcast<int16, 32>(0x4001), 2).get(0)), 32767);
  EXPECT_EQ((aie::saturating_add(aie::broadcast<int8, 32>(100), int8(100)).get(0)), 127);
  EXPECT_EQ((aie::saturating_sub(aie::broadcast<int32, 16>(INT32_MIN), int32(1)).get(0)), INT32_MIN);
  aie::set_saturation(aie::saturation_mode::none);
}

TEST(Reductions, IntegersAreModular) {
  const auto v = random_vector<int16, 32>();
  int sum = 0;
  int16 high = v.get(0), low = v.get(0);
  for (unsigned i = 0; i < 32; ++i) {
    sum += v.get(i);
    high = std::max(high, static_cast<int16>(v.get(i)));
    low = std::min(low, static_cast<int16>(v.get(i)));
  }
  EXPECT_EQ(aie::reduce_add(v), static_cast<int16>(sum));
  EXPECT_EQ(aie::reduce_max(v), high);
  EXPECT_EQ(aie::reduce_min(v), low);
  const auto both = aie::reduce_add_v(v, aie::broadcast<int16, 32>(2));
  EXPECT_EQ(both.get(1), 64);
}

TEST(Reductions, FloatsFormATreeOfHalves) {
  aie::vector<float, 16> v;
  for (unsigned i = 0; i < 16; ++i)
    v[i] = i == 0 ? 16777216.0f : 1.0f;
  float lanes[16];
  for (unsigned i = 0; i < 16; ++i)
    lanes[i] = v.get(i);
  for (unsigned half = 8; half > 0; half /= 2)
    for (unsigned i = 0; i < half; ++i)
      lanes[i] += lanes[i + half];
  EXPECT_EQ(aie::reduce_add(v), lanes[0]);
}

TEST(Reductions, ProductsGoThroughTheElementsType) {
  aie::vector<int16, 32> v = aie::broadcast<int16, 32>(1);
  v.set(300, 3);
  v.set(-200, 20);
  EXPECT_EQ(aie::reduce_mul(v), static_cast<int16>(-60000)); // wraps
  aie::set_saturation(aie::saturation_mode::saturate);
  EXPECT_EQ(aie::reduce_mul(v), -32768);
  aie::set_saturation(aie::saturation_mode::none);
  EXPECT_EQ(aie::mul_reduce(aie::concat(v, aie::broadcast<int16, 32>(1))), static_cast<int16>(-60000));
  EXPECT_EQ(aie::max_reduce(v), 300);
  EXPECT_EQ(aie::min_reduce(v), -200);
}

TEST(Elementwise, MaximaOfBytesReadAsTheOtherSign) {
  const auto a = aie::broadcast<int8, 32>(-1), b = aie::broadcast<int8, 32>(5);
  EXPECT_EQ(aie::max(a, b, true).get(0), 5);
  EXPECT_EQ(aie::max(a, b, false).get(0), -1); // 255
  EXPECT_EQ(aie::min(a, b, false).get(0), 5);
  EXPECT_EQ(aie::maxdiff(a, b, false).get(0), -6); // 250
  EXPECT_EQ(aie::maxdiff(b, a, true).get(0), 6);
  EXPECT_EQ(aie::mul(aie::op_max(a, b), a).data()[1], -5);
  EXPECT_EQ(aie::mul(aie::op_min(a, b), a).data()[1], 1);
}

} // namespace
