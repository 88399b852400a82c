#pragma once

#include "network.hpp"
#include "tiling.hpp"

namespace tilewright::adf {

TILEWRIGHT_ADF_FUNCTION std::string kernel_name(const Design& design, int kernel) {
  const Kernel& record = design.kernels[static_cast<std::size_t>(kernel)];
  std::string text = "k" + std::to_string(kernel) + " (" + record.name;
  if (!record.source.empty()) text += ", " + record.source;
  if (record.placed) text += ", tile " + std::to_string(record.column) + "," + std::to_string(record.row);
  return text + ")";
}

TILEWRIGHT_ADF_FUNCTION std::string port_name(const Design& design, int port) {
  const Port& record = design.ports[static_cast<std::size_t>(port)];
  const std::string owner = std::to_string(record.owner);
  const char* side = record.direction == Direction::in    ? ".in["
                     : record.direction == Direction::out ? ".out["
                                                          : ".inout[";
  const std::string suffix = side + std::to_string(record.index) + "]";
  switch (record.owner_kind) {
  case PortOwner::kernel:
    return "k" + owner + (record.index < 0 ? ".bypass" : suffix);
  case PortOwner::shared_buffer:
    return "shared_buffer" + owner + suffix;
  case PortOwner::plio: {
    const Plio& plio = design.plios[static_cast<std::size_t>(record.owner)];
    return "PLIO " + (plio.name.empty() ? plio.file : plio.name);
  }
  case PortOwner::gmio: {
    const HostMemory& memory = design.host_memories[static_cast<std::size_t>(record.owner)];
    return "GMIO " + (memory.name.empty() ? owner : memory.name);
  }
  case PortOwner::external_buffer:
    return "external_buffer" + owner + suffix;
  default:
    return "port" + std::to_string(port);
  }
}

TILEWRIGHT_ADF_FUNCTION std::size_t firing_bytes(const Design& design, const Port& port) {
  std::size_t elements = port.elements;
  if (port.samples_per_iteration > 0)
    elements = port.samples_per_iteration;
  else if (!port.tilings.empty())
    elements = tiling_elements(port.tilings);
  else if (port.owner_kind == PortOwner::shared_buffer)
    elements = product(design.shared_buffers[static_cast<std::size_t>(port.owner)].dimension);
  return elements * port.element.bytes;
}

TILEWRIGHT_ADF_FUNCTION bool leads_to_packet_switch(const Design& design, const Network& network, int port) {
  const auto is_switch = [&](int id) {
    return design.ports[static_cast<std::size_t>(id)].owner_kind == PortOwner::packet_switch;
  };
  const int driven = network.net_of_source[static_cast<std::size_t>(port)];
  const int driving = network.net_of_sink[static_cast<std::size_t>(port)];
  return (driven >= 0 && is_switch(network.nets[static_cast<std::size_t>(driven)].sinks.front())) ||
         (driving >= 0 && is_switch(network.nets[static_cast<std::size_t>(driving)].source));
}

namespace network_detail {

inline std::vector<std::vector<int>> successors(const Design& design) {
  std::vector<std::vector<int>> next(design.ports.size());
  for (const Connection& connection : design.connections)
    next[static_cast<std::size_t>(connection.from)].push_back(connection.to);
  return next;
}

inline constexpr int max_hierarchy_depth = 1000;

/// Leaves reached from `port`, in the order of the connections. Hierarchy may not form a cycle; depth bounds it anyway.
inline void collect_leaves(const Design& design, const std::vector<std::vector<int>>& next, int port, int depth,
                           std::vector<int>& leaves) {
  if (depth > max_hierarchy_depth) return;
  for (const int to : next[static_cast<std::size_t>(port)]) {
    if (design.ports[static_cast<std::size_t>(to)].owner_kind == PortOwner::hierarchy)
      collect_leaves(design, next, to, depth + 1, leaves);
    else
      leaves.push_back(to);
  }
}

inline const char* transport_name(Transport transport) {
  switch (transport) {
  case Transport::buffer:
    return "buffer";
  case Transport::stream:
    return "stream";
  case Transport::packet_stream:
    return "packet stream";
  case Transport::cascade:
    return "cascade";
  case Transport::parameter:
    return "runtime parameter";
  default:
    return "port";
  }
}

inline bool compatible(Transport a, Transport b) {
  const bool special_a = a == Transport::cascade || a == Transport::parameter;
  const bool special_b = b == Transport::cascade || b == Transport::parameter;
  return special_a || special_b ? a == b : true;
}

/// connect<window<bytes>> gives kernel buffers their sizes, through the hierarchy on both sides.
inline void apply_window_sizes(Design& design, const std::vector<std::vector<int>>& next) {
  const auto apply = [&](int id, unsigned bytes, unsigned margin_bytes) {
    Port& port = design.ports[static_cast<std::size_t>(id)];
    if (port.owner_kind != PortOwner::kernel || port.transport != Transport::buffer || port.element.bytes == 0) return;
    if (port.elements == 0) port.elements = bytes / port.element.bytes;
    if (port.margin == 0) port.margin = margin_bytes / port.element.bytes;
  };
  std::vector<int> driver(design.ports.size(), -1);
  for (const Connection& connection : design.connections)
    driver[static_cast<std::size_t>(connection.to)] = connection.from;
  for (const Connection& connection : design.connections) {
    if (connection.to_bytes != 0) {
      std::vector<int> leaves{connection.to};
      collect_leaves(design, next, connection.to, 0, leaves);
      for (const int leaf : leaves)
        apply(leaf, connection.to_bytes, connection.margin_bytes);
    }
    if (connection.from_bytes == 0) continue;
    int source = connection.from;
    for (int depth = 0; depth < max_hierarchy_depth && driver[static_cast<std::size_t>(source)] >= 0; ++depth)
      source = driver[static_cast<std::size_t>(source)];
    apply(source, connection.from_bytes, 0);
  }
}

/// Kernel buffers without extents or dimensions() take the size of the kernel buffer at the other end.
inline void inherit_sizes(Design& design, const Net& net) {
  Port& source = design.ports[static_cast<std::size_t>(net.source)];
  for (const int sink_id : net.sinks) {
    Port& sink = design.ports[static_cast<std::size_t>(sink_id)];
    if (source.owner_kind != PortOwner::kernel || sink.owner_kind != PortOwner::kernel ||
        source.transport != Transport::buffer || sink.transport != Transport::buffer)
      continue;
    if (sink.elements == 0 && sink.element.bytes != 0)
      sink.elements = source.elements * source.element.bytes / sink.element.bytes;
    else if (source.elements == 0 && source.element.bytes != 0)
      source.elements = sink.elements * sink.element.bytes / source.element.bytes;
  }
}

inline void check_kernel_ports(const Design& design, const Network& network, Diagnostics& diagnostics) {
  for (std::size_t k = 0; k < design.kernels.size(); ++k) {
    for (const int id : design.kernels[k].ports) {
      const Port& port = design.ports[static_cast<std::size_t>(id)];
      const std::string place = port_name(design, id) + " of " + kernel_name(design, static_cast<int>(k));
      if (port.transport == Transport::parameter) continue;
      const bool connected = port.direction == Direction::out ? network.net_of_source[static_cast<std::size_t>(id)] >= 0
                                                              : network.net_of_sink[static_cast<std::size_t>(id)] >= 0;
      if (!connected) diagnostics.push_back({exit_malformed, place + " is not connected"});
      if (port.transport == Transport::buffer && port.elements == 0)
        diagnostics.push_back({exit_malformed, place + " has no size: give extents in the kernel's signature or "
                                                       "dimensions() in the graph"});
    }
  }
}

} // namespace network_detail

TILEWRIGHT_ADF_FUNCTION std::vector<int> parameter_leaves(const Design& design, int port) {
  if (design.ports[static_cast<std::size_t>(port)].owner_kind == PortOwner::kernel) return {port};
  std::vector<int> leaves;
  network_detail::collect_leaves(design, network_detail::successors(design), port, 0, leaves);
  if (leaves.empty())
    // An output or inout parameter is connected from the kernel to the graph's port.
    for (const Connection& connection : design.connections)
      if (connection.to == port) return parameter_leaves(design, connection.from);
  return leaves;
}

TILEWRIGHT_ADF_FUNCTION Network resolve_network(Design& design, Diagnostics& diagnostics) {
  using namespace network_detail;
  Network network;
  network.net_of_sink.assign(design.ports.size(), -1);
  network.net_of_source.assign(design.ports.size(), -1);
  const std::vector<std::vector<int>> next = successors(design);
  apply_window_sizes(design, next);

  for (std::size_t id = 0; id < design.ports.size(); ++id) {
    const Port& source = design.ports[id];
    if (source.owner_kind == PortOwner::hierarchy || source.direction == Direction::in) continue;
    Net net;
    net.source = static_cast<int>(id);
    collect_leaves(design, next, net.source, 0, net.sinks);
    if (net.sinks.empty()) continue;
    const int index = static_cast<int>(network.nets.size());
    network.net_of_source[id] = index;
    for (const int sink_id : net.sinks) {
      const Port& sink = design.ports[static_cast<std::size_t>(sink_id)];
      int& driver = network.net_of_sink[static_cast<std::size_t>(sink_id)];
      if (driver >= 0)
        diagnostics.push_back(
            {exit_malformed, port_name(design, sink_id) + " is driven twice, by " +
                                 port_name(design, network.nets[static_cast<std::size_t>(driver)].source) + " and by " +
                                 port_name(design, net.source)});
      driver = index;
      if (!compatible(source.transport, sink.transport))
        diagnostics.push_back({exit_malformed, port_name(design, net.source) + ", a " +
                                                   transport_name(source.transport) + ", is connected to " +
                                                   port_name(design, sink_id) + ", a " +
                                                   transport_name(sink.transport)});
      else if (source.transport == Transport::cascade && net.sinks.size() > 1)
        diagnostics.push_back(
            {exit_malformed, port_name(design, net.source) + " is a cascade and has several consumers"});
    }
    inherit_sizes(design, net);
    network.nets.push_back(std::move(net));
  }
  check_kernel_ports(design, network, diagnostics);
  return network;
}

} // namespace tilewright::adf
