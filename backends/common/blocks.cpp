#include "backends/common/blocks.h"

namespace tilewright {

namespace {

// A loop that runs once would only be text.
void add_loop(AccessPattern& pattern, int dimension, std::int64_t stride, std::int64_t count) {
  if (count > 1) pattern.traversal.push_back({dimension, stride, count});
}

} // namespace

AccessPattern blocked(std::int64_t features, std::int64_t all_rows, std::int64_t first_feature, std::int64_t slice,
                      std::int64_t block_features, std::int64_t first_row, std::int64_t rows, int repetitions) {
  AccessPattern pattern{{features, all_rows}, {block_features, rows}, {first_feature, first_row}, {}};
  add_loop(pattern, 0, block_features, slice / block_features);
  add_loop(pattern, 1, rows, repetitions);
  return pattern;
}

AccessPattern windows_of_image(const WindowReads& reads, std::int64_t features, std::int64_t all_rows,
                               std::int64_t first_feature, std::int64_t slice, std::int64_t block_features,
                               std::int64_t first_piece, int repetitions) {
  const std::int64_t image_rows = all_rows / reads.image.pitch;
  AccessPattern pattern{
      {features, reads.image.pitch, image_rows},
      {block_features, reads.width, reads.height},
      {first_feature, reads.first_x + first_piece * reads.step_x, reads.first_y + first_piece * reads.step_y},
      {}};
  add_loop(pattern, 0, block_features, slice / block_features);
  if (reads.step_x > 0) add_loop(pattern, 1, reads.step_x, repetitions);
  if (reads.step_y > 0) add_loop(pattern, 2, reads.step_y, repetitions);
  pattern.boundary = {features, reads.image.width, reads.image.height};
  return pattern;
}

AccessPattern row_major(std::int64_t features, std::int64_t rows, std::int64_t first_feature, std::int64_t slice) {
  return {{features, rows}, {slice, rows}, {first_feature, 0}, {}};
}

} // namespace tilewright
