// Constraints that are accepted, the rate that streams are given, and the objects of early releases at a graph's ends.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include "sandbox.h"

namespace {

using namespace adf;
using Values = std::vector<long long>;

int copies(input_buffer<int32, extents<8>>& in, output_buffer<int32, extents<8>>& out) {
  for (int i = 0; i < 8; ++i)
    out.data()[i] = in.data()[i];
  return 8; // nobody looks at it
}

template <typename Graph> Outcome run(Sandbox& box, int iterations) {
  return box.run([=] {
    Graph g;
    g.init();
    g.run(iterations);
    g.end();
    return 0;
  });
}

struct Constrained : graph {
  input_plio in;
  output_plio out;
  kernel k;
  Constrained() {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    out = output_plio::create("out", plio_32_bits, "out.txt");
    k = kernel::create(copies);
    runtime<ratio>(k) = 0.5;
    connect<> first(in.out[0], k.in[0]);
    connect<>(k.out[0], out.in[0]);
    location<kernel>(k) = tile(tile_type::aie_tile, 4, 1);
    location<kernel>(k) = program_memory({"copies", "0x100"});
    location<graph>(*this) = bounding_box(0, 0, 7, 7);
    location<graph>(*this) = {bounding_box(0, 0, 3, 7), bounding_box(4, 0, 7, 7)};
    location<graph>(*this) = stamp(location<graph>(*this));
    location<graph>(*this) = area_group({{aie_tile, 0, 0, 7, 7}, {shim_tile, 0, 0, 7, 0}}, true, false, true);
    location<interconnect>(first) = channel(4, 1, 2, ss_north);
    location<fifo>(first) = ss_fifo();
    location<fifo>(first) = dma_fifo(aie_tile, 4, 1, 0x1000, 16);
    location<dma>(k.in[0]) = dma_channel(aie_tile, 4, 1, 0);
    not_equal(location<kernel>(k), location<stack>(k));
    utilization(k.in[0]) = 0.5;
    storage_size(k.in[0]) = 64;
    async_repetition(k.out[0]) = 2;
    enable_compression(k.out[0]);
    enable_task_complete_token(k.in[0]);
    pl_frequency(k) = 300.0;
    shared_lib(k) = "copies.so";
  }
};

TEST(Constraints, AreAccepted) {
  Sandbox box;
  box.write("in.txt", count(8, 0));
  const Outcome outcome = run<Constrained>(box, 1);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(box.read("out.txt"), count(8, 0));
}

void pairs(input_buffer<int32, extents<8>>& in, output_stream<int32>* out) {
  for (int i = 0; i < 8; ++i)
    writeincr(out, in.data()[i]);
}
void triples(input_stream<int32>* in, output_buffer<int32, extents<4>>& out) {
  for (int i = 0; i < 4; ++i)
    out.data()[i] = readincr(in) + 1;
}
/// 8 words a firing into a stream, 4 words a firing out of it: twice as many firings.
struct Multirate : graph {
  input_plio in;
  output_plio out;
  kernel a, b;
  Multirate() {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    out = output_plio::create("out", plio_32_bits, "out.txt");
    a = kernel::create(pairs);
    b = kernel::create(triples);
    runtime<ratio>(a) = runtime<ratio>(b) = 0.5;
    samples_per_iteration(a.out[0]) = 8;
    samples_per_iteration(b.in[0]) = 4;
    connect<>(in.out[0], a.in[0]);
    connect<>(a.out[0], b.in[0]);
    connect<>(b.out[0], out.in[0]);
  }
};

TEST(Constraints, StreamsWithARateBalanceFirings) {
  Sandbox box;
  box.write("in.txt", count(16, 0));
  const Outcome outcome = run<Multirate>(box, 2);
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(box.read("out.txt"), count(16, 1));
}

struct Inner : graph {
  input_port in;
  output_port out;
  kernel k;
  Inner() {
    k = kernel::create(copies);
    runtime<ratio>(k) = 0.5;
    connect<>(in, k.in[0]);
    connect<>(k.out[0], out);
  }
  return_code init() override { return graph::init(); } // the calls are virtual
};

TEST(EarlyForms, PlatformsOfGmio) {
  Sandbox box;
  const Outcome outcome = box.run([] {
    GMIO from("from", 64, 1000), to("to", 64, 1000);
    simulation::platform<1, 1> platform(&from, &to);
    Inner g;
    connect<> first(platform.src[0], g.in);
    connect<> last(g.out, platform.sink[0]);
    auto* memory = static_cast<int32*>(GMIO::malloc(8 * sizeof(int32)));
    auto* result = static_cast<int32*>(GMIO::malloc(8 * sizeof(int32)));
    for (int i = 0; i < 8; ++i)
      memory[i] = 3 * i;
    g.init();
    g.run(1);
    if (from.gm2aie_nb(memory, 8 * sizeof(int32)) != ok || to.aie2gm_nb(result, 8 * sizeof(int32)) != ok) return 1;
    to.wait();
    g.end();
    for (int i = 0; i < 8; ++i)
      if (result[i] != 3 * i) return 2;
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
}

TEST(EarlyForms, PlatformsOfFiles) {
  Sandbox box;
  box.write("in.txt", count(8, 0));
  const Outcome outcome = box.run([] {
    FileIO out("out", "out.txt");
    simulation::platform<1, 1> platform("in.txt", &out);
    Inner g;
    connect<> first(platform.src[0], g.in);
    connect<> last(g.out, platform.sink[0]);
    g.init();
    g.run(1);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(box.read("out.txt"), count(8, 0));
}

} // namespace
