#pragma once

#include "legality.hpp"
#include "tiling.hpp"

namespace tilewright::adf {

TILEWRIGHT_ADF_FUNCTION std::string tile_text(int column, int row) {
  return "tile (" + std::to_string(column) + "," + std::to_string(row) + ")";
}

TILEWRIGHT_ADF_FUNCTION Diagnostic exceeded(const std::string& resource, std::size_t need, std::size_t limit,
                                            const std::string& unit, const std::string& detail) {
  std::string text =
      resource + ": needs " + std::to_string(need) + " " + unit + ", limit " + std::to_string(limit) + " " + unit;
  if (!detail.empty()) text += " (" + detail + ")";
  return {exit_no_fit, text};
}

namespace legality_detail {

/// DMA addresses 32-bit words, so everything along dimension 0 has to be a multiple of 4 bytes [UG1603 tiling].
inline void check_granularity(const std::string& name, const Tiling& tiling, unsigned element_bytes,
                              Diagnostics& diagnostics) {
  const auto check = [&](const char* field, std::int64_t elements) {
    if (elements * static_cast<std::int64_t>(element_bytes) % 4 != 0)
      diagnostics.push_back({exit_no_fit, "DMA granularity of " + name + ": " + field + " is " +
                                              std::to_string(elements * static_cast<std::int64_t>(element_bytes)) +
                                              " bytes, must be a multiple of 4"});
  };
  if (!tiling.buffer_dimension.empty()) check("buffer_dimension[0]", tiling.buffer_dimension[0]);
  if (!tiling.tiling_dimension.empty()) check("tiling_dimension[0]", tiling.tiling_dimension[0]);
  if (!tiling.offset.empty()) check("offset[0]", tiling.offset[0]);
  for (const TileTraversal& traversal : tiling.tile_traversal)
    if (traversal.dimension == 0 && traversal.wrap > 1) check("the stride of dimension 0", traversal.stride);
}

/// Whether the port's buffer is filled or emptied by DMA rather than shared between kernels in data memory.
inline bool moved_by_dma(const Design& design, const Network& network, int id) {
  const Port& port = design.ports[static_cast<std::size_t>(id)];
  if (port.owner_kind == PortOwner::shared_buffer || !port.tilings.empty()) return true;
  const int net = port.direction == Direction::out ? network.net_of_source[static_cast<std::size_t>(id)]
                                                   : network.net_of_sink[static_cast<std::size_t>(id)];
  if (net < 0) return false;
  const Net& record = network.nets[static_cast<std::size_t>(net)];
  const auto is_kernel_buffer = [&](int other) {
    const Port& end = design.ports[static_cast<std::size_t>(other)];
    return end.owner_kind == PortOwner::kernel && end.transport == Transport::buffer;
  };
  return !(is_kernel_buffer(record.source) && record.sinks.size() == 1 && is_kernel_buffer(record.sinks[0]));
}

} // namespace legality_detail

TILEWRIGHT_ADF_FUNCTION void check_buffers(const Design& design, const Network& network, Diagnostics& diagnostics) {
  for (std::size_t id = 0; id < design.ports.size(); ++id) {
    const Port& port = design.ports[id];
    const bool external = port.owner_kind == PortOwner::external_buffer;
    if (!external && (port.transport != Transport::buffer ||
                      (port.owner_kind != PortOwner::kernel && port.owner_kind != PortOwner::shared_buffer)))
      continue;
    const std::string name = port_name(design, static_cast<int>(id));
    Dimensions dimension = {static_cast<std::uint32_t>(port.elements)};
    if (port.owner_kind == PortOwner::shared_buffer)
      dimension = design.shared_buffers[static_cast<std::size_t>(port.owner)].dimension;
    if (external) dimension = design.host_memories[static_cast<std::size_t>(port.owner)].dimension;
    if (!port.tilings.empty()) {
      std::string error;
      expand_tilings(port.tilings, dimension, port.direction == Direction::out, error);
      if (!error.empty()) diagnostics.push_back({exit_malformed, name + ": " + error});
    }
    for (const Tiling& tiling : port.tilings)
      legality_detail::check_granularity(name, tiling, port.element.bytes, diagnostics);
    if (!external && legality_detail::moved_by_dma(design, network, static_cast<int>(id)) &&
        firing_bytes(design, port) % 4 != 0)
      diagnostics.push_back({exit_no_fit, "DMA granularity of " + name + ": a firing moves " +
                                              std::to_string(firing_bytes(design, port)) +
                                              " bytes, must be a multiple of 4"});
  }
}

TILEWRIGHT_ADF_FUNCTION void check_device(const Design& design, const Network& network, Diagnostics& diagnostics) {
  check_placement(design, network, diagnostics);
  check_tile_memory(design, network, diagnostics);
  check_memory_tiles(design, network, diagnostics);
}

} // namespace tilewright::adf
