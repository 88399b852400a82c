#pragma once

#include <numeric>

#include "network.hpp"

namespace tilewright::adf {

namespace rates_detail {

struct Fraction {
  std::int64_t numerator = 0;
  std::int64_t denominator = 1;
};

inline Fraction reduced(std::int64_t numerator, std::int64_t denominator) {
  const std::int64_t divisor = std::gcd(numerator, denominator);
  return {numerator / divisor, denominator / divisor};
}

/// source fires source_bytes at a time, sink sink_bytes: source.rate * source_bytes == sink.rate * sink_bytes.
struct Balance {
  int source, sink; ///< nodes: kernels first, then shared buffers
  int source_port, sink_port;
  std::int64_t source_bytes, sink_bytes;
};

inline int node_of(const Design& design, const Port& port) {
  if (port.owner_kind == PortOwner::kernel) return port.owner;
  return static_cast<int>(design.kernels.size()) + port.owner;
}

inline std::string node_name(const Design& design, int node) {
  const int kernels = static_cast<int>(design.kernels.size());
  return node < kernels ? kernel_name(design, node) : "shared_buffer" + std::to_string(node - kernels);
}

inline bool has_rate(const Port& port) {
  if (port.samples_per_iteration > 0) return true;
  return port.transport == Transport::buffer && !(port.owner_kind == PortOwner::kernel && port.asynchronous);
}

inline std::vector<Balance> balances(const Design& design, const Network& network) {
  std::vector<Balance> result;
  for (const Net& net : network.nets) {
    const Port& source = design.ports[static_cast<std::size_t>(net.source)];
    if (!has_rate(source)) continue;
    for (const int id : net.sinks) {
      const Port& sink = design.ports[static_cast<std::size_t>(id)];
      if (!has_rate(sink)) continue;
      result.push_back({node_of(design, source), node_of(design, sink), net.source, id,
                        static_cast<std::int64_t>(firing_bytes(design, source)),
                        static_cast<std::int64_t>(firing_bytes(design, sink))});
    }
  }
  return result;
}

inline int explicit_count(const Design& design, int node) {
  const int kernels = static_cast<int>(design.kernels.size());
  return node < kernels ? design.kernels[static_cast<std::size_t>(node)].repetition_count
                        : design.shared_buffers[static_cast<std::size_t>(node - kernels)].repetition_count;
}

/// Rates of the nodes connected with `start`, relative to it. Appends them to `members`.
inline void propagate(const Design& design, const std::vector<Balance>& edges,
                      const std::vector<std::vector<int>>& edges_of, int start, std::vector<Fraction>& rate,
                      std::vector<int>& members, Diagnostics& diagnostics) {
  rate[static_cast<std::size_t>(start)] = {1, 1};
  members.push_back(start);
  for (std::size_t next = 0; next < members.size(); ++next)
    for (const int index : edges_of[static_cast<std::size_t>(members[next])]) {
      const Balance& edge = edges[static_cast<std::size_t>(index)];
      if (edge.source_bytes == 0 || edge.sink_bytes == 0) continue;
      const bool forward = edge.source == members[next];
      const Fraction from = rate[static_cast<std::size_t>(members[next])];
      const Fraction to = forward ? reduced(from.numerator * edge.source_bytes, from.denominator * edge.sink_bytes)
                                  : reduced(from.numerator * edge.sink_bytes, from.denominator * edge.source_bytes);
      Fraction& known = rate[static_cast<std::size_t>(forward ? edge.sink : edge.source)];
      if (known.numerator == 0) {
        known = to;
        members.push_back(forward ? edge.sink : edge.source);
      } else if (forward && (known.numerator != to.numerator || known.denominator != to.denominator)) {
        diagnostics.push_back(
            {exit_malformed, "volumes do not match: " + port_name(design, edge.source_port) + " gives " +
                                 std::to_string(edge.source_bytes) + " bytes a firing and " +
                                 port_name(design, edge.sink_port) + " takes " + std::to_string(edge.sink_bytes) +
                                 ", which no number of firings per iteration of " + node_name(design, edge.source) +
                                 " and " + node_name(design, edge.sink) + " reconciles with their other connections"});
      }
    }
}

/// Smallest integers in the ratio of the rates, scaled to an explicit repetition count if there is one.
inline void scale(const Design& design, const std::vector<Fraction>& rate, const std::vector<int>& members,
                  std::vector<std::int64_t>& firings, Diagnostics& diagnostics) {
  std::int64_t common = 1, divisor = 0;
  for (const int node : members)
    common = std::lcm(common, rate[static_cast<std::size_t>(node)].denominator);
  for (const int node : members) {
    const Fraction& r = rate[static_cast<std::size_t>(node)];
    firings[static_cast<std::size_t>(node)] = r.numerator * (common / r.denominator);
    divisor = std::gcd(divisor, firings[static_cast<std::size_t>(node)]);
  }
  for (const int node : members)
    firings[static_cast<std::size_t>(node)] /= divisor;

  int leader = -1;
  for (const int node : members)
    if (leader < 0 && explicit_count(design, node) > 0) leader = node;
  if (leader < 0) return;
  const std::int64_t wanted = explicit_count(design, leader), found = firings[static_cast<std::size_t>(leader)];
  for (const int node : members) {
    std::int64_t& count = firings[static_cast<std::size_t>(node)];
    const std::int64_t scaled = count * wanted;
    if (scaled % found != 0 || (explicit_count(design, node) > 0 && scaled / found != explicit_count(design, node))) {
      diagnostics.push_back(
          {exit_malformed, "volumes do not match: repetition_count " + std::to_string(wanted) + " of " +
                               node_name(design, leader) + " would need " + std::to_string(scaled) + "/" +
                               std::to_string(found) + " firings of " + node_name(design, node) +
                               (explicit_count(design, node) > 0
                                    ? ", which has repetition_count " + std::to_string(explicit_count(design, node))
                                    : std::string())});
      continue;
    }
    count = scaled / found;
  }
}

/// Kernels without rated ports follow their cascade or stream neighbours.
inline void follow_neighbours(const Design& design, const Network& network,
                              const std::vector<std::vector<int>>& edges_of, std::vector<std::int64_t>& firings) {
  for (std::size_t round = 0; round < design.kernels.size(); ++round) {
    bool changed = false;
    for (const Net& net : network.nets) {
      const Port& source = design.ports[static_cast<std::size_t>(net.source)];
      for (const int id : net.sinks) {
        const Port& sink = design.ports[static_cast<std::size_t>(id)];
        if (source.transport != Transport::cascade || sink.transport != Transport::cascade) continue;
        for (const auto& [from, to] : {std::pair{source.owner, sink.owner}, std::pair{sink.owner, source.owner}}) {
          const bool rated = !edges_of[static_cast<std::size_t>(to)].empty() ||
                             design.kernels[static_cast<std::size_t>(to)].repetition_count > 0;
          if (!rated && firings[static_cast<std::size_t>(to)] < firings[static_cast<std::size_t>(from)]) {
            firings[static_cast<std::size_t>(to)] = firings[static_cast<std::size_t>(from)];
            changed = true;
          }
        }
      }
    }
    if (!changed) return;
  }
}

} // namespace rates_detail

TILEWRIGHT_ADF_FUNCTION void balance_rates(const Design& design, Network& network, Diagnostics& diagnostics) {
  using namespace rates_detail;
  const std::size_t kernels = design.kernels.size(), nodes = kernels + design.shared_buffers.size();
  const std::vector<Balance> edges = balances(design, network);
  std::vector<std::vector<int>> edges_of(nodes);
  for (std::size_t i = 0; i < edges.size(); ++i) {
    edges_of[static_cast<std::size_t>(edges[i].source)].push_back(static_cast<int>(i));
    if (edges[i].sink != edges[i].source)
      edges_of[static_cast<std::size_t>(edges[i].sink)].push_back(static_cast<int>(i));
  }
  std::vector<Fraction> rate(nodes);
  std::vector<std::int64_t> firings(nodes, 1);
  for (std::size_t node = 0; node < nodes; ++node) {
    if (rate[node].numerator != 0) continue;
    std::vector<int> members;
    propagate(design, edges, edges_of, static_cast<int>(node), rate, members, diagnostics);
    scale(design, rate, members, firings, diagnostics);
  }
  follow_neighbours(design, network, edges_of, firings);
  network.kernel_firings.assign(firings.begin(), firings.begin() + static_cast<std::ptrdiff_t>(kernels));
  network.buffer_firings.assign(firings.begin() + static_cast<std::ptrdiff_t>(kernels), firings.end());
}

} // namespace tilewright::adf
