#include "step_table.h"

template <class Config>
void step_table<Config>::run(adf::input_buffer<int32>& in, const entries_array& first, const entries_array& second,
                             adf::output_buffer<typename Config::output_type>& out) {
  aie::set_rounding(aie::rounding_mode::floor);
  constexpr unsigned lanes = 16;
  constexpr unsigned blocks = Config::rows * Config::columns / (2 * lanes);
  constexpr unsigned copies = 2;
  const aie::lut<4, int32> edges(Config::buckets, first, second);
  const aie::lut<4, int16> levels(Config::buckets, first + copies * Config::buckets, second + copies * Config::buckets);
  aie::parallel_lookup<int16, aie::lut<4, int32>> edge_of(edges, 0);
  aie::parallel_lookup<int16, aie::lut<4, int16>> levels_of(levels, 0);
  const auto level_of = [&](const aie::vector<int32, lanes>& values) {
    aie::accum<acc32, lanes> places;
    places.from_vector(values, 0);
    const aie::vector<int16, lanes> bucket = places.template to_vector<int16>(Config::shift);
    const aie::vector<int8, 2 * lanes> both = levels_of.template fetch<lanes>(bucket).template cast_to<int8>();
    const auto reached = aie::ge(values, edge_of.template fetch<lanes>(bucket));
    return aie::select(aie::filter_even(both), aie::filter_odd(both), reached);
  };
  const int32* __restrict from = in.data();
  typename Config::output_type* __restrict to = out.data();
  for (unsigned block = 0; block < blocks; ++block)
    chess_prepare_for_pipelining chess_loop_count(blocks) {
      const aie::vector<int8, lanes> low = level_of(aie::load_v<lanes>(from));
      const aie::vector<int8, lanes> high = level_of(aie::load_v<lanes>(from + lanes));
      aie::store_v(to, aie::concat(low, high).template cast_to<typename Config::output_type>());
      from += 2 * lanes;
      to += 2 * lanes;
    }
}
