#include "backends/common/tiling_search.h"

#include "backends/common/memory_tiles.h"
#include "backends/common/pieces.h"
#include "backends/common/views.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace tilewright {

namespace {

// Slices may be larger than needed, so that neighbours agree on them; but not much, for padding takes time.
std::vector<std::int64_t> slice_choices(std::int64_t least, std::int64_t unit) {
  std::vector<std::int64_t> choices;
  for (const std::int64_t step : {unit, std::int64_t{16}, std::int64_t{32}, std::int64_t{64}}) {
    const std::int64_t slice = round_up(least, step);
    if (slice > least + std::max(least / 4, unit)) continue;
    if (slice % unit == 0 && std::ranges::find(choices, slice) == choices.end()) choices.push_back(slice);
  }
  return choices;
}

// `features` behind all ports of a side: none of them may have padding alone.
std::vector<std::int64_t> slice_choices(std::int64_t least, std::int64_t unit, int ports, std::int64_t features) {
  std::vector<std::int64_t> choices = slice_choices(least, unit);
  std::erase_if(choices, [&](std::int64_t slice) { return slice != least && (ports - 1) * slice >= features; });
  return choices;
}

std::vector<Tiling> with_slices(const Tiling& tiling, std::int64_t inputs, std::int64_t outputs) {
  std::vector<Tiling> result;
  for (const std::int64_t input : slice_choices(tiling.input_slice, tiling.shape.inner, tiling.input_ports, inputs)) {
    for (const std::int64_t output :
         slice_choices(tiling.output_slice, tiling.shape.columns, tiling.output_ports, outputs)) {
      // Slice by slice: both grow by as many blocks, or as they are.
      const bool grown = input != tiling.input_slice || output != tiling.output_slice;
      if (tiling.same_slice && grown && (tiling.input_slice != tiling.output_slice || input != output)) continue;
      Tiling choice = tiling;
      choice.input_slice = input;
      choice.output_slice = output;
      result.push_back(choice);
    }
  }
  return result;
}

// The position of `ports` in the list, at whose end it is added if it is new.
std::size_t number_of(const PortSet& ports, std::vector<PortSet>& list) {
  const auto position = static_cast<std::size_t>(std::ranges::find(list, ports) - list.begin());
  if (position == list.size()) list.push_back(ports);
  return position;
}

// Whether an operand comes through PLIOs and buffers of its own.
bool from_outside(const GroupInput& input) { return input.whole && input.parts.front().producer < 0; }

// What one stream takes out of a memory tile in an iteration is one chain of DMA descriptors.
std::optional<Refusal> exceeds_descriptors(const PortSet& side, std::size_t element_bytes, const Target& target) {
  if (!side.windows) return std::nullopt;
  const std::string hint = "use smaller images";
  const std::int64_t bytes = side.repetitions * side.slice * side.windows->width * side.windows->height *
                             static_cast<std::int64_t>(element_bytes);
  if (bytes / 4 > target.memory_tile_descriptor_words) {
    return Refusal{ProblemKind::device,
                   "words of one memory-tile DMA descriptor",
                   "a tile reads too much of an image in one iteration",
                   bytes / 4,
                   target.memory_tile_descriptor_words,
                   hint};
  }
  if (ports_in_buffer(side, 1, target) == 0) {
    return Refusal{ProblemKind::device,
                   "memory-tile DMA descriptors",
                   "a tile works on an image in too many calls",
                   descriptors_of(pattern_of(side, side.features(), {0, side.buffer_rows()}, 0, 0), target),
                   target.memory_tile_descriptors,
                   hint};
  }
  return std::nullopt;
}

} // namespace

