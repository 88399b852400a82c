#include "requantize.h"
#include "requantize_step.h"

namespace {

template <class Config, unsigned lanes>
inline auto uniform_step(const aie::vector<typename Config::input_type, lanes>& values) {
  aie::accum<acc32, lanes> sum;
  sum.from_vector(aie::broadcast<int32, lanes>(Config::addend), 0);
  sum = aie::mac(sum, as_16_bits(values), static_cast<int16>(Config::multiplier));
  return clamped<Config, lanes>(sum.template to_vector<typename Config::output_type>(Config::shift));
}

} // namespace

template <class Config>
void requantize<Config>::run(adf::input_buffer<typename Config::input_type>& in, const parameters_array& parameters,
                             adf::output_buffer<typename Config::output_type>& out) {
  aie::set_rounding(static_cast<aie::rounding_mode>(Config::rounding));
  aie::set_saturation(aie::saturation_mode::saturate);
  constexpr unsigned lanes = Config::block_rows * Config::block_columns;
  constexpr unsigned block_rows = Config::rows / Config::block_rows;
  constexpr unsigned block_columns = Config::columns / Config::block_columns;
  const typename Config::input_type* __restrict from = in.data();
  typename Config::output_type* __restrict to = out.data();
  const int32* table = parameters;
  for (unsigned column = 0; column < block_columns; ++column) {
    for (unsigned row = 0; row < block_rows; ++row)
      chess_prepare_for_pipelining chess_loop_count(block_rows) {
        const aie::vector<typename Config::input_type, lanes> values = aie::load_v<lanes>(from);
        if constexpr (Config::uniform) {
          aie::store_v(to, uniform_step<Config, lanes>(values));
        } else {
          aie::accum<typename Config::accumulator_type, lanes> sums;
          sums.from_vector(values, 0);
          aie::store_v(to, requantized<Config>(sums, table, column));
        }
        from += lanes;
        to += lanes;
      }
  }
}
