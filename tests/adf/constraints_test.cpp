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

TEST(Constraints, PlacesHaveNames) {
  struct Named : Constrained {
    kernel second;
    input_plio more;
    output_plio rest;
    Named() {
      more = input_plio::create("more", plio_32_bits, "in.txt");
      rest = output_plio::create("rest", plio_32_bits, "rest.txt");
      second = kernel::create(copies);
      runtime<ratio>(second) = 0.5;
      connect<>(more.out[0], second.in[0]);
      connect<>(second.out[0], rest.in[0]);
      const location_constraint corner = tile(2, 1);
      location<kernel>(k) = corner + relative_offset({.col_offset = 1, .row_offset = 0});
      const location_constraint here = location<kernel>(k);
      location<kernel>(second) = here + relative_offset({.col_offset = 0, .row_offset = 2});
      location<buffer>(k.in[0]) = location_constraint(bank(3, 1, 0));
      location<buffer>(k.in[0]) = offset(64);
    }
  };
  Sandbox box; // The design belongs to the process.
  const Outcome outcome = box.run([] {
    Named g;
    const bool placed = g.k.record().column == 3 && g.second.record().column == 3 && g.second.record().row == 3;
    return placed && g.k.in[0].record().places.at(0).offset == 64 ? 0 : 1;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
}

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

// Profiling helpers take graphs by value and PLIO by their base.
long long profile(graph g, IoAttr& io, int iterations) {
  const event::handle handle = event::start_profiling(io, event::io_stream_start_to_bytes_transferred_cycles, 64);
  if (g.run(iterations) != ok || g.wait() != ok) return -1;
  const long long cycles = event::read_profiling(handle);
  event::stop_profiling(handle);
  return cycles;
}

class Prefixed : public adf::graph {
public:
  adf::port<::input> in; // global names, too
  adf::port<::output> out;
  adf::kernel k;
  adf::input_plio from;
  adf::output_plio to;
  Prefixed() {
    from = adf::input_plio::create("in", adf::plio_32_bits, "in.txt");
    to = adf::output_plio::create("out", adf::plio_32_bits, "out.txt");
    k = adf::kernel::create(copies);
    adf::runtime<adf::ratio>(k) = 0.5;
    adf::connect<>(from.out[0], in);
    adf::connect<>(in, k.in[0]);
    adf::connect<>(k.out[0], out);
    adf::connect<>(out, to.in[0]);
  }
};

TEST(EarlyForms, CopiesOfGraphsControlTheSameGraph) {
  Sandbox box;
  box.write("in.txt", count(16, 0));
  const Outcome outcome = box.run([] {
    Prefixed g;
    g.init();
    const long long cycles = profile(g, g.from, 2);
    g.end();
    return cycles == 0 ? 0 : 1;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(box.read("out.txt"), count(16, 0));
}

} // namespace
