// Dynamic programming over the candidate tilings.
#include "backends/common/tiling_search.h"

#include <algorithm>
#include <set>

namespace tilewright {

namespace {

using Cost = std::int64_t;
constexpr Cost impossible = std::numeric_limits<Cost>::max() / 64; // a few of them can be added

struct Best {
  Cost cost = impossible;
  std::size_t index = 0;
  void offer(Cost other, std::size_t other_index) {
    if (other >= cost) return;
    cost = other;
    index = other_index;
  }
};

bool has_height(const Tiling& tiling, const SearchLimits& limits) {
  if (limits.heights == Heights::any) return true;
  if (limits.heights == Heights::full && tiling.tiles() >= limits.most_rows) return tiling.rows == limits.most_rows;
  return limits.most_rows % tiling.rows == 0;
}

} // namespace

bool within(const TilingCandidate& candidate, const SearchLimits& limits) {
  const Tiling& tiling = candidate.tiling;
  return tiling.rows <= limits.most_rows && candidate.cycles <= limits.most_cycles && has_height(tiling, limits) &&
         (limits.most_tiles == 0 || tiling.tiles() <= limits.most_tiles) &&
         (tiling.input_in_west || !limits.proven_banks_only);
}

std::int64_t own_cost(const TilingCandidate& candidate, const SearchWeights& weights) {
  const std::int64_t kept_free = candidate.tiling.input_in_west ? candidate.tiling.rows : 0;
  return candidate.tiling.tiles() * weights.tile + kept_free * weights.kept_free + candidate.latency * weights.latency +
         candidate.buffers * weights.buffer + candidate.padding;
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

std::int64_t TilingSearch::least_cycles(const SearchLimits& limits) const {
  std::int64_t slowest = 0;
  for (const std::vector<TilingCandidate>& list : candidates_) {
    std::int64_t fastest = limits.most_cycles;
    for (const TilingCandidate& candidate : list) {
      if (within(candidate, limits)) fastest = std::min(fastest, candidate.cycles);
    }
    slowest = std::max(slowest, fastest);
  }
  return slowest;
}

void TilingSearch::join_layers() {
  joins_.resize(layers_.size());
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (!is_root(i)) joins_[i] = join_of(i);
  }
}

Join TilingSearch::join_of(std::size_t layer) const {
  const int producer = layers_[layer].producer();
  Join join{inputs_[layer].size(), {}};
  std::vector<const LayerPorts*> ports(layers_.size(), nullptr); // of this producer alone
  for (const PortSet& output : outputs_[static_cast<std::size_t>(producer)]) {
    const LayerPorts source{{}, output};
    ports[static_cast<std::size_t>(producer)] = &source;
    for (const PortSet& input : inputs_[layer]) {
      std::optional<int> sum = 0;
      for (const GroupInput& operand : layers_[layer].inputs) {
        const bool reads =
            std::ranges::any_of(operand.parts, [&](const InputPart& part) { return part.producer == producer; });
        if (!reads || !sum) continue;
        const std::optional<int> buffers = buffers_of(operand, ports, {input, {}});
        sum = buffers ? std::optional(*sum + *buffers) : std::nullopt;
      }
      join.buffers.push_back(sum.value_or(Join::impossible));
    }
  }
  return join;
}

TilingSearchResult TilingSearch::blocked(std::size_t layer, std::string reason) const {
  TilingSearchResult result;
  result.blocking = static_cast<int>(layer);
  const auto is_direct = [&](std::size_t index) { return layers_[index].fixed.transport == Transport::direct; };
  if (is_direct(layer) || std::ranges::any_of(consumers_[layer], is_direct)) {
    result.refusals = {{ProblemKind::usage, "",
                        "the configuration asks for a direct connection, and no tilings of both layers agree on one", 0,
                        0, "leave transport to the search"}};
    return result;
  }
  if (iteration_.by_sample) { // ports, bytes or descriptors, and which it is differs from pair to pair
    result.refusals = {{ProblemKind::device, "", reason + ", whose ports, bytes and DMA descriptors are limited", 0, 0,
                        "use smaller images, or fewer channels"}};
    return result;
  }
  // Of matrices an iteration has few rows: every pair needs at least one port more.
  result.refusals = {{ProblemKind::device, "memory-tile ports", std::move(reason), target_.memory_tile_dma_in + 1,
                      target_.memory_tile_dma_in, "use feature counts that are multiples of 64"}};
  return result;
}

// What stands against every candidate of a layer where no choice is left.
TilingSearchResult TilingSearch::nothing_left(std::size_t layer, const SearchLimits& limits) const {
  TilingSearchResult result = blocked(layer, "no pair of tilings of this layer and the next one meets in memory tiles");
  if (candidates_[layer].empty() && !refusals_[layer].empty()) result.refusals = refusals_[layer];
  int fewest = std::numeric_limits<int>::max();
  for (const TilingCandidate& candidate : candidates_[layer])
    fewest = std::min(fewest, candidate.tiling.tiles());
  if (candidates_[layer].empty() || limits.most_tiles == 0 || fewest <= limits.most_tiles) return result;
  result.refusals = {{ProblemKind::device, "tiles", "one layer alone needs more tiles than there may be", fewest,
                      limits.most_tiles, "allow more with --max-tiles"}};
  return result;
}

TilingSearchResult TilingSearch::cheapest(const SearchLimits& limits, const SearchWeights& weights) const {
  // For each layer and its different inputs the candidate that is cheapest together with everything behind it; and for
  // each layer and output of its producer its input.
  std::vector<std::vector<Best>> best(layers_.size());
  std::vector<std::vector<std::size_t>> next(layers_.size());
  // Consumers stand behind their producers, so going backwards sees every choice behind a layer first.
  for (std::size_t i = layers_.size(); i-- > 0;) {
    std::vector<Cost> behind(outputs_[i].size(), 0);
    for (const std::size_t consumer : consumers_[i]) {
      const Join& join = joins_[consumer];
      for (std::size_t out = 0; out < behind.size(); ++out) {
        Best choice;
        for (std::size_t in = 0; in < best[consumer].size(); ++in) {
          const int buffers = join.between(out, in);
          if (buffers != Join::impossible) choice.offer(best[consumer][in].cost + buffers * weights.buffer, in);
        }
        behind[out] = std::min(impossible, behind[out] + choice.cost);
        next[consumer].push_back(choice.index);
      }
    }
    best[i].resize(inputs_[i].size());
    for (std::size_t k = 0; k < candidates_[i].size(); ++k) {
      const TilingCandidate& candidate = candidates_[i][k];
      if (!within(candidate, limits)) continue;
      best[i][candidate.input].offer(own_cost(candidate, weights) + behind[candidate.output], k);
    }
    const bool possible = std::ranges::any_of(best[i], [](const Best& choice) { return choice.cost < impossible; });
    if (possible) continue;
    return nothing_left(i, limits);
  }
  std::vector<const TilingCandidate*> chosen;
  std::vector<std::size_t> input_of(layers_.size(), 0);
  int fewest_tiles = 0;
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (is_root(i)) {
      const auto first = std::ranges::min_element(best[i], {}, [](const Best& choice) { return choice.cost; });
      input_of[i] = static_cast<std::size_t>(first - best[i].begin());
    }
    chosen.push_back(&candidates_[i][best[i][input_of[i]].index]);
    fewest_tiles += chosen.back()->tiling.tiles();
    for (const std::size_t consumer : consumers_[i])
      input_of[consumer] = next[consumer][chosen.back()->output];
  }
  TilingSearchResult result = improved(std::move(chosen), limits, weights, std::numeric_limits<std::int64_t>::max());
  result.fewest_tiles = fewest_tiles;
  return result;
}

