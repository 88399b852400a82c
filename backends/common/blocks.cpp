#include "backends/common/blocks.h"

namespace tilewright {

AccessPattern blocked(std::int64_t features, std::int64_t rows, std::int64_t first_feature, std::int64_t slice,
                      std::int64_t block_features, std::int64_t block_rows) {
  return blocked_part(features, rows, first_feature, slice, 0, rows, block_features, block_rows);
}

AccessPattern blocked_part(std::int64_t features, std::int64_t rows, std::int64_t first_feature, std::int64_t slice,
                           std::int64_t first_row, std::int64_t part, std::int64_t block_features,
                           std::int64_t block_rows) {
  AccessPattern pattern{{features, rows}, {block_features, block_rows}, {first_feature, first_row}, {}};
  // A loop that runs once would only be text.
  if (slice > block_features) pattern.traversal.push_back({0, block_features, slice / block_features});
  if (part > block_rows) pattern.traversal.push_back({1, block_rows, part / block_rows});
  return pattern;
}

AccessPattern row_major(std::int64_t features, std::int64_t rows, std::int64_t first_feature, std::int64_t slice) {
  return {{features, rows}, {slice, rows}, {first_feature, 0}, {}};
}

} // namespace tilewright
