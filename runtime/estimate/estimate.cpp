#include "runtime/estimate/estimate.h"

#include "backends/common/memory_tiles.h"
#include "runtime/estimate/pipeline_of_design.h"
#include "runtime/estimate/simulation.h"

#include <algorithm>

namespace tilewright {

namespace {

LayerEstimate layer_estimate(const KernelGroup& group, const Design& design, const Target& target) {
  LayerEstimate layer;
  layer.name = group.origin;
  layer.op = group.op;
  layer.tiles = group.columns * group.rows;
  for (const KernelWork& work : work_of(group, target)) {
    KernelCycles cycles = kernel_cycles(work, target.timing);
    if (cycles.total > layer.kernel.total) layer.kernel = std::move(cycles);
  }
  for (const Port& port : group.inputs) layer.input_cycles = std::max(layer.input_cycles, stream_cycles(port, target));
  for (const Port& port : group.outputs) layer.output_cycles = std::max(layer.output_cycles, stream_cycles(port, target));
  const std::int64_t slowest = std::max({layer.kernel.total, layer.input_cycles, layer.output_cycles});
  layer.cycles = design.iterations * slowest;
  layer.bound = slowest == layer.kernel.total     ? (layer.kernel.call > layer.kernel.ramp + layer.kernel.steady ? "call" : layer.kernel.bound)
                : slowest == layer.input_cycles ? "input stream"
                                                : "output stream";
  // The last iteration and the last rows of an iteration may be padding.
  layer.multiply_accumulates = group.multiply_accumulates / design.rows_per_iteration * design.rows;
  return layer;
}

} // namespace

Estimate estimate(const Design& design, const Target& target, const Device& device) {
  Estimate result;
  result.clock_ghz = device.clock_ghz;
  for (const KernelGroup& group : design.groups) {
    result.layers.push_back(layer_estimate(group, design, target));
    result.multiply_accumulates += result.layers.back().multiply_accumulates;
    result.tiles += result.layers.back().tiles;
  }
  result.memory_tiles = static_cast<int>(memory_tiles_for(design.buffers, target, device));
  const Pipeline pipeline = pipeline_of(design, target, device);
  const PipelineTimes times = simulate(pipeline);
  result.first_output_cycles = times.first;
  result.interval_cycles = times.interval * design.iterations;
  const auto busiest = std::ranges::min_element(times.stalls);
  if (busiest != times.stalls.end()) result.bound = pipeline.processes[static_cast<std::size_t>(busiest - times.stalls.begin())].name;
  if (result.interval_cycles == 0) return result;
  const double operations = 2.0 * static_cast<double>(result.multiply_accumulates);
  const double per_cycle = operations / static_cast<double>(result.interval_cycles);
  const double tile_peak = 2.0 * target.multiply_accumulates_per_cycle;
  result.tops = per_cycle * device.clock_ghz / 1000;
  result.peak_fraction = per_cycle / (tile_peak * device.columns * device.rows);
  result.tiles_peak_fraction = result.tiles == 0 ? 0 : per_cycle / (tile_peak * result.tiles);
  return result;
}

} // namespace tilewright
