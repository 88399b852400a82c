// The design with its hierarchy resolved: nets from leaf ports to leaf ports, and firings per graph iteration.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "design.hpp"
#include "diagnostics.hpp"

namespace tilewright::adf {

/// One source and everything it reaches. Ports by index into Design::ports.
struct Net {
  int source = -1;
  std::vector<int> sinks;
};

struct Network {
  std::vector<Net> nets;
  std::vector<int> net_of_sink;             ///< per port; -1 if undriven
  std::vector<int> net_of_source;           ///< per port; -1 if it drives nothing
  std::vector<std::int64_t> kernel_firings; ///< per graph iteration
  std::vector<std::int64_t> buffer_firings; ///< per graph iteration, shared buffers
};

/// Follows connections through the hierarchy and checks that every leaf port is connected as its kind needs.
Network resolve_network(Design& design, Diagnostics& diagnostics);

/// Fills in the firings per iteration such that both ends of every connection move the same volume.
void balance_rates(const Design& design, Network& network, Diagnostics& diagnostics);

/// Leaf kernel parameter ports behind a port that the host updates.
std::vector<int> parameter_leaves(const Design& design, int port);

/// Bytes that move through a buffer port in one firing, access patterns included.
std::size_t firing_bytes(const Design& design, const Port& port);

/// Whether a leaf port is connected with a pktsplit or pktmerge.
bool leads_to_packet_switch(const Design& design, const Network& network, int port);

/// Names for reports: "k3 (dense_last<config>)", "k3.in[0]", "shared_buffer2.out[1]", "PLIO_in_0".
std::string kernel_name(const Design& design, int kernel);
std::string port_name(const Design& design, int port);

} // namespace tilewright::adf
