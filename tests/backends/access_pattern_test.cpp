// Access patterns against loops written out.
#include "backends/common/blocks.h"

#include <gtest/gtest.h>

namespace tilewright {
namespace {

TEST(AccessPattern, BlocksGoAlongTheFeaturesThenDownTheRows) {
  constexpr std::int64_t features = 48, rows = 12, first = 16, slice = 24, width = 8, height = 4;
  std::vector<std::int64_t> expected;
  for (std::int64_t down = 0; down < rows; down += height) {
    for (std::int64_t across = 0; across < slice; across += width) {
      for (std::int64_t row = 0; row < height; ++row) {
        for (std::int64_t feature = 0; feature < width; ++feature) {
          expected.push_back((down + row) * features + first + across + feature);
        }
      }
    }
  }
  const AccessPattern pattern = blocked(features, rows, first, slice, width, height);
  EXPECT_EQ(touched_indices(pattern), expected);
  EXPECT_EQ(touched_count(pattern), static_cast<std::int64_t>(expected.size()));
}

TEST(AccessPattern, LoopsThatRunOnceAreLeftOut) {
  EXPECT_TRUE(blocked(8, 4, 0, 8, 8, 4).traversal.empty());
  EXPECT_EQ(blocked(16, 4, 0, 16, 8, 4).traversal, (std::vector<Traversal>{{0, 8, 2}}));
  EXPECT_EQ(blocked(8, 8, 0, 8, 8, 4).traversal, (std::vector<Traversal>{{1, 4, 2}}));
}

TEST(AccessPattern, RowMajorTouchesEverythingOnce) {
  const std::vector<std::int64_t> indices = touched_indices(row_major(6, 3, 0, 6));
  ASSERT_EQ(indices.size(), 18U);
  for (std::size_t i = 0; i < indices.size(); ++i) EXPECT_EQ(indices[i], static_cast<std::int64_t>(i));
}

} // namespace
} // namespace tilewright
