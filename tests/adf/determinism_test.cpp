// The same bytes whatever the number of threads that run at once, and run after run. CTest repeats it under the label
// `full`.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include <sched.h>

#include "sandbox.h"

namespace {

using namespace adf;

constexpr int lanes = 8;

void scale(input_buffer<int16, extents<32>>& in, output_buffer<int16, extents<32>>& out) {
  auto from = aie::cbegin_vector<16>(in);
  auto to = aie::begin_vector<16>(out);
  for (int i = 0; i < 2; ++i)
    *to++ = aie::mul(*from++, int16(3)).to_vector<int16>(1);
}
/// Leaves another rounding mode behind for whoever shares its tile.
void round_up(input_buffer<int16, extents<32>>& in, output_buffer<int16, extents<32>>& out) {
  aie::set_rounding(aie::rounding_mode::ceil);
  scale(in, out);
}
void add(input_buffer<int16, extents<32>>& a, input_buffer<int16, extents<32>>& b, output_stream<int16>* out) {
  for (int i = 0; i < 32; ++i)
    writeincr(out, static_cast<int16>(a.data()[i] + b.data()[i]));
}

/// Eight lanes, two kernels a tile, joined by a memory tile that transposes.
struct Wide : graph {
  input_plio in;
  output_plio out[lanes / 2];
  kernel first[lanes], second[lanes], sum[lanes / 2];
  shared_buffer<int16> buffer;
  Wide() {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    buffer = shared_buffer<int16>::create({32, lanes}, 1, 4);
    num_buffers(buffer) = 2;
    write_access(buffer.in[0]) = tiling({.buffer_dimension = {32, lanes}, .tiling_dimension = {32, lanes}, .offset = {0, 0}});
    connect<>(in.out[0], buffer.in[0]);
    for (int i = 0; i < lanes; ++i) {
      first[i] = kernel::create(round_up);
      second[i] = kernel::create(scale);
      for (kernel* k : {&first[i], &second[i]}) {
        location<kernel>(*k) = tile(i, 0);
        runtime<ratio>(*k) = 0.4;
      }
      if (i < 4)
        read_access(buffer.out[i]) = tiling({.buffer_dimension = {32, lanes}, .tiling_dimension = {32, 1}, .offset = {0, 2 * i}});
      connect<>(buffer.out[i / 2], first[i].in[0]);
      connect<>(first[i].out[0], second[i].in[0]);
    }
    for (int i = 0; i < lanes / 2; ++i) {
      sum[i] = kernel::create(add);
      runtime<ratio>(sum[i]) = 0.4;
      out[i] = output_plio::create("out" + std::to_string(i), plio_64_bits, "out" + std::to_string(i) + ".txt");
      connect<>(second[2 * i].out[0], sum[i].in[0]);
      connect<>(second[2 * i + 1].out[0], sum[i].in[1]);
      connect<>(sum[i].out[0], out[i].in[0]);
    }
  }
};

std::string outputs(bool one_processor) {
  Sandbox box;
  box.write("in.txt", count(32 * lanes * 10, -1000), 2);
  const Outcome outcome = box.run([&] {
    if (one_processor) {
      cpu_set_t only;
      CPU_ZERO(&only);
      CPU_SET(sched_getcpu(), &only);
      sched_setaffinity(0, sizeof only, &only);
    }
    Wide g;
    g.init();
    g.run(10);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  std::string text;
  for (int i = 0; i < lanes / 2; ++i)
    text += box.read_text("out" + std::to_string(i) + ".txt");
  return text;
}

TEST(Determinism, OneProcessorAndAll) {
  const std::string expected = outputs(true);
  EXPECT_GT(expected.size(), 1000u);
  for (int run = 0; run < 3; ++run)
    EXPECT_EQ(outputs(false), expected);
}

} // namespace
