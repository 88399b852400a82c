// Packet switching: packets are routed by ID, buffers get the payload, merged packets carry their input's number.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include "sandbox.h"

namespace {

using namespace adf;

template <int Amount> void add(input_buffer<int32, extents<8>>& in, output_buffer<int32, extents<8>>& out) {
  for (unsigned i = 0; i < 8; ++i)
    out.data()[i] = in.data()[i] + Amount;
}

/// Passes packets on, header included, and counts their words into the last one.
void count_words(input_pktstream* in, output_pktstream* out) {
  bool tlast = false;
  int32 words = 0;
  const int32 header = readincr(in);
  writeincr(out, header);
  while (!tlast) {
    const int32 word = readincr(in, tlast);
    ++words;
    if (!tlast) writeincr(out, word);
  }
  writeincr(out, words, true);
}

struct Switch : graph {
  input_plio in;
  output_plio out;
  pktsplit<3> split;
  pktmerge<3> merge;
  kernel k[3];
  Switch() {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    out = output_plio::create("out", plio_32_bits, "out.txt");
    split = pktsplit<3>::create();
    merge = pktmerge<3>::create();
    k[0] = kernel::create(add<100>);
    k[1] = kernel::create(add<200>);
    k[2] = kernel::create(count_words);
    connect<pktstream>(in.out[0], split.in[0]);
    for (int i = 0; i < 3; ++i) {
      runtime<ratio>(k[i]) = 0.9;
      connect<pktstream>(split.out[i], k[i].in[0]);
      connect<pktstream>(k[i].out[0], merge.in[i]);
    }
    connect<pktstream>(merge.out[0], out.in[0]);
  }
};

/// One packet as a text file has it: the line TLAST comes before the last beat.
std::string packet(unsigned id, int start, int words) {
  std::string text = std::to_string(tilewright::adf::packet_header(0, id)) + "\n";
  for (int i = 0; i < words; ++i)
    text += (i == words - 1 ? "TLAST\n" : "") + std::to_string(start + i) + "\n";
  return text;
}

int run(int iterations) {
  Switch g;
  g.init();
  g.run(iterations);
  g.end();
  return 0;
}

std::vector<long long> merged(unsigned id, const std::vector<long long>& payload) {
  std::vector<long long> out = {static_cast<int32>(tilewright::adf::packet_header(0, id))};
  out.insert(out.end(), payload.begin(), payload.end());
  return out;
}

TEST(Packets, AreRoutedAndMerged) {
  Sandbox box;
  box.write_text("in.txt", packet(1, 0, 8) + packet(0, 50, 8) + packet(2, 7, 5) + packet(0, 60, 8) + packet(2, 7, 3) +
                               packet(1, 8, 8));
  const Outcome outcome = box.run([] { return run(2); });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  std::vector<long long> expected;
  for (int round = 0; round < 2; ++round)
    for (const auto& part : {merged(0, count(8, 150 + 10 * round)), merged(1, count(8, 200 + 8 * round)),
                             round == 0 ? merged(2, {7, 8, 9, 10, 5}) : merged(2, {7, 8, 3})})
      expected.insert(expected.end(), part.begin(), part.end());
  EXPECT_EQ(box.read("out.txt"), expected);
}

TEST(Packets, HeaderParity) {
  EXPECT_EQ(tilewright::adf::packet_header(0, 0), 2415853568u);
  EXPECT_EQ(tilewright::adf::packet_header(0, 1) & 31u, 1u);
  for (unsigned id = 0; id < 32; ++id)
    EXPECT_EQ(__builtin_popcount(tilewright::adf::packet_header(0, id)) % 2, 1);
}

/// Reads a plain stream: the payload alone. Writes headers of its own.
void square(input_stream<int32>* in, output_pktstream* out) {
  writeHeader(out, 0, getPacketid(out, 0));
  for (int i = 0; i < 4; ++i) {
    const int32 value = readincr(in);
    writeincr(out, value * value, i == 3);
  }
}
struct Squares : graph {
  input_plio in;
  output_plio out;
  pktsplit<2> split;
  pktmerge<2> merge;
  kernel k[2];
  Squares() {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    out = output_plio::create("out", plio_32_bits, "out.txt");
    split = pktsplit<2>::create();
    merge = pktmerge<2>::create();
    connect<pktstream>(in.out[0], split.in[0]);
    for (int i = 0; i < 2; ++i) {
      k[i] = kernel::create(square);
      runtime<ratio>(k[i]) = 0.9;
      connect<pktstream, stream>(split.out[i], k[i].in[0]);
      connect<pktstream>(k[i].out[0], merge.in[i]);
    }
    connect<pktstream>(merge.out[0], out.in[0]);
  }
};

TEST(Packets, PlainStreamsGetThePayloadAlone) {
  Sandbox box;
  box.write_text("in.txt", packet(1, 4, 4) + packet(0, 0, 4));
  const Outcome outcome = box.run([] {
    Squares g;
    g.init();
    g.run(1);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  std::vector<long long> expected = merged(0, {0, 1, 4, 9});
  for (const long long word : merged(1, {16, 25, 36, 49}))
    expected.push_back(word);
  EXPECT_EQ(box.read("out.txt"), expected);
}

TEST(Packets, AnIdWithoutOutputIsAnError) {
  Sandbox box;
  box.write_text("in.txt", packet(5, 0, 8));
  const Outcome outcome = box.run([] { return run(1); });
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(outcome.errors, "tilewright-adf: error: packet_switch0: a packet has ID 5, outputs are 0..2\n");
}

/// Gives one packet a firing; the second input's kernel is slow to have anything.
template <int First> void one_packet(input_buffer<int32, extents<8>>& in, output_pktstream* out) {
  writeHeader(out, 0, getPacketid(out, 0));
  writeincr(out, in.data()[0] + First, true);
}
struct Ordered : graph {
  input_plio in[2];
  output_plio out;
  pktorderedmerge<2> merge;
  kernel k[2];
  Ordered() {
    merge = pktorderedmerge<2>::create();
    k[0] = kernel::create(one_packet<100>);
    k[1] = kernel::create(one_packet<200>);
    for (int i = 0; i < 2; ++i) {
      const std::string name = "in" + std::to_string(i);
      in[i] = input_plio::create(name, plio_32_bits, name + ".txt");
      runtime<ratio>(k[i]) = 0.9;
      connect<>(in[i].out[0], k[i].in[0]);
      connect<pktstream>(k[i].out[0], merge.in[i]);
    }
    out = output_plio::create("out", plio_32_bits, "out.txt");
    connect<pktstream>(merge.out[0], out.in[0]);
  }
};

int run_ordered(int iterations) {
  Ordered g;
  g.init();
  g.run(iterations);
  g.end();
  return 0;
}

TEST(Packets, OrderedMergesTakeStrictTurns) {
  Sandbox box;
  box.write("in0.txt", count(24, 0));
  box.write("in1.txt", count(24, 0));
  const Outcome outcome = box.run([] { return run_ordered(3); });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  std::vector<long long> expected;
  for (int round = 0; round < 3; ++round)
    for (unsigned id = 0; id < 2; ++id)
      for (const long long word : merged(id, {100 * (id + 1) + 8 * round}))
        expected.push_back(word);
  EXPECT_EQ(box.read("out.txt"), expected);
}

// A merge in order waits for the input whose turn it is, where another would go on.
TEST(Packets, OrderedMergesWait) {
  Sandbox box;
  box.write("in0.txt", count(24, 0));
  box.write("in1.txt", count(8, 0));
  const Outcome outcome = box.run([] { return run_ordered(3); });
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(box.read("out.txt").size(), 6U) << "two packets of the first input, one of the second";
}

} // namespace
