#include "backends/common/tiling_search.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace tilewright {

namespace {

// Slices may be larger than needed, so that neighbours agree on them.
std::vector<std::int64_t> slice_choices(std::int64_t least, std::int64_t unit) {
  std::vector<std::int64_t> choices;
  for (const std::int64_t step : {unit, std::int64_t{16}, std::int64_t{32}, std::int64_t{64}}) {
    const std::int64_t slice = round_up(least, step);
    if (slice % unit == 0 && std::ranges::find(choices, slice) == choices.end()) choices.push_back(slice);
  }
  return choices;
}

std::vector<Tiling> with_slices(const Tiling& tiling) {
  std::vector<Tiling> result;
  for (const std::int64_t input : slice_choices(tiling.input_slice, tiling.shape.inner)) {
    for (const std::int64_t output : slice_choices(tiling.output_slice, tiling.shape.columns)) {
      if (tiling.same_slice && input != output) continue;
      Tiling choice = tiling;
      choice.input_slice = input;
      choice.output_slice = output;
      result.push_back(choice);
    }
  }
  return result;
}

// Whether an operand comes through PLIOs and buffers of its own.
bool from_outside(const GroupInput& input) { return input.whole && input.parts.front().producer < 0; }

} // namespace

TilingSearch::TilingSearch(const Graph& graph, const std::vector<SearchLayer>& layers, const Target& target,
                           const Device& device, std::int64_t rows_per_iteration, std::int64_t model_rows)
    : graph_(graph), layers_(layers), target_(target), device_(device), rows_(rows_per_iteration),
      model_rows_(model_rows), consumers_(layers.size()), candidates_(layers.size()), refusals_(layers.size()) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (const int producer = layers_[i].producer(); producer >= 0)
      consumers_[static_cast<std::size_t>(producer)].push_back(i);
    collect(i);
  }
  join_layers();
}

int SearchLayer::producer() const {
  int last = -1;
  for (const GroupInput& input : inputs) {
    for (const InputPart& part : input.parts)
      last = std::max(last, part.producer);
  }
  return last;
}

std::optional<int> TilingSearch::buffers_of(const GroupInput& input, const std::vector<const LayerPorts*>& ports,
                                            const LayerPorts& to) const {
  const auto producer_of = [&](const InputPart& part) {
    return part.producer < 0 ? nullptr : ports[static_cast<std::size_t>(part.producer)];
  };
  if (input.whole) {
    const LayerPorts* from = producer_of(input.parts.front());
    if (from == nullptr || connects_directly(from->output, to.input)) return 0;
    const std::optional<BufferCut> cut = buffers_between(from->output, to.input, row_bytes(input.element), target_);
    if (!cut) return std::nullopt;
    return cut->buffers();
  }
  std::vector<std::optional<PortSet>> from;
  for (const InputPart& part : input.parts) {
    const LayerPorts* producer = producer_of(part);
    from.push_back(producer == nullptr ? std::nullopt : std::optional<PortSet>(producer->output));
  }
  if (!joins(input, from, to.input, row_bytes(input.element), target_)) return std::nullopt;
  return 1;
}

std::int64_t TilingSearch::row_bytes(ElementType element) const {
  return rows_ * static_cast<std::int64_t>(size_in_bytes(element));
}