TilingSearch::TilingSearch(const Graph& graph, const std::vector<SearchLayer>& layers, const Target& target,
                           const Device& device, const Iteration& iteration, std::int64_t model_rows)
    : graph_(graph), layers_(layers), target_(target), device_(device), iteration_(iteration), model_rows_(model_rows),
      consumers_(layers.size()), candidates_(layers.size()), inputs_(layers.size()), outputs_(layers.size()),
      refusals_(layers.size()) {
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
    if (from == nullptr || is_direct(input, from->output, to.input)) return 0;
    if (input.transport == Transport::direct) return std::nullopt;
    const auto bytes = static_cast<std::int64_t>(size_in_bytes(input.element));
    const std::optional<BufferCut> cut = buffers_between(from->output, to.input, bytes, target_);
    if (!cut) return std::nullopt;
    return cut->buffers();
  }
  const bool computed = std::ranges::any_of(input.parts, [](const InputPart& part) { return part.producer >= 0; });
  if (computed && input.transport == Transport::direct) return std::nullopt;
  std::vector<std::optional<PortSet>> from;
  for (const InputPart& part : input.parts) {
    const LayerPorts* producer = producer_of(part);
    from.push_back(producer == nullptr ? std::nullopt : std::optional<PortSet>(producer->output));
  }
  const std::optional<JoinedCut> cut = joined_buffers(input, from, to.input, target_);
  return cut ? std::optional(cut->buffers()) : std::nullopt;
}

LoweringContext TilingSearch::context_of(const SearchLayer& layer) const {
  return {graph_, *layer.layer, target_, device_, model_rows_, false, iteration_};
}

// Cycles and latency of the layer's kernels, the streams at its ports and the PLIOs outside.
void TilingSearch::add_times(const SearchLayer& layer, TilingCandidate& candidate) const {
  const Tiling& tiling = candidate.tiling;
  const Timing& timing = target_.timing;
  const LoweringContext context = context_of(layer);
  const TileMemory memory = layer.lowering->memory(context, tiling);
  const std::int64_t input = divide_up(std::max(memory.input, memory.second_input), timing.stream_bytes);
  const std::int64_t output = divide_up(memory.output, timing.stream_bytes);
  std::int64_t call = std::max(input, output);
  candidate.latency = input + 2 * timing.dma_latency;
  if (layer.lowering->work != nullptr) {
    const int last = tiling.cascade_length() - 1;
    std::int64_t kernel = 0;
    std::int64_t offset = 0; // from one tile of a cascade to the next
    for (const KernelWork& work : layer.lowering->work(context, tiling)) {
      const KernelCycles times = kernel_cycles(work, timing);
      kernel = std::max(kernel, times.total);
      if (work.first_column < last) offset = std::max(offset, times.first_result + timing.cascade_latency);
    }
    call = std::max(call, kernel);
    candidate.latency += kernel + last * offset;
  }
  candidate.cycles = tiling.repetitions * call;
  candidate.latency += (tiling.repetitions - 1) * call;
  const auto outside = [&](const PortSet& side, ValueId value, int ports, int plios) {
    const ValueType& type = graph_.type(value);
    const auto bytes = static_cast<std::int64_t>(size_in_bytes(type.element));
    const std::vector<BufferShare> shares = *plio_shares(side, bytes, ports, target_);
    if (layer.most_plios > 0) plios = std::clamp(layer.most_plios / static_cast<int>(shares.size()), 1, plios);
    std::int64_t sent = 0; // by the busiest PLIO
    for (const BufferShare& share : shares) {
      const PlioLoad load =
          plio_load(iteration_, type, share.first_slice * side.slice, share.slices * side.slice, share.rows);
      const PlioCut cut = plios_for(load, 1, plios, target_, device_);
      const std::int64_t rows = std::ranges::max(plio_rows(cut, load, target_), {}, &RowSpan::count).count;
      sent = std::max(sent, load.features / cut.features * rows * bytes);
    }
    const auto cycles =
        static_cast<std::int64_t>(std::ceil(static_cast<double>(sent) / plio_bytes_per_cycle(target_, device_)));
    candidate.cycles = std::max(candidate.cycles, cycles);
    candidate.latency += cycles + 2 * timing.dma_latency;
  };
  for (const GroupInput& operand : layer.inputs) {
    if (!from_outside(operand)) continue;
    outside(candidate.ports.input, operand.parts.front().value, target_.memory_tile_dma_out,
            target_.memory_tile_dma_in);
  }
  if (layer.leaves) {
    outside(candidate.ports.output, layer.layer->output, target_.memory_tile_dma_in, target_.memory_tile_dma_out);
    candidate.latency += output;
  }
}

