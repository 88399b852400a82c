#include "requantize_sum.h"
#include "requantize_step.h"

namespace {

template <typename T, unsigned lanes> inline aie::vector<int32, lanes> as_32_bits(const aie::vector<T, lanes>& values) {
  aie::accum<acc32, lanes> wide;
  wide.from_vector(values, 0);
  return wide.template to_vector<int32>(0);
}

template <class Config, unsigned lanes>
inline auto uniform_sum(const aie::vector<typename Config::first_type, lanes>& first,
                        const aie::vector<typename Config::second_type, lanes>& second) {
  aie::accum<acc32, lanes> sum;
  sum.from_vector(aie::broadcast<int32, lanes>(Config::addend), 0);
  sum = aie::mac(sum, as_16_bits(first), static_cast<int16>(Config::first_multiplier));
  sum = aie::mac(sum, as_16_bits(second), static_cast<int16>(Config::second_multiplier));
  return sum.template to_vector<typename Config::output_type>(Config::shift);
}

// A register of sums in 64 bits. `table` points at the first tensor's multipliers of 8 channels; what else the step
// needs follows at distances of `Config::columns`, addend = high * 2^30 + low.
template <class Config>
inline aie::vector<typename Config::output_type, lanes_at_once<Config>>
multiplied_sum(const aie::vector<int32, lanes_at_once<Config>>& first,
               const aie::vector<int32, lanes_at_once<Config>>& second, const int32* table) {
  constexpr unsigned rows = Config::rows_at_once;
  constexpr unsigned lanes = lanes_at_once<Config>;
  const aie::vector<int32, lanes> first_multiplier = repeated<rows>(aie::load_v<8>(table));
  const aie::vector<int32, lanes> second_multiplier = repeated<rows>(aie::load_v<8>(table + Config::columns));
  const aie::vector<int32, lanes> high = repeated<rows>(aie::load_v<8>(table + 2 * Config::columns));
  const aie::vector<int32, lanes> low = repeated<rows>(aie::load_v<8>(table + 3 * Config::columns));
  aie::accum<acc64, lanes> sum;
  sum.from_vector(high, 30);
  sum = aie::add(sum, low);
  sum = aie::mac(sum, first, first_multiplier);
  sum = aie::mac(sum, second, second_multiplier);
  return sum.template to_vector<typename Config::output_type>(Config::shift);
}

template <class Config, unsigned lanes, std::size_t... part>
inline auto multiplied_sums(const aie::vector<int32, lanes>& first, const aie::vector<int32, lanes>& second,
                            const int32* table, std::index_sequence<part...>) {
  aie::vector<typename Config::output_type, lanes> result;
  (result.insert(part, multiplied_sum<Config>(first.template extract<lanes_at_once<Config>>(part),
                                              second.template extract<lanes_at_once<Config>>(part), table)),
   ...);
  return result;
}

} // namespace

template <class Config>
void requantize_sum<Config>::run(adf::input_buffer<typename Config::first_type>& first,
                                 adf::input_buffer<typename Config::second_type>& second,
                                 const parameters_array& parameters,
                                 adf::output_buffer<typename Config::output_type>& out) {
  aie::set_rounding(static_cast<aie::rounding_mode>(Config::rounding));
  aie::set_saturation(aie::saturation_mode::saturate);
  constexpr unsigned lanes = Config::block_rows * Config::block_columns;
  constexpr unsigned block_rows = Config::rows / Config::block_rows;
  constexpr unsigned block_columns = Config::columns / Config::block_columns;
  const typename Config::first_type* __restrict from_first = first.data();
  const typename Config::second_type* __restrict from_second = second.data();
  typename Config::output_type* __restrict to = out.data();
  const int32* table = parameters;
  for (unsigned column = 0; column < block_columns; ++column) {
    for (unsigned row = 0; row < block_rows; ++row)
      chess_prepare_for_pipelining chess_loop_count(block_rows) {
        const aie::vector<typename Config::first_type, lanes> a = aie::load_v<lanes>(from_first);
        const aie::vector<typename Config::second_type, lanes> b = aie::load_v<lanes>(from_second);
        if constexpr (Config::uniform) {
          aie::store_v(to, clamped<Config, lanes>(uniform_sum<Config, lanes>(a, b)));
        } else {
          aie::store_v(to, clamped<Config, lanes>(multiplied_sums<Config, lanes>(
                               as_32_bits(a), as_32_bits(b), table + column * Config::block_columns,
                               std::make_index_sequence<lanes / lanes_at_once<Config>>())));
        }
        from_first += lanes;
        from_second += lanes;
        to += lanes;
      }
  }
}
