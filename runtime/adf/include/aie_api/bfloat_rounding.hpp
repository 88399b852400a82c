// float to bfloat16 in the tile's rounding mode.
//
// The conversion obeys crRnd; floor rounds toward minus infinity and conv_even equals IEEE round-to-nearest-even
// [mlir-aie #3587]. NaN stays a quiet NaN; a finite value may round up to infinity in the modes that go outward.
#pragma once

#include <cmath>
#include <cstdint>
#include <cstring>

#include "../adf/scalar_types.hpp"
#include "shift_round_saturate.hpp"

namespace aie::detail {

inline bfloat16 round_to_bfloat16(float value) {
  std::uint32_t bits;
  std::memcpy(&bits, &value, sizeof bits);
  if (std::isnan(value)) return bfloat16::from_bits(static_cast<uint16>((bits >> 16) | 0x40u));
  if (std::isinf(value)) return bfloat16::from_bits(static_cast<uint16>(bits >> 16));
  // The magnitude is rounded as an integer with the sign given to the rounding rule; the sign bit is put back.
  const std::int64_t magnitude = bits & 0x7fffffffu;
  const bool negative = (bits >> 31) != 0;
  const std::int64_t rounded =
      round_shift(negative ? -magnitude : magnitude, 16, rounding_constant(get_rounding(), 16));
  const std::uint32_t result = static_cast<std::uint32_t>(negative ? -rounded : rounded);
  return bfloat16::from_bits(static_cast<uint16>(result | (negative ? 0x8000u : 0u)));
}

} // namespace aie::detail
