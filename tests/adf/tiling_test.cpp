// Access patterns: the printed listings of the vendor's tiling tutorial, and the documented loops as an oracle.
#include <adf.h>
#include <adf_engine/tiling.hpp>
#include <gtest/gtest.h>

#include <random>

namespace {

using tilewright::adf::Dimensions;
using tilewright::adf::ElementRun;
using tilewright::adf::Tiling;

/// What a read of a buffer with buffer[i] = i gives; padding is -1.
std::vector<int> read(const std::vector<Tiling>& tilings, const Dimensions& dimension) {
  std::string error;
  std::vector<int> out;
  for (const ElementRun& run : tilewright::adf::expand_tilings(tilings, dimension, true, error))
    for (unsigned i = 0; i < run.count; ++i)
      out.push_back(run.offset < 0 ? -1 : static_cast<int>(run.offset + i));
  EXPECT_EQ(error, "");
  EXPECT_EQ(out.size(), tilewright::adf::tiling_elements(tilings));
  return out;
}

std::vector<int> range(int first, int last) {
  std::vector<int> out;
  for (int i = first; i <= last; ++i)
    out.push_back(i);
  return out;
}

std::vector<int> operator+(std::vector<int> a, const std::vector<int>& b) {
  a.insert(a.end(), b.begin(), b.end());
  return a;
}

std::vector<int> padding(int n) { return std::vector<int>(static_cast<std::size_t>(n), -1); }

TEST(Tiling, PadsBefore) {
  EXPECT_EQ(read({{.buffer_dimension = {256}, .tiling_dimension = {256}, .offset = {-32}}}, {256}),
            padding(32) + range(0, 223));
}

TEST(Tiling, PadsBeforeAndAfter) {
  EXPECT_EQ(read({{.buffer_dimension = {256}, .tiling_dimension = {288}, .offset = {-16}, .boundary_dimension = {256}}},
                 {256}),
            padding(16) + range(0, 255) + padding(16));
}

TEST(Tiling, PadsEveryTileAtTheBoundary) {
  EXPECT_EQ(read({{.buffer_dimension = {256},
                   .tiling_dimension = {128},
                   .offset = {-16},
                   .tile_traversal = {{.dimension = 0, .stride = 144, .wrap = 2}},
                   .boundary_dimension = {240}}},
                 {256}),
            padding(16) + range(0, 111) + range(128, 239) + padding(16));
}

TEST(Tiling, PadsRowsOfTwoDimensions) {
  const auto out = read({{.buffer_dimension = {128, 2},
                          .tiling_dimension = {160, 1},
                          .offset = {-16, 0},
                          .tile_traversal = {{.dimension = 1, .stride = 1, .wrap = 2}}}},
                        {128, 2});
  EXPECT_EQ(out, padding(16) + range(0, 127) + padding(16) + padding(16) + range(128, 255) + padding(16));
}

TEST(Tiling, SmallTilesRowByRow) {
  const auto out =
      read({{.buffer_dimension = {8, 4},
             .tiling_dimension = {4, 2},
             .offset = {0, 0},
             .tile_traversal = {{.dimension = 0, .stride = 4, .wrap = 2}, {.dimension = 1, .stride = 2, .wrap = 2}}}},
           {8, 4});
  EXPECT_EQ(out, (range(0, 3) + range(8, 11) + range(4, 7) + range(12, 15) + range(16, 19) + range(24, 27) +
                  range(20, 23) + range(28, 31)));
}

TEST(Tiling, AListRunsInOrder) {
  EXPECT_EQ(read({{.buffer_dimension = {32}, .tiling_dimension = {16}, .offset = {16}},
                  {.buffer_dimension = {32}, .tiling_dimension = {16}, .offset = {0}}},
                 {32}),
            range(16, 31) + range(0, 15));
}

TEST(Tiling, EmptyPatternIsTheWholeBuffer) {
  EXPECT_EQ(read({{.buffer_dimension = {32}, .tiling_dimension = {32}, .offset = {0}, .tile_traversal = {}}}, {32}),
            range(0, 31));
  std::string error;
  EXPECT_EQ(tilewright::adf::expand_tilings({}, {4, 3}, true, error).size(), 1u);
}

TEST(Tiling, Repeats) {
  EXPECT_EQ(read({{.buffer_dimension = {8}, .tiling_dimension = {4}, .offset = {4}, .repetition = 2}}, {8}),
            range(4, 7) + range(4, 7));
}

/// The loops of the documentation, element by element.
std::vector<int> documented_read(const Tiling& t, const std::vector<int>& buffer) {
  std::vector<int> out;
  const std::size_t rank = buffer.size(), loops = t.tile_traversal.size();
  std::vector<unsigned> step(loops, 0);
  for (;;) {
    std::vector<int> e(rank, 0);
    for (;;) {
      bool inside = true;
      int linear = 0, pitch = 1;
      for (std::size_t d = 0; d < rank; ++d) {
        int p = t.offset[d] + e[d];
        for (std::size_t i = 0; i < loops; ++i)
          if (t.tile_traversal[i].dimension == d) p += static_cast<int>(step[i] * t.tile_traversal[i].stride);
        const int boundary = t.boundary_dimension.empty() ? buffer[d] : static_cast<int>(t.boundary_dimension[d]);
        inside = inside && p >= 0 && p < boundary;
        linear += p * pitch;
        pitch *= buffer[d];
      }
      out.push_back(inside ? linear : -1);
      std::size_t d = 0;
      while (d < rank && ++e[d] == static_cast<int>(t.tiling_dimension[d]))
        e[d++] = 0;
      if (d == rank) break;
    }
    std::size_t i = 0;
    while (i < loops && ++step[i] == t.tile_traversal[i].wrap)
      step[i++] = 0;
    if (i == loops) break;
  }
  return out;
}

TEST(Tiling, RandomPatternsFollowTheDocumentedLoops) {
  std::mt19937 random(3);
  const auto pick = [&](int low, int high) {
    return low + static_cast<int>(random() % static_cast<unsigned>(high - low + 1));
  };
  for (int round = 0; round < 500; ++round) {
    Tiling t;
    std::vector<int> buffer;
    const int rank = pick(1, 4);
    for (int d = 0; d < rank; ++d) {
      buffer.push_back(pick(1, 7));
      t.buffer_dimension.push_back(static_cast<unsigned>(buffer.back()));
      t.tiling_dimension.push_back(static_cast<unsigned>(pick(1, 5)));
      t.offset.push_back(pick(-3, 3));
      if (round % 2 == 0) t.boundary_dimension.push_back(static_cast<unsigned>(pick(1, buffer.back())));
    }
    for (int i = pick(0, 3); i > 0; --i)
      t.tile_traversal.push_back({static_cast<unsigned>(pick(0, rank - 1)), static_cast<unsigned>(pick(1, 4)),
                                  static_cast<unsigned>(pick(1, 3))});
    ASSERT_EQ(read({t}, t.buffer_dimension), documented_read(t, buffer)) << "round " << round;
  }
}

TEST(Tiling, WritesMayNotLeaveTheBuffer) {
  std::string error;
  tilewright::adf::expand_tilings({{.buffer_dimension = {16}, .tiling_dimension = {16}, .offset = {-4}}}, {16}, false,
                                  error);
  EXPECT_EQ(error, "the access pattern leaves the buffer of 16 elements");
}

} // namespace
