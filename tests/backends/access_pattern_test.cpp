// Access patterns against loops written out.
#include "backends/common/blocks.h"

#include <gtest/gtest.h>

namespace tilewright {
namespace {

TEST(AccessPattern, PiecesOfTheRowsBlockByBlockOfTheFeatures) {
  constexpr std::int64_t features = 48, rows = 12, first = 16, slice = 24, width = 8, first_row = 4, height = 4;
  std::vector<std::int64_t> expected;
  for (std::int64_t down = first_row; down < rows; down += height) {
    for (std::int64_t across = 0; across < slice; across += width) {
      for (std::int64_t row = 0; row < height; ++row) {
        for (std::int64_t feature = 0; feature < width; ++feature) {
          expected.push_back((down + row) * features + first + across + feature);
        }
      }
    }
  }
  const AccessPattern pattern = blocked(features, rows, first, slice, width, first_row, height, 2);
  EXPECT_EQ(touched_indices(pattern), expected);
  EXPECT_EQ(touched_count(pattern), static_cast<std::int64_t>(expected.size()));
}

TEST(AccessPattern, LoopsThatRunOnceAreLeftOut) {
  EXPECT_TRUE(blocked(8, 4, 0, 8, 8, 0, 4).traversal.empty());
  EXPECT_EQ(blocked(16, 4, 0, 16, 8, 0, 4).traversal, (std::vector<Traversal>{{0, 8, 2}}));
  EXPECT_EQ(blocked(8, 8, 0, 8, 8, 0, 4, 2).traversal, (std::vector<Traversal>{{1, 4, 2}}));
}

// Bands of an image with what lies around them, against loops written out.
TEST(AccessPattern, WindowsOfAnImage) {
  constexpr std::int64_t features = 24, slice = 16, first = 8, block = 8;
  const RowLayout image{.width = 6, .pitch = 8, .height = 5};
  const WindowReads reads{.image = image, .first_x = -1, .width = 12, .first_y = -2, .height = 4, .step_y = 2};
  std::vector<std::int64_t> expected;
  for (std::int64_t piece = 1; piece < 4; ++piece) {
    for (std::int64_t across = 0; across < slice; across += block) {
      for (std::int64_t down = 0; down < reads.height; ++down) {
        for (std::int64_t along = 0; along < reads.width; ++along) {
          for (std::int64_t channel = 0; channel < block; ++channel) {
            const std::int64_t x = along - 1;
            const std::int64_t y = piece * 2 + down - 2;
            const bool inside = x >= 0 && x < image.width && y >= 0 && y < image.height;
            expected.push_back(inside ? (y * image.pitch + x) * features + first + across + channel : -1);
          }
        }
      }
    }
  }
  const AccessPattern pattern = windows_of_image(reads, features, image.rows(), first, slice, block, 1, 3);
  EXPECT_EQ(touched_indices(pattern), expected);
  EXPECT_EQ(touched_count(pattern), static_cast<std::int64_t>(expected.size()));
}

TEST(AccessPattern, RowMajorTouchesEverythingOnce) {
  const std::vector<std::int64_t> indices = touched_indices(row_major(6, 3, 0, 6));
  ASSERT_EQ(indices.size(), 18U);
  for (std::size_t i = 0; i < indices.size(); ++i)
    EXPECT_EQ(indices[i], static_cast<std::int64_t>(i));
}

} // namespace
} // namespace tilewright