std::int64_t TilingSearch::inputs_cost(std::size_t layer, const std::vector<const LayerPorts*>& ports,
                                       const LayerPorts& to, const SearchWeights& weights) const {
  Cost cost = 0;
  for (const GroupInput& input : layers_[layer].inputs) {
    const std::optional<int> buffers = buffers_of(input, ports, to);
    cost = std::min(impossible, cost + (buffers ? *buffers * weights.buffer : impossible));
  }
  return cost;
}

// -1, or the first layer whose inputs still do not meet.
int TilingSearch::improve(std::vector<const TilingCandidate*>& chosen, const SearchLimits& limits,
                          const SearchWeights& weights, std::int64_t most_tiles) const {
  constexpr int most_rounds = 8;
  std::vector<const LayerPorts*> ports;
  std::int64_t tiles = 0;
  for (const TilingCandidate* candidate : chosen) {
    ports.push_back(&candidate->ports);
    tiles += candidate->tiling.tiles();
  }
  std::vector<std::set<std::size_t>> readers(layers_.size());
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    for (const GroupInput& input : layers_[i].inputs) {
      for (const InputPart& part : input.parts) {
        if (part.producer >= 0) readers[static_cast<std::size_t>(part.producer)].insert(i);
      }
    }
  }
  bool changed = true;
  for (int round = 0; round < most_rounds && changed; ++round) {
    changed = false;
    for (std::size_t i = 0; i < layers_.size(); ++i) {
      std::vector<Cost> in_front;
      for (const PortSet& input : inputs_[i])
        in_front.push_back(inputs_cost(i, ports, {input, {}}, weights));
      std::vector<Cost> behind;
      for (const PortSet& output : outputs_[i]) {
        const LayerPorts source{{}, output};
        ports[i] = &source;
        Cost cost = 0;
        for (const std::size_t reader : readers[i])
          cost = std::min(2 * impossible, cost + inputs_cost(reader, ports, *ports[reader], weights));
        behind.push_back(cost);
      }
      const TilingCandidate* best = chosen[i];
      Cost least = in_front[best->input] + behind[best->output] + own_cost(*best, weights);
      for (const TilingCandidate& candidate : candidates_[i]) {
        if (!within(candidate, limits)) continue;
        if (tiles - chosen[i]->tiling.tiles() + candidate.tiling.tiles() > most_tiles) continue;
        const Cost cost = in_front[candidate.input] + behind[candidate.output] + own_cost(candidate, weights);
        if (cost >= least) continue;
        least = cost;
        best = &candidate;
      }
      changed = changed || best != chosen[i];
      tiles += best->tiling.tiles() - chosen[i]->tiling.tiles();
      chosen[i] = best;
      ports[i] = &best->ports;
    }
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (inputs_cost(i, ports, *ports[i], weights) >= impossible) return static_cast<int>(i);
  }
  return -1;
}

