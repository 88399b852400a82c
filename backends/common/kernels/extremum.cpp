#include "extremum.h"

template <class Config>
void extremum<Config>::run(adf::input_buffer<typename Config::input_type>& first,
                           adf::input_buffer<typename Config::input_type>& second,
                           adf::output_buffer<typename Config::input_type>& out) {
  using element = typename Config::input_type;
  constexpr unsigned lanes = 32 / sizeof(element);
  constexpr unsigned blocks = Config::rows * Config::columns / lanes;
  const element* __restrict from_first = first.data();
  const element* __restrict from_second = second.data();
  element* __restrict to = out.data();
  for (unsigned block = 0; block < blocks; ++block)
    chess_prepare_for_pipelining chess_loop_count(blocks) {
      const aie::vector<element, lanes> a = aie::load_v<lanes>(from_first);
      const aie::vector<element, lanes> b = aie::load_v<lanes>(from_second);
      if constexpr (Config::smallest) {
        aie::store_v(to, aie::min(a, b));
      } else {
        aie::store_v(to, aie::max(a, b));
      }
      from_first += lanes;
      from_second += lanes;
      to += lanes;
    }
}
