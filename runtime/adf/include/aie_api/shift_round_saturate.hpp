// Shift-round-saturate (SRS): how accumulator lanes become vector lanes. Upshift (UPS): the way back. Pack.
//
// SRS: result = (acc + rc) >> shift, then clamped or wrapped to the result type [UG1583 srs]; the rounding constant rc
// per mode is the table of AMD's own reference arithmetic [VL fir_ref_utils]. With h = 2^(shift-1) every mode has the
// form rc = constant + (acc < 0 ? negative : 0) + (bit `shift` of acc ? odd : 0), which keeps the lane loop free of
// branches. A negative shift (legal down to -4) shifts left. Saturation "none" keeps the low bits of the result.
#pragma once

#include <cstdint>
#include <limits>

#include "../adf_engine/instruction_count.hpp"
#include "core_state.hpp"
#include "report.hpp"

namespace aie::detail {

inline constexpr int min_srs_shift = -4; // [UG1583 srs]; -4..-2 are called unsafe there
inline constexpr int max_srs_shift = 59;
inline constexpr int max_ups_shift = 63; // [UG1583 ups]

/// Inclusive limits a lane is clamped to before it is narrowed.
struct LaneRange {
  std::int64_t low;
  std::int64_t high;
};

/// Range of an integer of `bits` bits under the tile's saturation mode; everything under mode none.
inline LaneRange saturation_range(unsigned bits, bool is_signed) {
  constexpr LaneRange unlimited{std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
  const saturation_mode mode = get_saturation();
  if (mode == saturation_mode::none) return unlimited;
  if (!is_signed) return {0, bits >= 63 ? unlimited.high : (std::int64_t(1) << bits) - 1};
  const std::int64_t high = bits >= 64 ? unlimited.high : (std::int64_t(1) << (bits - 1)) - 1;
  return {mode == saturation_mode::symmetric ? -high : -high - 1, high};
}

inline constexpr std::int64_t clamp_lane(std::int64_t value, LaneRange range) {
  value = value < range.low ? range.low : value;
  return value > range.high ? range.high : value;
}

struct RoundingConstant {
  std::int64_t constant = 0;
  std::int64_t negative = 0; ///< added for negative accumulators
  std::int64_t odd = 0;      ///< added where bit `shift` of the accumulator is set
};

inline constexpr RoundingConstant rounding_constant(rounding_mode mode, int shift) {
  if (shift <= 0) return {};
  const std::int64_t half = std::int64_t(1) << (shift - 1);
  const std::int64_t below_one = (std::int64_t(1) << shift) - 1;
  switch (mode) {
  case rounding_mode::floor:
    return {0, 0, 0};
  case rounding_mode::ceil:
    return {below_one, 0, 0};
  case rounding_mode::symmetric_floor:
    return {0, below_one, 0};
  case rounding_mode::symmetric_ceil:
    return {below_one, -below_one, 0};
  case rounding_mode::negative_inf:
    return {half - 1, 0, 0};
  case rounding_mode::positive_inf:
    return {half, 0, 0};
  case rounding_mode::symmetric_zero:
    return {half - 1, 1, 0};
  case rounding_mode::symmetric_inf:
    return {half, -1, 0};
  case rounding_mode::conv_even:
    return {half - 1, 0, 1};
  case rounding_mode::conv_odd:
    return {half, 0, -1};
  }
  return {};
}

/// acc * 2^-shift rounded; a left shift wraps modulo 2^64. The remainder is rounded on its own, so that accumulators
/// near the ends of 64 bits can't overflow.
inline constexpr std::int64_t round_shift(std::int64_t acc, int shift, RoundingConstant rounding) {
  if (shift <= 0) return static_cast<std::int64_t>(static_cast<std::uint64_t>(acc) << -shift);
  const std::int64_t quotient = acc >> shift;
  const std::int64_t remainder = acc & ((std::int64_t(1) << shift) - 1);
  const std::int64_t constant =
      rounding.constant + ((acc >> 63) & rounding.negative) + (-(quotient & 1) & rounding.odd);
  return quotient + ((remainder + constant) >> shift);
}

inline void check_srs_shift(int shift) {
  if (shift < min_srs_shift || shift > max_srs_shift)
    report_kernel_error("shift of to_vector is outside the legal range -4..59");
}

/// What to_vector issues: a move where the width stays, two steps from 64 to 8 bits.
inline void count_narrowing(long lanes, long from_bits, long to_bits) {
  using namespace tilewright::adf;
  if (from_bits == to_bits) {
    tilewright::adf::count(Slot::shuffle, instructions_for(lanes * to_bits / 8, vector_register_bytes));
    return;
  }
  const long narrow_lanes = __AIE_ARCH__ == 20 ? 32 : 64;
  tilewright::adf::count(Slot::narrow, instructions_for(lanes, from_bits == 32 ? narrow_lanes : narrow_lanes / 2));
  if (from_bits == 64 && to_bits == 8) tilewright::adf::count(Slot::shuffle, instructions_for(lanes * 2, vector_register_bytes));
}

/// SRS of `count` lanes to T, read as signed or unsigned integers of T's width.
template <typename T, typename Lane>
inline void srs_lanes(const Lane* acc, T* out, unsigned count, bool is_signed, int shift) {
  check_srs_shift(shift);
  const RoundingConstant rounding = rounding_constant(get_rounding(), shift);
  const LaneRange range = saturation_range(8 * sizeof(T), is_signed);
  if (shift <= 0) {
    for (unsigned i = 0; i < count; ++i)
      out[i] = static_cast<T>(clamp_lane(round_shift(acc[i], shift, rounding), range));
  } else {
    for (unsigned i = 0; i < count; ++i) {
      const std::int64_t wide = acc[i];
      const std::int64_t quotient = wide >> shift;
      const std::int64_t remainder = wide & ((std::int64_t(1) << shift) - 1);
      const std::int64_t constant =
          rounding.constant + ((wide >> 63) & rounding.negative) + (-(quotient & 1) & rounding.odd);
      out[i] = static_cast<T>(clamp_lane(quotient + ((remainder + constant) >> shift), range));
    }
  }
}

/// 64-bit accumulators reach 8-bit lanes in two steps: SRS to 16 bits, then pack, each saturating or wrapping
/// [api detail/aie2/accum.hpp get_srs].
template <typename T, typename Lane>
inline void srs_lanes_through_16_bits(const Lane* acc, T* out, unsigned count, bool is_signed, int shift) {
  check_srs_shift(shift);
  const RoundingConstant rounding = rounding_constant(get_rounding(), shift);
  const LaneRange middle = saturation_range(16, is_signed);
  const LaneRange range = saturation_range(8, is_signed);
  for (unsigned i = 0; i < count; ++i) {
    const std::int64_t wide = clamp_lane(round_shift(acc[i], shift, rounding), middle);
    const std::int64_t half =
        is_signed ? std::int64_t(static_cast<std::int16_t>(wide)) : std::int64_t(static_cast<std::uint16_t>(wide));
    out[i] = static_cast<T>(clamp_lane(half, range));
  }
}

/// UPS: lane = value << shift into an accumulator lane of the width of Lane. With saturation on, the input is clamped
/// to [min >> shift, max >> shift] of the accumulator lane first; otherwise the result wraps [UG1583 ups].
template <typename Lane, typename T> inline void ups_lanes(const T* in, Lane* acc, unsigned count, int shift) {
  if (shift < 0 || shift > max_ups_shift) report_kernel_error("shift of from_vector is outside the legal range 0..63");
  LaneRange range = saturation_range(8 * sizeof(Lane), true);
  if (get_saturation() != saturation_mode::none) range = {range.low >> shift, range.high >> shift};
  for (unsigned i = 0; i < count; ++i) {
    const std::int64_t value = clamp_lane(static_cast<std::int64_t>(in[i]), range);
    acc[i] = static_cast<Lane>(static_cast<std::uint64_t>(value) << shift);
  }
}

/// pack: narrows to T, saturating or keeping the low bits, never rounding [UG1583 pack].
template <typename T, typename U> inline void pack_lanes(const U* in, T* out, unsigned count, bool is_signed) {
  const LaneRange range = saturation_range(8 * sizeof(T), is_signed);
  for (unsigned i = 0; i < count; ++i)
    out[i] = static_cast<T>(clamp_lane(static_cast<std::int64_t>(in[i]), range));
}

} // namespace aie::detail
