// Whole programs: PLIO, buffers, memory tiles, streams, rates, iterations.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include "sandbox.h"

namespace {

using namespace adf;

void copy16(input_buffer<int32>& in, output_buffer<int32>& out) {
  auto from = aie::begin_vector<8>(in);
  auto to = aie::begin_vector<8>(out);
  for (unsigned i = 0; i < in.size() / 8; ++i)
    *to++ = *from++;
}

void add_stream(input_stream<int32>* in, output_stream<int32>* out) {
  for (int i = 0; i < 8; ++i)
    writeincr(out, readincr(in) + 1);
}

struct OneKernel : graph {
  input_plio in;
  output_plio out;
  kernel k;
  explicit OneKernel(plio_type width = plio_64_bits) {
    in = input_plio::create("in", width, "in.txt");
    out = output_plio::create("out", width, "out.txt");
    k = kernel::create(copy16);
    runtime<ratio>(k) = 0.5;
    connect(in.out[0], k.in[0]);
    connect(k.out[0], out.in[0]);
    dimensions(k.in[0]) = {16};
    dimensions(k.out[0]) = {16};
  }
};

template <typename Graph> int run_graph(int iterations) {
  Graph g;
  g.init();
  g.run(iterations);
  g.end();
  return 0;
}

TEST(Run, CopiesBuffersThroughPlio) {
  Sandbox box;
  box.write("in.txt", count(64));
  EXPECT_EQ(box.run([] { return run_graph<OneKernel>(4); }).exit_code, 0);
  EXPECT_EQ(box.read("out.txt"), count(64));
  EXPECT_EQ(box.read_text("out.txt").substr(0, 8), "0 1\n2 3\n"); // 64 bits: two int32 a line
}

TEST(Run, LinesFollowTheWidth) {
  for (const auto& [width, line] : {std::pair{plio_32_bits, "0\n1\n"}, std::pair{plio_128_bits, "0 1 2 3\n"}}) {
    Sandbox box;
    box.write("in.txt", count(16));
    EXPECT_EQ(box.run([width = width] {
                   OneKernel g(width);
                   g.run(1);
                   g.end();
                   return 0;
                 })
                  .exit_code,
              0);
    EXPECT_EQ(box.read_text("out.txt").substr(0, std::string(line).size()), line);
  }
}

TEST(Run, SeveralRunsAndWaits) {
  Sandbox box;
  box.write("in.txt", count(64));
  EXPECT_EQ(box.run([] {
                 OneKernel g;
                 g.init();
                 g.run(1);
                 g.wait();
                 g.run(2);
                 g.wait();
                 g.end();
                 return 3;
               })
                .exit_code,
            3);
  EXPECT_EQ(box.read("out.txt"), count(48));
}

TEST(Run, WithoutEndTheResultsAreWrittenAtExit) {
  Sandbox box;
  box.write("in.txt", count(16));
  EXPECT_EQ(box.run([] {
                 static OneKernel g;
                 g.init();
                 g.run(1);
                 std::exit(0);
                 return 1;
               })
                .exit_code,
            0);
  EXPECT_EQ(box.read("out.txt"), count(16));
}

TEST(Run, EndlessUntilTheInputIsUsedUp) {
  Sandbox box;
  box.write("in.txt", count(40));
  EXPECT_EQ(box.run([] { return run_graph<OneKernel>(-1); }).exit_code, 0);
  EXPECT_EQ(box.read("out.txt"), count(32));
}

struct Streams : graph {
  input_plio in;
  output_plio out;
  kernel k[2];
  Streams() {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    out = output_plio::create("out", plio_32_bits, "out.txt");
    for (kernel& kk : k) {
      kk = kernel::create(add_stream);
      runtime<ratio>(kk) = 0.9;
    }
    connect<stream> first(in.out[0], k[0].in[0]);
    connect<stream> second(k[0].out[0], k[1].in[0]);
    fifo_depth(second) = 32;
    connect<stream>(k[1].out[0], out.in[0]);
  }
};

TEST(Run, Streams) {
  Sandbox box;
  box.write("in.txt", count(24));
  EXPECT_EQ(box.run([] { return run_graph<Streams>(3); }).exit_code, 0);
  EXPECT_EQ(box.read("out.txt"), count(24, 2));
}

/// A memory tile reorders 8 x 8 into 4 x 4 blocks for two readers; one feeds two kernels.
struct MemoryTile : graph {
  input_plio in;
  output_plio out[3];
  shared_buffer<int32> tile;
  kernel k[3];
  MemoryTile() {
    in = input_plio::create("in", plio_128_bits, "in.txt");
    tile = shared_buffer<int32>::create({8, 8}, 1, 2);
    num_buffers(tile) = 2;
    connect(in.out[0], tile.in[0]);
    write_access(tile.in[0]) = tiling({.buffer_dimension = {8, 8}, .tiling_dimension = {8, 8}, .offset = {0, 0}});
    for (int i = 0; i < 2; ++i)
      read_access(tile.out[i]) = tiling({.buffer_dimension = {8, 8},
                                         .tiling_dimension = {4, 4},
                                         .offset = {4 * i, 0},
                                         .tile_traversal = {{.dimension = 1, .stride = 4, .wrap = 2}}});
    for (int i = 0; i < 3; ++i) {
      k[i] = kernel::create(copy16);
      runtime<ratio>(k[i]) = 0.9;
      out[i] = output_plio::create("out" + std::to_string(i), plio_32_bits, "out" + std::to_string(i) + ".txt");
      connect(tile.out[i / 2], k[i].in[0]);
      connect(k[i].out[0], out[i].in[0]);
      dimensions(k[i].in[0]) = {16};
      dimensions(k[i].out[0]) = {16};
    }
  }
};

TEST(Run, MemoryTileWithBroadcastAndTwoFirings) {
  Sandbox box;
  box.write("in.txt", count(128));
  EXPECT_EQ(box.run([] { return run_graph<MemoryTile>(2); }).exit_code, 0);
  std::vector<long long> left, right;
  for (int matrix = 0; matrix < 2; ++matrix)
    for (int row = 0; row < 8; ++row)
      for (int column = 0; column < 8; ++column)
        (column < 4 ? left : right).push_back(matrix * 64 + row * 8 + column);
  EXPECT_EQ(box.read("out0.txt"), left);
  EXPECT_EQ(box.read("out1.txt"), left);
  EXPECT_EQ(box.read("out2.txt"), right);
}

void take_any(input_buffer<int32>& in, output_buffer<int32>& out) {
  for (unsigned i = 0; i < out.size(); ++i)
    out.data()[i] = in.data()[i];
}

/// 128 produced against 192 consumed: 3 firings meet 2.
struct Multirate : graph {
  input_plio in;
  output_plio out;
  kernel k[2];
  Multirate() {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    out = output_plio::create("out", plio_32_bits, "out.txt");
    for (int i = 0; i < 2; ++i) {
      k[i] = kernel::create(take_any);
      runtime<ratio>(k[i]) = 0.5;
      dimensions(k[i].in[0]) = {i == 0 ? 128u : 192u};
      dimensions(k[i].out[0]) = {i == 0 ? 128u : 192u};
    }
    connect(in.out[0], k[0].in[0]);
    connect(k[0].out[0], k[1].in[0]);
    connect(k[1].out[0], out.in[0]);
  }
};

TEST(Run, UnequalBuffersBalance) {
  Sandbox box;
  box.write("in.txt", count(384));
  EXPECT_EQ(box.run([] { return run_graph<Multirate>(1); }).exit_code, 0);
  EXPECT_EQ(box.read("out.txt"), count(384));
}

struct Sum {
  int32 (&table)[4];
  int calls = 0;
  explicit Sum(int32 (&t)[4]) : table(t) { aie::set_rounding(aie::rounding_mode::ceil); }
  void run(input_buffer<int32, extents<8>>& in, output_buffer<int32, extents<8>>& out) {
    ++calls;
    for (unsigned i = 0; i < 8; ++i)
      out.data()[i] = in.data()[i] + table[i % 4] + calls * 1000 + static_cast<int>(aie::get_rounding()) * 100000;
  }
  static void registerKernelClass() {
    REGISTER_FUNCTION(Sum::run);
    REGISTER_PARAMETER(table);
  }
};

struct Objects : graph {
  input_plio in;
  output_plio out[2];
  kernel k[2];
  Objects() {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    for (int i = 0; i < 2; ++i) {
      k[i] = kernel::create_object<Sum>(std::vector<int32>{10 * i, 1, 2, 3});
      location<kernel>(k[i]) = tile(5 + i, 2);
      location<parameter>(k[i].param[0]) = bank(5 + i, 2, 1);
      runtime<ratio>(k[i]) = 0.9;
      out[i] = output_plio::create("out" + std::to_string(i), plio_32_bits, "out" + std::to_string(i) + ".txt");
      connect(in.out[0], k[i].in[0]);
      connect(k[i].out[0], out[i].in[0]);
    }
  }
};

TEST(Run, ObjectsKeepStateParametersAndModes) {
  Sandbox box;
  box.write("in.txt", std::vector<long long>(16, 0));
  const Outcome outcome = box.run([] { return run_graph<Objects>(2); });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  const auto out = box.read("out1.txt");
  ASSERT_EQ(out.size(), 16u);
  EXPECT_EQ(out[0], 101010);
  EXPECT_EQ(out[1], 101001);
  EXPECT_EQ(out[8], 102010);
}

TEST(Run, DumpsWhatPasses) {
  Sandbox box;
  box.write("in.txt", count(64));
  const std::string folder = box.folder() + "/dump";
  setenv("TILEWRIGHT_ADF_DUMP", folder.c_str(), 1);
  const Outcome outcome = box.run([] { return run_graph<MemoryTile>(1); });
  unsetenv("TILEWRIGHT_ADF_DUMP");
  EXPECT_EQ(outcome.exit_code, 0);
  EXPECT_EQ(box.read("dump/shared_buffer0.in[0].txt"), count(64));
  const std::string lines = box.read_text("dump/k2.out[0].txt");
  EXPECT_EQ(std::count(lines.begin(), lines.end(), '\n'), 2);
  EXPECT_EQ(lines.substr(0, 14), "4 5 6 7 12 13 ");
  EXPECT_NE(box.read_text("dump/index.txt").find("k0.out[0].txt int32 -1 -1 function"), std::string::npos);
}

TEST(Run, SameBytesEveryTime) {
  std::vector<long long> first;
  for (int round = 0; round < 20; ++round) {
    Sandbox box;
    box.write("in.txt", count(1280));
    ASSERT_EQ(box.run([] { return run_graph<MemoryTile>(20); }).exit_code, 0);
    if (round == 0) first = box.read("out2.txt");
    ASSERT_EQ(box.read("out2.txt"), first);
  }
}

} // namespace
