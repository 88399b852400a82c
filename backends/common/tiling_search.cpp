#include "backends/common/tiling_search.h"

#include "backends/common/pieces.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>
#include <set>

namespace tilewright {

namespace {

using Cost = std::int64_t;
constexpr Cost impossible = std::numeric_limits<Cost>::max() / 64; // a few of them can be added
constexpr std::size_t most_candidates = 160;                       // a layer; the cheapest ones

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

std::vector<Tiling> with_slices(const Tiling& tiling) {
  std::vector<Tiling> result;
  for (const std::int64_t input : slice_choices(tiling.input_slice, tiling.shape.inner)) {
    for (const std::int64_t output : slice_choices(tiling.output_slice, tiling.shape.columns)) {
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

struct Choice {
  const TilingCandidate* candidate = nullptr;
  Cost own = 0;
  Cost total = 0;                // with the best choices of everything behind it
  std::vector<std::size_t> next; // those choices, by consumer
};

// Candidates of one layer within the limits, cheapest first; the others behind the same ports are never better.
std::vector<Choice> within(const std::vector<TilingCandidate>& candidates, const SearchLimits& limits,
                           const SearchWeights& weights) {
  std::vector<Choice> result;
  for (const TilingCandidate& candidate : candidates) {
    const Tiling& tiling = candidate.tiling;
    if (tiling.rows > limits.most_rows || candidate.cycles > limits.most_cycles) continue;
    if (limits.most_tiles > 0 && tiling.tiles() > limits.most_tiles) continue;
    if (limits.proven_banks_only && !tiling.input_in_west) continue;
    result.push_back({&candidate,
                      tiling.tiles() * weights.tile + candidate.latency * weights.latency +
                          candidate.buffers * weights.buffer + candidate.padding,
                      0,
                      {}});
  }
  std::ranges::stable_sort(result, {}, [](const Choice& choice) { return choice.own; });
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
}

int SearchLayer::producer() const {
  int last = -1;
  for (const GroupInput& input : inputs) {
    for (const InputPart& part : input.parts)
      last = std::max(last, part.producer);
  }
  return last;
}

bool TilingSearch::is_forest() const {
  return std::ranges::all_of(layers_, [](const SearchLayer& layer) {
    std::size_t producers = 0;
    for (const GroupInput& input : layer.inputs) {
      producers += static_cast<std::size_t>(
          std::ranges::count_if(input.parts, [](const InputPart& part) { return part.producer >= 0; }));
    }
    return producers <= 1;
  });
}

std::optional<int> TilingSearch::buffers_of(const GroupInput& input, const std::vector<const LayerPorts*>& ports,
                                            const LayerPorts& to) const {
  const auto producer_of = [&](const InputPart& part) {
    return part.producer < 0 ? nullptr : ports[static_cast<std::size_t>(part.producer)];
  };
  if (input.whole) {
    const LayerPorts* from = producer_of(input.parts.front());
    if (from == nullptr || connects_directly(from->output, to.input)) return 0;
    const auto bytes = static_cast<std::int64_t>(size_in_bytes(input.element));
    const std::optional<BufferCut> cut = buffers_between(from->output, to.input, bytes, target_);
    if (!cut) return std::nullopt;
    return cut->buffers();
  }
  std::vector<std::optional<PortSet>> from;
  for (const InputPart& part : input.parts) {
    const LayerPorts* producer = producer_of(part);
    from.push_back(producer == nullptr ? std::nullopt : std::optional<PortSet>(producer->output));
  }
  return joined_buffers(input, from, to.input, target_);
}

std::int64_t TilingSearch::edge_cost(const GroupInput& input, const std::vector<const LayerPorts*>& ports,
                                     const LayerPorts& to, const SearchWeights& weights) const {
  const std::optional<int> buffers = buffers_of(input, ports, to);
  return buffers ? *buffers * weights.buffer : impossible;
}

// Changes one layer at a time as long as that helps. -1, or the first layer whose inputs still do not meet.
int TilingSearch::improve(const std::vector<std::vector<Alternative>>& alternatives, const SearchWeights& weights,
                          std::vector<const TilingCandidate*>& chosen) const {
  constexpr int most_rounds = 8;
  std::vector<const LayerPorts*> ports;
  for (const TilingCandidate* candidate : chosen)
    ports.push_back(&candidate->ports);
  std::vector<std::set<std::size_t>> readers(layers_.size());
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    for (const GroupInput& input : layers_[i].inputs) {
      for (const InputPart& part : input.parts) {
        if (part.producer >= 0) readers[static_cast<std::size_t>(part.producer)].insert(i);
      }
    }
  }
  const auto inputs_cost = [&](std::size_t i) {
    Cost cost = 0;
    for (const GroupInput& input : layers_[i].inputs)
      cost = std::min(impossible, cost + edge_cost(input, ports, *ports[i], weights));
    return cost;
  };
  bool changed = true;
  for (int round = 0; round < most_rounds && changed; ++round) {
    changed = false;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      const TilingCandidate* best = chosen[i];
      Cost least = 4 * impossible;
      for (const Alternative& alternative : alternatives[i]) {
        ports[i] = &alternative.candidate->ports;
        Cost cost = alternative.own + inputs_cost(i);
        for (const std::size_t reader : readers[i])
          cost = std::min(2 * impossible, cost + inputs_cost(reader));
        if (cost >= least) continue;
        least = cost;
        best = alternative.candidate;
      }
      changed = changed || best != chosen[i];
      chosen[i] = best;
      ports[i] = &best->ports;
    }
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (inputs_cost(i) >= impossible) return static_cast<int>(i);
  }
  return -1;
}

LoweringContext TilingSearch::context_of(const SearchLayer& layer) const {
  return {graph_, *layer.layer, target_, device_, model_rows_, false, iteration_};
}

RowLayout TilingSearch::layout_of_value(ValueId value) const { return layout_of(iteration_, graph_.type(value).shape); }

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
    const int last = tiling.columns / tiling.strips - 1;
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
  const auto outside = [&](const PortSet& side, const RowLayout& layout, ElementType element, int ports, int plios) {
    const auto bytes = static_cast<std::int64_t>(size_in_bytes(element));
    const BufferShare share = plio_shares(side, layout, bytes, ports, target_)->front();
    const std::int64_t features = share.slices * side.slice;
    const std::int64_t rows = rows_of_share(share, side, layout);
    const int shared_by = plios_for(features, rows, element, 1, plios, target_, device_);
    const auto sent = static_cast<double>(features / shared_by * rows * bytes);
    const auto cycles = static_cast<std::int64_t>(std::ceil(sent / plio_bytes_per_cycle(target_, device_)));
    candidate.cycles = std::max(candidate.cycles, cycles);
    candidate.latency += cycles + 2 * timing.dma_latency;
  };
  for (const GroupInput& operand : layer.inputs) {
    if (!from_outside(operand)) continue;
    outside(candidate.ports.input, layout_of_value(operand.parts.front().value), operand.element,
            target_.memory_tile_dma_out, target_.memory_tile_dma_in);
  }
  if (layer.leaves) {
    outside(candidate.ports.output, layout_of_value(layer.layer->output), layer.output, target_.memory_tile_dma_in,
            target_.memory_tile_dma_out);
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
  for (const Tiling& minimal : layer.tilings) {
    if (!layer.fixed.allows(minimal)) continue;
    for (const Tiling& sliced : with_slices(minimal)) {
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
      candidate.padding = candidate.ports.input.features() + candidate.ports.output.features();
      bool fits = true;
      const auto count_outside = [&](const PortSet& side, const RowLayout& layout, ElementType element, int channels) {
        const auto bytes = static_cast<std::int64_t>(size_in_bytes(element));
        const auto shares = plio_shares(side, layout, bytes, channels, target_);
        fits = fits && shares;
        if (shares) candidate.buffers += static_cast<std::int64_t>(shares->size());
      };
      for (const GroupInput& input : layer.inputs) {
        if (!from_outside(input)) continue;
        count_outside(candidate.ports.input, layout_of_value(input.parts.front().value), input.element,
                      target_.memory_tile_dma_out);
      }
      if (layer.leaves) {
        count_outside(candidate.ports.output, layout_of_value(layer.layer->output), layer.output,
                      target_.memory_tile_dma_in);
      }
      if (!fits) {
        refuse({ProblemKind::device, "memory tile", "one slice of all rows of an iteration exceeds a memory tile",
                tiling->input_slice * candidate.ports.input.rows(), target_.memory_tile_bytes, "use a smaller batch"});
        continue;
      }
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

TilingSearchResult TilingSearch::cheapest(const SearchLimits& limits, const SearchWeights& weights) const {
  TilingSearchResult result;
  std::vector<std::vector<Choice>> choices(layers_.size());
  // What joins a layer to the producer that carries the programming; the other producers are not chosen yet.
  std::vector<const LayerPorts*> ports(layers_.size(), nullptr);
  const auto cost_between = [&](std::size_t from, const LayerPorts& source, const SearchLayer& layer,
                                const LayerPorts& to) {
    Cost cost = 0;
    ports[from] = &source;
    for (const GroupInput& input : layer.inputs) {
      const bool reads = std::ranges::any_of(
          input.parts, [&](const InputPart& part) { return part.producer == static_cast<int>(from); });
      if (reads) cost = std::min(impossible, cost + edge_cost(input, ports, to, weights));
    }
    ports[from] = nullptr;
    return cost;
  };
  // Consumers stand behind their producers, so going backwards sees every choice behind a layer first.
  for (std::size_t i = layers_.size(); i-- > 0;) {
    // What joins the ports of this layer and of one behind it: many candidates have the same.
    constexpr Cost unknown = -1;
    std::vector<std::vector<Cost>> joins;
    for (const std::size_t consumer : consumers_[i])
      joins.emplace_back(outputs_[i].size() * inputs_[consumer].size(), unknown);
    for (Choice& choice : within(candidates_[i], limits, weights)) {
      choice.total = choice.own;
      for (std::size_t c = 0; c < consumers_[i].size(); ++c) {
        const std::size_t consumer = consumers_[i][c];
        Cost best = impossible;
        std::size_t best_choice = 0;
        for (std::size_t k = 0; k < choices[consumer].size(); ++k) {
          const Choice& next = choices[consumer][k];
          if (next.total >= best) continue;
          Cost& join = joins[c][choice.candidate->output * inputs_[consumer].size() + next.candidate->input];
          if (join == unknown) {
            join = cost_between(i, choice.candidate->ports, layers_[consumer], next.candidate->ports);
          }
          const Cost cost = next.total + join;
          if (cost < best) {
            best = cost;
            best_choice = k;
          }
        }
        choice.total = std::min(impossible, choice.total + best);
        choice.next.push_back(best_choice);
      }
      if (choice.total < impossible) choices[i].push_back(std::move(choice));
      if (choices[i].size() == most_candidates) break;
    }
    if (!choices[i].empty()) continue;
    result.blocking = static_cast<int>(i);
    result.refusals = refusals_[i];
    if (!candidates_[i].empty() || result.refusals.empty()) {
      result.refusals = {{ProblemKind::device, "memory-tile ports",
                          "no pair of tilings of this layer and the next one meets in memory tiles", 0,
                          target_.memory_tile_dma_in, "use feature counts that are multiples of 64"}};
    }
    return result;
  }
  std::vector<std::size_t> chosen(layers_.size(), 0);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (layers_[i].producer() < 0) {
      const auto best = std::ranges::min_element(choices[i], {}, [](const Choice& choice) { return choice.total; });
      chosen[i] = static_cast<std::size_t>(best - choices[i].begin());
    }
    const Choice& choice = choices[i][chosen[i]];
    for (std::size_t k = 0; k < consumers_[i].size(); ++k)
      chosen[consumers_[i][k]] = choice.next[k];
  }
  std::vector<const TilingCandidate*> candidates;
  for (std::size_t i = 0; i < layers_.size(); ++i)
    candidates.push_back(choices[i][chosen[i]].candidate);
  if (!is_forest()) {
    std::vector<std::vector<Alternative>> alternatives(layers_.size());
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      for (const Choice& choice : choices[i])
        alternatives[i].push_back({choice.candidate, choice.own});
    }
    result.blocking = improve(alternatives, weights, candidates);
    if (result.blocking >= 0) {
      result.refusals = {{ProblemKind::device, "memory-tile ports",
                          "no tilings of the layers that this one reads meet in memory tiles", 0,
                          target_.memory_tile_dma_in, "use feature counts that are multiples of 64"}};
      return result;
    }
  }
  for (const TilingCandidate* candidate : candidates) {
    result.tilings.push_back(candidate->tiling);
    result.ports.push_back(candidate->ports);
    result.tiles += candidate->tiling.tiles();
    result.cycles = std::max(result.cycles, candidate->cycles);
    result.latency += candidate->latency;
  }
  std::vector<const LayerPorts*> chosen_ports;
  for (const TilingCandidate* candidate : candidates)
    chosen_ports.push_back(&candidate->ports);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    result.buffers += candidates[i]->buffers;
    for (const GroupInput& input : layers_[i].inputs) {
      result.buffers += buffers_of(input, chosen_ports, *chosen_ports[i]).value_or(0);
    }
  }
  return result;
}

} // namespace tilewright
