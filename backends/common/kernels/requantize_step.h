// From accumulators to stored integers: one affine step, one rounding, one saturation. Included by kernel sources.
//
// A configuration gives
//   output_type          element that leaves
//   shift, low, high     of the requantization; low and high are inclusive
//   narrow_addend        whether addends have 32 bits
//   requantization       0: accumulators leave as they are, 1: shift only, 2: multiplier and addend per channel, 3: the
//   same
//                        with multipliers in two parts
#pragma once

#include <aie_api/aie.hpp>
#include <cstddef>
#include <utility>

// `count` copies of one vector, one behind the other.
template <unsigned count, typename Vector> inline auto repeated(const Vector& row) {
  if constexpr (count == 1) {
    return row;
  } else if constexpr (count == 2) {
    return aie::concat(row, row);
  } else if constexpr (count == 4) {
    return aie::concat(row, row, row, row);
  } else {
    static_assert(count == 8, "a block has 1, 2, 4 or 8 rows");
    return aie::concat(row, row, row, row, row, row, row, row);
  }
}

// Keeps every lane between the configuration's bounds, where they are tighter than the element's own.
template <class Config, unsigned lanes>
inline aie::vector<typename Config::output_type, lanes>
clamped(aie::vector<typename Config::output_type, lanes> values) {
  using output_type = typename Config::output_type;
  if constexpr (Config::clamp_low) values = aie::max(values, static_cast<output_type>(Config::low));
  if constexpr (Config::clamp_high) values = aie::min(values, static_cast<output_type>(Config::high));
  return values;
}

// Rows that are requantized at once; the table holds each block of channels as often.
inline constexpr unsigned requantized_rows = 2;

// 16 accumulators, two rows of 8 channels, times multipliers plus addends, in 64 bits. `table` points at the
// multipliers; the addends, or their high and low parts, addend = high * 2^30 + low, follow at distances of two rows of
// all columns.
template <class Config>
inline aie::vector<typename Config::output_type, 16> multiplied(const aie::vector<int32, 16>& values,
                                                                const int32* table) {
  constexpr unsigned distance = requantized_rows * Config::columns;
  const aie::vector<int32, 16> multiplier = aie::load_v<16>(table);
  aie::accum<acc64, 16> sum;
  if constexpr (Config::narrow_addend) {
    sum.from_vector(aie::load_v<16>(table + distance), 0);
  } else {
    sum.from_vector(aie::load_v<16>(table + distance), 30);
    sum = aie::add(sum, aie::load_v<16>(table + 2 * distance));
  }
  sum = aie::mac(sum, values, multiplier);
  return sum.template to_vector<typename Config::output_type>(Config::shift);
}

// The same with multiplier = high * 2^31 + low; the low parts follow behind the addends. The product with the low part
// is rounded to units of 2^31, in which the rest is computed.
template <class Config>
inline aie::vector<typename Config::output_type, 16> multiplied_in_two(const aie::vector<int32, 16>& values,
                                                                       const int32* table) {
  constexpr unsigned distance = requantized_rows * Config::columns;
  const aie::vector<int32, 16> multiplier = aie::load_v<16>(table);
  const aie::vector<int32, 16> high = aie::load_v<16>(table + distance);
  const aie::vector<int32, 16> low = aie::load_v<16>(table + 2 * distance);
  const aie::vector<int32, 16> multiplier_low = aie::load_v<16>(table + 3 * distance);
  const aie::accum<acc64, 16> low_product = aie::mul<acc64>(values, multiplier_low);
  const aie::vector<int32, 16> carry = low_product.template to_vector<int32>(31);
  aie::accum<acc64, 16> sum;
  sum.from_vector(high, 30);
  sum = aie::add(sum, low);
  sum = aie::add(sum, carry);
  sum = aie::mac(sum, values, multiplier);
  return sum.template to_vector<typename Config::output_type>(Config::shift);
}

template <class Config>
inline aie::vector<typename Config::output_type, 16> multiplied_part(const aie::vector<int32, 16>& values,
                                                                     const int32* table) {
  if constexpr (Config::requantization == 3) {
    return multiplied_in_two<Config>(values, table);
  } else {
    return multiplied<Config>(values, table);
  }
}

template <class Config, unsigned lanes, std::size_t... part>
inline aie::vector<typename Config::output_type, lanes>
multiplied_parts(const aie::vector<int32, lanes>& values, const int32* table, std::index_sequence<part...>) {
  aie::vector<typename Config::output_type, lanes> result;
  (result.insert(part, multiplied_part<Config>(values.template extract<16>(part), table)), ...);
  return result;
}

// One block of rows x 8 channels, the `column`th of them. `all` is not read unless Config::requantization is 2 or 3.
template <class Config, typename Accumulator>
inline auto requantized(const Accumulator& sums, const int32* all, unsigned column) {
  const int32* table = all + column * (requantized_rows * Config::block_columns);
  using output_type = typename Config::output_type;
  constexpr unsigned lanes = Accumulator::size();
  if constexpr (Config::requantization == 0) {
    return sums.template to_vector<output_type>(0);
  } else if constexpr (Config::requantization == 1) {
    return clamped<Config, lanes>(sums.template to_vector<output_type>(Config::shift));
  } else {
    const aie::vector<int32, lanes> values = sums.template to_vector<int32>(0);
    return clamped<Config, lanes>(multiplied_parts<Config>(values, table, std::make_index_sequence<lanes / 16>()));
  }
}
