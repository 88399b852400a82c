// Requantization in products of 16 bits, which the vector unit does 32 or 64 at a time; products of 32 bits take four
// instructions for half as many.
//
//   x = accumulator + offset                        in the biases
//   p = saturate16(x >> residual_bits)              the part that is multiplied precisely
//   r = the residual_bits lowest bits of x
//   n = p * high + r * low + (((p * fraction) >> (16 + fraction_shift)) + addend) * 2^fraction_shift      in 32 bits
//   result = clamp(n >> shift)
//
// Shifts round down. What has 16 bits: p (unsigned where results are not negative), high, low, fraction, addend.
// high + fraction / 2^16 is the multiplier; without `fraction` its 16 bits are enough.
//
// n grows with x, so the result has its steps where it should if it has at one accumulator on each side of every step:
// that is what the search proves, over all accumulators.
#pragma once

#include "ir/ops/requantize.h"

#include <optional>
#include <vector>

namespace tilewright {

struct HalfwordStep {
  bool unsigned_part = false; // p
  int residual_bits = 0;
  int fraction_shift = 0;
  int shift = 0;
  bool has_fraction = false;
  // One a channel.
  std::vector<std::int64_t> offset;
  std::vector<std::int64_t> high;
  std::vector<std::int64_t> fraction;
  std::vector<std::int64_t> low;
  std::vector<std::int64_t> addend;
};

// n for one channel, whose offset is already part of `x`.
std::int64_t halfword_sum(const HalfwordStep& step, std::size_t channel, std::int64_t x);

// A step that equals `attributes` for every accumulator within `sums`, which fit 32 bits, and keeps them there;
// nullopt where none was found. For results of 8 bits; `channels` is the number of them.
std::optional<HalfwordStep> find_halfword_step(const RequantizeAttributes& attributes, const IntegerRange& sums,
                                               std::size_t channels);

} // namespace tilewright
