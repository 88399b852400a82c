#include "backends/common/tiling_search.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <map>

namespace tilewright {

namespace {

using Cost = std::int64_t;
constexpr Cost impossible = std::numeric_limits<Cost>::max() / 4;
constexpr std::size_t most_candidates = 160; // a layer; the cheapest ones

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
                      tiling.tiles() * weights.tile + candidate.cycles * weights.cycle + candidate.buffers * weights.buffer +
                          candidate.padding,
                      0,
                      {}});
  }
  std::ranges::stable_sort(result, {}, [](const Choice& choice) { return choice.own; });
  return result;
}

} // namespace

TilingSearch::TilingSearch(const Graph& graph, const std::vector<SearchLayer>& layers, const Target& target,
                           const Device& device, std::int64_t rows_per_iteration, std::int64_t model_rows)
    : graph_(graph), layers_(layers), target_(target), device_(device), rows_(rows_per_iteration),
      model_rows_(model_rows), consumers_(layers.size()), candidates_(layers.size()), refusals_(layers.size()) {
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (layers_[i].producer >= 0) consumers_[static_cast<std::size_t>(layers_[i].producer)].push_back(i);
    collect(i);
  }
}

std::int64_t TilingSearch::row_bytes(ElementType element) const {
  return rows_ * static_cast<std::int64_t>(size_in_bytes(element));
}

std::optional<int> TilingSearch::buffers_of(const Tiling& from, const Tiling& to, ElementType element) const {
  const PortSet source = output_ports(from);
  const PortSet sink = input_ports(to);
  if (connects_directly(source, sink)) return 0;
  const std::optional<BufferCut> cut = buffers_between(source, sink, row_bytes(element), target_);
  if (!cut) return std::nullopt;
  return cut->buffers();
}

// The slowest of the layer's kernels, the streams at its ports and the PLIOs outside.
std::int64_t TilingSearch::cycles_of(const SearchLayer& layer, const Tiling& tiling) const {
  const Timing& timing = target_.timing;
  const std::int64_t input = row_bytes(layer.input) / tiling.batch_parts * tiling.input_slice;
  const std::int64_t output = row_bytes(layer.output) / tiling.batch_parts * tiling.output_slice;
  std::int64_t cycles = divide_up(std::max(input, output), timing.stream_bytes);
  if (layer.lowering->work != nullptr) {
    const LoweringContext context{graph_, *layer.layer, target_, device_, model_rows_};
    for (const KernelWork& work : layer.lowering->work(context, tiling, rows_)) {
      cycles = std::max(cycles, kernel_cycles(work, timing).total);
    }
  }
  const auto outside = [&](const PortSet& side, ElementType element, int ports, int plios) {
    const PlioCut cut = *plio_cut(side, row_bytes(element), ports, target_);
    const std::int64_t features = cut.ports.front() * side.slice;
    const std::int64_t rows = rows_ / cut.rows;
    const int shared_by = plios_for(features, rows, element, 1, plios, target_, device_);
    const auto bytes = static_cast<double>(features / shared_by * rows * static_cast<std::int64_t>(size_in_bytes(element)));
    cycles = std::max(cycles, static_cast<std::int64_t>(std::ceil(bytes / plio_bytes_per_cycle(target_, device_))));
  };
  if (layer.producer < 0) outside(input_ports(tiling), layer.input, target_.memory_tile_dma_out, target_.memory_tile_dma_in);
  if (layer.leaves) outside(output_ports(tiling), layer.output, target_.memory_tile_dma_in, target_.memory_tile_dma_out);
  return cycles;
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
    for (const Tiling& tiling : with_slices(minimal)) {
      if (std::optional<Refusal> refusal = exceeds_banks(layer.lowering->memory(context, tiling, rows_), target_)) {
        refuse(*std::move(refusal));
        continue;
      }
      TilingCandidate candidate{tiling, 0, 0, tiling.input_ports * tiling.input_slice + tiling.output_ports * tiling.output_slice};
      std::optional<PlioCut> in = PlioCut{};
      std::optional<PlioCut> out = PlioCut{};
      if (layer.producer < 0) in = plio_cut(input_ports(tiling), row_bytes(layer.input), target_.memory_tile_dma_out, target_);
      if (layer.leaves) out = plio_cut(output_ports(tiling), row_bytes(layer.output), target_.memory_tile_dma_in, target_);
      if (!in || !out) {
        refuse({ProblemKind::device, "memory tile", "one slice of all rows of an iteration exceeds a memory tile",
                tiling.input_slice * rows_, target_.memory_tile_bytes, "use a smaller batch"});
        continue;
      }
      candidate.buffers = in->buffers() + out->buffers();
      candidate.cycles = cycles_of(layer, tiling);
      candidates_[index].push_back(candidate);
    }
  }
}

std::vector<std::int64_t> TilingSearch::cycle_levels() const {
  std::vector<std::int64_t> levels;
  for (const std::vector<TilingCandidate>& list : candidates_) {
    for (const TilingCandidate& candidate : list) levels.push_back(candidate.cycles);
  }
  std::ranges::sort(levels);
  const auto repeated = std::ranges::unique(levels);
  levels.erase(repeated.begin(), repeated.end());
  return levels;
}

SearchResult TilingSearch::cheapest(const SearchLimits& limits, const SearchWeights& weights) const {
  SearchResult result;
  std::vector<std::vector<Choice>> choices(layers_.size());
  const auto edge_cost = [&](const Tiling& from, const Tiling& to, ElementType element) -> Cost {
    const std::optional<int> buffers = buffers_of(from, to, element);
    return buffers ? *buffers * weights.buffer : impossible;
  };
  // Consumers stand behind their producers, so going backwards sees every choice behind a layer first.
  for (std::size_t i = layers_.size(); i-- > 0;) {
    for (Choice& choice : within(candidates_[i], limits, weights)) {
      choice.total = choice.own;
      for (const std::size_t consumer : consumers_[i]) {
        Cost best = impossible;
        std::size_t best_choice = 0;
        for (std::size_t k = 0; k < choices[consumer].size(); ++k) {
          const Choice& next = choices[consumer][k];
          if (next.total >= best) continue;
          const Cost cost = next.total + edge_cost(choice.candidate->tiling, next.candidate->tiling, layers_[consumer].input);
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
      result.refusals = {{ProblemKind::device, "memory-tile ports", "no pair of tilings of this layer and the next one meets in memory tiles",
                          0, target_.memory_tile_dma_in, "use feature counts that are multiples of 64"}};
    }
    return result;
  }
  std::vector<std::size_t> chosen(layers_.size(), 0);
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (layers_[i].producer < 0) {
      const auto best = std::ranges::min_element(choices[i], {}, [](const Choice& choice) { return choice.total; });
      chosen[i] = static_cast<std::size_t>(best - choices[i].begin());
    }
    const Choice& choice = choices[i][chosen[i]];
    for (std::size_t k = 0; k < consumers_[i].size(); ++k) chosen[consumers_[i][k]] = choice.next[k];
    result.tilings.push_back(choice.candidate->tiling);
    result.tiles += choice.candidate->tiling.tiles();
    result.cycles = std::max(result.cycles, choice.candidate->cycles);
    result.buffers += choice.candidate->buffers;
    if (layers_[i].producer >= 0) {
      const Tiling& from = result.tilings[static_cast<std::size_t>(layers_[i].producer)];
      result.buffers += buffers_of(from, choice.candidate->tiling, layers_[i].input).value_or(0);
    }
    result.sum_of_cycles += choice.candidate->cycles;
  }
  return result;
}

} // namespace tilewright
