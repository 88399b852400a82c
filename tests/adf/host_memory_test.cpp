// GMIO and external buffers: data in memory of the host program.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include "sandbox.h"

namespace {

using namespace adf;

void copy(input_buffer<int32, extents<64>>& in, output_buffer<int32, extents<64>>& out) {
  for (unsigned i = 0; i < 64; ++i)
    out.data()[i] = in.data()[i] + 1;
}

struct Gmio : graph {
  input_gmio in;
  output_gmio out;
  kernel k;
  Gmio() {
    in = input_gmio::create("in", 64, 1000);
    out = output_gmio::create("out", 64, 1000);
    k = kernel::create(copy);
    runtime<ratio>(k) = 0.9;
    connect<>(in.out[0], k.in[0]);
    connect<>(k.out[0], out.in[0]);
  }
};

TEST(HostMemory, GmioTransfers) {
  Sandbox box;
  const Outcome outcome = box.run([] {
    Gmio g;
    auto* in = static_cast<int32*>(GMIO::malloc(512));
    auto* out = static_cast<int32*>(GMIO::malloc(512));
    for (int i = 0; i < 128; ++i)
      in[i] = i;
    g.init();
    g.in.gm2aie_nb(in, 512);
    g.out.aie2gm_nb(out, 512);
    g.run(2);
    g.out.wait();
    for (int i = 0; i < 128; ++i)
      if (out[i] != i + 1) return 1;
    g.end();
    GMIO::free(in);
    GMIO::free(out);
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
}

TEST(HostMemory, AWaitThatCanNotEndIsReported) {
  Sandbox box;
  const Outcome outcome = box.run([] {
    Gmio g;
    static int32 data[64];
    g.init();
    g.out.aie2gm_nb(data, sizeof data);
    g.run(1);
    g.out.wait();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 6);
  EXPECT_NE(outcome.errors.find("GMIO out: a transfer to the host waits for data"), std::string::npos)
      << outcome.errors;
}

/// Layers of 8 x 8 go out row by row and come back transposed.
struct Transpose : graph {
  external_buffer<int32> in, out;
  kernel k;
  Transpose() {
    in = external_buffer<int32>::create({8, 8, 4}, 0, 1);
    out = external_buffer<int32>::create({8, 8, 4}, 1, 0);
    read_access(in.out[0]) = tiling({.buffer_dimension = {8, 8, 4},
                                     .tiling_dimension = {8, 8, 1},
                                     .offset = {0, 0, 0},
                                     .tile_traversal = {{.dimension = 2, .stride = 1, .wrap = 4}}});
    write_access(out.in[0]) = tiling(
        {.buffer_dimension = {8, 8, 4},
         .tiling_dimension = {1, 8, 1},
         .offset = {0, 0, 0},
         .tile_traversal = {{.dimension = 0, .stride = 1, .wrap = 8}, {.dimension = 2, .stride = 1, .wrap = 4}}});
    k = kernel::create(copy);
    runtime<ratio>(k) = 0.9;
    repetition_count(k) = 4;
    connect<>(in.out[0], k.in[0]);
    connect<>(k.out[0], out.in[0]);
  }
};

TEST(HostMemory, ExternalBuffersFollowTheirPatterns) {
  Sandbox box;
  const Outcome outcome = box.run([] {
    Transpose g;
    static int32 in[256], out[256];
    for (int i = 0; i < 256; ++i)
      in[i] = i;
    g.init();
    g.in.setAddress(in);
    g.out.setAddress(out);
    for (int round = 0; round < 2; ++round) {
      g.in.gm2aie_nb(g.in.out[0]);
      g.out.aie2gm_nb(g.out.in[0]);
      g.run(1);
      g.in.wait(g.in.out[0]);
      g.out.wait(g.out.in[0]);
    }
    for (int layer = 0; layer < 4; ++layer)
      for (int row = 0; row < 8; ++row)
        for (int column = 0; column < 8; ++column)
          if (out[layer * 64 + row * 8 + column] != in[layer * 64 + column * 8 + row] + 1) return 1;
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
}

} // namespace