// The cheapest candidate of each layer with as many parts of the rows as `parts`, or the nearest number.
std::vector<const TilingCandidate*> TilingSearch::in_parts(int parts, const SearchLimits& limits,
                                                           const SearchWeights& weights) const {
  std::vector<const TilingCandidate*> chosen;
  for (const std::vector<TilingCandidate>& list : candidates_) {
    const TilingCandidate* best = nullptr;
    std::pair<int, Cost> least;
    for (const TilingCandidate& candidate : list) {
      if (!within(candidate, limits)) continue;
      const std::pair cost{std::abs(candidate.tiling.batch_parts - parts), own_cost(candidate, weights)};
      if (best != nullptr && cost >= least) continue;
      best = &candidate;
      least = cost;
    }
    chosen.push_back(best);
  }
  return chosen;
}

// Layer by layer, images that several layers make may never come to meet; where all layers have as many bands, they do.
bool TilingSearch::improve_from_parts(std::vector<const TilingCandidate*>& chosen, const SearchLimits& limits,
                                      const SearchWeights& weights, std::int64_t most_tiles) const {
  if (!iteration_.by_sample) return false;
  std::set<int> all_parts;
  for (const std::vector<TilingCandidate>& list : candidates_) {
    for (const TilingCandidate& candidate : list)
      all_parts.insert(candidate.tiling.batch_parts);
  }
  if (all_parts.size() < 2) return false;
  for (const int parts : all_parts) {
    std::vector<const TilingCandidate*> start = in_parts(parts, limits, weights);
    if (std::ranges::find(start, nullptr) != start.end()) return false;
    if (improve(start, limits, weights, most_tiles) >= 0) continue;
    chosen = std::move(start);
    return true;
  }
  return false;
}

TilingSearchResult TilingSearch::improved(std::vector<const TilingCandidate*> chosen, const SearchLimits& limits,
                                          const SearchWeights& weights, std::int64_t most_tiles) const {
  if (!is_forest()) {
    const int layer = improve(chosen, limits, weights, most_tiles);
    if (layer >= 0 && !improve_from_parts(chosen, limits, weights, most_tiles)) {
      return blocked(static_cast<std::size_t>(layer),
                     "no tilings of the layers that this one reads meet in memory tiles");
    }
  }
  return result_of(chosen);
}

TilingSearchResult TilingSearch::result_of(const std::vector<const TilingCandidate*>& chosen) const {
  TilingSearchResult result;
  std::vector<const LayerPorts*> ports;
  for (const TilingCandidate* candidate : chosen) {
    ports.push_back(&candidate->ports);
    result.tilings.push_back(candidate->tiling);
    result.ports.push_back(candidate->ports);
    result.tiles += candidate->tiling.tiles();
    result.cycles = std::max(result.cycles, candidate->cycles);
    result.latency += candidate->latency;
    result.buffers += candidate->buffers;
  }
  std::vector<bool> sends(layers_.size(), false); // to memory tiles
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (layers_[i].leaves) sends[i] = true;
    for (const GroupInput& input : layers_[i].inputs) {
      const int buffers = buffers_of(input, ports, *ports[i]).value_or(0);
      result.buffers += buffers;
      if (buffers > 0 || input.parts.front().producer < 0) result.streams_in += ports[i]->input.streams();
      for (const InputPart& part : input.parts) {
        if (buffers > 0 && part.producer >= 0) sends[static_cast<std::size_t>(part.producer)] = true;
      }
    }
  }
  for (std::size_t i = 0; i < layers_.size(); ++i) {
    if (sends[i]) result.streams_out += ports[i]->output.streams();
  }
  return result;
}

} // namespace tilewright
