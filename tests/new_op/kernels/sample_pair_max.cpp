#include "sample_pair_max.h"

template <class Config>
void sample_pair_max<Config>::run(adf::input_buffer<typename Config::element_type>& in,
                                  adf::output_buffer<typename Config::element_type>& out) {
  constexpr unsigned blocks = Config::elements / Config::block_size;
  const typename Config::element_type* __restrict from = in.data();
  typename Config::element_type* __restrict to = out.data();
  for (unsigned block = 0; block < blocks; ++block)
    chess_prepare_for_pipelining chess_loop_count(blocks) {
      const aie::vector<typename Config::element_type, Config::block_size> pairs =
          aie::load_v<Config::block_size>(from);
      const auto larger = aie::max(aie::filter_even(pairs, 1), aie::filter_odd(pairs, 1));
      const auto [first, second] = aie::interleave_zip(larger, larger, 1);
      aie::store_v(to, aie::concat(first, second));
      from += Config::block_size;
      to += Config::block_size;
    }
}
