#include "rearrange.h"

template <class Config>
void rearrange<Config>::move_blocks(const element* __restrict from, const int16* __restrict table,
                                    element* __restrict to) {
  for (unsigned i = 0; i < Config::entries; ++i)
    chess_prepare_for_pipelining chess_loop_count(Config::entries) {
      const unsigned first = static_cast<unsigned>(table[2 * i]);
      const unsigned second = static_cast<unsigned>(table[2 * i + 1]);
      const aie::vector<element, 32> upper = aie::load_v<32>(from + first / 2 * 32);
      const aie::vector<element, 32> lower = aie::load_v<32>(from + second * 32);
      const aie::vector<element, 64> turned = aie::transpose(aie::concat(upper, lower), 8, 8);
      aie::store_v(to, turned.template extract<32>(first % 2));
      to += 32;
    }
}

template <class Config>
void rearrange<Config>::move_units(const element* __restrict from, const int16* __restrict table,
                                   element* __restrict to) {
  using unit = typename Config::unit_type;
  const unit* in = reinterpret_cast<const unit*>(from);
  unit* __restrict out = reinterpret_cast<unit*>(to);
  for (unsigned pass = 0; pass < Config::passes; ++pass) {
    for (unsigned i = 0; i < Config::entries; ++i)
      chess_prepare_for_pipelining chess_loop_count(Config::entries) {
        const int entry = table[i];
        const unit* __restrict moved = in + (entry < 0 ? 0 : entry) * static_cast<int>(Config::units);
        for (unsigned u = 0; u < Config::units; ++u)
          chess_unroll_loop(Config::units)* out++ = entry < 0 ? static_cast<unit>(Config::fill) : moved[u];
      }
    in += Config::in_step;
  }
}

template <class Config>
void rearrange<Config>::run(adf::input_buffer<typename Config::element_type>& in, const table_array& table,
                            adf::output_buffer<typename Config::element_type>& out) {
  const int16* own = table + (Config::tables > 1 ? call * numbers : 0);
  if constexpr (Config::turned) {
    move_blocks(in.data(), own, out.data());
  } else {
    move_units(in.data(), own, out.data());
  }
  if constexpr (Config::tables > 1) call = call + 1 == Config::tables ? 0 : call + 1;
}
