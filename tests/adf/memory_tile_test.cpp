// Access patterns of memory tiles beyond one list a port: phases, packets, repetition, several copies.
#include <adf.h>
#include <gtest/gtest.h>

#include "sandbox.h"

namespace {

using namespace adf;
using Values = std::vector<long long>;

/// PLIO -> memory tile of 8 words -> PLIO.
struct Through : graph {
  input_plio in;
  output_plio out;
  shared_buffer<int32> buffer;
  Through(const std::vector<tiling_parameters>& write, const std::vector<tiling_parameters>& read, int copies = 1) {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    out = output_plio::create("out", plio_32_bits, "out.txt");
    buffer = shared_buffer<int32>::create({8}, 1, 1);
    num_buffers(buffer) = copies;
    write_access(buffer.in[0]) = write;
    read_access(buffer.out[0]) = read;
    connect<>(in.out[0], buffer.in[0]);
    connect<>(buffer.out[0], out.in[0]);
  }
};

template <typename Graph> Outcome run(Sandbox& box, int iterations, const std::function<Graph()>& make) {
  return box.run([&] {
    Graph g = make();
    g.init();
    g.run(iterations);
    g.end();
    return 0;
  });
}

/// `count` words from `first` on.
tiling_parameters words(unsigned first, unsigned count, unsigned phase = 0, int packet_id = -1) {
  tiling_parameters t;
  t.buffer_dimension = {8};
  t.tiling_dimension = {count};
  t.offset = {static_cast<int>(first)};
  t.packet_port_id = packet_id;
  t.phase = phase;
  return t;
}

Values through(const std::vector<tiling_parameters>& write, const std::vector<tiling_parameters>& read,
               int iterations = 1, int copies = 1) {
  Sandbox box;
  box.write("in.txt", count(64, 0));
  const Outcome outcome = run<Through>(box, iterations, [&] { return Through(write, read, copies); });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(outcome.errors, "");
  return box.read("out.txt");
}

// The second phase overwrites what the first has read.
TEST(MemoryTile, PhasesFollowOneAnother) {
  EXPECT_EQ(through({words(0, 4, 0), words(0, 4, 1)}, {words(0, 4, 0), words(0, 4, 1)}),
            (Values{0, 1, 2, 3, 4, 5, 6, 7}));
  EXPECT_EQ(through({words(0, 4, 0), words(0, 4, 0)}, {words(0, 4, 0), words(0, 4, 0)}),
            (Values{4, 5, 6, 7, 4, 5, 6, 7}));
}

// Lists are run through in order inside a phase, whatever place the phase has in the list.
TEST(MemoryTile, LowerPhasesComeFirst) {
  EXPECT_EQ(through({words(0, 8, 0)}, {words(4, 4, 2), words(2, 2, 1), words(0, 2, 1)}),
            (Values{2, 3, 0, 1, 4, 5, 6, 7}));
  EXPECT_EQ(through({words(4, 4, 1), words(0, 4, 0)}, {words(0, 8, 1)}), (Values{0, 1, 2, 3, 4, 5, 6, 7}));
}

// Between two firings, too, phases start again with the lowest.
TEST(MemoryTile, EveryFiringGoesThroughAllPhases) {
  EXPECT_EQ(through({words(0, 2, 0), words(1, 2, 1)}, {words(0, 2, 0), words(0, 3, 1)}, 2),
            (Values{0, 1, 0, 2, 3, 4, 5, 4, 6, 7}));
}

TEST(MemoryTile, Repetition) {
  tiling_parameters twice = words(2, 3);
  twice.repetition = 2;
  EXPECT_EQ(through({words(0, 8)}, {twice, words(0, 2)}), (Values{2, 3, 4, 2, 3, 4, 0, 1}));
}

// A firing that fills a part leaves the rest as the same copy had it: one copy since the last firing, two since the one
// before.
TEST(MemoryTile, CopiesTakeTurns) {
  EXPECT_EQ(through({words(0, 2, 0), words(2, 2, 1)}, {words(0, 4, 0)}, 3, 1),
            (Values{0, 1, 0, 0, 4, 5, 2, 3, 8, 9, 6, 7}));
  EXPECT_EQ(through({words(0, 2, 0), words(2, 2, 1)}, {words(0, 4, 0)}, 3, 2),
            (Values{0, 1, 0, 0, 4, 5, 0, 0, 8, 9, 2, 3}));
}

template <int Amount> void add(input_buffer<int32, extents<4>>& in, output_buffer<int32, extents<4>>& out) {
  for (int i = 0; i < 4; ++i)
    out.data()[i] = in.data()[i] + Amount;
}

/// Memory tile -> pktsplit -> two kernels -> pktmerge -> memory tile. Patterns say which kernel gets a half, and where
/// its results go.
struct Packets : graph {
  input_plio in;
  output_plio out;
  shared_buffer<int32> from, to;
  pktsplit<2> split;
  pktmerge<2> merge;
  kernel k[2];
  Packets(const std::vector<tiling_parameters>& read, const std::vector<tiling_parameters>& write) {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    out = output_plio::create("out", plio_32_bits, "out.txt");
    from = shared_buffer<int32>::create({8}, 1, 1);
    to = shared_buffer<int32>::create({8}, 1, 1);
    split = pktsplit<2>::create();
    merge = pktmerge<2>::create();
    k[0] = kernel::create(add<100>);
    k[1] = kernel::create(add<200>);
    write_access(from.in[0]) = words(0, 8);
    read_access(from.out[0]) = read;
    write_access(to.in[0]) = write;
    read_access(to.out[0]) = words(0, 8);
    connect<>(in.out[0], from.in[0]);
    connect<pktstream>(from.out[0], split.in[0]);
    for (int i = 0; i < 2; ++i) {
      runtime<ratio>(k[i]) = 0.9;
      connect<pktstream>(split.out[i], k[i].in[0]);
      connect<pktstream>(k[i].out[0], merge.in[i]);
    }
    connect<pktstream>(merge.out[0], to.in[0]);
    connect<>(to.out[0], out.in[0]);
  }
};

TEST(MemoryTile, PatternsNameThePacketsTheyMove) {
  Sandbox box;
  box.write("in.txt", count(16, 0));
  const Outcome outcome = run<Packets>(box, 2, [] {
    return Packets({words(0, 4, 0, 1), words(4, 4, 0, 0)}, {words(4, 4, 0, 1), words(0, 4, 0, 0)});
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(box.read("out.txt"),
            (Values{104, 105, 106, 107, 200, 201, 202, 203, 112, 113, 114, 115, 208, 209, 210, 211}));
}

TEST(MemoryTile, APacketThatNoPatternNamesIsAnError) {
  Sandbox box;
  box.write("in.txt", count(16, 0));
  const Outcome outcome = run<Packets>(box, 1, [] {
    return Packets({words(0, 4, 0, 1), words(4, 4, 0, 0)}, {words(4, 4, 0, 1), words(0, 4, 0, 1)});
  });
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(outcome.errors,
            "tilewright-adf: error: shared_buffer1: a packet has ID 0, and no access pattern that is left "
            "has this packet_port_id\n");
}

// Without IDs the payloads are written one after the other.
TEST(MemoryTile, PacketsWithoutIdsAreWrittenAsTheyCome) {
  Sandbox box;
  box.write("in.txt", count(8, 0));
  const Outcome outcome = run<Packets>(box, 1, [] {
    return Packets({words(0, 4, 0, 1), words(4, 4, 0, 0)}, {words(0, 8)});
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(box.read("out.txt"), (Values{104, 105, 106, 107, 200, 201, 202, 203}));
}

} // namespace
