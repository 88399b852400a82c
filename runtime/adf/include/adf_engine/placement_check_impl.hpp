#pragma once

#include <algorithm>
#include <map>

#include "legality.hpp"

namespace tilewright::adf {

namespace placement_detail {

using TileKey = std::pair<int, int>; ///< column, row

inline bool inside(const Device& device, int column, int row) {
  return column >= 0 && column < device.columns && row >= 0 && row < device.rows;
}

/// What a kernel takes of its core. Without runtime<ratio> it counts as the whole core.
inline double core_share(const Kernel& kernel) { return kernel.runtime_ratio > 0 ? kernel.runtime_ratio : 1.0; }

inline void check_edges(const Design& design, Diagnostics& diagnostics) {
  const Device& device = *design.device;
  for (std::size_t k = 0; k < design.kernels.size(); ++k) {
    const Kernel& kernel = design.kernels[k];
    if (kernel.placed && !inside(device, kernel.column, kernel.row))
      diagnostics.push_back({exit_no_fit, "array edge: " + kernel_name(design, static_cast<int>(k)) + " is placed on " +
                                              tile_text(kernel.column, kernel.row) + ", " + device.name +
                                              " has columns 0.." + std::to_string(device.columns - 1) +
                                              " and rows 0.." + std::to_string(device.rows - 1)});
  }
}

/// Load of every named tile, and the number of tiles that all kernels together need.
inline void check_load(const Design& design, Diagnostics& diagnostics) {
  constexpr double rounding = 1e-6; // 0.1 + 0.2 + 0.7 is not above 1
  std::map<TileKey, double> load;
  std::map<TileKey, std::string> members;
  std::vector<double> free_shares;
  for (std::size_t k = 0; k < design.kernels.size(); ++k) {
    const Kernel& kernel = design.kernels[k];
    if (!kernel.placed) {
      free_shares.push_back(core_share(kernel));
      continue;
    }
    const TileKey key{kernel.column, kernel.row};
    load[key] += core_share(kernel);
    members[key] += (members[key].empty() ? "" : ", ") + ("k" + std::to_string(k));
  }
  for (const auto& [key, sum] : load)
    if (sum > 1 + rounding)
      diagnostics.push_back({exit_no_fit, "core time of " + tile_text(key.first, key.second) + ": runtime ratios of " +
                                              members[key] + " need " + std::to_string(sum) + ", limit 1"});
  // Kernels without a place share cores only among themselves: first fit decreasing, as a mapper would pack them.
  std::sort(free_shares.begin(), free_shares.end(), std::greater<>());
  std::vector<double> cores;
  for (const double share : free_shares) {
    const auto core =
        std::find_if(cores.begin(), cores.end(), [&](double used) { return used + share <= 1 + rounding; });
    if (core == cores.end())
      cores.push_back(share);
    else
      *core += share;
  }
  const std::size_t need = load.size() + cores.size();
  const std::size_t limit = static_cast<std::size_t>(design.device->columns * design.device->rows);
  if (need > limit)
    diagnostics.push_back(exceeded(std::string("compute tiles of ") + design.device->name, need, limit, "tiles"));
}

inline void check_cascades(const Design& design, const Network& network, Diagnostics& diagnostics) {
  std::map<TileKey, int> in, out;
  for (const Net& net : network.nets) {
    const Port& source = design.ports[static_cast<std::size_t>(net.source)];
    if (source.transport != Transport::cascade || source.owner_kind != PortOwner::kernel) continue;
    for (const int sink_id : net.sinks) {
      const Port& sink = design.ports[static_cast<std::size_t>(sink_id)];
      if (sink.owner_kind != PortOwner::kernel) continue;
      const Kernel& from = design.kernels[static_cast<std::size_t>(source.owner)];
      const Kernel& to = design.kernels[static_cast<std::size_t>(sink.owner)];
      ++out[from.placed ? TileKey{from.column, from.row} : TileKey{-1, source.owner}];
      ++in[to.placed ? TileKey{to.column, to.row} : TileKey{-1, sink.owner}];
      if (!from.placed || !to.placed) continue;
      const bool east = to.column == from.column + 1 && to.row == from.row;
      const bool south = to.column == from.column && to.row == from.row - 1;
      if (!east && !south)
        diagnostics.push_back(
            {exit_no_fit, "cascade direction: " + port_name(design, net.source) + " -> " + port_name(design, sink_id) +
                              " goes from " + tile_text(from.column, from.row) + " to " + tile_text(to.column, to.row) +
                              ", the hardware's goes to the next tile east (column + 1) or south "
                              "(row - 1)"});
    }
  }
  const auto check = [&](const std::map<TileKey, int>& counts, const char* resource) {
    for (const auto& [key, count] : counts)
      if (count > 1)
        diagnostics.push_back(
            exceeded(std::string(resource) + " of " +
                         (key.first >= 0 ? tile_text(key.first, key.second) : kernel_name(design, key.second)),
                     static_cast<std::size_t>(count), 1, "cascades"));
  };
  check(in, "cascade input");
  check(out, "cascade output");
}

inline void check_streams(const Design& design, Diagnostics& diagnostics) {
  std::map<TileKey, std::pair<int, int>> counts;
  for (const Port& port : design.ports) {
    if (port.owner_kind != PortOwner::kernel || port.transport != Transport::stream) continue;
    const Kernel& kernel = design.kernels[static_cast<std::size_t>(port.owner)];
    auto& [in, out] = counts[kernel.placed ? TileKey{kernel.column, kernel.row} : TileKey{-1, port.owner}];
    ++(port.direction == Direction::in ? in : out);
  }
  const Device& device = *design.device;
  for (const auto& [key, count] : counts) {
    const std::string place = key.first >= 0 ? tile_text(key.first, key.second) : kernel_name(design, key.second);
    if (count.first > device.core_streams_in)
      diagnostics.push_back(exceeded("core stream inputs of " + place, static_cast<std::size_t>(count.first),
                                     static_cast<std::size_t>(device.core_streams_in), "streams"));
    if (count.second > device.core_streams_out)
      diagnostics.push_back(exceeded("core stream outputs of " + place, static_cast<std::size_t>(count.second),
                                     static_cast<std::size_t>(device.core_streams_out), "streams"));
  }
}

inline void check_plio_names(const Design& design, Diagnostics& diagnostics) {
  std::map<std::string, int> uses;
  for (const Plio& plio : design.plios)
    if (!plio.name.empty() && ++uses[plio.name] == 2)
      diagnostics.push_back({exit_no_fit, "PLIO name: \"" + plio.name + "\" is used by more than one PLIO, limit 1"});
}

/// A 128-bit PLIO takes two of the 64-bit channels between programmable logic and the array.
inline void check_plio_channels(const Design& design, Diagnostics& diagnostics) {
  std::size_t in = 0, out = 0;
  for (const Plio& plio : design.plios)
    (plio.direction == Direction::in ? in : out) += plio.bits > 64 ? 2 : 1;
  const auto check = [&](const char* resource, std::size_t need, int limit) {
    if (limit > 0 && need > static_cast<std::size_t>(limit))
      diagnostics.push_back(exceeded(std::string(resource) + " of " + design.device->name, need,
                                     static_cast<std::size_t>(limit), "channels of 64 bits"));
  };
  check("PLIO inputs", in, design.device->plio_channels_in);
  check("PLIO outputs", out, design.device->plio_channels_out);
}

} // namespace placement_detail

TILEWRIGHT_ADF_FUNCTION void check_placement(const Design& design, const Network& network, Diagnostics& diagnostics) {
  placement_detail::check_edges(design, diagnostics);
  placement_detail::check_load(design, diagnostics);
  placement_detail::check_cascades(design, network, diagnostics);
  placement_detail::check_streams(design, diagnostics);
  placement_detail::check_plio_names(design, diagnostics);
  placement_detail::check_plio_channels(design, diagnostics);
}

} // namespace tilewright::adf
