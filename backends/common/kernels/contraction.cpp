#include "contraction.h"
#include "requantize_step.h"
#include "window_operand.h"

#include <cstddef>
#include <utility>

namespace {

// A group of tile_rows x tile_columns accumulators: enough reuse of each load that the multiplier, not the load ports,
// sets the pace. They are named, not an array, so that each one is a register.
template <class Config> struct contraction_blocks {
  using input_type = typename Config::input_type;
  using weight_type = typename Config::weight_type;
  using weight_storage = typename Config::weight_storage;
  using mmul = aie::mmul<Config::block_rows, Config::joined_blocks * Config::block_inner, Config::block_columns,
                         input_type, weight_type, typename Config::accumulator_type>;
  static constexpr unsigned stored_B = mmul::size_B / contraction_weights_stored_together<Config>;
  static constexpr unsigned in_row = Config::in_pitch * Config::block_inner; // elements of an image row of the input
  static constexpr unsigned in_block = Config::in_rows * in_row;             // of all rows, for one block of channels
  static constexpr unsigned in_step = Config::joined_blocks * in_block;      // the same for one operand
  static constexpr unsigned block_size = Config::block_rows * Config::block_inner;
  static constexpr unsigned along = Config::pitch / Config::block_rows; // blocks along a row of the result
  static constexpr unsigned tap_weights = Config::same_weights ? 0 : Config::tile_columns * stored_B;
  static constexpr unsigned block_weights = // of the window, for one block of input channels
      Config::same_weights ? Config::tile_columns * stored_B : Config::kernel_y * Config::kernel_x * tap_weights;
  static constexpr bool two_columns = Config::tile_columns == 2;

  mmul sums00, sums01, sums10, sums11, sums20, sums30;

  // Where a group's input begins, in elements from the first channel's first row.
  struct cursor {
    unsigned offset = 0;
    unsigned block = 0; // along the row

    __attribute__((always_inline)) void advance() {
      if constexpr (along % Config::tile_rows != 0) {
        offset += Config::tile_rows / along * Config::stride_y * in_row; // a group is several whole rows
      } else {
        block += Config::tile_rows;
        offset += Config::tile_rows * Config::stride_x * block_size;
        if (block == along) {
          block = 0;
          offset += Config::stride_y * in_row - along * Config::stride_x * block_size;
        }
      }
    }
  };

  // From the input of a group's first block to that of block `i` below.
  static constexpr unsigned below(unsigned i) {
    return i / along * Config::stride_y * in_row + i % along * Config::stride_x * block_size;
  }

  using operand_type = aie::vector<input_type, mmul::size_A>;

  // An operand from `row`, the image row of its first block of channels: blocks that are joined lie pixel by pixel.
  template <unsigned tap> static __attribute__((always_inline)) operand_type operand(const input_type* __restrict row) {
    if constexpr (Config::joined_blocks == 1) {
      return window_operand<Config, tap>(row);
    } else {
      const operand_type first = window_operand<Config, tap>(row).template grow<mmul::size_A>();
      const operand_type second = window_operand<Config, tap>(row + in_block).template grow<mmul::size_A>();
      return aie::interleave_zip(first, second, Config::block_inner).first;
    }
  }

  // The operands of blocks `i` and `i` + 1 down, joined together where they lie side by side.
  template <unsigned tap, unsigned i>
  static __attribute__((always_inline)) std::pair<operand_type, operand_type>
  operand_pair(const input_type* __restrict row) {
    constexpr bool adjacent = Config::stride_x == 1 && i / along == (i + 1) / along;
    if constexpr (Config::joined_blocks == 2 && adjacent) {
      const input_type* from = row + below(i);
      return aie::interleave_zip(window_operand_pair<Config, tap>(from),
                                 window_operand_pair<Config, tap>(from + in_block), Config::block_inner);
    } else {
      return {operand<tap>(row + below(i)), operand<tap>(row + below(i + 1))};
    }
  }

  static __attribute__((always_inline)) aie::vector<weight_type, mmul::size_B>
  weights_operand(const weight_storage* __restrict at) {
    return aie::load_v<stored_B>(at).template cast_to<weight_type>();
  }

  // The products of one element of the window. `row` is the image row that holds it.
  template <unsigned tap>
  __attribute__((always_inline)) void step(const input_type* __restrict row, const weight_storage* __restrict weights) {
    const weight_storage* __restrict at = weights + tap * tap_weights;
    const aie::vector<weight_type, mmul::size_B> b0 = weights_operand(at);
    if constexpr (Config::tile_rows == 1) {
      const operand_type a0 = operand<tap>(row);
      sums00.mac(a0, b0);
      if constexpr (two_columns) sums01.mac(a0, weights_operand(at + stored_B));
    } else {
      const auto [a0, a1] = operand_pair<tap, 0>(row);
      sums00.mac(a0, b0);
      sums10.mac(a1, b0);
      if constexpr (two_columns) {
        const aie::vector<weight_type, mmul::size_B> b1 = weights_operand(at + stored_B);
        sums01.mac(a0, b1);
        sums11.mac(a1, b1);
      }
    }
    if constexpr (Config::tile_rows == 4) {
      const auto [a2, a3] = operand_pair<tap, 2>(row);
      sums20.mac(a2, b0);
      sums30.mac(a3, b0);
    }
  }

  // The products of one row of the window.
  template <std::size_t... tap>
  __attribute__((always_inline)) void taps(const input_type* __restrict row, const weight_storage* __restrict weights,
                                           std::index_sequence<tap...>) {
    (step<tap>(row, weights), ...);
  }

  // The products of the window, for one block of input channels.
  template <std::size_t... y>
  __attribute__((always_inline)) void window(const input_type* __restrict in, const weight_storage* __restrict weights,
                                             std::index_sequence<y...>) {
    (taps(in + y * Config::dilation_y * in_row, weights + y * Config::kernel_x * tap_weights,
          std::make_index_sequence<Config::kernel_x>()),
     ...);
  }

  template <std::size_t... block>
  __attribute__((always_inline)) void
  unrolled(const input_type* __restrict in, const weight_storage* __restrict weights, std::index_sequence<block...>) {
    (window(in + block * in_step, weights + block * block_weights, std::make_index_sequence<Config::kernel_y>()), ...);
  }

  // All products of the group whose result begins at block column `column`.
  __attribute__((always_inline)) void multiply(const input_type* __restrict in,
                                               const weight_storage* __restrict weights, unsigned column) {
    constexpr unsigned all_columns = Config::columns / Config::block_columns;
    const unsigned group = Config::group_columns == all_columns ? 0 : column / Config::group_columns;
    const input_type* __restrict from = in + group * Config::group_inner * in_step;
    const weight_storage* __restrict at =
        weights + column * (Config::group_inner * (block_weights / Config::tile_columns));
    if constexpr (Config::straight == 2) {
      unrolled(from, at, std::make_index_sequence<Config::group_inner>());
    } else if constexpr (Config::straight == 1) {
      for (unsigned block = 0; block < Config::group_inner; ++block)
        chess_prepare_for_pipelining chess_loop_count(Config::group_inner) {
          window(from, at, std::make_index_sequence<Config::kernel_y>());
          from += in_step;
          at += block_weights;
        }
    } else {
      constexpr unsigned row_step = Config::dilation_y * in_row;
      unsigned y = 0;
      for (unsigned row = 0; row < Config::group_inner * Config::kernel_y; ++row)
        chess_prepare_for_pipelining chess_loop_count(Config::group_inner * Config::kernel_y) {
          taps(from, at, std::make_index_sequence<Config::kernel_x>());
          from += row_step;
          at += Config::kernel_x * tap_weights;
          if (++y == Config::kernel_y) {
            y = 0;
            from += in_step - Config::kernel_y * row_step;
            if constexpr (Config::same_weights) at += block_weights;
          }
        }
    }
  }

  // Calls action(sums, i, j) for each accumulator, i blocks down and j blocks across.
  template <class Action> void for_each(Action action) {
    action(sums00, 0, 0);
    if constexpr (two_columns) action(sums01, 0, 1);
    if constexpr (Config::tile_rows >= 2) action(sums10, 1, 0);
    if constexpr (Config::tile_rows >= 2 && two_columns) action(sums11, 1, 1);
    if constexpr (Config::tile_rows == 4) {
      action(sums20, 2, 0);
      action(sums30, 3, 0);
    }
  }
};

// Walks the result in groups, along the columns first: `begin` sets the accumulators of the group at a block row and a
// block column, `end` takes each of them, at its own.
//
// If a whole sum is straight code, the loop over the groups is the one that is pipelined: one group's accumulators are
// set and taken while its neighbours multiply.
template <class Config, class Begin, class End>
inline void for_each_group(const typename Config::input_type* in, const typename Config::weight_storage* weights,
                           Begin begin, End end) {
  constexpr unsigned block_rows = Config::rows / Config::block_rows;
  constexpr unsigned block_columns = Config::columns / Config::block_columns;
  constexpr unsigned groups = block_rows / Config::tile_rows * (block_columns / Config::tile_columns);
  typename contraction_blocks<Config>::cursor at;
  unsigned row = 0;
  unsigned column = 0;
  const auto one_group = [&]() __attribute__((always_inline)) {
    contraction_blocks<Config> group;
    begin(group, row, column);
    group.multiply(in + at.offset, weights, column);
    group.for_each([&](auto& sums, unsigned i, unsigned j) { end(sums.to_accum(), row + i, column + j); });
    column += Config::tile_columns;
    if (column == block_columns) {
      column = 0;
      row += Config::tile_rows;
      at.advance();
    }
  };
  if constexpr (Config::straight == 2) {
    for (unsigned group = 0; group < groups; ++group)
      chess_prepare_for_pipelining chess_loop_count(groups) { one_group(); }
  } else {
    for (unsigned group = 0; group < groups; ++group)
      chess_loop_count(groups) { one_group(); }
  }
}

template <class Config> inline void set_modes() {
  aie::set_rounding(static_cast<aie::rounding_mode>(Config::rounding));
  aie::set_saturation(aie::saturation_mode::saturate);
}

// The biases of one block. `call` counts the kernel's calls in the iteration.
template <class Config> inline auto bias_block(const int32* biases, unsigned call, unsigned row, unsigned column) {
  if constexpr (Config::row_classes == 0) {
    constexpr unsigned stored = Config::bias_rows * Config::block_columns;
    return repeated<Config::block_rows / Config::bias_rows>(aie::load_v<stored>(biases + column * stored));
  } else {
    constexpr unsigned lanes = Config::block_rows * Config::block_columns;
    constexpr unsigned along = Config::pitch / Config::block_rows;
    constexpr unsigned image_rows = Config::rows / Config::pitch;
    constexpr bool one_row = Config::bias_along > along; // cut along it
    constexpr unsigned classes = Config::row_classes * Config::block_classes;
    const int32* row_sorts = biases + Config::columns * classes * Config::block_rows;
    const int32* block_sorts = row_sorts + image_rows * Config::repetitions;
    const unsigned row_sort = static_cast<unsigned>(row_sorts[call * image_rows + row / along]);
    const unsigned block_sort = static_cast<unsigned>(block_sorts[row % along + (one_row ? call * along : 0)]);
    const unsigned sort = row_sort * Config::block_classes + block_sort;
    return aie::load_v<lanes>(biases + (column * classes + sort) * lanes);
  }
}

// Sets a group's accumulators to the biases, which its rows share unless they depend on the position.
template <class Config>
__attribute__((always_inline)) inline void set_biases(contraction_blocks<Config>& group, const int32* biases,
                                                      unsigned call, unsigned row, unsigned column) {
  using mmul = typename contraction_blocks<Config>::mmul;
  if constexpr (Config::row_classes == 0) {
    const auto set_column = [&](unsigned wanted) __attribute__((always_inline)) {
      const auto block = bias_block<Config>(biases, call, row, column + wanted);
      group.for_each([&](auto& sums, unsigned, unsigned j) {
        if (j == wanted) sums = mmul(block);
      });
    };
    set_column(0);
    if constexpr (Config::tile_columns == 2) set_column(1);
  } else {
    group.for_each([&](auto& sums, unsigned i, unsigned j) {
      sums = mmul(bias_block<Config>(biases, call, row + i, column + j));
    });
  }
}

template <class Config>
__attribute__((always_inline)) inline void set_from_cascade(contraction_blocks<Config>& group,
                                                            input_cascade<typename Config::cascade_type>* sums_in) {
  using mmul = typename contraction_blocks<Config>::mmul;
  group.for_each([&](auto& sums, unsigned, unsigned) { sums = mmul(readincr_v<mmul::size_C>(sums_in)); });
}

// Counts a kernel's calls in an iteration, where its biases depend on that.
template <class Config> inline void count_call(unsigned& call) {
  if constexpr (Config::row_classes > 0 && Config::repetitions > 1)
    call = call + 1 == Config::repetitions ? 0 : call + 1;
}

template <class Config, typename Accumulator>
inline void store_block(const Accumulator& sums, const int32* table, unsigned row, unsigned column,
                        typename Config::output_type* out) {
  constexpr unsigned block_rows = Config::rows / Config::block_rows;
  constexpr unsigned lanes = Config::block_rows * Config::block_columns;
  aie::store_v(out + (column * block_rows + row) * lanes, requantized<Config>(sums, table, column));
}

} // namespace

