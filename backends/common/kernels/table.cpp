#include "table.h"

#include <type_traits>

namespace {

template <typename T> inline constexpr bool is_signed_element = static_cast<T>(-1) < static_cast<T>(0);

// Entries that the lookup knows; the same bits as the result's.
template <class Config>
using looked_up_type = std::conditional_t<sizeof(typename Config::output_type) == 1, int8,
                                          std::conditional_t<sizeof(typename Config::output_type) == 2, int16, int32>>;

template <class Config>
inline void look_up(const typename Config::input_type* __restrict from, const typename Config::entry_type* first,
                    const typename Config::entry_type* second, typename Config::output_type* __restrict to) {
  using input_type = typename Config::input_type;
  constexpr unsigned values = 256;
  constexpr unsigned lanes = sizeof(typename Config::output_type) == 4 ? 16 : 32;
  constexpr unsigned blocks = Config::rows * Config::columns / lanes;
  using lookup_type = aie::parallel_lookup<input_type, aie::lut<4, looked_up_type<Config>>>;
  const aie::lut<4, looked_up_type<Config>> entries(values, first, second);
  // Indices without sign take no bias.
  lookup_type lookup = [&] {
    if constexpr (is_signed_element<input_type>) {
      return lookup_type(entries, 0, values / 2);
    } else {
      return lookup_type(entries, 0);
    }
  }();
  for (unsigned block = 0; block < blocks; ++block)
    chess_prepare_for_pipelining chess_loop_count(blocks) {
      const auto results = lookup.template fetch<lanes>(aie::load_v<32>(from));
      aie::store_v(to, results.template cast_to<typename Config::output_type>());
      from += lanes;
      to += lanes;
    }
}

template <class Config>
inline void look_up_by_channel(const typename Config::input_type* from, const typename Config::entry_type* entries,
                               typename Config::output_type* to) {
  constexpr unsigned values = 256;
  constexpr int low = is_signed_element<typename Config::input_type> ? -128 : 0;
  for (unsigned column = 0; column < Config::columns; column += Config::channels) {
    for (unsigned row = 0; row < Config::rows; ++row) {
      for (unsigned channel = 0; channel < Config::channels; ++channel)
        *to++ = static_cast<typename Config::output_type>(entries[(column + channel) * values + (*from++ - low)]);
    }
  }
}

} // namespace

template <class Config>
void table<Config>::run(adf::input_buffer<typename Config::input_type>& in, const entries_array& first,
                        const entries_array& second, adf::output_buffer<typename Config::output_type>& out) {
  if constexpr (Config::channels == 0) {
    look_up<Config>(in.data(), first, second, out.data());
  } else {
    look_up_by_channel<Config>(in.data(), first, out.data());
  }
}
