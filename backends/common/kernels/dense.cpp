#include "dense.h"
#include "requantize_step.h"

#include <cstddef>
#include <utility>

namespace {

// tile_rows x tile_columns accumulators over the whole inner dimension: enough reuse of each load that the multiplier,
// not the load ports, sets the pace. They are named, not an array, so that each one is a register.
template <class Config> struct dense_blocks {
  using input_type = typename Config::input_type;
  using weight_type = typename Config::weight_type;
  using mmul = aie::mmul<Config::block_rows, Config::block_inner, Config::block_columns, input_type, weight_type,
                         typename Config::accumulator_type>;
  static constexpr unsigned steps = Config::inner / Config::block_inner;
  static constexpr unsigned lanes = mmul::size_C;
  static constexpr bool two_rows = Config::tile_rows == 2;
  static constexpr bool two_columns = Config::tile_columns == 2;

  mmul sums00, sums01, sums10, sums11;

  // One block of the inner dimension.
  __attribute__((always_inline)) void step(const input_type* __restrict in0, const input_type* __restrict in1,
                                           const weight_type* __restrict weights) {
    const aie::vector<input_type, mmul::size_A> a0 = aie::load_v<mmul::size_A>(in0);
    const aie::vector<weight_type, mmul::size_B> b0 = aie::load_v<mmul::size_B>(weights);
    sums00.mac(a0, b0);
    if constexpr (two_rows) {
      const aie::vector<input_type, mmul::size_A> a1 = aie::load_v<mmul::size_A>(in1);
      sums10.mac(a1, b0);
      if constexpr (two_columns) {
        const aie::vector<weight_type, mmul::size_B> b1 = aie::load_v<mmul::size_B>(weights + mmul::size_B);
        sums01.mac(a0, b1);
        sums11.mac(a1, b1);
      }
    } else if constexpr (two_columns) {
      const aie::vector<weight_type, mmul::size_B> b1 = aie::load_v<mmul::size_B>(weights + mmul::size_B);
      sums01.mac(a0, b1);
    }
  }

  template <std::size_t... index>
  __attribute__((always_inline)) void unrolled(const input_type* __restrict in, const weight_type* __restrict weights,
                                               std::index_sequence<index...>) {
    const input_type* __restrict in1 = in + steps * mmul::size_A;
    (step(in + index * mmul::size_A, in1 + index * mmul::size_A,
          weights + index * Config::tile_columns * mmul::size_B),
     ...);
  }

  __attribute__((always_inline)) void multiply(const input_type* __restrict in,
                                               const weight_type* __restrict weights) {
    if constexpr (Config::unrolled) {
      unrolled(in, weights, std::make_index_sequence<steps>());
    } else {
      const input_type* __restrict in0 = in;
      const input_type* __restrict in1 = in + steps * mmul::size_A;
      for (unsigned index = 0; index < steps; ++index)
        chess_prepare_for_pipelining chess_loop_count(steps)
        {
          step(in0, in1, weights);
          in0 += mmul::size_A;
          in1 += mmul::size_A;
          weights += Config::tile_columns * mmul::size_B;
        }
    }
  }

  // Calls action(sums, i, j) for each accumulator, i blocks down and j blocks across.
  template <class Action> void for_each(Action action) {
    action(sums00, 0, 0);
    if constexpr (two_columns) action(sums01, 0, 1);
    if constexpr (two_rows) action(sums10, 1, 0);
    if constexpr (two_rows && two_columns) action(sums11, 1, 1);
  }
};

// Walks the output in groups of tile_rows x tile_columns blocks, along the columns first: `begin` sets the accumulators of
// a group, `end` takes them. `begin` gets the block column of each accumulator, `end` its block row and block column.
//
// With `unrolled` a group is straight code, so that the loop over the groups is the one that is pipelined: one group's
// accumulators are set and taken while its neighbours multiply.
template <class Config, class Begin, class End>
inline void for_each_group(const typename Config::input_type* in, const typename Config::weight_type* weights,
                           Begin begin, End end) {
  using blocks = dense_blocks<Config>;
  constexpr unsigned block_rows = Config::rows / Config::block_rows;
  constexpr unsigned block_columns = Config::columns / Config::block_columns;
  constexpr unsigned groups = block_rows / Config::tile_rows * (block_columns / Config::tile_columns);
  const auto one_group = [&](unsigned row, unsigned column) __attribute__((always_inline)) {
    blocks group;
    group.for_each([&](auto& sums, unsigned, unsigned j) { begin(sums, column + j); });
    group.multiply(in + row * blocks::steps * blocks::mmul::size_A,
                   weights + column * blocks::steps * blocks::mmul::size_B);
    group.for_each([&](auto& sums, unsigned i, unsigned j) { end(sums.to_accum(), row + i, column + j); });
  };
  unsigned row = 0;
  unsigned column = 0;
  const auto next = [&]() __attribute__((always_inline)) {
    column += Config::tile_columns;
    const bool wraps = column == block_columns;
    row = wraps ? row + Config::tile_rows : row;
    column = wraps ? 0 : column;
  };
  if constexpr (Config::unrolled) {
    for (unsigned group = 0; group < groups; ++group)
      chess_prepare_for_pipelining chess_loop_count(groups)
      {
        one_group(row, column);
        next();
      }
  } else {
    for (unsigned group = 0; group < groups; ++group)
      chess_loop_count(groups)
      {
        one_group(row, column);
        next();
      }
  }
}

template <class Config> inline void set_modes() {
  aie::set_rounding(static_cast<aie::rounding_mode>(Config::rounding));
  aie::set_saturation(aie::saturation_mode::saturate);
}

// The biases of one block column, once for each row of a block.
template <class Config> inline auto bias_block(const int32* parameters, unsigned column) {
  return repeated<Config::block_rows>(aie::load_v<Config::block_columns>(parameters + column * Config::block_columns));
}

template <class Config, typename Accumulator>
inline void store_block(const Accumulator& sums, const int32* table, unsigned row, unsigned column,
                        typename Config::output_type* out) {
  constexpr unsigned block_columns = Config::columns / Config::block_columns;
  constexpr unsigned lanes = Config::block_rows * Config::block_columns;
  aie::store_v(out + (row * block_columns + column) * lanes, requantized<Config>(sums, table + column * Config::block_columns));
}

} // namespace

