#pragma once

#include <algorithm>
#include <map>

#include "descriptors.hpp"
#include "memory_objects.hpp"

namespace tilewright::adf {

TILEWRIGHT_ADF_FUNCTION bool can_address(int column, int row, const MemoryPlace& place) {
  if (place.column == column) return place.row >= row - 1 && place.row <= row + 1;
  return place.column == column - 1 && place.row == row;
}

TILEWRIGHT_ADF_FUNCTION std::vector<std::pair<int, int>> addressed_tiles(const Device& device, int column, int row) {
  std::vector<std::pair<int, int>> tiles = {{column, row}};
  for (const auto& [c, r] : {std::pair{column, row - 1}, std::pair{column, row + 1}, std::pair{column - 1, row}})
    if (c >= 0 && c < device.columns && r >= 0 && r < device.rows) tiles.emplace_back(c, r);
  return tiles;
}

namespace memory_detail {

inline const Port& port_of(const Design& design, int id) { return design.ports[static_cast<std::size_t>(id)]; }
inline const Kernel& kernel_of(const Design& design, const Port& port) {
  return design.kernels[static_cast<std::size_t>(port.owner)];
}

/// Buffers and parameters without a location stay in their kernel's own tile.
inline std::vector<std::pair<int, int>> home_of(const Kernel& kernel) {
  return kernel.placed ? std::vector<std::pair<int, int>>{{kernel.column, kernel.row}}
                       : std::vector<std::pair<int, int>>{};
}

/// Stack and heap give way to buffers that fill the tile: designs place 64 KiB of buffers in one.
inline std::vector<std::pair<int, int>> homes_of_core(const Design& design, const Kernel& kernel) {
  if (!kernel.placed) return {};
  return addressed_tiles(*design.device, kernel.column, kernel.row);
}

inline bool same_places(const std::vector<MemoryPlace>& a, const std::vector<MemoryPlace>& b) {
  return std::equal(a.begin(), a.end(), b.begin(), b.end(), [](const MemoryPlace& x, const MemoryPlace& y) {
    return x.column == y.column && x.row == y.row && x.bank == y.bank && x.offset == y.offset;
  });
}

inline MemoryObject object_of_port(const Design& design, int id, DmaUse dma) {
  const Port& port = port_of(design, id);
  MemoryObject object;
  object.name = port_name(design, id);
  object.kernel = port.owner;
  object.bytes = (port.elements + port.margin) * port.element.bytes;
  object.copies = port.single_buffer ? 1 : 2;
  object.dma = dma;
  if (dma != DmaUse::none)
    object.descriptors =
        descriptors_of(port.tilings, {static_cast<std::uint32_t>(port.elements)}, tile_dma_dimensions);
  object.places = port.places;
  object.homes = home_of(kernel_of(design, port));
  return object;
}

/// Whether one buffer in data memory can serve both ends of a kernel-to-kernel connection.
inline bool shares_memory(const Design& design, const Port& source, const Port& sink) {
  if (!source.tilings.empty() || !sink.tilings.empty() || sink.margin != 0 ||
      source.elements * source.element.bytes != sink.elements * sink.element.bytes)
    return false;
  if (!source.places.empty() && !sink.places.empty() && !same_places(source.places, sink.places)) return false;
  const Kernel &from = kernel_of(design, source), &to = kernel_of(design, sink);
  if (!from.placed || !to.placed) return true; // A mapper is free to put them side by side.
  std::vector<MemoryPlace> candidates = source.places.empty() ? sink.places : source.places;
  if (candidates.empty()) candidates = {{to.column, to.row}, {from.column, from.row}};
  return std::any_of(candidates.begin(), candidates.end(), [&](const MemoryPlace& place) {
    return can_address(from.column, from.row, place) && can_address(to.column, to.row, place);
  });
}

inline MemoryObject shared_object(const Design& design, int source_id, int sink_id) {
  const Port &source = port_of(design, source_id), &sink = port_of(design, sink_id);
  const Kernel &from = kernel_of(design, source), &to = kernel_of(design, sink);
  MemoryObject object = object_of_port(design, sink_id, DmaUse::none);
  object.name = port_name(design, source_id) + " -> " + object.name;
  object.copies = source.single_buffer || sink.single_buffer ? 1 : 2;
  if (object.places.empty()) object.places = source.places;
  object.homes.clear();
  if (from.placed && to.placed) {
    for (const auto& home : {std::pair{to.column, to.row}, std::pair{from.column, from.row}})
      if (can_address(from.column, from.row, {home.first, home.second}) &&
          can_address(to.column, to.row, {home.first, home.second}))
        object.homes.push_back(home);
  } else if (to.placed || from.placed) {
    object.homes = home_of(to.placed ? to : from);
  }
  return object;
}

inline void collect_buffers(const Design& design, const Network& network, std::vector<MemoryObject>& objects) {
  const auto is_buffer = [&](int id) {
    return port_of(design, id).owner_kind == PortOwner::kernel && port_of(design, id).transport == Transport::buffer;
  };
  for (const Net& net : network.nets) {
    const bool buffer_source = is_buffer(net.source);
    if (buffer_source && net.sinks.size() == 1 && is_buffer(net.sinks[0]) &&
        shares_memory(design, port_of(design, net.source), port_of(design, net.sinks[0]))) {
      objects.push_back(shared_object(design, net.source, net.sinks[0]));
      continue;
    }
    if (buffer_source) objects.push_back(object_of_port(design, net.source, DmaUse::out));
    for (const int sink : net.sinks)
      if (is_buffer(sink)) objects.push_back(object_of_port(design, sink, DmaUse::in));
  }
}

/// Stack and heap belong to the core: kernels that share it share them, and the largest demand counts.
inline void collect_core_memory(const Design& design, std::vector<MemoryObject>& objects) {
  std::map<std::pair<int, int>, std::vector<int>> cores;
  for (std::size_t k = 0; k < design.kernels.size(); ++k) {
    const Kernel& kernel = design.kernels[k];
    cores[kernel.placed ? std::pair{kernel.column, kernel.row} : std::pair{-1, static_cast<int>(k)}].push_back(
        static_cast<int>(k));
  }
  for (const auto& [core, members] : cores) {
    MemoryObject stack, heap;
    for (const int k : members) {
      const Kernel& kernel = design.kernels[static_cast<std::size_t>(k)];
      stack.bytes = std::max(stack.bytes, static_cast<std::size_t>(std::max(0, kernel.stack_bytes)));
      heap.bytes = std::max(heap.bytes, static_cast<std::size_t>(std::max(0, kernel.heap_bytes)));
      if (!kernel.stack_places.empty()) stack.places = kernel.stack_places;
    }
    stack.name = "stack";
    heap.name = "heap";
    stack.kernel = heap.kernel = members.front();
    stack.homes = heap.homes = homes_of_core(design, design.kernels[static_cast<std::size_t>(members.front())]);
    objects.push_back(stack);
    objects.push_back(heap);
  }
}

inline void collect_parameters(const Design& design, std::vector<MemoryObject>& objects) {
  for (std::size_t k = 0; k < design.kernels.size(); ++k) {
    const Kernel& kernel = design.kernels[k];
    for (const int id : kernel.ports)
      if (port_of(design, id).transport == Transport::parameter)
        objects.push_back(object_of_port(design, id, DmaUse::none));
    for (std::size_t p = 0; p < kernel.parameters.size(); ++p) {
      MemoryObject object;
      object.name = "k" + std::to_string(k) + ".param[" + std::to_string(p) + "] " + kernel.parameters[p].name;
      object.kernel = static_cast<int>(k);
      object.bytes = kernel.parameters[p].bytes;
      object.places = kernel.parameters[p].places;
      object.homes = home_of(kernel);
      objects.push_back(object);
    }
  }
}

} // namespace memory_detail

TILEWRIGHT_ADF_FUNCTION std::vector<MemoryObject> collect_memory_objects(const Design& design, const Network& network) {
  std::vector<MemoryObject> objects;
  memory_detail::collect_core_memory(design, objects);
  memory_detail::collect_parameters(design, objects);
  memory_detail::collect_buffers(design, network, objects);
  return objects;
}

} // namespace tilewright::adf
