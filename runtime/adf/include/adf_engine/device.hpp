// Device records: the limits that placement and legality checks use. Plain data, pinned to the manuals.
//
// Sources: AM020 (AIE-ML), AM027 (AIE-MLv2). "?" = not confirmed by a public document.
#pragma once

#include <cstddef>

#include "../adf/target.hpp"

namespace tilewright::adf {

struct Device {
  const char* name;
  int arch;    ///< __AIE_ARCH__
  int columns; ///< compute columns, numbered from 0
  int rows;    ///< compute rows, numbered from 0 at the memory tiles
  int memory_tile_rows;
  std::size_t tile_memory_bytes; ///< data memory of a compute tile
  int tile_banks;                ///< logical banks, as the programmer sees them
  int tile_dma_in;               ///< S2MM channels of a compute tile
  int tile_dma_out;              ///< MM2S channels of a compute tile
  int core_streams_in;           ///< stream ports into a core
  int core_streams_out;
  std::size_t memory_tile_bytes;
  int memory_tile_dma_in;
  int memory_tile_dma_out;
  int tile_descriptors;                ///< buffer descriptors of a compute tile's DMA
  int memory_tile_descriptors;         ///< of a memory tile
  int memory_tile_channel_descriptors; ///< of those, what one channel can use
  int plio_channels_in;                ///< 64-bit channels from programmable logic; 0: not known, not checked
  int plio_channels_out;
};

inline constexpr Device devices[] = {
    // name    arch cols rows mtrows  tile   banks in out s s  memory tile  in out  descriptors  PLIO
    {"vek280", 20, 38, 8, 2, 64 * 1024, 4, 2, 2, 1, 1, 512 * 1024, 6, 6, 16, 48, 24, 28 * 8, 28 * 6},
    {"vek385", 22, 36, 4, 1 /* 1 or 2 ? */, 64 * 1024, 4, 2, 2, 1, 1, 512 * 1024, 6, 6, 16, 48, 24, 0, 0},
};

/// Index of the device called `name`, or of the first of the generation if name is null; -1 if there is none. Indices,
/// because compilers that look for undefined behaviour do not take comparisons of addresses for constants.
constexpr int find_device_index(const char* name, int arch) {
  for (int i = 0; i < static_cast<int>(sizeof(devices) / sizeof(devices[0])); ++i) {
    if (name == nullptr) {
      if (devices[i].arch == arch) return i;
      continue;
    }
    const char* a = devices[i].name;
    const char* b = name;
    while (*a != '\0' && *a == *b) {
      ++a;
      ++b;
    }
    if (*a == *b) return i;
  }
  return -1;
}
/// The device itself; null if there is none.
constexpr const Device* find_device(const char* name, int arch) {
  const int index = find_device_index(name, arch);
  return index < 0 ? nullptr : &devices[index];
}

/// Tiles like those of the generation, in an array of another size.
constexpr Device resized(Device device, const char* name, int columns, int rows, int memory_tile_rows) {
  device.name = name;
  device.columns = columns;
  device.rows = rows;
  device.memory_tile_rows = memory_tile_rows;
  return device;
}

/// The device that this translation unit is compiled for: -DTILEWRIGHT_ADF_DEVICE="vek280", else by __AIE_ARCH__.
/// -DTILEWRIGHT_ADF_ARRAY=columns,rows,memory_tile_rows goes with a name: it defines a device that is not in the table,
/// and is held against one that is.
#if defined(TILEWRIGHT_ADF_DEVICE) && defined(TILEWRIGHT_ADF_ARRAY)
inline constexpr int array_size[] = {TILEWRIGHT_ADF_ARRAY};
static_assert(sizeof(array_size) == 3 * sizeof(int), "TILEWRIGHT_ADF_ARRAY is columns,rows,memory_tile_rows");
inline constexpr Device resized_device = resized(devices[find_device_index(nullptr, __AIE_ARCH__)],
                                                 TILEWRIGHT_ADF_DEVICE, array_size[0], array_size[1], array_size[2]);
inline constexpr int device_index = find_device_index(TILEWRIGHT_ADF_DEVICE, __AIE_ARCH__);
static_assert(device_index < 0 || (devices[device_index < 0 ? 0 : device_index].columns == array_size[0] &&
                                   devices[device_index < 0 ? 0 : device_index].rows == array_size[1] &&
                                   devices[device_index < 0 ? 0 : device_index].memory_tile_rows == array_size[2]),
              "TILEWRIGHT_ADF_ARRAY is not the size of the device that the emulator knows by this name");
inline constexpr const Device* selected_device = device_index < 0 ? &resized_device : &devices[device_index];
#elif defined(TILEWRIGHT_ADF_DEVICE)
inline constexpr int device_index = find_device_index(TILEWRIGHT_ADF_DEVICE, __AIE_ARCH__);
static_assert(device_index >= 0, "TILEWRIGHT_ADF_DEVICE names no device known to the emulator");
inline constexpr const Device* selected_device = &devices[device_index < 0 ? 0 : device_index];
#else
inline constexpr int device_index = find_device_index(nullptr, __AIE_ARCH__);
inline constexpr const Device* selected_device = &devices[device_index];
#endif
static_assert(device_index < 0 || devices[device_index < 0 ? 0 : device_index].arch == __AIE_ARCH__,
              "TILEWRIGHT_ADF_DEVICE and __AIE_ARCH__ are of different generations");

} // namespace tilewright::adf
