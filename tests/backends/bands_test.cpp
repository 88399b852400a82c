// Buffers that hold a band of an image, against the whole image.
#include "backends/common/bands.h"

#include "backends/common/blocks.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>

namespace tilewright::testing {
namespace {

constexpr std::int64_t features = 8;

// What calls [first, first + calls) take out of a buffer that holds `rows`, as elements of the whole image.
std::vector<std::int64_t> touched(const WindowReads& reads, const RowSpan& rows, std::int64_t first, int calls) {
  std::vector<std::int64_t> indices = touched_indices(
      windows_of_image(seen_from(rows, reads), features, rows.count, 0, features, features, first, calls));
  for (std::int64_t& index : indices) {
    EXPECT_LT(index, rows.count * features);
    if (index >= 0) index += rows.first * features;
  }
  return indices;
}

void expect_same(const WindowReads& reads, std::int64_t first, int calls, const std::string& what) {
  const RowSpan whole{0, reads.image.rows()};
  const RowSpan band = rows_read(reads, first, calls);
  ASSERT_GE(band.first, 0) << what;
  ASSERT_GT(band.count, 0) << what;
  ASSERT_LE(band.end(), whole.count) << what;
  EXPECT_TRUE(is_band(reads, band)) << what;
  EXPECT_EQ(touched(reads, band, first, calls), touched(reads, whole, first, calls)) << what;
}

TEST(Bands, HoldWhatTheirCallsRead) {
  std::mt19937 random(1);
  const auto pick = [&](std::int64_t least, std::int64_t most) {
    return std::uniform_int_distribution<std::int64_t>(least, most)(random);
  };
  for (int round = 0; round < 500; ++round) {
    const bool along = pick(0, 1) == 0;
    const std::int64_t width = pick(1, 60);
    WindowReads reads{.image = {width, (width + 7) / 8 * 8, along ? 1 : pick(1, 40)},
                      .first_x = -pick(0, 5),
                      .width = pick(1, 30),
                      .first_y = along ? 0 : -pick(0, 5),
                      .height = along ? 1 : pick(1, 9)};
    (along ? reads.step_x : reads.step_y) = pick(1, 6);
    const std::int64_t size = along ? width : reads.image.height;
    const std::int64_t all = (size + 5) / (along ? reads.step_x : reads.step_y) + 1;
    const std::int64_t first = pick(0, all - 1);
    const int calls = static_cast<int>(pick(1, all - first));
    expect_same(reads, first, calls, fmt::format("round {}", round));
  }
}

TEST(Bands, BeginAndEndBetweenImageRows) {
  const WindowReads down{.image = {20, 24, 10}, .width = 24, .first_y = -1, .height = 3, .step_y = 1};
  EXPECT_EQ(rows_read(down, 0, 2), (RowSpan{0, 3 * 24}));
  EXPECT_EQ(rows_read(down, 4, 2), (RowSpan{3 * 24, 4 * 24}));
  EXPECT_EQ(rows_read(down, 9, 1), (RowSpan{8 * 24, 2 * 24}));
  EXPECT_TRUE(is_band(down, {24, 48}));
  EXPECT_FALSE(is_band(down, {24, 50}));
  EXPECT_FALSE(is_band(down, {8, 48}));
  const WindowReads along{.image = {100, 104, 1}, .first_x = -2, .width = 21, .height = 1, .step_x = 16};
  EXPECT_EQ(rows_read(along, 0, 1), (RowSpan{0, 24})) << "19 pixels, in whole blocks";
  EXPECT_EQ(rows_read(along, 2, 1), (RowSpan{24, 32}));
  EXPECT_EQ(rows_read(along, 5, 1), (RowSpan{72, 32})) << "to the end of the row";
}

TEST(Bands, SeveralImageRowsAreNotCutAlongThem) {
  const WindowReads reads{.image = {20, 24, 3}, .width = 8, .height = 3, .step_x = 4};
  EXPECT_EQ(rows_read(reads, 2, 1), (RowSpan{0, 3 * 24}));
}

} // namespace
} // namespace tilewright::testing
