// How many DMA buffer descriptors an access pattern takes.
//
// One descriptor steps through a few dimensions and an iteration; what a pattern has beyond that is unrolled into more
// descriptors [UG1603 tiling parameters]. Loops that continue one another without a gap count as one, which the
// AI Engine compiler may or may not do, so the number is a lower bound.
#pragma once

#include "design.hpp"

namespace tilewright::adf {

/// Dimensions of one descriptor, without the iteration [AM020].
inline constexpr std::size_t tile_dma_dimensions = 3;
inline constexpr std::size_t memory_tile_dma_dimensions = 4;

/// Descriptors for one copy of a buffer: one per pattern, more where a pattern has too many dimensions. `dimension` is
/// the buffer's own shape.
std::size_t descriptors_of(const std::vector<Tiling>& tilings, const Dimensions& dimension,
                           std::size_t dma_dimensions);

} // namespace tilewright::adf
