#pragma once

#include <queue>

#include "firing_order.hpp"

namespace tilewright::adf {

namespace firing_order_detail {

/// Kernels, shared buffers and packet switches by number, in this order; -1 for ports of anything else.
inline int node_of(const Design& design, int port) {
  const Port& record = design.ports[static_cast<std::size_t>(port)];
  const int kernels = static_cast<int>(design.kernels.size());
  switch (record.owner_kind) {
  case PortOwner::kernel:
    return record.owner;
  case PortOwner::shared_buffer:
    return kernels + record.owner;
  case PortOwner::packet_switch:
    return kernels + static_cast<int>(design.shared_buffers.size()) + record.owner;
  default:
    return -1;
  }
}

} // namespace firing_order_detail

TILEWRIGHT_ADF_FUNCTION std::vector<int> firing_order(const Design& design, const Network& network) {
  const std::size_t kernels = design.kernels.size();
  const std::size_t nodes = kernels + design.shared_buffers.size() + design.packet_switches.size();
  std::vector<std::vector<int>> consumers(nodes);
  std::vector<int> producers(nodes, 0);
  for (const Net& net : network.nets) {
    const int from = firing_order_detail::node_of(design, net.source);
    for (const int sink : net.sinks) {
      const int to = firing_order_detail::node_of(design, sink);
      const bool is_parameter = design.ports[static_cast<std::size_t>(sink)].transport == Transport::parameter;
      if (from < 0 || to < 0 || is_parameter) continue;
      consumers[static_cast<std::size_t>(from)].push_back(to);
      ++producers[static_cast<std::size_t>(to)];
    }
  }
  std::priority_queue<int, std::vector<int>, std::greater<>> ready;
  for (std::size_t node = 0; node < nodes; ++node)
    if (producers[node] == 0) ready.push(static_cast<int>(node));
  std::vector<int> order;
  std::size_t visited = 0;
  for (; !ready.empty(); ++visited) {
    const int node = ready.top();
    ready.pop();
    if (node < static_cast<int>(kernels)) order.push_back(node);
    for (const int consumer : consumers[static_cast<std::size_t>(node)])
      if (--producers[static_cast<std::size_t>(consumer)] == 0) ready.push(consumer);
  }
  if (visited < nodes) order.clear();
  return order;
}

} // namespace tilewright::adf
