#include "backends/common/dense_work.h"

#include <optional>
#include <utility>

namespace tilewright {

namespace {

bool is_multiple(std::int64_t value, std::int64_t unit) { return value % unit == 0; }

// Instructions of a group's inner dimension that still fit program memory: the pipelined loop over the groups takes up
// to three times its body, of at most 16 bytes an instruction.
constexpr std::int64_t most_unrolled_multiplies = 128;

// One step along the inner dimension, and setting and taking one block of accumulators by the tile's role: the same
// order as in kernels/dense.cpp.
struct DenseSteps {
  Instructions step;
  Instructions bias, from_cascade, to_cascade, store;
};

DenseSteps dense_steps(const DenseElements& elements, const Tiling& tiling, const DenseBlocking& blocking,
                       const Timing& timing) {
  const MmulShape& shape = tiling.shape;
  const auto bytes = [](ElementType element) { return static_cast<std::int64_t>(size_in_bytes(element)); };
  const std::int64_t lanes = shape.rows * shape.columns;
  const std::int64_t sums = lanes * shape.accumulator_bits / 8;
  DenseSteps result;
  result.step.loads = blocking.rows * loads_of(shape.rows * shape.inner * bytes(elements.input), timing) +
                      blocking.columns * loads_of(shape.inner * shape.columns * bytes(elements.weights), timing);
  result.step.multiplies = blocking.rows * blocking.columns * shape.instructions;
  result.bias.loads = loads_of(shape.columns * 4, timing);
  result.bias.shuffles =
      (shape.rows > 1 ? shape.rows : 0) + vector_instructions_of(sums, timing); // a copy for each row
  result.from_cascade.cascade_reads = cascade_words_of(sums, timing);
  result.to_cascade.cascade_writes = cascade_words_of(sums, timing);
  result.store = requantization_work(elements.requantize, lanes, shape.accumulator_bits, timing);
  result.store.stores = stores_of(lanes * bytes(elements.requantize.element), timing);
  return result;
}

// Tile `column` of a cascade.
KernelWork tile_work(const DenseSteps& steps, const Tiling& tiling, const DenseBlocking& blocking, std::int64_t rows,
                     int column, const Timing& timing) {
  const MmulShape& shape = tiling.shape;
  const bool first = column == 0;
  const bool last = column + 1 == tiling.input_ports;
  const std::int64_t blocks = blocking.rows * blocking.columns;
  const std::int64_t groups =
      rows / tiling.batch_parts / shape.rows / blocking.rows * (tiling.output_slice / shape.columns / blocking.columns);
  const std::int64_t inner = tiling.input_slice / shape.inner;
  const std::int64_t sums_bytes = static_cast<std::int64_t>(shape.rows) * shape.columns * shape.accumulator_bits / 8;
  Instructions ends = first ? steps.bias : steps.from_cascade;
  ends += last ? steps.store : steps.to_cascade;
  ends = blocks * ends;
  KernelWork work{.first_column = column, .columns = 1, .locks = last ? 4 : first ? 3 : 2};
  LoopWork group{.name = "groups", .entries = 1, .iterations = groups, .body = ends};
  if (blocking.unrolled) {
    group.body += inner * steps.step;
    group.recurrence = blocks == 1 ? inner * timing.accumulate_latency : 1;
    group.pipelined = 2 * blocks * sums_bytes * 8 <= timing.accumulator_bits;
    work.loops = {group};
  } else {
    group.pipelined = false;
    work.loops = {{.name = "inner dimension",
                   .entries = groups,
                   .iterations = inner,
                   .body = steps.step,
                   .recurrence = timing.accumulate_latency},
                  group};
  }
  return work;
}

} // namespace

DenseBlocking dense_blocking(const DenseElements& elements, const Tiling& tiling, std::int64_t rows,
                             const Timing& timing) {
  const std::int64_t block_rows = rows / tiling.batch_parts / tiling.shape.rows;
  const std::int64_t block_columns = tiling.output_slice / tiling.shape.columns;
  const std::int64_t inner = tiling.input_slice / tiling.shape.inner;
  std::optional<DenseBlocking> best;
  std::int64_t least = 0;
  for (const auto& [down, across] : {std::pair{2, 2}, std::pair{2, 1}, std::pair{1, 2}, std::pair{1, 1}}) {
    if (!is_multiple(block_rows, down) || !is_multiple(block_columns, across)) continue;
    const bool unrolled = inner * down * across * tiling.shape.instructions <= most_unrolled_multiplies;
    const DenseBlocking blocking{down, across, unrolled};
    const KernelWork last = tile_work(dense_steps(elements, tiling, blocking, timing), tiling, blocking, rows,
                                      tiling.input_ports - 1, timing);
    const std::int64_t cycles = kernel_cycles(last, timing).total;
    if (best && cycles >= least) continue;
    best = blocking;
    least = cycles;
  }
  return *best;
}

std::vector<KernelWork> dense_work(const DenseElements& elements, const Tiling& tiling, std::int64_t rows,
                                   const Timing& timing) {
  const DenseBlocking blocking = dense_blocking(elements, tiling, rows, timing);
  const DenseSteps steps = dense_steps(elements, tiling, blocking, timing);
  const int last = tiling.input_ports - 1;
  std::vector<KernelWork> result{tile_work(steps, tiling, blocking, rows, 0, timing)};
  if (last > 1) {
    result.push_back(tile_work(steps, tiling, blocking, rows, 1, timing));
    result.back().columns = last - 1;
  }
  if (last > 0) result.push_back(tile_work(steps, tiling, blocking, rows, last, timing));
  return result;
}

} // namespace tilewright
