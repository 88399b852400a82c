#pragma once

#include <algorithm>
#include <numeric>

#include "ownership.hpp"

namespace tilewright::adf {

namespace ownership_detail {

/// Lowest and highest port of every set of ports that hang together through connections and common owners.
inline std::vector<std::pair<int, int>> component_spans(const Design& design) {
  std::vector<int> parent(design.ports.size());
  std::iota(parent.begin(), parent.end(), 0);
  const auto root = [&](int port) {
    while (parent[static_cast<std::size_t>(port)] != port) {
      int& up = parent[static_cast<std::size_t>(port)];
      up = parent[static_cast<std::size_t>(up)];
      port = up;
    }
    return port;
  };
  const auto join = [&](int a, int b) { parent[static_cast<std::size_t>(root(a))] = root(b); };
  for (const Connection& connection : design.connections)
    join(connection.from, connection.to);
  const auto join_all = [&](const std::vector<int>& ports) {
    for (std::size_t i = 1; i < ports.size(); ++i)
      join(ports[0], ports[i]);
  };
  for (const Kernel& kernel : design.kernels)
    join_all(kernel.ports);
  for (const SharedBuffer& buffer : design.shared_buffers) {
    std::vector<int> ports = buffer.in;
    ports.insert(ports.end(), buffer.out.begin(), buffer.out.end());
    join_all(ports);
  }
  std::vector<std::pair<int, int>> span(design.ports.size(), {-1, -1});
  for (int port = 0; port < static_cast<int>(design.ports.size()); ++port) {
    auto& [low, high] = span[static_cast<std::size_t>(root(port))];
    low = low < 0 ? port : std::min(low, port);
    high = std::max(high, port);
  }
  span.erase(std::remove(span.begin(), span.end(), std::pair{-1, -1}), span.end());
  return span;
}

} // namespace ownership_detail

TILEWRIGHT_ADF_FUNCTION std::vector<int> top_level_starts(const Design& design) {
  const std::vector<std::pair<int, int>> spans = ownership_detail::component_spans(design);
  std::vector<int> starts = {0};
  for (const GraphObject& graph : design.graphs) {
    const int start = graph.first_port;
    // What was made before any graph, files that a platform joins to one for example, goes with the first.
    if (start <= starts.back() || &graph == &design.graphs.front()) continue;
    const bool crossed = std::any_of(spans.begin(), spans.end(),
                                     [&](const auto& span) { return span.first < start && span.second >= start; });
    if (graph.controlled || !crossed) starts.push_back(start);
  }
  return starts;
}

TILEWRIGHT_ADF_FUNCTION int owner_of_port(const std::vector<int>& starts, int port) {
  return static_cast<int>(std::upper_bound(starts.begin(), starts.end(), port) - starts.begin()) - 1;
}

TILEWRIGHT_ADF_FUNCTION int first_port_of(const Design& design, int graph) {
  return design.graphs[static_cast<std::size_t>(graph)].first_port;
}

} // namespace tilewright::adf
