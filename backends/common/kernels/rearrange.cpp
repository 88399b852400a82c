#include "rearrange.h"

template <class Config>
void rearrange<Config>::turn_blocks(const element* __restrict from, const int16* __restrict table,
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
void rearrange<Config>::weave_blocks(const element* __restrict from, const int16* __restrict table,
                                     element* __restrict to) {
  const aie::vector<element, 32> nothing = aie::broadcast<element, 32>(static_cast<element>(Config::fill));
  const auto block = [&](int index) __attribute__((always_inline)) {
    const aie::vector<element, 32> there = aie::load_v<32>(from + (index < 0 ? 0 : index) * 32);
    return index < 0 ? nothing : there;
  };
  for (unsigned pass = 0; pass < Config::passes; ++pass) {
    for (unsigned i = 0; i < Config::entries; ++i)
      chess_prepare_for_pipelining chess_loop_count(Config::entries) {
        const int first = table[2 * i];
        const int second = table[2 * i + 1];
        const auto [lower, upper] = aie::interleave_zip(block(first < 0 ? -1 : first / 2), block(second), 8);
        aie::store_v(to, first > 0 && first % 2 != 0 ? upper : lower);
        to += 32;
      }
    from += Config::in_step;
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
  if constexpr (Config::blocks == 1) {
    turn_blocks(in.data(), own, out.data());
  } else if constexpr (Config::blocks == 2) {
    weave_blocks(in.data(), own, out.data());
  } else {
    move_units(in.data(), own, out.data());
  }
  if constexpr (Config::tables > 1) call = call + 1 == Config::tables ? 0 : call + 1;
}