void TilingSearch::collect(std::size_t index) {
  const SearchLayer& layer = layers_[index];
  std::vector<Refusal>& refusals = refusals_[index];
  const LoweringContext context = context_of(layer);
  const auto refuse = [&](Refusal refusal) {
    if (refusals.empty()) refusals.push_back(std::move(refusal));
  };
  const std::int64_t inputs = buffer_features(graph_, layer.layer->inputs.front(), iteration_);
  const std::int64_t outputs = graph_.type(layer.layer->output).shape.back();
  for (const Tiling& minimal : layer.tilings) {
    if (!layer.fixed.allows(minimal)) continue;
    for (const Tiling& sliced : with_slices(minimal, inputs, outputs)) {
      if (layer.fixed.input_features.value_or(sliced.input_slice) != sliced.input_slice ||
          layer.fixed.output_features.value_or(sliced.output_slice) != sliced.output_slice) {
        refuse({ProblemKind::usage, "", "the configuration asks for slices that the layer cannot have", 0, 0,
                "leave input_features and output_features to the search"});
        continue;
      }
      std::optional<Refusal> exceeds;
      const std::optional<Tiling> tiling = in_pieces(context, *layer.lowering, sliced, exceeds);
      if (!tiling) {
        if (exceeds) refuse(*std::move(exceeds));
        continue;
      }
      const auto reads = layer.lowering->reads ? layer.lowering->reads(context, *tiling) : std::nullopt;
      TilingCandidate candidate{.tiling = *tiling, .ports = ports_of(*tiling, reads)};
      if (const auto limit =
              exceeds_descriptors(candidate.ports.input, size_in_bytes(layer.inputs.front().element), target_)) {
        refuse(*limit);
        continue;
      }
      candidate.padding = candidate.ports.input.features() + candidate.ports.output.features();
      std::int64_t too_large = 0; // bytes of a slice that is
      std::int64_t plios = 0;     // of the tensor that needs the most
      const auto count_outside = [&](const PortSet& side, ElementType element, int channels) {
        const auto bytes = static_cast<std::int64_t>(size_in_bytes(element));
        const auto shares = plio_shares(side, bytes, channels, target_);
        if (!shares) too_large = least_plio_buffer(side, bytes);
        if (!shares) return;
        const auto buffers = static_cast<std::int64_t>(shares->size());
        candidate.buffers += buffers;
        plios = std::max(plios, buffers);
      };
      for (const GroupInput& input : layer.inputs) {
        if (!from_outside(input)) continue;
        count_outside(candidate.ports.input, input.element, target_.memory_tile_dma_out);
      }
      if (layer.leaves) {
        count_outside(candidate.ports.output, layer.output, target_.memory_tile_dma_in);
      }
      if (too_large > 0) {
        refuse({ProblemKind::device, "bytes of a memory tile",
                "one block of channels of all rows of an iteration, twice, exceeds a memory tile", too_large,
                target_.memory_tile_bytes, "use a smaller batch or smaller images"});
        continue;
      }
      if (layer.most_plios > 0 && plios > layer.most_plios) {
        refuse({ProblemKind::device, "PLIOs",
                "the buffers of a tensor to or from outside take a PLIO each, more than were asked for", plios,
                layer.most_plios, "allow more with --plio"});
        continue;
      }
      const bool enters = std::ranges::any_of(layer.inputs, from_outside);
      if (enters && candidate.ports.input.streams() > target_.streams_north * device_.columns) continue;
      if (layer.leaves && candidate.ports.output.streams() > target_.streams_south * device_.columns) continue;
      add_times(layer, candidate);
      candidate.input = number_of(candidate.ports.input, inputs_[index]);
      candidate.output = number_of(candidate.ports.output, outputs_[index]);
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
