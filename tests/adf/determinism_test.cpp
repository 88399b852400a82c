// The same bytes whatever the number of processors, and run after run: those that a scalar model gives. Compiled a
// second time with TILEWRIGHT_ADF_DEBUG. CTest repeats both a hundred times under the label `full`.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include <sched.h>

#include <cmath>

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
    write_access(buffer.in[0]) =
        tiling({.buffer_dimension = {32, lanes}, .tiling_dimension = {32, lanes}, .offset = {0, 0}});
    connect<>(in.out[0], buffer.in[0]);
    for (int i = 0; i < lanes; ++i) {
      first[i] = kernel::create(round_up);
      second[i] = kernel::create(scale);
      for (kernel* k : {&first[i], &second[i]}) {
        location<kernel>(*k) = tile(i, 0);
        runtime<ratio>(*k) = 0.4;
      }
      if (i < 4)
        read_access(buffer.out[i]) =
            tiling({.buffer_dimension = {32, lanes}, .tiling_dimension = {32, 1}, .offset = {0, 2 * i}});
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

constexpr int iterations = 10;

std::string outputs(int processors) {
  Sandbox box;
  box.write("in.txt", count(32 * lanes * iterations, -1000), 2);
  const Outcome outcome = box.run([&] {
    // The first ones of those that this process may use.
    cpu_set_t allowed, chosen;
    CPU_ZERO(&chosen);
    sched_getaffinity(0, sizeof allowed, &allowed);
    for (int cpu = 0, left = processors; cpu < CPU_SETSIZE && left > 0; ++cpu)
      if (CPU_ISSET(cpu, &allowed)) {
        CPU_SET(cpu, &chosen);
        --left;
      }
    sched_setaffinity(0, sizeof chosen, &chosen);
    Wide g;
    g.init();
    g.run(iterations);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  std::string text;
  for (int i = 0; i < lanes / 2; ++i)
    text += box.read_text("out" + std::to_string(i) + ".txt");
  return text;
}

/// What the graph computes, value by value: both kernels of a tile round up, as they share its register.
std::string expected_outputs() {
  const auto scaled = [](int value) { return static_cast<int>(std::ceil(value * 3 / 2.0)); };
  std::string text;
  for (int i = 0; i < lanes / 2; ++i)
    for (int n = 0; n < 32 * iterations; ++n) {
      const int value = -1000 + (n / 32) * 32 * lanes + 2 * i * 32 + n % 32;
      const int16 sum = static_cast<int16>(2 * scaled(scaled(value)));
      text += std::to_string(sum) + (n % 4 == 3 ? "\n" : " ");
    }
  return text;
}

TEST(Determinism, OneProcessorAndTwo) {
  const std::string expected = expected_outputs();
  for (const int processors : {1, 2})
    EXPECT_EQ(outputs(processors), expected) << processors << " processors";
}

} // namespace
