#include "threshold.h"

template <class Config>
void threshold<Config>::run(adf::input_buffer<typename Config::element_type>& in,
                            adf::output_buffer<typename Config::element_type>& out) {
  using element_type = typename Config::element_type;
  constexpr unsigned blocks = Config::elements / Config::block_size;
  const element_type* __restrict from = in.data();
  element_type* __restrict to = out.data();
  const auto zero = aie::zeros<element_type, Config::block_size>();
  for (unsigned block = 0; block < blocks; ++block)
    chess_prepare_for_pipelining chess_loop_count(blocks) {
      const aie::vector<element_type, Config::block_size> values = aie::load_v<Config::block_size>(from);
      aie::store_v(to, aie::select(zero, values, aie::gt(values, static_cast<element_type>(Config::limit))));
      from += Config::block_size;
      to += Config::block_size;
    }
}
