#pragma once

#include <algorithm>
#include <map>

#include "legality.hpp"
#include "memory_objects.hpp"

namespace tilewright::adf {

namespace memory_detail {

inline constexpr std::size_t object_alignment = 32; ///< bytes; vector accesses need it on both generations

/// Occupied ranges of one tile's data memory, and what takes them and its DMA channels.
struct TileMemory {
  std::vector<std::pair<std::size_t, std::size_t>> used; ///< begin, end; sorted
  std::vector<std::string> contents;
  std::size_t bytes = 0;
  std::vector<std::string> homeless; ///< found no room
  std::vector<std::string> dma_in, dma_out;
  std::size_t descriptors = 0;
};

inline void reserve(TileMemory& tile, std::size_t begin, std::size_t end) {
  tile.used.emplace_back(begin, end);
  std::sort(tile.used.begin(), tile.used.end());
}

/// Lowest free range of `bytes` within [low, high), or high if there is none.
inline std::size_t find_room(const TileMemory& tile, std::size_t bytes, std::size_t low, std::size_t high) {
  std::size_t begin = low;
  for (const auto& [used_begin, used_end] : tile.used) {
    if (used_end <= begin) continue;
    if (used_begin >= begin + bytes) break;
    begin = (used_end + object_alignment - 1) / object_alignment * object_alignment;
  }
  return begin + bytes <= high ? begin : high;
}

inline std::string describe(const MemoryObject& object) {
  return object.name + " " + (object.copies > 1 ? std::to_string(object.copies) + " x " : std::string()) +
         std::to_string(object.bytes);
}

inline void note(TileMemory& tile, const MemoryObject& object) {
  tile.contents.push_back(describe(object));
  tile.bytes += object.bytes * static_cast<std::size_t>(object.copies);
  tile.descriptors += object.descriptors * static_cast<std::size_t>(object.copies);
  if (object.dma == DmaUse::in)
    tile.dma_in.push_back(object.name);
  else if (object.dma == DmaUse::out)
    tile.dma_out.push_back(object.name);
}

inline std::string joined(const std::vector<std::string>& parts) {
  std::string text;
  for (const std::string& part : parts)
    text += (text.empty() ? "" : ", ") + part;
  return text;
}

class MemoryChecker {
public:
  MemoryChecker(const Design& design, Diagnostics& diagnostics)
      : design_(design), device_(*design.device), diagnostics_(diagnostics),
        bank_bytes_(device_.tile_memory_bytes / static_cast<std::size_t>(device_.tile_banks)) {}

  void check(const std::vector<MemoryObject>& objects) {
    // Fixed addresses first, then fixed banks, then what has to be in one tile, then the rest; from large to small.
    for (const MemoryObject& object : objects)
      if (!object.places.empty()) place_fixed(object, true);
    for (const MemoryObject& object : objects)
      if (!object.places.empty()) place_fixed(object, false);
    std::vector<const MemoryObject*> floating;
    for (const MemoryObject& object : objects)
      if (object.places.empty() && !object.homes.empty()) floating.push_back(&object);
    std::stable_sort(floating.begin(), floating.end(),
                     [](const MemoryObject* a, const MemoryObject* b) {
                       const std::size_t tiles_a = a->homes.size(), tiles_b = b->homes.size();
                       return tiles_a != tiles_b ? tiles_a < tiles_b : a->bytes > b->bytes;
                     });
    for (const MemoryObject* object : floating)
      place_floating(*object);
    for (const auto& [key, tile] : tiles_) {
      if (!tile.homeless.empty()) report_tile(key, tile);
      check_channels(key, tile);
    }
    check_unplaced(objects);
  }

private:
  static bool by_address(const MemoryObject& object) { return object.places.front().offset >= 0; }

