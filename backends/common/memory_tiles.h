// How many memory tiles the buffers of a design take.
#pragma once

#include "backends/common/design.h"
#include "backends/common/device.h"

#include <span>

namespace tilewright {

// Those of the device's array.
std::int64_t memory_tiles_of(const Device& device);

// DMA descriptors of one port: one for each half of the buffer, and more where loops that one has no dimension for are
// unrolled.
std::int64_t descriptors_of(const AccessPattern& pattern, const Target& target);

// Each buffer has a memory tile of its own as long as there are enough. Beyond that, buffers share all that there are, or
// more where these do not suffice: the largest first, each in the first tile that has the bytes, ports and descriptors.
std::int64_t memory_tiles_for(std::span<const MemoryBuffer> buffers, const Target& target, const Device& device);

} // namespace tilewright
