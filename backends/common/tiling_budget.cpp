#include "backends/common/tiling_budget.h"

#include <algorithm>

namespace tilewright {

namespace {

constexpr std::int64_t impossible = std::numeric_limits<std::int64_t>::max() / 64; // a few of them can be added

void take_less(std::vector<std::int64_t>& costs, const std::vector<std::int64_t>& other, std::int64_t more) {
  for (std::size_t t = 0; t < costs.size(); ++t)
    costs[t] = std::min(costs[t], other[t] + more);
}

} // namespace

LatencyByTiles::LatencyByTiles(const TilingSearch& search, const SearchLimits& limits, int most_tiles,
                               std::int64_t buffer_cycles)
    : search_(search), limits_(limits), count_(static_cast<std::size_t>(most_tiles) + 1), buffer_cycles_(buffer_cycles),
      best_(search.layer_count()) {
  for (std::size_t i = search.layer_count(); i-- > 0;) {
    std::vector<Costs> after;
    for (std::size_t out = 0; out < search.outputs(i).size(); ++out)
      after.push_back(all_behind(i, out, search.consumers(i).size()));
    best_[i].assign(search.inputs(i).size(), Costs(count_, impossible));
    for (const TilingCandidate& candidate : search.candidates(i)) {
      const auto tiles = static_cast<std::size_t>(candidate.tiling.tiles());
      if (!within(candidate, limits_) || tiles >= count_) continue;
      Costs& costs = best_[i][candidate.input];
      const Costs& rest = after[candidate.output];
      const std::int64_t cost = own(candidate);
      for (std::size_t t = tiles; t < count_; ++t)
        costs[t] = std::min(costs[t], cost + rest[t - tiles]);
    }
  }
  for (std::size_t i = 0; i < search.layer_count(); ++i) {
    if (!search.is_root(i)) continue;
    roots_.push_back(i);
    first_roots_.push_back(first_roots_.empty() ? of_root(i) : together(first_roots_.back(), of_root(i)));
  }
}

std::int64_t LatencyByTiles::own(const TilingCandidate& candidate) const {
  return candidate.latency + candidate.buffers * buffer_cycles_;
}

LatencyByTiles::Costs LatencyByTiles::together(const Costs& a, const Costs& b) {
  Costs result(a.size(), impossible);
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] >= impossible) continue;
    for (std::size_t k = 0; i + k < a.size(); ++k)
      result[i + k] = std::min({result[i + k], impossible, a[i] + b[k]});
  }
  return result;
}

LatencyByTiles::Costs LatencyByTiles::behind(std::size_t consumer, std::size_t output) const {
  Costs costs(count_, impossible);
  for (std::size_t in = 0; in < best_[consumer].size(); ++in) {
    const int buffers = search_.join(consumer).between(output, in);
    if (buffers != Join::impossible) take_less(costs, best_[consumer][in], buffers * buffer_cycles_);
  }
  return costs;
}

LatencyByTiles::Costs LatencyByTiles::all_behind(std::size_t layer, std::size_t output,
                                                 std::size_t consumers) const {
  Costs costs(count_, 0);
  for (std::size_t k = 0; k < consumers; ++k) {
    Costs one = behind(search_.consumers(layer)[k], output);
    costs = k == 0 ? std::move(one) : together(costs, one);
  }
  return costs;
}

LatencyByTiles::Costs LatencyByTiles::of_root(std::size_t layer) const {
  Costs costs(count_, impossible);
  for (const Costs& one : best_[layer])
    take_less(costs, one, 0);
  return costs;
}

std::optional<std::int64_t> LatencyByTiles::least(int tiles) const {
  const std::int64_t cost = first_roots_.back()[static_cast<std::size_t>(tiles)];
  return cost < impossible ? std::optional(cost) : std::nullopt;
}

std::vector<const TilingCandidate*> LatencyByTiles::choice(int tiles) const {
  std::vector<const TilingCandidate*> chosen(search_.layer_count(), nullptr);
  auto left = static_cast<std::size_t>(tiles);
  for (std::size_t k = roots_.size(); k-- > 0;) {
    const Costs& all = first_roots_[k];
    while (left > 0 && all[left - 1] == all[left])
      --left;
    const Costs root = of_root(roots_[k]);
    std::size_t share = left; // of this root's tree
    if (k > 0) {
      share = 0;
      while (first_roots_[k - 1][left - share] + root[share] != all[left])
        ++share;
    }
    std::size_t in = 0;
    while (best_[roots_[k]][in][share] != root[share])
      ++in;
    choose(roots_[k], in, static_cast<int>(share), chosen);
    left -= share;
  }
  return chosen;
}

void LatencyByTiles::choose(std::size_t layer, std::size_t input, int tiles,
                            std::vector<const TilingCandidate*>& chosen) const {
  const std::int64_t cost = best_[layer][input][static_cast<std::size_t>(tiles)];
  const std::vector<std::size_t>& consumers = search_.consumers(layer);
  std::vector<std::optional<Costs>> after(search_.outputs(layer).size());
  std::size_t left = 0;
  for (const TilingCandidate& candidate : search_.candidates(layer)) {
    const int own_tiles = candidate.tiling.tiles();
    if (candidate.input != input || !within(candidate, limits_) || own_tiles > tiles) continue;
    std::optional<Costs>& rest = after[candidate.output];
    if (!rest) rest = all_behind(layer, candidate.output, consumers.size());
    left = static_cast<std::size_t>(tiles - own_tiles);
    if (own(candidate) + (*rest)[left] != cost) continue;
    chosen[layer] = &candidate;
    break;
  }
  const std::size_t out = chosen[layer]->output;
  for (std::size_t k = consumers.size(); k-- > 0;) {
    const std::size_t consumer = consumers[k];
    const Costs all = all_behind(layer, out, k + 1);
    const Costs one = behind(consumer, out);
    std::size_t share = left;
    if (k > 0) {
      const Costs others = all_behind(layer, out, k);
      share = 0;
      while (others[left - share] + one[share] != all[left])
        ++share;
    }
    std::size_t in = 0;
    while (search_.join(consumer).between(out, in) == Join::impossible ||
           best_[consumer][in][share] + search_.join(consumer).between(out, in) * buffer_cycles_ != one[share])
      ++in;
    choose(consumer, in, static_cast<int>(share), chosen);
    left -= share;
  }
}

} // namespace tilewright
