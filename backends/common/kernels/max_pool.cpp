#include "max_pool.h"
#include "window_operand.h"

#include <cstddef>
#include <utility>

namespace {

template <class Config> struct max_pool_block {
  using input_type = typename Config::input_type;
  static constexpr unsigned lanes = Config::block_rows * Config::block_inner;
  static constexpr unsigned in_row = Config::in_pitch * Config::block_inner;
  using values = aie::vector<input_type, lanes>;

  // The largest of one row of the windows, and of what was found before.
  template <std::size_t... tap>
  static __attribute__((always_inline)) values row(values most, const input_type* __restrict in,
                                                   std::index_sequence<tap...>) {
    ((most = aie::max(most, window_operand<Config, tap>(in))), ...);
    return most;
  }

  static __attribute__((always_inline)) values window(const input_type* __restrict in) {
    values most = window_operand<Config, 0>(in);
    for (unsigned y = 0; y < Config::kernel_y; ++y)
      chess_unroll_loop(Config::kernel_y) {
        most = row(most, in + y * Config::dilation_y * in_row, std::make_index_sequence<Config::kernel_x>());
      }
    return most;
  }
};

} // namespace

template <class Config>
void max_pool<Config>::run(adf::input_buffer<typename Config::input_type>& in,
                           adf::output_buffer<typename Config::input_type>& out) {
  using block = max_pool_block<Config>;
  constexpr unsigned along = Config::pitch / Config::block_rows;
  constexpr unsigned blocks = Config::rows / Config::block_rows;
  constexpr unsigned step = Config::stride_x * block::lanes;
  const typename Config::input_type* channels = in.data();
  typename Config::input_type* __restrict to = out.data();
  for (unsigned column = 0; column < Config::columns / Config::block_inner; ++column) {
    const typename Config::input_type* __restrict from = channels;
    unsigned position = 0; // along the row
    for (unsigned i = 0; i < blocks; ++i)
      chess_prepare_for_pipelining chess_loop_count(blocks) {
        aie::store_v(to, block::window(from));
        to += block::lanes;
        from += step;
        if (++position == along) {
          position = 0;
          from += Config::stride_y * block::in_row - along * step;
        }
      }
    channels += Config::in_rows * block::in_row;
  }
}