  /// True if the given place exists and the kernel reaches it.
  bool check_reach(const MemoryObject& object, const MemoryPlace& place) {
    const bool exists = place.column >= 0 && place.column < device_.columns && place.row >= 0 &&
                        place.row < device_.rows && place.bank < device_.tile_banks;
    if (!exists) {
      diagnostics_.push_back(
          {exit_no_fit, "array edge: " + object.name + " is located in " + tile_text(place.column, place.row) +
                            (place.bank >= 0 ? ", bank " + std::to_string(place.bank) : std::string()) + ", " +
                            device_.name + " has columns 0.." + std::to_string(device_.columns - 1) + ", rows 0.." +
                            std::to_string(device_.rows - 1) + " and banks 0.." +
                            std::to_string(device_.tile_banks - 1)});
      return false;
    }
    const Kernel& kernel = design_.kernels[static_cast<std::size_t>(object.kernel)];
    if (kernel.placed && !can_address(kernel.column, kernel.row, place)) {
      diagnostics_.push_back({exit_no_fit, "memory reach: " + object.name + " is located in " +
                                               tile_text(place.column, place.row) + ", which " +
                                               kernel_name(design_, object.kernel) +
                                               " can't address; it reaches its own, the north, south and west tile"});
      return false;
    }
    return true;
  }

  void place_fixed(const MemoryObject& object, bool addresses) {
    if (by_address(object) != addresses) return;
    for (const MemoryPlace& place : object.places)
      if (!check_reach(object, place)) return;
    const MemoryPlace& first = object.places.front();
    for (const MemoryPlace& place : object.places)
      if (place.column != first.column || place.row != first.row)
        diagnostics_.push_back({exit_no_fit, "ping and pong of " + object.name + " are located in " +
                                                 tile_text(first.column, first.row) + " and " +
                                                 tile_text(place.column, place.row) + ", they must share a tile"});
    TileMemory& tile = tiles_[{first.column, first.row}];
    note(tile, object);
    for (int copy = 0; copy < object.copies; ++copy) {
      const MemoryPlace& place = object.places[std::min(static_cast<std::size_t>(copy), object.places.size() - 1)];
      // One address for two copies fixes the first one; the other follows it.
      std::size_t low = 0, high = device_.tile_memory_bytes;
      if (place.offset >= 0) {
        low = static_cast<std::size_t>(place.offset);
        if (object.places.size() == 1) low += static_cast<std::size_t>(copy) * object.bytes;
        if (low + object.bytes > high) {
          diagnostics_.push_back(
              exceeded("data memory of " + tile_text(place.column, place.row) + " from address " + std::to_string(low),
                       object.bytes, high > low ? high - low : 0, "bytes", object.name));
          continue;
        }
        reserve(tile, low, low + object.bytes);
        continue;
      }
      if (place.bank >= 0) {
        low = static_cast<std::size_t>(place.bank) * bank_bytes_;
        high = low + bank_bytes_;
      }
      const std::size_t begin = find_room(tile, object.bytes, low, high);
      if (begin == high) {
        report_full(object, first, low, high, place.bank, tile);
        return;
      }
      reserve(tile, begin, begin + object.bytes);
    }
  }

  void report_full(const MemoryObject& object, const MemoryPlace& place, std::size_t low, std::size_t high, int bank,
                   TileMemory& tile) {
    if (bank < 0) {
      tile.homeless.push_back(object.name);
      return;
    }
    std::size_t need = object.bytes;
    for (const auto& [begin, end] : tile.used)
      need += std::min(end, high) > std::max(begin, low) ? std::min(end, high) - std::max(begin, low) : 0;
    diagnostics_.push_back(exceeded("bank " + std::to_string(bank) + " of " + tile_text(place.column, place.row), need,
                                    bank_bytes_, "bytes", "no room for " + describe(object)));
  }

