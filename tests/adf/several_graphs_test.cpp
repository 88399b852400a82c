// Programs with several top-level graphs, and graphs whose parts are not connected.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include <cstdlib>

#include "sandbox.h"

namespace {

using namespace adf;

void copy(input_buffer<int32, extents<8>>& in, output_buffer<int32, extents<8>>& out) {
  for (unsigned i = 0; i < 8; ++i)
    out.data()[i] = in.data()[i];
}

struct Inner : graph {
  kernel k;
  input_port in;
  output_port out;
  Inner() {
    k = kernel::create(copy);
    runtime<ratio>(k) = 0.5;
    connect<>(in, k.in[0]);
    connect<>(k.out[0], out);
  }
};

struct Whole : graph {
  input_plio in;
  output_plio out;
  Inner inner;
  explicit Whole(const std::string& name) {
    in = input_plio::create("in_" + name, plio_32_bits, "in.txt");
    out = output_plio::create("out_" + name, plio_32_bits, name + ".txt");
    connect<>(in.out[0], inner.in);
    connect<>(inner.out, out.in[0]);
  }
};

TEST(SeveralGraphs, RunOnTheirOwn) {
  Sandbox box;
  box.write("in.txt", count(32));
  const Outcome outcome = box.run([] {
    static Whole a("a"), b("b");
    a.init();
    b.init();
    a.run(1);
    b.run(3);
    a.end();
    b.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(box.read("a.txt"), count(8));
  EXPECT_EQ(box.read("b.txt"), count(24));
}

TEST(SeveralGraphs, OneAfterTheOther) {
  Sandbox box;
  box.write("in.txt", count(32));
  const Outcome outcome = box.run([] {
    static Whole a("a"), b("b");
    a.init();
    a.run(4);
    a.end();
    b.init();
    b.run(2);
    b.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(box.read("a.txt"), count(32));
  EXPECT_EQ(box.read("b.txt"), count(16));
}

struct Loose : graph {
  Whole a{"a"}, b{"b"};
};

TEST(SeveralGraphs, UnconnectedPartsOfOne) {
  Sandbox box;
  box.write("in.txt", count(32));
  const Outcome outcome = box.run([] {
    static Loose g;
    g.init();
    g.run(2);
    g.end();
    std::exit(0);
    return 1;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(box.read("a.txt"), count(16));
  EXPECT_EQ(box.read("b.txt"), count(16));
}

} // namespace
