// Windows: the position, its wrap-around, margins, sizes from connect<window<>>, asynchronous windows.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include "sandbox.h"

namespace {

using namespace adf;

void increments(input_window<int32>* in, output_window<int32>* out) {
  for (int i = 0; i < 8; ++i)
    window_writeincr(out, window_readincr(in) + 1);
}

/// The sum of each new element and the three before it.
void sums_of_four(input_window_int32* in, output_window_int32* out) {
  for (int i = 0; i < 8; ++i) {
    int32 sum = 0;
    for (int tap = 0; tap < 4; ++tap)
      sum += window_readincr(in);
    window_decr(in, 3);
    window_writeincr(out, sum);
  }
}

/// Reads a vector that begins two elements before the end, then goes back.
void vectors(input_window<int32>* in, output_window<int32>* out) {
  window_incr(in, 6);
  const aie::vector<int32, 4> wrapped = window_readincr_v<4>(in);
  window_decr(in, 2);
  window_writeincr(out, wrapped);
  window_writeincr(out, window_read_v<4>(in));
}

void twice_acquired(input_window<int32>* in, output_window<int32>* out) {
  for (int half = 0; half < 2; ++half) {
    window_acquire(in);
    for (int i = 0; i < 8; ++i)
      window_writeincr(out, window_readincr(in));
    window_release(in);
  }
}

template <typename Connect> struct Through : graph {
  input_plio in;
  output_plio out;
  kernel k;
  template <typename Function> Through(Function function, Connect connect_ports) {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    out = output_plio::create("out", plio_32_bits, "out.txt");
    k = kernel::create(function);
    runtime<ratio>(k) = 0.9;
    connect_ports(*this);
  }
};

template <typename Function, typename Connect>
std::vector<long long> run(Function function, Connect connect_ports, int values, int iterations) {
  Sandbox box;
  box.write("in.txt", count(values), 1);
  const Outcome outcome = box.run([&] {
    Through<Connect> g(function, connect_ports);
    g.init();
    g.run(iterations);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  return box.read("out.txt");
}

const auto plain = [](auto& g) {
  connect<window<32>> in(g.in.out[0], g.k.in[0]);
  connect<window<32>> out(g.k.out[0], g.out.in[0]);
};

TEST(Window, SizeFromTheConnection) { EXPECT_EQ(run(increments, plain, 16, 2), count(16, 1)); }

TEST(Window, MarginHoldsTheEndOfTheWindowBefore) {
  const auto with_margin = [](auto& g) {
    connect<window<32, 12>> in(g.in.out[0], g.k.in[0]);
    connect<window<32>> out(g.k.out[0], g.out.in[0]);
  };
  std::vector<long long> expected;
  for (int i = 0; i < 16; ++i) {
    long long sum = 0;
    for (int tap = 0; tap < 4; ++tap)
      sum += std::max(i - tap, 0);
    expected.push_back(sum);
  }
  EXPECT_EQ(run(sums_of_four, with_margin, 16, 2), expected);
}

TEST(Window, VectorsWrapAround) {
  EXPECT_EQ(run(vectors, plain, 8, 1), (std::vector<long long>{6, 7, 0, 1, 0, 1, 2, 3}));
}

TEST(Window, AsynchronousInputIsTakenInsideTheKernel) {
  const auto asynchronous = [](auto& g) {
    connect<window<32>> in(g.in.out[0], async(g.k.in[0]));
    connect<window<64>> out(g.k.out[0], g.out.in[0]);
  };
  EXPECT_EQ(run(twice_acquired, asynchronous, 16, 1), count(16));
}

TEST(Window, SizeReachesThroughTheHierarchy) {
  struct Inner : graph {
    input_port in;
    output_port out;
    kernel k;
    Inner() {
      k = kernel::create(increments);
      runtime<ratio>(k) = 0.5;
      connect<window<32>> a(in, k.in[0]);
      connect<window<32>> b(k.out[0], out);
    }
  };
  struct Outer : graph {
    input_plio in;
    output_plio out;
    Inner first, second;
    Outer() {
      in = input_plio::create("in", plio_32_bits, "in.txt");
      out = output_plio::create("out", plio_32_bits, "out.txt");
      connect<>(in.out[0], first.in);
      connect<>(first.out, second.in);
      connect<>(second.out, out.in[0]);
    }
  };
  Sandbox box;
  box.write("in.txt", count(8), 1);
  const Outcome outcome = box.run([] {
    Outer g;
    g.init();
    g.run(1);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(box.read("out.txt"), count(8, 2));
}

} // namespace
