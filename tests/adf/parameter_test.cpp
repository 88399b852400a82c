// Runtime parameters: synchronous and asynchronous, scalars and arrays, read back.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include "sandbox.h"

namespace {

using namespace adf;

void scale(input_buffer<int32, extents<8>>& in, int32 factor, const int32 (&offsets)[8],
           output_buffer<int32, extents<8>>& out, int32& total) {
  for (int i = 0; i < 8; ++i) {
    out.data()[i] = in.data()[i] * factor + offsets[i];
    total += out.data()[i];
  }
}

template <bool Async> struct Scale : graph {
  input_plio in;
  output_plio out;
  input_port factor, offsets;
  inout_port total;
  kernel k;
  Scale() {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    out = output_plio::create("out", plio_32_bits, "out.txt");
    k = kernel::create(scale);
    runtime<ratio>(k) = 0.9;
    connect<>(in.out[0], k.in[0]);
    if (Async)
      connect<parameter>(factor, async(k.in[1]));
    else
      connect<parameter>(factor, k.in[1]);
    connect<parameter>(offsets, async(k.in[2]));
    connect<>(k.out[0], out.in[0]);
    connect<parameter>(k.inout[0], total);
  }
};

const int32 offsets[8] = {0, 1, 2, 3, 4, 5, 6, 7};

TEST(Parameters, AsynchronousValueSticks) {
  Sandbox box;
  box.write("in.txt", std::vector<long long>(24, 1));
  const Outcome outcome = box.run([] {
    Scale<true> g;
    g.init();
    g.update(g.offsets, offsets, 8);
    g.update(g.factor, 10);
    g.run(2);
    g.wait();
    g.update(g.factor, 20);
    g.run(1);
    g.wait();
    int32 total = 0;
    g.read(g.total, total);
    g.end();
    return total == 2 * (80 + 28) + 160 + 28 ? 0 : 1;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  const auto out = box.read("out.txt");
  ASSERT_EQ(out.size(), 24u);
  EXPECT_EQ(out[0], 10);
  EXPECT_EQ(out[15], 17);
  EXPECT_EQ(out[16], 20);
}

TEST(Parameters, UpdateAfterRunReleasesTheKernel) {
  Sandbox box;
  box.write("in.txt", std::vector<long long>(8, 1));
  const Outcome outcome = box.run([] {
    Scale<true> g;
    g.init();
    g.run(1);
    g.update(g.factor, 3);
    g.update(g.offsets, offsets, 8);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(box.read("out.txt"), count(8, 3));
}

TEST(Parameters, SynchronousValueIsUsedOnce) {
  Sandbox box;
  box.write("in.txt", std::vector<long long>(16, 1));
  const auto program = [](int updates) {
    return [updates] {
      Scale<false> g;
      g.init();
      g.update(g.offsets, offsets, 8);
      for (int i = 0; i < updates; ++i)
        g.update(g.factor, i + 1);
      g.run(2);
      g.end();
      return 0;
    };
  };
  EXPECT_EQ(box.run(program(2)).exit_code, 0);
  EXPECT_EQ(box.read("out.txt")[8], 2);
  const Outcome blocked = box.run(program(1));
  EXPECT_EQ(blocked.exit_code, 6);
  EXPECT_NE(blocked.errors.find("firing 1 of 2, waits for an update of parameter k0.in[1]"), std::string::npos)
      << blocked.errors;
}

void ramp(int32 (&values)[4]) {
  static int32 firing = 0;
  for (int i = 0; i < 4; ++i)
    values[i] = 10 * firing + i;
  ++firing;
}
void sum(const int32 (&values)[4], output_stream<int32>* out) {
  writeincr(out, values[0] + values[1] + values[2] + values[3]);
}
struct ThroughTheHost : graph {
  kernel first, second;
  output_plio out;
  ThroughTheHost() {
    out = output_plio::create("out", plio_32_bits, "out.txt");
    first = kernel::create(ramp);
    second = kernel::create(sum);
    adf::runtime<::ratio>(first) = adf::runtime<::ratio>(second) = 0.9;
    connect<stream>(second.out[0], out.in[0]);
    sync(first.inout[0]);
    sync(second.in[0]);
  }
};

TEST(Parameters, SynchronousResultsAreReadInOrder) {
  Sandbox box;
  const Outcome outcome = box.run([] {
    ThroughTheHost g;
    g.init();
    g.run(3);
    for (int firing = 0; firing < 3; ++firing) {
      int32 values[4];
      g.read(g.first.inout[0], values, 4);
      g.update(g.second.in[0], values, 4);
    }
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(box.read("out.txt"), (std::vector<long long>{6, 46, 86}));
}

TEST(Parameters, SizeMustMatch) {
  Sandbox box;
  const Outcome outcome = box.run([] {
    Scale<true> g;
    g.init();
    g.update(g.offsets, offsets, 7);
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(outcome.errors,
            "tilewright-adf: error: update of a runtime parameter: k0.in[2] of k0 (function) has 8 elements, 32 bytes; "
            "given are 7 elements, 28 bytes\n");
}

} // namespace
