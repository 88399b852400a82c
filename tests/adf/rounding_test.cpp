// Shift-round-saturate against the worked table and the rounding constants of the reference page.
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include <random>

namespace {

using aie::rounding_mode;
using aie::saturation_mode;

struct Modes {
  explicit Modes(rounding_mode rounding, saturation_mode saturation = saturation_mode::none) {
    aie::set_rounding(rounding);
    aie::set_saturation(saturation);
  }
  ~Modes() {
    aie::set_rounding(rounding_mode::floor);
    aie::set_saturation(saturation_mode::none);
  }
};

constexpr rounding_mode all_modes[] = {rounding_mode::floor,           rounding_mode::ceil,
                                       rounding_mode::symmetric_floor, rounding_mode::symmetric_ceil,
                                       rounding_mode::negative_inf,    rounding_mode::positive_inf,
                                       rounding_mode::symmetric_zero,  rounding_mode::symmetric_inf,
                                       rounding_mode::conv_even,       rounding_mode::conv_odd};

template <typename T, typename Tag, unsigned N> T srs_one(long long value, int shift) {
  aie::accum<Tag, N> acc = aie::zeros<Tag, N>();
  acc.data()[0] = static_cast<typename aie::accum<Tag, N>::lane_type>(value);
  return acc.template to_vector<T>(shift).get(0);
}

TEST(Rounding, RegisterValues) {
  EXPECT_EQ(static_cast<unsigned>(rounding_mode::floor), 0u);
  EXPECT_EQ(static_cast<unsigned>(rounding_mode::ceil), 1u);
  EXPECT_EQ(static_cast<unsigned>(rounding_mode::symmetric_floor), 2u);
  EXPECT_EQ(static_cast<unsigned>(rounding_mode::symmetric_ceil), 3u);
  EXPECT_EQ(static_cast<unsigned>(rounding_mode::negative_inf), 8u);
  EXPECT_EQ(static_cast<unsigned>(rounding_mode::positive_inf), 9u);
  EXPECT_EQ(static_cast<unsigned>(rounding_mode::symmetric_zero), 10u);
  EXPECT_EQ(static_cast<unsigned>(rounding_mode::symmetric_inf), 11u);
  EXPECT_EQ(static_cast<unsigned>(rounding_mode::conv_even), 12u);
  EXPECT_EQ(static_cast<unsigned>(rounding_mode::conv_odd), 13u);
  EXPECT_EQ(static_cast<unsigned>(saturation_mode::symmetric), 3u);
}

TEST(Rounding, ResetValues) {
  EXPECT_EQ(aie::get_rounding(), rounding_mode::floor);
  EXPECT_EQ(aie::get_saturation(), saturation_mode::none);
}

TEST(Rounding, WorkedTies) {
  struct Row {
    rounding_mode mode;
    int expected[4];
  };
  const int halves[4] = {3, -3, 5, -5};
  const Row table[] = {
      {rounding_mode::floor, {1, -2, 2, -3}},           {rounding_mode::ceil, {2, -1, 3, -2}},
      {rounding_mode::symmetric_floor, {1, -1, 2, -2}}, {rounding_mode::symmetric_ceil, {2, -2, 3, -3}},
      {rounding_mode::positive_inf, {2, -1, 3, -2}},    {rounding_mode::negative_inf, {1, -2, 2, -3}},
      {rounding_mode::symmetric_inf, {2, -2, 3, -3}},   {rounding_mode::symmetric_zero, {1, -1, 2, -2}},
      {rounding_mode::conv_even, {2, -2, 2, -2}},       {rounding_mode::conv_odd, {1, -1, 3, -3}}};
  for (const Row& row : table) {
    Modes modes(row.mode);
    for (int i = 0; i < 4; ++i) {
      EXPECT_EQ((srs_one<int16, acc32, 16>(halves[i], 1)), row.expected[i]) << static_cast<int>(row.mode);
      EXPECT_EQ((srs_one<int16, acc64, 16>(halves[i], 1)), row.expected[i]) << static_cast<int>(row.mode);
    }
  }
}

/// The rounding constants as the reference page writes them, in 128 bits.
__int128 constant_of(rounding_mode mode, __int128 acc, int s) {
  const __int128 h = __int128(1) << (s - 1), full = (__int128(1) << s) - 1;
  const bool bit = (acc >> s) & 1;
  switch (mode) {
  case rounding_mode::floor:
    return 0;
  case rounding_mode::ceil:
    return full;
  case rounding_mode::positive_inf:
    return h;
  case rounding_mode::negative_inf:
    return h - 1;
  case rounding_mode::symmetric_inf:
    return acc < 0 ? h - 1 : h;
  case rounding_mode::symmetric_zero:
    return acc < 0 ? h : h - 1;
  case rounding_mode::conv_even:
    return bit ? h : h - 1;
  case rounding_mode::conv_odd:
    return bit ? h - 1 : h;
  case rounding_mode::symmetric_floor:
    return acc < 0 ? full : 0;
  case rounding_mode::symmetric_ceil:
    return acc < 0 ? 0 : full;
  }
  return 0;
}

long long clamp_to(__int128 value, int bits, bool is_signed, saturation_mode mode) {
  if (mode == saturation_mode::none) {
    const unsigned long long low = static_cast<unsigned long long>(value) & ((1ull << bits) - 1);
    const bool negative = is_signed && (low >> (bits - 1)) != 0;
    return static_cast<long long>(low) - (negative ? 1ll << bits : 0);
  }
  const __int128 high = is_signed ? (__int128(1) << (bits - 1)) - 1 : (__int128(1) << bits) - 1;
  const __int128 lowest = !is_signed ? 0 : mode == saturation_mode::symmetric ? -high : -high - 1;
  return static_cast<long long>(value < lowest ? lowest : value > high ? high : value);
}

long long reference(long long acc, int shift, rounding_mode rounding, int bits, bool is_signed, saturation_mode mode) {
  const __int128 wide = acc;
  const __int128 rounded = shift > 0 ? (wide + constant_of(rounding, wide, shift)) >> shift : wide << -shift;
  return clamp_to(rounded, bits, is_signed, mode);
}

TEST(Rounding, ConstantsOfAllModesAndShifts) {
  std::mt19937_64 random(1);
  const long long extremes[] = {INT64_MAX, INT64_MIN, INT64_MAX - 1, 0, 1, -1, INT32_MAX, INT32_MIN};
  for (const rounding_mode rounding : all_modes)
    for (const saturation_mode saturation :
         {saturation_mode::none, saturation_mode::saturate, saturation_mode::symmetric}) {
      Modes modes(rounding, saturation);
      for (int shift = -4; shift <= 59; ++shift)
        for (int i = 0; i < 24; ++i) {
          const long long wide = i < 8 ? extremes[i] : static_cast<long long>(random()) >> (random() % 60);
          const int narrow = static_cast<int>(wide);
          if (shift >= 0) {
            EXPECT_EQ((srs_one<int16, acc64, 8>(wide, shift)), reference(wide, shift, rounding, 16, true, saturation));
            EXPECT_EQ((srs_one<uint16, acc64, 8>(wide, shift)),
                      reference(wide, shift, rounding, 16, false, saturation));
            EXPECT_EQ((srs_one<int32, acc64, 8>(wide, shift)), reference(wide, shift, rounding, 32, true, saturation));
          }
          EXPECT_EQ((srs_one<int8, acc32, 16>(narrow, shift)), reference(narrow, shift, rounding, 8, true, saturation));
          EXPECT_EQ((srs_one<uint8, acc32, 16>(narrow, shift)),
                    reference(narrow, shift, rounding, 8, false, saturation));
          EXPECT_EQ((srs_one<int16, acc32, 16>(narrow, shift)),
                    reference(narrow, shift, rounding, 16, true, saturation));
        }
    }
}

TEST(Rounding, WideAccumulatorReachesInt8InTwoSteps) {
  for (const saturation_mode saturation :
       {saturation_mode::none, saturation_mode::saturate, saturation_mode::symmetric}) {
    Modes modes(rounding_mode::conv_even, saturation);
    for (const long long value : {0ll, 127ll, 128ll, -128ll, -129ll, 255ll, 256ll, 32767ll, 32768ll, 65535ll,
                                  65536ll + 5, -32769ll, (1ll << 40) + 3, -(1ll << 40)}) {
      const long long middle = reference(value, 0, rounding_mode::conv_even, 16, true, saturation);
      EXPECT_EQ((srs_one<int8, acc64, 16>(value, 0)), clamp_to(middle, 8, true, saturation)) << value;
      const long long middle_u = reference(value, 0, rounding_mode::conv_even, 16, false, saturation);
      EXPECT_EQ((srs_one<uint8, acc64, 16>(value, 0)), clamp_to(middle_u, 8, false, saturation)) << value;
    }
  }
}

TEST(Rounding, Acc32ToInt32IgnoresTheShift) {
  Modes modes(rounding_mode::conv_even, saturation_mode::saturate);
  EXPECT_EQ((srs_one<int32, acc32, 16>(12345, 7)), 12345);
  EXPECT_EQ((srs_one<int32, acc32, 16>(-1, 20)), -1);
  EXPECT_EQ((srs_one<uint32, acc32, 16>(-1, 3)), 0xffffffffu);
}

TEST(Rounding, SignGivenAtRunTime) {
  Modes modes(rounding_mode::floor, saturation_mode::saturate);
  aie::accum<acc32, 16> acc(aie::broadcast<int16, 16>(200));
  EXPECT_EQ(acc.to_vector_sign<int8>(false).get(0), static_cast<int8>(200));
  EXPECT_EQ(acc.to_vector_sign<int8>(true).get(0), 127);
  EXPECT_EQ(acc.to_vector_sign<uint8>(true).get(0), 127);
}

TEST(Upshift, ClampsTheInputOnlyWhenSaturating) {
  const auto v = aie::broadcast<int16, 16>(32767);
  {
    Modes modes(rounding_mode::floor, saturation_mode::none);
    EXPECT_EQ((aie::accum<acc32, 16>(v, 20).data()[0]), static_cast<int>(32767u << 20));
  }
  {
    Modes modes(rounding_mode::floor, saturation_mode::saturate);
    EXPECT_EQ((aie::accum<acc32, 16>(v, 20).data()[0]), (INT32_MAX >> 20) << 20);
    EXPECT_EQ((aie::accum<acc32, 16>(aie::broadcast<int16, 16>(-32768), 20).data()[0]), INT32_MIN);
  }
  {
    Modes modes(rounding_mode::floor, saturation_mode::symmetric);
    EXPECT_EQ((aie::accum<acc32, 16>(aie::broadcast<int16, 16>(-32768), 20).data()[0]), (-INT32_MAX >> 20) * (1 << 20));
  }
  EXPECT_EQ((aie::accum<acc64, 16>(v, 40).data()[0]), 32767ll << 40);
}

TEST(Pack, SaturatesOrKeepsTheLowBits) {
  const auto v = aie::broadcast<int16, 32>(300);
  EXPECT_EQ(v.pack().get(0), 44);
  Modes modes(rounding_mode::floor, saturation_mode::saturate);
  EXPECT_EQ(v.pack().get(0), 127);
  EXPECT_EQ(v.pack<uint8>().get(0), 255);
  EXPECT_EQ((aie::broadcast<int8, 32>(-5).unpack().get(3)), -5);
  EXPECT_EQ((aie::broadcast<uint8, 32>(250).unpack().get(3)), 250);
}

TEST(Bfloat16, FollowsTheRoundingRegister) {
  const auto convert = [](float value) {
    aie::accum<accfloat, 16> acc(aie::broadcast<float, 16>(value));
    return static_cast<float>(acc.to_vector<bfloat16>().get(0));
  };
  const float one_and_a_bit = 1.0f + 1.0f / 1024;
  const float step = 1.0f / 128;
  EXPECT_EQ(convert(one_and_a_bit), 1.0f);
  EXPECT_EQ(convert(-one_and_a_bit), -1.0f - step); // floor goes toward minus infinity
  {
    Modes modes(rounding_mode::ceil);
    EXPECT_EQ(convert(one_and_a_bit), 1.0f + step);
  }
  {
    Modes modes(rounding_mode::conv_even);
    EXPECT_EQ(convert(1.0f + step / 2), 1.0f);
    EXPECT_EQ(convert(1.0f + 3 * step / 2), 1.0f + 2 * step);
  }
}

} // namespace