template <class Config>
void contraction_single<Config>::run(adf::input_buffer<typename Config::input_type>& in, const weights_array& weights,
                                     const parameters_array& parameters,
                                     adf::output_buffer<typename Config::output_type>& out) {
  set_modes<Config>();
  const int32* table = parameters;
  const int32* biases = table + (Config::parameters - Config::biases);
  typename Config::output_type* result = out.data();
  for_each_group<Config>(
      in.data(), weights,
      [&](auto& group, unsigned row, unsigned column) { set_biases(group, biases, call, row, column); },
      [&](const auto& sums, unsigned row, unsigned column) { store_block<Config>(sums, table, row, column, result); });
  count_call<Config>(call);
}

template <class Config>
void contraction_first<Config>::run(adf::input_buffer<typename Config::input_type>& in, const weights_array& weights,
                                    const parameters_array& parameters,
                                    output_cascade<typename Config::cascade_type>* sums_out) {
  const int32* biases = parameters;
  for_each_group<Config>(
      in.data(), weights,
      [&](auto& group, unsigned row, unsigned column) { set_biases(group, biases, call, row, column); },
      [&](const auto& sums, unsigned, unsigned) { writeincr(sums_out, sums); });
  count_call<Config>(call);
}

template <class Config>
void contraction_middle<Config>::run(adf::input_buffer<typename Config::input_type>& in, const weights_array& weights,
                                     input_cascade<typename Config::cascade_type>* sums_in,
                                     output_cascade<typename Config::cascade_type>* sums_out) {
  for_each_group<Config>(
      in.data(), weights, [&](auto& group, unsigned, unsigned) { set_from_cascade(group, sums_in); },
      [&](const auto& sums, unsigned, unsigned) { writeincr(sums_out, sums); });
}

template <class Config>
void contraction_last<Config>::run(adf::input_buffer<typename Config::input_type>& in, const weights_array& weights,
                                   input_cascade<typename Config::cascade_type>* sums_in,
                                   const parameters_array& parameters,
                                   adf::output_buffer<typename Config::output_type>& out) {
  set_modes<Config>();
  const int32* table = parameters;
  typename Config::output_type* result = out.data();
  for_each_group<Config>(
      in.data(), weights, [&](auto& group, unsigned, unsigned) { set_from_cascade(group, sums_in); },
      [&](const auto& sums, unsigned row, unsigned column) { store_block<Config>(sums, table, row, column, result); });
}
