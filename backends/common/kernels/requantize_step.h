// From accumulators to stored integers: one affine step, one rounding, one saturation. Included by kernel sources.
//
// A configuration gives
//   output_type          element that leaves
//   shift, low, high     of the requantization; low and high are inclusive
//   narrow_addend        whether addends have 32 bits
//   rows_at_once         rows of 8 channels that are multiplied together in 64 bits
//   table_rows           rows of 8 channels, all the same, in the table
//   requantization       0: accumulators leave as they are, 1: shift only, 2: multiplier and addend per channel, 3: the
//                        same with multipliers in two parts, 4: in products of 16 bits
// and for products of 16 bits
//   part_type, residual_bits, has_fraction, fraction_shift
#pragma once

#include <aie_api/aie.hpp>
#include <cstddef>
#include <cstdint>
#include <utility>

// `count` copies of one vector, one behind the other.
template <unsigned count, typename Vector> inline auto repeated(const Vector& row) {
  if constexpr (count == 1) {
    return row;
  } else if constexpr (count == 2) {
    return aie::concat(row, row);
  } else if constexpr (count == 4) {
    const auto two = aie::concat(row, row);
    return aie::concat(two, two);
  } else {
    static_assert(count == 8, "a block has 1, 2, 4 or 8 rows");
    const auto two = aie::concat(row, row);
    return aie::concat(two, two, two, two);
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

// Stored integers of 8 bits with 16.
template <typename T, unsigned lanes> inline auto as_16_bits(const aie::vector<T, lanes>& values) {
  if constexpr (sizeof(T) == 1) {
    return values.unpack();
  } else {
    return values;
  }
}

// Rows of the table, as often as `lanes` ask for.
template <class Config, unsigned lanes, typename T> inline aie::vector<T, lanes> from_table(const T* table) {
  constexpr unsigned stored = 8 * Config::table_rows;
  return repeated<lanes / stored>(aie::load_v<stored>(table));
}

// Accumulators of 64 bits in one register.
template <class Config> inline constexpr unsigned lanes_at_once = 8 * Config::rows_at_once;

// Rows of 8 accumulators times multipliers plus addends, in 64 bits. `table` points at the multipliers; the addends, or
// their high and low parts, addend = high * 2^30 + low, follow at distances of Config::table_rows rows of all columns.
template <class Config>
inline aie::vector<typename Config::output_type, lanes_at_once<Config>>
multiplied(const aie::vector<int32, lanes_at_once<Config>>& values, const int32* table) {
  constexpr unsigned lanes = lanes_at_once<Config>;
  constexpr unsigned distance = Config::table_rows * Config::columns;
  const aie::vector<int32, lanes> multiplier = from_table<Config, lanes>(table);
  aie::accum<acc64, lanes> sum;
  if constexpr (Config::narrow_addend) {
    sum.from_vector(from_table<Config, lanes>(table + distance), 0);
  } else {
    sum.from_vector(from_table<Config, lanes>(table + distance), 30);
    sum = aie::add(sum, from_table<Config, lanes>(table + 2 * distance));
  }
  sum = aie::mac(sum, values, multiplier);
  return sum.template to_vector<typename Config::output_type>(Config::shift);
}

// The same with multiplier = high * 2^31 + low; the low parts follow behind the addends. The product with the low part
// is rounded to units of 2^31, in which the rest is computed.
template <class Config>
inline aie::vector<typename Config::output_type, lanes_at_once<Config>>
multiplied_in_two(const aie::vector<int32, lanes_at_once<Config>>& values, const int32* table) {
  constexpr unsigned lanes = lanes_at_once<Config>;
  constexpr unsigned distance = Config::table_rows * Config::columns;
  const aie::vector<int32, lanes> multiplier = from_table<Config, lanes>(table);
  const aie::vector<int32, lanes> high = from_table<Config, lanes>(table + distance);
  const aie::vector<int32, lanes> low = from_table<Config, lanes>(table + 2 * distance);
  const aie::vector<int32, lanes> multiplier_low = from_table<Config, lanes>(table + 3 * distance);
  const aie::accum<acc64, lanes> low_product = aie::mul<acc64>(values, multiplier_low);
  const aie::vector<int32, lanes> carry = low_product.template to_vector<int32>(31);
  aie::accum<acc64, lanes> sum;
  sum.from_vector(high, 30);
  sum = aie::add(sum, low);
  sum = aie::add(sum, carry);
  sum = aie::mac(sum, values, multiplier);
  return sum.template to_vector<typename Config::output_type>(Config::shift);
}

template <class Config>
inline aie::vector<typename Config::output_type, lanes_at_once<Config>>
multiplied_part(const aie::vector<int32, lanes_at_once<Config>>& values, const int32* table) {
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
  (result.insert(part, multiplied_part<Config>(values.template extract<lanes_at_once<Config>>(part), table)), ...);
  return result;
}

// The low halves of 32-bit lanes.
template <unsigned lanes> inline aie::vector<int16, lanes> low_halves(const aie::vector<int32, lanes>& values) {
  if constexpr (lanes <= 32) {
    return aie::filter_even(values.template cast_to<int16>());
  } else {
    return aie::concat(low_halves<lanes / 2>(values.template extract<lanes / 2>(0)),
                       low_halves<lanes / 2>(values.template extract<lanes / 2>(1)));
  }
}

// Accumulators times multipliers in products of 16 bits, as backends/common/halfword_step.h says. `table` points at the
// numbers of the block's channels: high, addend, fraction, low, for each lane one.
template <class Config, typename Accumulator>
inline auto multiplied_halfwords(const Accumulator& sums, const int16* table) {
  constexpr unsigned lanes = Accumulator::size();
  constexpr unsigned stored = 8 * Config::table_rows;
  const aie::vector<typename Config::part_type, lanes> values =
      sums.template to_vector<typename Config::part_type>(Config::residual_bits);
  aie::vector<int16, lanes> addend = from_table<Config, lanes>(table + stored);
  if constexpr (Config::has_fraction) {
    const aie::accum<acc32, lanes> product = aie::mul<acc32>(values, from_table<Config, lanes>(table + 2 * stored));
    addend = aie::add(addend, product.template to_vector<int16>(16 + Config::fraction_shift));
  }
  aie::accum<acc32, lanes> sum;
  sum.from_vector(addend, Config::fraction_shift);
  sum = aie::mac(sum, values, from_table<Config, lanes>(table));
  if constexpr (Config::residual_bits > 0) {
    constexpr int16 mask = (1 << Config::residual_bits) - 1;
    const aie::vector<int16, lanes> halves = low_halves<lanes>(sums.template to_vector<int32>(0));
    sum = aie::mac(sum, aie::bit_and(mask, halves), from_table<Config, lanes>(table + (Config::has_fraction ? 3 : 2) * stored));
  }
  return sum.template to_vector<typename Config::output_type>(Config::shift);
}

// One block of rows x 8 channels, the `column`th of them. `all` is not read unless Config::requantization is 2 to 4.
template <class Config, typename Accumulator>
inline auto requantized(const Accumulator& sums, const int32* all, unsigned column) {
  using output_type = typename Config::output_type;
  constexpr unsigned lanes = Accumulator::size();
  if constexpr (Config::requantization == 0) {
    return sums.template to_vector<output_type>(0);
  } else if constexpr (Config::requantization == 1) {
    return clamped<Config, lanes>(sums.template to_vector<output_type>(Config::shift));
  } else if constexpr (Config::requantization == 4) {
    constexpr unsigned tables = 2 + (Config::has_fraction ? 1 : 0) + (Config::residual_bits > 0 ? 1 : 0);
    const int16* table = reinterpret_cast<const int16*>(all) + column * (tables * 8 * Config::table_rows);
    return clamped<Config, lanes>(multiplied_halfwords<Config>(sums, table));
  } else {
    const int32* table = all + column * (Config::table_rows * Config::block_columns);
    const aie::vector<int32, lanes> values = sums.template to_vector<int32>(0);
    return clamped<Config, lanes>(
        multiplied_parts<Config>(values, table, std::make_index_sequence<lanes / lanes_at_once<Config>>()));
  }
}
