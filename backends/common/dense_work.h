// What kernels/dense.cpp issues in one call, and how its accumulators are arranged.
#pragma once

#include "backends/common/kernel_work.h"
#include "backends/common/lowering.h"
#include "backends/common/requantization.h"

#include <vector>

namespace tilewright {

struct DenseElements {
  ElementType input = ElementType::int8;
  ElementType weights = ElementType::int8; // as they are stored
  RequantizationShape requantize;
};

// Accumulators that a kernel keeps at once, in blocks, and whether the inner dimension is straight code.
struct DenseBlocking {
  int rows = 1;
  int columns = 1;
  bool unrolled = false;
};

// The fastest blocking that divides the tile's matrices; of equal ones the one with the most reuse.
DenseBlocking dense_blocking(const DenseElements& elements, const Tiling& tiling, std::int64_t rows,
                             const Timing& timing);

// The tiles of a cascade: the first one, those between, the last one.
std::vector<KernelWork> dense_work(const DenseElements& elements, const Tiling& tiling, std::int64_t rows,
                                   const Timing& timing);

} // namespace tilewright
