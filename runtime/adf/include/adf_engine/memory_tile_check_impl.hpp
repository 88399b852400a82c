#pragma once

#include <algorithm>
#include <map>

#include "descriptors.hpp"
#include "legality.hpp"
#include "tiling.hpp"

namespace tilewright::adf {

namespace memory_tile_detail {

/// What one shared buffer, or all buffers of one memory tile, take.
struct Demand {
  std::string name;
  std::size_t bytes = 0;
  int in = 0;
  int out = 0;
  std::size_t descriptors = 0;
};

inline bool fits(const Device& device, const Demand& demand) {
  return demand.bytes <= device.memory_tile_bytes && demand.in <= device.memory_tile_dma_in &&
         demand.out <= device.memory_tile_dma_out &&
         demand.descriptors <= static_cast<std::size_t>(device.memory_tile_descriptors);
}

inline Demand sum(const Demand& a, const Demand& b) {
  return {a.name.empty() ? b.name : a.name + ", " + b.name, a.bytes + b.bytes, a.in + b.in, a.out + b.out,
          a.descriptors + b.descriptors};
}

inline void report(const Device& device, const Demand& demand, const std::string& place, Diagnostics& diagnostics) {
  const auto check = [&](const char* resource, std::size_t need, std::size_t limit, const char* unit) {
    if (need > limit) diagnostics.push_back(exceeded(std::string(resource) + place, need, limit, unit));
  };
  check("memory of ", demand.bytes, device.memory_tile_bytes, "bytes");
  check("DMA input channels of ", static_cast<std::size_t>(demand.in),
        static_cast<std::size_t>(device.memory_tile_dma_in), "channels");
  check("DMA output channels of ", static_cast<std::size_t>(demand.out),
        static_cast<std::size_t>(device.memory_tile_dma_out), "channels");
  check("DMA buffer descriptors of ", demand.descriptors, static_cast<std::size_t>(device.memory_tile_descriptors),
        "descriptors");
}

inline std::size_t port_descriptors(const Design& design, const SharedBuffer& buffer, int id) {
  return static_cast<std::size_t>(buffer.num_buffers) * descriptors_of(design.ports[static_cast<std::size_t>(id)].tilings,
                                                                       buffer.dimension, memory_tile_dma_dimensions);
}

/// A port is one channel, and a channel sees only a part of the descriptors.
inline void check_ports(const Design& design, const SharedBuffer& buffer, Diagnostics& diagnostics) {
  const std::size_t limit = static_cast<std::size_t>(design.device->memory_tile_channel_descriptors);
  for (const std::vector<int>* ports : {&buffer.in, &buffer.out})
    for (const int id : *ports)
      if (const std::size_t need = port_descriptors(design, buffer, id); need > limit)
        diagnostics.push_back(
            exceeded("DMA buffer descriptors of " + port_name(design, id), need, limit, "descriptors"));
}

inline Demand demand_of(const Design& design, const Network& network, std::size_t index) {
  const SharedBuffer& buffer = design.shared_buffers[index];
  Demand demand;
  demand.name = "shared_buffer" + std::to_string(index);
  demand.bytes = product(buffer.dimension) * buffer.element.bytes * static_cast<std::size_t>(buffer.num_buffers);
  for (const int id : buffer.in) {
    if (network.net_of_sink[static_cast<std::size_t>(id)] < 0) continue;
    ++demand.in;
    demand.descriptors += port_descriptors(design, buffer, id);
  }
  for (const int id : buffer.out) {
    if (network.net_of_source[static_cast<std::size_t>(id)] < 0) continue;
    ++demand.out;
    demand.descriptors += port_descriptors(design, buffer, id);
  }
  return demand;
}

} // namespace memory_tile_detail

TILEWRIGHT_ADF_FUNCTION void check_memory_tiles(const Design& design, const Network& network,
                                                Diagnostics& diagnostics) {
  using namespace memory_tile_detail;
  const Device& device = *design.device;
  std::map<std::pair<int, int>, Demand> tiles;
  std::vector<Demand> floating;
  for (std::size_t i = 0; i < design.shared_buffers.size(); ++i) {
    const SharedBuffer& buffer = design.shared_buffers[i];
    Demand demand = demand_of(design, network, i);
    check_ports(design, buffer, diagnostics);
    if (buffer.places.size() > 1 &&
        (buffer.places[0].column != buffer.places[1].column || buffer.places[0].row != buffer.places[1].row)) {
      // Ping and pong in two memory tiles; DMA channels reach the neighbour's memory.
      const std::size_t half = demand.bytes / buffer.places.size();
      for (std::size_t copy = 1; copy < buffer.places.size(); ++copy)
        tiles[{buffer.places[copy].column, buffer.places[copy].row}] =
            sum(tiles[{buffer.places[copy].column, buffer.places[copy].row}], {demand.name, half, 0, 0, 0});
      demand.bytes = half;
    }
    if (!fits(device, demand)) {
      report(device, demand, "the memory tile of " + demand.name, diagnostics);
      continue;
    }
    if (buffer.places.empty()) {
      floating.push_back(demand);
      continue;
    }
    for (const MemoryPlace& place : buffer.places)
      if (place.column < 0 || place.column >= device.columns || place.row < 0 || place.row >= device.memory_tile_rows)
        diagnostics.push_back(
            {exit_no_fit, "array edge: " + demand.name + " is located in memory " + tile_text(place.column, place.row) +
                              ", " + device.name + " has columns 0.." + std::to_string(device.columns - 1) +
                              " and memory tile rows 0.." + std::to_string(device.memory_tile_rows - 1)});
    Demand& tile = tiles[{buffer.places[0].column, buffer.places[0].row}];
    tile = sum(tile, demand);
  }
  for (const auto& [key, demand] : tiles)
    if (!fits(device, demand))
      report(device, demand, "memory " + tile_text(key.first, key.second) + " (" + demand.name + ")", diagnostics);

  // The rest goes wherever there is room, large buffers first.
  std::stable_sort(floating.begin(), floating.end(),
                   [](const Demand& a, const Demand& b) { return a.bytes > b.bytes; });
  std::vector<Demand> bins;
  for (const auto& [key, demand] : tiles)
    bins.push_back(demand);
  for (const Demand& demand : floating) {
    const auto bin =
        std::find_if(bins.begin(), bins.end(), [&](const Demand& used) { return fits(device, sum(used, demand)); });
    if (bin == bins.end())
      bins.push_back(demand);
    else
      *bin = sum(*bin, demand);
  }
  const std::size_t limit = static_cast<std::size_t>(device.columns * device.memory_tile_rows);
  if (bins.size() > limit)
    diagnostics.push_back(exceeded(std::string("memory tiles of ") + device.name, bins.size(), limit, "memory tiles"));
}

} // namespace tilewright::adf
