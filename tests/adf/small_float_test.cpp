// float16, float8 and bfloat8 of AIE-MLv2, and complex bfloat16: values, rounding in every mode, vectors. The oracle
// searches all values of a format.
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include <algorithm>
#include <bit>
#include <cmath>
#include <random>
#include <vector>

namespace {

#if __AIE_ARCH__ == 22

/// Value of a pattern by the definition of the format; infinite beyond the largest number.
template <typename T> double value_of(unsigned pattern, int exponent_bits, int fraction_bits) {
  const int bias = (1 << (exponent_bits - 1)) - 1;
  const unsigned sign = pattern >> (exponent_bits + fraction_bits);
  const int exponent = static_cast<int>(pattern >> fraction_bits) & ((1 << exponent_bits) - 1);
  const int fraction = static_cast<int>(pattern) & ((1 << fraction_bits) - 1);
  const double size = exponent == 0 ? std::ldexp(fraction, 1 - bias - fraction_bits)
                                    : std::ldexp(fraction + (1 << fraction_bits), exponent - bias - fraction_bits);
  return sign != 0 ? -size : size;
}

struct Format {
  int exponent_bits, fraction_bits;
  double largest;
};
template <typename T> constexpr Format format_of = {};
template <> constexpr Format format_of<float16> = {5, 10, 65504};
template <> constexpr Format format_of<float8> = {4, 3, 448};
template <> constexpr Format format_of<bfloat8> = {5, 2, 57344};

/// All finite values, ascending.
template <typename T> std::vector<double> all_values() {
  const Format format = format_of<T>;
  std::vector<double> values;
  for (unsigned pattern = 0; pattern < 1u << (1 + format.exponent_bits + format.fraction_bits); ++pattern) {
    const double value = value_of<T>(pattern, format.exponent_bits, format.fraction_bits);
    if (std::fabs(value) <= format.largest) values.push_back(value);
  }
  std::sort(values.begin(), values.end());
  return values;
}

template <typename T> void check_values() {
  const Format format = format_of<T>;
  for (unsigned pattern = 0; pattern < 1u << (1 + format.exponent_bits + format.fraction_bits); ++pattern) {
    const T x = T::from_bits(static_cast<typename T::Bits>(pattern));
    const double expected = value_of<T>(pattern, format.exponent_bits, format.fraction_bits);
    if (std::fabs(expected) > format.largest) {
      EXPECT_FALSE(std::isfinite(static_cast<float>(x))) << pattern;
      continue;
    }
    EXPECT_EQ(static_cast<float>(x), expected) << pattern;
    if (expected != 0) {
      EXPECT_EQ(T(static_cast<float>(expected)).bits, pattern);
    }
  }
}

TEST(SmallFloat, ValuesOfAllPatterns) {
  check_values<float16>();
  check_values<float8>();
  check_values<bfloat8>();
  EXPECT_TRUE(std::isinf(static_cast<float>(float16::from_bits(0x7c00))));
  EXPECT_TRUE(std::isinf(static_cast<float>(bfloat8::from_bits(0x7c))));
  EXPECT_TRUE(std::isnan(static_cast<float>(float8::from_bits(0x7f))));
  EXPECT_TRUE(std::isnan(static_cast<float>(float8::from_bits(0xff))));
  EXPECT_TRUE(std::isnan(static_cast<float>(float16::from_bits(0x7c01))));
}

/// The neighbour that a mode picks for x between two values, `even` telling which of them has an even pattern.
double rounded(double x, double below, double above, bool below_is_even, aie::rounding_mode mode) {
  using aie::rounding_mode;
  const double middle = (below + above) / 2;
  switch (mode) {
  case rounding_mode::floor:
    return below;
  case rounding_mode::ceil:
    return above;
  case rounding_mode::symmetric_floor:
    return x < 0 ? above : below;
  case rounding_mode::symmetric_ceil:
    return x < 0 ? below : above;
  default:
    break;
  }
  if (x != middle) return x < middle ? below : above;
  switch (mode) {
  case rounding_mode::negative_inf:
    return below;
  case rounding_mode::positive_inf:
    return above;
  case rounding_mode::symmetric_zero:
    return x < 0 ? above : below;
  case rounding_mode::symmetric_inf:
    return x < 0 ? below : above;
  case rounding_mode::conv_even:
    return below_is_even ? below : above;
  default:
    return below_is_even ? above : below;
  }
}

constexpr aie::rounding_mode modes[] = {aie::rounding_mode::floor,           aie::rounding_mode::ceil,
                                        aie::rounding_mode::symmetric_floor, aie::rounding_mode::symmetric_ceil,
                                        aie::rounding_mode::negative_inf,    aie::rounding_mode::positive_inf,
                                        aie::rounding_mode::symmetric_zero,  aie::rounding_mode::symmetric_inf,
                                        aie::rounding_mode::conv_even,       aie::rounding_mode::conv_odd};

template <typename T> void check_rounding() {
  const std::vector<double> values = all_values<T>();
  std::mt19937 random(3);
  aie::accum<accfloat, 32> acc;
  for (const aie::rounding_mode mode : modes) {
    aie::set_rounding(mode);
    for (int round = 0; round < 200; ++round) {
      double expected[32];
      for (unsigned i = 0; i < 32; ++i) {
        const std::size_t at = random() % (values.size() - 1);
        const double below = values[at], above = values[at + 1];
        const double parts[] = {0, 0.5, 0.25, 0.75, 0.015625, 0.984375};
        const double part = parts[random() % std::size(parts)];
        const float x = static_cast<float>(below + part * (above - below)); // exact: few bits more than T
        const bool below_is_even = (T(static_cast<float>(below)).bits & 1) == 0;
        acc.data()[i] = x;
        expected[i] = part == 0 ? below : rounded(x, below, above, below_is_even, mode);
      }
      const auto v = acc.template to_vector<T>();
      for (unsigned i = 0; i < 32; ++i)
        ASSERT_EQ(static_cast<float>(v.get(i)), expected[i]) << "mode " << int(mode) << " of " << acc.data()[i];
    }
  }
  aie::set_rounding(aie::rounding_mode::floor);
}

TEST(SmallFloat, AccumulatorsRoundInEveryMode) {
  check_rounding<float16>();
  check_rounding<float8>();
  check_rounding<bfloat8>();
}

TEST(SmallFloat, BeyondTheLargestNumber) {
  aie::accum<accfloat, 32> acc(aie::broadcast<float, 32>(1e6f));
  EXPECT_TRUE(std::isinf(static_cast<float>(acc.to_vector<float16>().get(0))));
  EXPECT_TRUE(std::isnan(static_cast<float>(acc.to_vector<float8>().get(0))));
  EXPECT_TRUE(std::isinf(static_cast<float>(acc.to_vector<bfloat8>().get(0))));
  aie::set_saturation(aie::saturation_mode::saturate);
  EXPECT_EQ(static_cast<float>(acc.to_vector<float16>().get(0)), 65504);
  EXPECT_EQ(static_cast<float>(aie::neg(acc).to_vector<float8>().get(0)), -448);
  EXPECT_EQ(static_cast<float>(acc.to_vector<bfloat8>().get(0)), 57344);
  aie::set_saturation(aie::saturation_mode::none);
  EXPECT_EQ(static_cast<float>(aie::accum<accfloat, 32>(aie::broadcast<float, 32>(0.0f)).to_vector<float16>().get(1)),
            0);
}

template <typename T> void check_vectors() {
  constexpr unsigned N = 512 / (8 * sizeof(T));
  aie::vector<T, N> a, b;
  for (unsigned i = 0; i < N; ++i) {
    a[i] = T(static_cast<float>(i % 4));
    b[i] = T(static_cast<float>(1 + i % 2));
  }
  const auto sum = aie::add(a, b);
  const auto product = aie::mac(aie::mul(a, b), a, b);
  const aie::mask<N> less = aie::lt(a, b);
  const auto larger = aie::max(a, b);
  for (unsigned i = 0; i < N; ++i) {
    const float x = static_cast<float>(i % 4), y = static_cast<float>(1 + i % 2);
    EXPECT_EQ(static_cast<float>(sum.get(i)), x + y);
    EXPECT_EQ(product.data()[i], 2 * x * y);
    EXPECT_EQ(less.test(i), x < y);
    EXPECT_EQ(static_cast<float>(larger.get(i)), std::max(x, y));
    EXPECT_EQ(static_cast<float>(aie::neg(a).get(i)), -x);
  }
  EXPECT_EQ(static_cast<float>(aie::reduce_max(a)), 3);
  aie::accum<accfloat, N> up;
  up.from_vector(a);
  EXPECT_EQ(up.data()[3], 3);
  EXPECT_EQ(aie::shuffle_down_rotate(a, 1).get(0).bits, a.get(1).bits);
  alignas(64) T memory[N];
  aie::store_v(memory, b);
  EXPECT_EQ(aie::load_v<N>(memory).get(1).bits, b.get(1).bits);
}

TEST(SmallFloat, Vectors) {
  check_vectors<float16>();
  check_vectors<float8>();
  check_vectors<bfloat8>();
}

TEST(SmallFloat, MixedProducts) {
  const auto half = aie::broadcast<float16, 32>(float16(1.5f));
  const auto brain = aie::broadcast<bfloat16, 32>(bfloat16(2.0f));
  EXPECT_EQ(aie::mul(half, brain).data()[5], 3);
  EXPECT_EQ(aie::mul(brain, half).data()[5], 3);
}

#endif

TEST(ComplexBfloat, VectorsAndAccumulators) {
  const auto a = aie::broadcast<cbfloat16, 16>(cbfloat16(1.5f, -2.0f));
  const auto b = aie::broadcast<bfloat16, 16>(bfloat16(2.0f));
  const auto square = aie::mul(a, a);
  EXPECT_EQ(square.data()[3], cfloat(1.5f * 1.5f - 4, -6));
  EXPECT_EQ(aie::mul(a, b).data()[0], cfloat(3, -4));
  EXPECT_EQ(aie::mul(b, a).to_vector<cbfloat16>().get(1), cbfloat16(3, -4));
  EXPECT_EQ(aie::add(a, a).get(2), cbfloat16(3, -4));
  EXPECT_EQ(aie::sub(a, a).get(2), cbfloat16(0, 0));
  aie::accum<caccfloat, 16> acc;
  acc.from_vector(a);
  EXPECT_EQ(acc.data()[7], cfloat(1.5f, -2));
  aie::accum<caccfloat, 16> fine(aie::broadcast<cfloat, 16>(cfloat(1.00390625f, -1.00390625f)));
  EXPECT_EQ(fine.to_vector<cbfloat16>().get(0), cbfloat16(1.0f, -1.0078125f)); // floor
}

} // namespace
