// Matrices in mmul blocks: how a slice of features is ordered in a kernel's buffer, and how weights are packed.
#pragma once

#include "backends/common/design.h"

namespace tilewright {

// A slice of a [features, rows] matrix as blocks of block_rows x block_features elements, each row-major; blocks along
// the features first, then down the rows. What a kernel's input and output buffers hold.
AccessPattern blocked(std::int64_t features, std::int64_t rows, std::int64_t first_feature, std::int64_t slice,
                      std::int64_t block_features, std::int64_t block_rows);

// The same for `part` of the rows only, from `first_row`.
AccessPattern blocked_part(std::int64_t features, std::int64_t rows, std::int64_t first_feature, std::int64_t slice,
                           std::int64_t first_row, std::int64_t part, std::int64_t block_features,
                           std::int64_t block_rows);

// Columns [first_feature, first_feature + slice) row by row. What a PLIO carries.
AccessPattern row_major(std::int64_t features, std::int64_t rows, std::int64_t first_feature, std::int64_t slice);

} // namespace tilewright
