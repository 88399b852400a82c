// Kinds of kernel buffers: margins, asynchronous buffers, access patterns on kernel ports, kernel-to-kernel parameters.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include "sandbox.h"

namespace {

using namespace adf;

/// Sum of each element and the four before it.
void moving_sum(input_buffer<int32, extents<8>, margin<4>>& in, output_buffer<int32, extents<8>>& out) {
  for (unsigned i = 0; i < 8; ++i) {
    out.data()[i] = 0;
    for (unsigned k = 0; k <= 4; ++k)
      out.data()[i] += in.data()[i + k];
  }
}

/// Takes two input buffers per firing.
void add_pairs(input_async_buffer<int32, extents<8>>& in, output_buffer<int32, extents<8>>& out) {
  for (int round = 0; round < 2; ++round) {
    in.acquire();
    for (unsigned i = 0; i < 8; ++i)
      out.data()[i] = (round == 0 ? 0 : out.data()[i]) + in.data()[i];
    in.release();
  }
}

/// Gives two output buffers per firing.
void split(input_buffer<int32, extents<16>>& in, output_async_buffer<int32, extents<8>>& out) {
  for (int half = 0; half < 2; ++half) {
    out.acquire();
    for (int i = 0; i < 8; ++i)
      out.data()[i] = in.data()[8 * half + i];
    out.release();
  }
}

void copy(input_buffer<int32, extents<64>>& in, output_buffer<int32, extents<64>>& out) {
  for (unsigned i = 0; i < 64; ++i)
    out.data()[i] = in.data()[i];
}

template <auto Function> struct One : graph {
  input_plio in;
  output_plio out;
  kernel k;
  One() {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    out = output_plio::create("out", plio_32_bits, "out.txt");
    k = kernel::create(Function);
    runtime<ratio>(k) = 0.9;
    connect<>(in.out[0], k.in[0]);
    connect<>(k.out[0], out.in[0]);
  }
};

template <typename Graph> std::vector<long long> result(const std::vector<long long>& input, int iterations) {
  Sandbox box;
  box.write("in.txt", input);
  const Outcome outcome = box.run([&] {
    Graph g;
    g.init();
    g.run(iterations);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  return box.read("out.txt");
}

TEST(Buffers, MarginKeepsTheTailOfThePreviousBuffer) {
  const auto input = count(24, 1);
  std::vector<long long> expected;
  for (int i = 0; i < 24; ++i) {
    expected.push_back(0);
    for (int k = 0; k <= 4; ++k)
      expected.back() += i - k >= 0 ? input[static_cast<std::size_t>(i - k)] : 0;
  }
  EXPECT_EQ(result<One<moving_sum>>(input, 3), expected);
}

TEST(Buffers, AsynchronousInput) {
  const auto out = result<One<add_pairs>>(count(32), 2);
  ASSERT_EQ(out.size(), 16u);
  EXPECT_EQ(out[0], 8);
  EXPECT_EQ(out[15], 23 + 31);
}

TEST(Buffers, AsynchronousOutput) { EXPECT_EQ(result<One<split>>(count(32), 2), count(32)); }

/// Read in tiles of 4 x 2 down the columns, written column by column.
struct Patterns : graph {
  input_plio in;
  output_plio out;
  kernel k[2];
  Patterns() {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    out = output_plio::create("out", plio_32_bits, "out.txt");
    for (kernel& kk : k) {
      kk = kernel::create(copy);
      runtime<ratio>(kk) = 0.9;
    }
    connect<>(in.out[0], k[0].in[0]);
    connect<>(k[0].out[0], k[1].in[0]);
    connect<>(k[1].out[0], out.in[0]);
    read_access(k[0].out[0]) = tiling(
        {.buffer_dimension = {8, 8},
         .tiling_dimension = {4, 2},
         .offset = {0, 0},
         .tile_traversal = {{.dimension = 1, .stride = 2, .wrap = 4}, {.dimension = 0, .stride = 4, .wrap = 2}}});
    write_access(k[1].in[0]) = tiling({.buffer_dimension = {8, 8},
                                       .tiling_dimension = {1, 8},
                                       .offset = {0, 0},
                                       .tile_traversal = {{.dimension = 0, .stride = 1, .wrap = 8}}});
  }
};

TEST(Buffers, PatternsOnKernelPorts) {
  std::vector<long long> stream, expected(64);
  for (int x = 0; x < 8; x += 4)
    for (int y = 0; y < 8; y += 2)
      for (int dy = 0; dy < 2; ++dy)
        for (int dx = 0; dx < 4; ++dx)
          stream.push_back((y + dy) * 8 + x + dx);
  for (std::size_t i = 0; i < 64; ++i)
    expected[i % 8 * 8 + i / 8] = stream[i];
  EXPECT_EQ(result<Patterns>(count(64), 1), expected);
}

} // namespace
