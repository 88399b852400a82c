// A Design as processes and buffers: kernels (a cascade is one process), streams with their DMA channels, PLIOs.
#pragma once

#include "backends/common/design.h"
#include "backends/common/device.h"
#include "runtime/estimate/simulation.h"

#include <vector>

namespace tilewright {

Pipeline pipeline_of(const Design& design, const Target& target, const Device& device);

// The work of each tile of a cascade; made from the bytes that move where the Design does not say.
std::vector<KernelWork> work_of(const KernelGroup& group, const Target& target);

// Cycles in which one stream fills or empties a port's buffer.
std::int64_t stream_cycles(const Port& port, const Target& target);

} // namespace tilewright