  void report_tile(std::pair<int, int> key, const TileMemory& tile) {
    const std::string resource = "data memory of " + tile_text(key.first, key.second);
    if (tile.bytes > device_.tile_memory_bytes)
      diagnostics_.push_back(exceeded(resource, tile.bytes, device_.tile_memory_bytes, "bytes", joined(tile.contents)));
    else
      diagnostics_.push_back({exit_no_fit, resource + ": no contiguous room for " + joined(tile.homeless) + " (" +
                                               joined(tile.contents) + ")"});
  }

  void place_floating(const MemoryObject& object) {
    for (const std::pair<int, int>& home : object.homes) {
      TileMemory& tile = tiles_[home];
      TileMemory trial = tile;
      bool fits = true;
      for (int copy = 0; copy < object.copies && fits; ++copy) {
        const std::size_t begin = find_room(trial, object.bytes, 0, device_.tile_memory_bytes);
        fits = begin != device_.tile_memory_bytes;
        if (fits) reserve(trial, begin, begin + object.bytes);
      }
      if (fits) {
        tile = std::move(trial);
        note(tile, object);
        return;
      }
    }
    TileMemory& tile = tiles_[object.homes.front()];
    note(tile, object);
    tile.homeless.push_back(object.name);
  }

  void check_channels(std::pair<int, int> key, const TileMemory& tile) {
    const std::string place = tile_text(key.first, key.second);
    if (tile.dma_in.size() > static_cast<std::size_t>(device_.tile_dma_in))
      diagnostics_.push_back(exceeded("DMA input channels of " + place, tile.dma_in.size(),
                                      static_cast<std::size_t>(device_.tile_dma_in), "channels", joined(tile.dma_in)));
    if (tile.dma_out.size() > static_cast<std::size_t>(device_.tile_dma_out))
      diagnostics_.push_back(exceeded("DMA output channels of " + place, tile.dma_out.size(),
                                      static_cast<std::size_t>(device_.tile_dma_out), "channels",
                                      joined(tile.dma_out)));
    if (tile.descriptors > static_cast<std::size_t>(device_.tile_descriptors))
      diagnostics_.push_back(exceeded("DMA buffer descriptors of " + place, tile.descriptors,
                                      static_cast<std::size_t>(device_.tile_descriptors), "descriptors",
                                      joined(tile.dma_in) + "; " + joined(tile.dma_out)));
  }

  /// A kernel without a place can get everything that one kernel can address: its own tile and three neighbours.
  void check_unplaced(const std::vector<MemoryObject>& objects) {
    constexpr std::size_t reachable_tiles = 4;
    std::map<int, std::pair<std::size_t, std::vector<std::string>>> needs;
    for (const MemoryObject& object : objects) {
      if (!object.places.empty() || !object.homes.empty()) continue;
      const std::size_t bytes = object.bytes * static_cast<std::size_t>(object.copies);
      if (bytes > device_.tile_memory_bytes)
        diagnostics_.push_back(
            exceeded("data memory of one tile for " + object.name + " of " + kernel_name(design_, object.kernel), bytes,
                     device_.tile_memory_bytes, "bytes", describe(object)));
      needs[object.kernel].first += bytes;
      needs[object.kernel].second.push_back(describe(object));
    }
    for (const auto& [kernel, need] : needs)
      if (need.first > reachable_tiles * device_.tile_memory_bytes)
        diagnostics_.push_back(exceeded("data memory that " + kernel_name(design_, kernel) + " can address", need.first,
                                        reachable_tiles * device_.tile_memory_bytes, "bytes", joined(need.second)));
  }

  const Design& design_;
  const Device& device_;
  Diagnostics& diagnostics_;
  std::size_t bank_bytes_;
  std::map<std::pair<int, int>, TileMemory> tiles_;
};

} // namespace memory_detail

TILEWRIGHT_ADF_FUNCTION void check_tile_memory(const Design& design, const Network& network, Diagnostics& diagnostics) {
  memory_detail::MemoryChecker(design, diagnostics).check(collect_memory_objects(design, network));
}

} // namespace tilewright::adf
