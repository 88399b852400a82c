// Forms that public projects use beside those of the guides: the platform of early releases, PLIO without files,
// places relative to others, buffers released several times in a firing, stores a little behind a buffer.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include "sandbox.h"

namespace {

void add_one(adf::input_buffer<int32, adf::extents<8>>& in, adf::output_buffer<int32, adf::extents<8>>& out) {
  for (int i = 0; i < 8; ++i)
    out.data()[i] = in.data()[i] + 1;
}

/// Without the namespace opened, as graphs of the packet switching tutorials are written.
struct AddOne : adf::graph {
  adf::port<adf::direction::in> in;
  adf::port<adf::direction::out> out;
  adf::kernel k;
  AddOne() {
    k = adf::kernel::create(add_one);
    adf::runtime<ratio>(k) = 0.9;
    adf::connect<>(in, k.in[0]);
    adf::connect<>(k.out[0], out);
  }
};

TEST(AcceptedForms, PlatformOfEarlyReleases) {
  Sandbox box;
  box.write("in.txt", count(16));
  const Outcome outcome = box.run([] {
    AddOne g;
    adf::PLIO* in = new adf::PLIO("in", adf::plio_64_bits, "in.txt", 250.0);
    adf::PLIO* out = new adf::PLIO("out", "out.txt");
    adf::simulation::platform<1, 1> platform(in, out);
    adf::connect<> source(platform.src[0], g.in);
    adf::connect<> sink(g.out, platform.sink[0]);
    g.init();
    g.run(2);
    g.end();
    delete in;
    delete out;
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(box.read("out.txt"), count(16, 1));
}

TEST(AcceptedForms, OutputWithoutAFileIsDropped) {
  Sandbox box;
  box.write("in.txt", count(8));
  const auto program = [](const char* input) {
    return [input] {
      AddOne g;
      auto in = *input == 0 ? adf::input_plio::create("in", adf::plio_64_bits)
                            : adf::input_plio::create("in", adf::plio_64_bits, input);
      auto out = adf::output_plio::create("out", adf::plio_64_bits);
      adf::connect<>(in.out[0], g.in);
      adf::connect<>(g.out, out.in[0]);
      g.init();
      g.run(1);
      g.end();
      return 0;
    };
  };
  EXPECT_EQ(box.run(program("in.txt")).exit_code, 0);
  const Outcome without = box.run(program(""));
  EXPECT_EQ(without.exit_code, 3);
  EXPECT_NE(without.errors.find("PLIO in: was created without an input file"), std::string::npos) << without.errors;
}

struct Relative : adf::graph {
  adf::kernel a, b, c;
  adf::shared_buffer<int32> first, second;
  Relative() {
    using namespace adf;
    vector<kernel*> kernels = {&a, &b, &c};
    for (kernel* k : kernels)
      *k = kernel::create(add_one);
    location<kernel>(a) = tile(3, 2);
    location<kernel>(b) = location<kernel>(a) + relative_offset({.col_offset = 1, .row_offset = -2});
    location<kernel>(b) = location<kernel>(c) + relative_offset({.col_offset = 9}); // c has no place
    first = shared_buffer<int32>::create({8}, 1, 1);
    second = shared_buffer<int32>::create({8}, 1, 1);
    location<buffer>(first) = address(6, 1, 0x100);
    location<buffer>(second) = location<buffer>(first) + relative_offset({.col_offset = -1, .row_offset = 0});
  }
};

TEST(AcceptedForms, PlacesRelativeToOthers) {
  Sandbox box;
  const Outcome outcome = box.run([] {
    const Relative g;
    const auto& places = g.second.record().places;
    if (g.b.record().column != 4 || g.b.record().row != 0 || g.c.record().placed) return 11;
    if (places.size() != 1) return 12;
    return places[0].column == 5 && places[0].row == 1 && places[0].offset == 0x100 ? 0 : 13;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
}

/// A large result in pieces: one firing acquires and releases the output four times.
void in_pieces(adf::input_buffer<int32, adf::extents<8>>& in, adf::output_async_buffer<int32, adf::extents<4>>& out) {
  for (int piece = 0; piece < 4; ++piece) {
    out.acquire();
    for (int i = 0; i < 4; ++i)
      out.data()[i] = 100 * piece + in.data()[2 * i];
    out.release();
  }
}
/// Like loops that process two rows at a time over an odd number of rows: 64 bytes too far.
void too_far(adf::input_buffer<int32, adf::extents<4>>& in, adf::output_buffer<int32, adf::extents<4>>& out) {
  for (int i = 0; i < 20; ++i)
    out.data()[i] = i < 4 ? in.data()[i] : -1;
}

struct Pieces : adf::graph {
  adf::input_plio in;
  adf::output_plio out;
  adf::kernel k[2];
  Pieces() {
    in = adf::input_plio::create("in", adf::plio_32_bits, "in.txt");
    out = adf::output_plio::create("out", adf::plio_32_bits, "out.txt");
    k[0] = adf::kernel::create(in_pieces);
    k[1] = adf::kernel::create(too_far);
    adf::runtime<ratio>(k[0]) = adf::runtime<ratio>(k[1]) = 0.5;
    adf::repetition_count(k[1]) = 4;
    adf::connect<>(in.out[0], k[0].in[0]);
    adf::connect<>(k[0].out[0], k[1].in[0]);
    adf::connect<>(k[1].out[0], out.in[0]);
  }
};

TEST(AcceptedForms, BuffersReleasedSeveralTimesAndStoresBehindThem) {
  Sandbox box;
  box.write("in.txt", count(16));
  const Outcome outcome = box.run([] {
    Pieces g;
    g.init();
    g.run(2);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  std::vector<long long> expected;
  for (int firing = 0; firing < 2; ++firing)
    for (int piece = 0; piece < 4; ++piece)
      for (int i = 0; i < 4; ++i)
        expected.push_back(100 * piece + 8 * firing + 2 * i);
  EXPECT_EQ(box.read("out.txt"), expected);
}

} // namespace