template <class Config>
void dense_single<Config>::run(adf::input_buffer<typename Config::input_type>& in, const weights_array& weights,
                               const parameters_array& parameters,
                               adf::output_buffer<typename Config::output_type>& out) {
  set_modes<Config>();
  const int32* biases = parameters;
  const int32* table = biases + Config::columns;
  typename Config::output_type* result = out.data();
  for_each_group<Config>(
      in.data(), weights,
      [&](auto& sums, unsigned column) {
        sums = typename dense_blocks<Config>::mmul(bias_block<Config>(biases, column));
      },
      [&](const auto& sums, unsigned row, unsigned column) {
        store_block<Config>(sums, table, row, column, result);
      });
}

template <class Config>
void dense_first<Config>::run(adf::input_buffer<typename Config::input_type>& in, const weights_array& weights,
                              const parameters_array& parameters,
                              output_cascade<typename Config::accumulator_type>* sums_out) {
  const int32* biases = parameters;
  for_each_group<Config>(
      in.data(), weights,
      [&](auto& sums, unsigned column) {
        sums = typename dense_blocks<Config>::mmul(bias_block<Config>(biases, column));
      },
      [&](const auto& sums, unsigned, unsigned) { writeincr(sums_out, sums); });
}

template <class Config>
void dense_middle<Config>::run(adf::input_buffer<typename Config::input_type>& in, const weights_array& weights,
                               input_cascade<typename Config::accumulator_type>* sums_in,
                               output_cascade<typename Config::accumulator_type>* sums_out) {
  using blocks = dense_blocks<Config>;
  for_each_group<Config>(
      in.data(), weights,
      [&](auto& sums, unsigned) { sums = typename blocks::mmul(readincr_v<blocks::lanes>(sums_in)); },
      [&](const auto& sums, unsigned, unsigned) { writeincr(sums_out, sums); });
}

template <class Config>
void dense_last<Config>::run(adf::input_buffer<typename Config::input_type>& in, const weights_array& weights,
                             input_cascade<typename Config::accumulator_type>* sums_in,
                             const parameters_array& parameters,
                             adf::output_buffer<typename Config::output_type>& out) {
  using blocks = dense_blocks<Config>;
  set_modes<Config>();
  const int32* table = parameters;
  typename Config::output_type* result = out.data();
  for_each_group<Config>(
      in.data(), weights,
      [&](auto& sums, unsigned) { sums = typename blocks::mmul(readincr_v<blocks::lanes>(sums_in)); },
      [&](const auto& sums, unsigned row, unsigned column) {
        store_block<Config>(sums, table, row, column, result);
      });
}
