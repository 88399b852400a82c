// How kernels, their ports and their constraints are declared: numbering, template bodies, named nets, what is
// accepted.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <aie_api/aie_adf.hpp>
#include <gtest/gtest.h>

#include "sandbox.h"

namespace {

using namespace adf;

/// Two kernels joined by a cascade: inputs and outputs are counted apart, runtime parameters and cascades included.
struct First {
  static void registerKernelClass() { REGISTER_FUNCTION(First::run); }
  void run(input_buffer<int32, extents<16>>& data, const int32 (&weights)[16], output_cascade<acc64>* sums) {
    writeincr(sums, aie::mul<acc64>(aie::load_v<8>(data.data()), aie::load_v<8>(weights)));
    writeincr(sums, aie::mul<acc64>(aie::load_v<8>(data.data() + 8), aie::load_v<8>(weights + 8)));
  }
};
struct Last {
  static void registerKernelClass() { REGISTER_FUNCTION(Last::run); }
  void run(input_buffer<int32, extents<16>>& data, const int32 (&weights)[16], input_cascade<acc64>* sums,
           const int32 (&bias)[16], output_buffer<int32, extents<16>>& out) {
    for (int i = 0; i < 2; ++i) {
      const auto acc =
          aie::mac(readincr_v<8>(sums), aie::load_v<8>(data.data() + 8 * i), aie::load_v<8>(weights + 8 * i));
      aie::store_v(out.data() + 8 * i, aie::add(acc.to_vector<int32>(), aie::load_v<8>(bias + 8 * i)));
    }
  }
};

struct Dense : graph {
  input_plio in;
  output_plio out;
  input_port weights[2], bias;
  kernel first, last;
  Dense() {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    out = output_plio::create("out", plio_32_bits, "out.txt");
    first = kernel::create_object<First>();
    last = kernel::create_object<Last>();
    source(first) = "first.cpp";
    headers(first) = {"first.h"};
    location<kernel>(first) = tile(4, 1);
    location<kernel>(last) = tile(5, 1);
    for (kernel* k : {&first, &last}) {
      runtime<ratio>(*k) = 0.8;
      stack_size(*k) = 2048;
      heap_size(*k) = 1024;
    }
    location<stack>(first) = bank(4, 1, 3);
    location<buffer>(first.in[0]) = {bank(4, 1, 0), bank(4, 1, 1)};
    location<buffer>(last.out[0]) = bank(5, 1, 2);
    single_buffer(last.out[0]);
    not_equal(location<buffer>(first.in[0]), location<buffer>(last.in[0]));
    connect<> named(in.out[0], first.in[0]);
    fifo_depth(named) = 16;
    connect<>(in.out[0], last.in[0]); // one output feeds many inputs
    connect<parameter>(weights[0], async(first.in[1]));
    connect<parameter>(weights[1], async(last.in[1]));
    connect<cascade>(first.out[0], last.in[2]);
    connect<parameter>(bias, async(last.in[3]));
    connect<>(last.out[0], out.in[0]);
  }
};

TEST(KernelPorts, AreNumberedByArgument) {
  Sandbox box;
  box.write("in.txt", count(32));
  const Outcome outcome = box.run([] {
    Dense g;
    int32 values[16], bias[16];
    for (int i = 0; i < 16; ++i) {
      values[i] = i + 1;
      bias[i] = 1000;
    }
    if (g.first.in.size() != 2 || g.first.out.size() != 1 || g.last.in.size() != 4 || g.last.out.size() != 1) return 11;
    if (g.init() != ok) return 12;
    g.update(g.weights[0], values, 16);
    g.update(g.weights[1], values, 16);
    g.update(g.bias, bias, 16);
    if (g.run(2) != ok || g.wait() != ok || g.end() != ok) return 13;
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  std::vector<long long> expected;
  for (int i = 0; i < 32; ++i)
    expected.push_back(2LL * i * (i % 16 + 1) + 1000);
  EXPECT_EQ(box.read("out.txt"), expected);
}

int initialized = 0;
extern "C" void set_it_up() { initialized = 7; }
void copy(input_buffer<int32, extents<8>>& in, output_buffer<int32, extents<8>>& out) {
  for (int i = 0; i < 8; ++i)
    out.data()[i] = in.data()[i];
}

/// repetition_count: firings in an iteration of the graph.
struct Repeats : graph {
  input_plio in;
  output_plio out;
  kernel k;
  Repeats() {
    in = input_plio::create(plio_32_bits, "in.txt"); // without a name
    out = output_plio::create("out", plio_32_bits, "out.txt");
    k = kernel::create(copy);
    runtime<ratio>(k) = 0.8;
    repetition_count(k) = 3;
    location<graph>(*this) = area_group({{aie_tile, 0, 0, 10, 3}});
    location<kernel>(k) = bounding_box(0, 0, 3, 3);
    connect<>(in.out[0], k.in[0]);
    connect<>(k.out[0], out.in[0]);
  }
};

TEST(KernelPorts, RepetitionCount) {
  Sandbox box;
  box.write("in.txt", count(100)); // surplus input is ignored
  const Outcome outcome = box.run([] {
    Repeats g;
    g.init();
    g.run(2);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(box.read("out.txt"), count(48));
}

void write_ends(input_stream<int32>* in, output_stream<int32>* out) {
  for (int i = 0; i < 4; ++i)
    writeincr(out, readincr(in), i == 3);
  writeincr(out, aie::broadcast<int32, 4>(readincr(in)), true);
}
void read_ends(input_stream<int32>* in, output_stream<int32>* out) {
  for (int i = 0; i < 4; ++i) {
    bool last = false;
    const int32 value = readincr(in, last);
    writeincr(out, last ? -value : value);
  }
  bool last = false;
  const auto v = readincr_v<4>(in, last);
  writeincr(out, last ? v.get(0) : -1);
}
struct Ends : graph {
  input_plio in;
  output_plio out;
  kernel k[2];
  Ends() {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    out = output_plio::create("out", plio_32_bits, "out.txt");
    k[0] = kernel::create(write_ends);
    k[1] = kernel::create(read_ends);
    for (kernel& kk : k)
      runtime<ratio>(kk) = 0.8;
    connect<stream>(in.out[0], k[0].in[0]);
    connect<stream>(k[0].out[0], k[1].in[0]);
    connect<stream>(k[1].out[0], out.in[0]);
  }
};

TEST(Streams, CarryTlast) {
  Sandbox box;
  box.write("in.txt", {1, 2, 3, 4, 5});
  const Outcome outcome = box.run([] {
    Ends g;
    g.init();
    g.run(1);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(box.read("out.txt"), (std::vector<long long>{1, 2, 3, -4, 5}));
}

} // namespace
