// The order of elements in kernels' buffers and on PLIOs, as access patterns over the whole matrix or image.
#pragma once

#include "backends/common/design.h"
#include "backends/common/lowering.h"

namespace tilewright {

// A kernel's buffer: for each block of `block_features` of the slice, `rows` rows of it one by one; `repetitions` such
// pieces of the rows one behind the other, from `first_row`. Of a [features, all_rows] matrix.
AccessPattern blocked(std::int64_t features, std::int64_t all_rows, std::int64_t first_feature, std::int64_t slice,
                      std::int64_t block_features, std::int64_t first_row, std::int64_t rows, int repetitions = 1);

// The same with what `reads` says of an image, from call `first_piece` on. The buffer holds `all_rows` rows.
AccessPattern windows_of_image(const WindowReads& reads, std::int64_t features, std::int64_t all_rows,
                               std::int64_t first_feature, std::int64_t slice, std::int64_t block_features,
                               std::int64_t first_piece, int repetitions);

// Columns [first_feature, first_feature + slice) row by row. What a PLIO carries.
AccessPattern row_major(std::int64_t features, std::int64_t rows, std::int64_t first_feature, std::int64_t slice);

} // namespace tilewright
