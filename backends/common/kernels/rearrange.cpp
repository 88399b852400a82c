#include "rearrange.h"

template <class Config>
void rearrange<Config>::run(adf::input_buffer<typename Config::element_type>& in, const table_array& table,
                            adf::output_buffer<typename Config::element_type>& out) {
  using unit = typename Config::unit_type;
  const unit* from = reinterpret_cast<const unit*>(in.data());
  unit* __restrict to = reinterpret_cast<unit*>(out.data());
  const int16* __restrict own = table + (Config::tables > 1 ? call * Config::entries : 0);
  for (unsigned pass = 0; pass < Config::passes; ++pass) {
    for (unsigned i = 0; i < Config::entries; ++i)
      chess_prepare_for_pipelining chess_loop_count(Config::entries) {
        const int entry = own[i];
        const unit* __restrict moved = from + (entry < 0 ? 0 : entry) * static_cast<int>(Config::units);
        for (unsigned u = 0; u < Config::units; ++u)
          chess_unroll_loop(Config::units)* to++ = entry < 0 ? static_cast<unit>(Config::fill) : moved[u];
      }
    from += Config::in_step;
  }
  if constexpr (Config::tables > 1) call = call + 1 == Config::tables ? 0 : call + 1;
}