// Cycles and latency of the layer's kernels, the streams at its ports and the PLIOs outside.
void TilingSearch::add_times(const SearchLayer& layer, TilingCandidate& candidate) const {
  const Tiling& tiling = candidate.tiling;
  const Timing& timing = target_.timing;
  std::int64_t input = 0; // of the widest operand
  for (const GroupInput& operand : layer.inputs) {
    input = std::max(input, row_bytes(operand.element) / tiling.batch_parts * tiling.input_slice);
  }
  input = divide_up(input, timing.stream_bytes);
  const std::int64_t output =
      divide_up(row_bytes(layer.output) / tiling.batch_parts * tiling.output_slice, timing.stream_bytes);
  candidate.cycles = std::max(input, output);
  candidate.latency = input + 2 * timing.dma_latency;
  if (layer.lowering->work != nullptr) {
    const LoweringContext context{graph_, *layer.layer, target_, device_, model_rows_};
    const int last = tiling.columns / tiling.strips - 1;
    std::int64_t kernel = 0;
    std::int64_t offset = 0; // from one tile of a cascade to the next
    for (const KernelWork& work : layer.lowering->work(context, tiling, rows_)) {
      const KernelCycles times = kernel_cycles(work, timing);
      kernel = std::max(kernel, times.total);
      if (work.first_column < last) offset = std::max(offset, times.first_result + timing.cascade_latency);
    }
    candidate.cycles = std::max(candidate.cycles, kernel);
    candidate.latency += kernel + last * offset;
  }
  const auto outside = [&](const PortSet& side, ElementType element, int ports, int plios) {
    const PlioCut cut = *plio_cut(side, row_bytes(element), ports, target_);
    const std::int64_t features = cut.ports.front() * side.slice;
    const std::int64_t rows = rows_ / cut.rows;
    const int shared_by = plios_for(features, rows, element, 1, plios, target_, device_);
    const auto bytes =
        static_cast<double>(features / shared_by * rows * static_cast<std::int64_t>(size_in_bytes(element)));
    const auto cycles = static_cast<std::int64_t>(std::ceil(bytes / plio_bytes_per_cycle(target_, device_)));
    candidate.cycles = std::max(candidate.cycles, cycles);
    candidate.latency += cycles + 2 * timing.dma_latency;
  };
  for (const GroupInput& operand : layer.inputs) {
    if (from_outside(operand)) {
      outside(input_ports(tiling), operand.element, target_.memory_tile_dma_out, target_.memory_tile_dma_in);
    }
  }
  if (layer.leaves) {
    outside(output_ports(tiling), layer.output, target_.memory_tile_dma_in, target_.memory_tile_dma_out);
    candidate.latency += output;
  }
}

void TilingSearch::collect(std::size_t index) {
  const SearchLayer& layer = layers_[index];
  std::vector<Refusal>& refusals = refusals_[index];
  const LoweringContext context{graph_, *layer.layer, target_, device_, model_rows_};
  const auto refuse = [&](Refusal refusal) {
    if (refusals.empty()) refusals.push_back(std::move(refusal));
  };
  for (const Tiling& minimal : layer.tilings) {
    if (rows_ % (static_cast<std::int64_t>(minimal.shape.rows) * minimal.batch_parts) != 0) continue;
    if (!layer.fixed.allows(minimal)) continue;
    for (const Tiling& tiling : with_slices(minimal)) {
      if (layer.fixed.input_features.value_or(tiling.input_slice) != tiling.input_slice ||
          layer.fixed.output_features.value_or(tiling.output_slice) != tiling.output_slice) {
        refuse({ProblemKind::usage, "", "the configuration asks for slices that the layer cannot have", 0, 0,
                "leave input_features and output_features to the search"});
        continue;
      }
      if (std::optional<Refusal> refusal = exceeds_banks(layer.lowering->memory(context, tiling, rows_), target_)) {
        refuse(*std::move(refusal));
        continue;
      }
      TilingCandidate candidate{
          tiling, {input_ports(tiling), output_ports(tiling)},
          0,      0,
          0,      tiling.input_ports * tiling.input_slice + tiling.output_ports * tiling.output_slice};
      bool fits = true;
      const auto count_outside = [&](const PortSet& ports, ElementType element, int channels) {
        const std::optional<PlioCut> cut = plio_cut(ports, row_bytes(element), channels, target_);
        fits = fits && cut;
        if (cut) candidate.buffers += cut->buffers();
      };
      for (const GroupInput& input : layer.inputs) {
        if (from_outside(input)) count_outside(input_ports(tiling), input.element, target_.memory_tile_dma_out);
      }
      if (layer.leaves) count_outside(output_ports(tiling), layer.output, target_.memory_tile_dma_in);
      if (!fits) {
        refuse({ProblemKind::device, "memory tile", "one slice of all rows of an iteration exceeds a memory tile",
                tiling.input_slice * rows_, target_.memory_tile_bytes, "use a smaller batch"});
        continue;
      }
      const bool enters = std::ranges::any_of(layer.inputs, from_outside);
      if (enters && candidate.ports.input.streams() > target_.streams_north * device_.columns) continue;
      if (layer.leaves && candidate.ports.output.streams() > target_.streams_south * device_.columns) continue;
      add_times(layer, candidate);
      candidates_[index].push_back(candidate);
    }
  }
}

std::vector<std::int64_t> TilingSearch::cycle_levels() const {
  std::vector<std::int64_t> levels;
  for (const std::vector<TilingCandidate>& list : candidates_) {
    for (const TilingCandidate& candidate : list)
      levels.push_back(candidate.cycles);
  }
  std::ranges::sort(levels);
  const auto repeated = std::ranges::unique(levels);
  levels.erase(repeated.begin(), repeated.end());
  return levels;
}

} // namespace tilewright
