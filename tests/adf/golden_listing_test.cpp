// The listings of AMD's tiling tutorial, each as a project of its own: a memory tile between PLIO, read with the
// listed pattern, the expected values computed by the documented loops.
#include <adf.h>
#include <gtest/gtest.h>

#include "sandbox.h"

namespace {

using namespace adf;

struct Listing {
  std::vector<uint32_t> buffer;
  std::vector<tiling_parameters> write, read;
};

/// PLIO -> memory tile -> PLIO.
struct Through : graph {
  input_plio in;
  output_plio out;
  shared_buffer<int32> buffer;
  explicit Through(const Listing& listing) {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    out = output_plio::create("out", plio_32_bits, "out.txt");
    buffer = shared_buffer<int32>::create(listing.buffer, 1, 1);
    num_buffers(buffer) = 2;
    write_access(buffer.in[0]) = listing.write;
    read_access(buffer.out[0]) = listing.read;
    connect<>(in.out[0], buffer.in[0]);
    connect<>(buffer.out[0], out.in[0]);
  }
};

/// One iteration of the documented loops; visit(linear index or -1) per element.
template <typename Visit>
void for_each_element(const tiling_parameters& t, const std::vector<uint32_t>& buffer, Visit visit) {
  const std::size_t rank = buffer.size(), loops = t.tile_traversal.size();
  std::vector<unsigned> step(loops, 0);
  for (bool more_tiles = true; more_tiles;) {
    std::vector<unsigned> e(rank, 0);
    for (bool more = true; more;) {
      long linear = 0, pitch = 1;
      bool inside = true;
      for (std::size_t d = 0; d < rank; ++d) {
        long p = (t.offset.empty() ? 0 : t.offset[d]) + long(e[d]);
        for (std::size_t i = 0; i < loops; ++i)
          if (t.tile_traversal[i].dimension == d) p += long(step[i]) * long(t.tile_traversal[i].stride);
        inside = inside && p >= 0 && p < long(t.boundary_dimension.empty() ? buffer[d] : t.boundary_dimension[d]);
        linear += p * pitch;
        pitch *= buffer[d];
      }
      visit(inside ? linear : -1L);
      more = false;
      for (std::size_t d = 0; d < rank && !more; ++d) {
        if (++e[d] < t.tiling_dimension[d])
          more = true;
        else
          e[d] = 0;
      }
    }
    more_tiles = false;
    for (std::size_t i = 0; i < loops && !more_tiles; ++i) {
      if (++step[i] < t.tile_traversal[i].wrap)
        more_tiles = true;
      else
        step[i] = 0;
    }
  }
}

void check(const Listing& listing, int iterations = 2) {
  std::size_t size = 1;
  for (const uint32_t extent : listing.buffer)
    size *= extent;
  const std::vector<long long> input = count(static_cast<int>(size) * iterations, 1);
  std::vector<long long> expected;
  std::vector<long long> memory(size, 0);
  std::size_t next = 0;
  for (int i = 0; i < iterations; ++i) {
    for (const tiling_parameters& t : listing.write)
      for_each_element(t, listing.buffer, [&](long index) { memory[static_cast<std::size_t>(index)] = input[next++]; });
    for (const tiling_parameters& t : listing.read)
      for_each_element(t, listing.buffer, [&](long index) {
        expected.push_back(index < 0 ? 0 : memory[static_cast<std::size_t>(index)]);
      });
  }
  Sandbox box;
  box.write("in.txt", input);
  const Outcome outcome = box.run([&] {
    Through g(listing);
    g.init();
    g.run(iterations);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(box.read("out.txt"), expected);
}

const tiling_parameters whole_256 = tiling({.buffer_dimension = {256}, .tiling_dimension = {256}, .offset = {0}});

TEST(GoldenListing, PrePadding) {
  check({{256}, {whole_256}, {tiling({.buffer_dimension = {256}, .tiling_dimension = {256}, .offset = {-32}})}});
}
TEST(GoldenListing, PreAndPostPadding) {
  check(
      {{256},
       {whole_256},
       {tiling({.buffer_dimension = {256}, .tiling_dimension = {288}, .offset = {-16}, .boundary_dimension = {256}})}});
}
TEST(GoldenListing, PaddingOfEveryTile) {
  check({{256},
         {whole_256},
         {tiling({.buffer_dimension = {256},
                  .tiling_dimension = {128},
                  .offset = {-16},
                  .tile_traversal = {{.dimension = 0, .stride = 144, .wrap = 2}},
                  .boundary_dimension = {240}})}});
}
TEST(GoldenListing, PaddedRows) {
  const tiling_parameters whole =
      tiling({.buffer_dimension = {128, 2}, .tiling_dimension = {128, 2}, .offset = {0, 0}});
  check({{128, 2},
         {whole},
         {tiling({.buffer_dimension = {128, 2},
                  .tiling_dimension = {160, 1},
                  .offset = {-16, 0},
                  .tile_traversal = {{.dimension = 1, .stride = 1, .wrap = 2}}})}});
}
TEST(GoldenListing, TilesOfFourByTwo) {
  const tiling_parameters tiles =
      tiling({.buffer_dimension = {8, 8},
              .tiling_dimension = {4, 2},
              .offset = {0, 0},
              .tile_traversal = {{.dimension = 0, .stride = 4, .wrap = 2}, {.dimension = 1, .stride = 2, .wrap = 4}}});
  const tiling_parameters columns =
      tiling({.buffer_dimension = {8, 8},
              .tiling_dimension = {4, 2},
              .offset = {0, 0},
              .tile_traversal = {{.dimension = 1, .stride = 2, .wrap = 4}, {.dimension = 0, .stride = 4, .wrap = 2}}});
  const tiling_parameters whole = tiling({.buffer_dimension = {8, 8}, .tiling_dimension = {8, 8}, .offset = {0, 0}});
  check({{8, 8}, {whole}, {tiles}});   // entry 0 of the traversal is the innermost loop
  check({{8, 8}, {whole}, {columns}}); // so the order of the entries matters
  check({{8, 8}, {columns}, {tiles}}); // and writers follow patterns too
}
TEST(GoldenListing, TwoTilingsShuffle) {
  const tiling_parameters whole = tiling({.buffer_dimension = {32}, .tiling_dimension = {32}, .offset = {0}});
  check({{32},
         {whole},
         {tiling({.buffer_dimension = {32}, .tiling_dimension = {16}, .offset = {16}}),
          tiling({.buffer_dimension = {32}, .tiling_dimension = {16}, .offset = {0}})}});
}
TEST(GoldenListing, PaddingInThreeDimensions) {
  const tiling_parameters whole =
      tiling({.buffer_dimension = {32, 4, 2}, .tiling_dimension = {32, 4, 2}, .offset = {0, 0, 0}});
  check({{32, 4, 2},
         {whole},
         {tiling({.buffer_dimension = {32, 4, 2}, .tiling_dimension = {34, 6, 2}, .offset = {-1, -1, 0}})}});
}
TEST(GoldenListing, FourDimensions) {
  const tiling_parameters whole =
      tiling({.buffer_dimension = {4, 4, 4, 4}, .tiling_dimension = {4, 4, 4, 4}, .offset = {0, 0, 0, 0}});
  check({{4, 4, 4, 4},
         {whole},
         {tiling({.buffer_dimension = {4, 4, 4, 4},
                  .tiling_dimension = {4, 1, 1, 4},
                  .offset = {0, 0, 0, 0},
                  .tile_traversal = {{.dimension = 2, .stride = 1, .wrap = 4},
                                     {.dimension = 1, .stride = 1, .wrap = 4}}})}});
}
TEST(GoldenListing, TransposedMatrix) {
  const tiling_parameters whole = tiling({.buffer_dimension = {8, 4}, .tiling_dimension = {8, 4}, .offset = {0, 0}});
  const tiling_parameters transposed = tiling({.buffer_dimension = {8, 4},
                                               .tiling_dimension = {1, 4},
                                               .offset = {0, 0},
                                               .tile_traversal = {{.dimension = 0, .stride = 1, .wrap = 8}}});
  check({{8, 4}, {whole}, {transposed}});
}

} // namespace
