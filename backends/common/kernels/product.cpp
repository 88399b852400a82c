#include "product.h"
#include "requantize_step.h"

namespace {

// What is stored, without its zero point, in 16 bits.
template <int zero_point, typename T, unsigned lanes>
inline aie::vector<int16, lanes> centred(const aie::vector<T, lanes>& values) {
  aie::vector<int16, lanes> wide;
  if constexpr (sizeof(T) == 1) {
    wide = values.unpack().template cast_to<int16>();
  } else {
    wide = values.template cast_to<int16>();
  }
  if constexpr (zero_point == 0) {
    return wide;
  } else {
    return aie::sub(wide, static_cast<int16>(zero_point));
  }
}

} // namespace

template <class Config>
void product<Config>::run(adf::input_buffer<typename Config::first_type>& first,
                          adf::input_buffer<typename Config::second_type>& second, const parameters_array& parameters,
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
        const aie::accum<acc32, lanes> products =
            aie::mul<acc32>(centred<Config::first_zero_point>(aie::load_v<lanes>(from_first)),
                            centred<Config::second_zero_point>(aie::load_v<lanes>(from_second)));
        aie::store_v(to, requantized<Config>(products, table, column));
        from_first += lanes;
        from_second += lanes;
        to += lanes;
      }
  }
}
