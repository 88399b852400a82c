// Debug mode: results that depend on what nothing was assigned to are reported with kernel, tile and line; reading it
// without consequence is not. This executable is compiled with TILEWRIGHT_ADF_DEBUG.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <aie_api/aie_adf.hpp>
#include <gtest/gtest.h>

#include "sandbox.h"

namespace {

using namespace adf;

using In = input_buffer<int32, extents<32>>;
using Out = output_buffer<int32, extents<32>>;

// ---- Mistakes: each ends at the line behind its name.

constexpr int line_of_undefined_lane = __LINE__ + 4;
void stores_undefined_lane(In& in, Out& out) {
  aie::vector<int32, 16> v;
  v.insert(0, aie::load_v<8>(in.data()));
  aie::store_v(out.data(), v);
  aie::store_v(out.data() + 16, aie::load_v<16>(in.data()));
}

constexpr int line_of_undefined_sum = __LINE__ + 5;
void sums_undefined_accumulator(In& in, Out& out) {
  aie::accum<acc64, 16> sums;
  const auto v = aie::load_v<16>(in.data());
  sums = aie::mac(sums, v, v);
  aie::store_v(out.data(), sums.to_vector<int32>(0));
  aie::store_v(out.data() + 16, v);
}

constexpr int line_of_unwritten_output = __LINE__ + 3;
void adds_to_unwritten_output(In& in, Out& out) {
  for (int i = 0; i < 32; ++i)
    out.data()[i] += in.data()[i];
}

constexpr int line_of_variable = __LINE__ + 6;
void reads_unassigned_array(In& in, Out& out) {
  volatile int32 counts[8];
  counts[in.data()[0] % 8] = 1;
  for (int i = 0; i < 32; ++i)
    out.data()[i] = 0;
  out.data()[5] = counts[2];
}

constexpr int line_of_branch = __LINE__ + 5;
void branches_on_undefined_lane(In&, Out& out) {
  aie::vector<int32, 16> v;
  for (int i = 0; i < 32; ++i)
    out.data()[i] = i;
  if (v.get(3) < 0) out.data()[7] = -1;
}

constexpr int line_of_iterator = __LINE__ + 6;
void stores_by_iterator(In& in, Out& out) {
  auto to = aie::begin_vector<8>(out.data());
  const auto v = aie::load_v<8>(in.data());
  for (int i = 0; i < 3; ++i)
    *to++ = v;
  *to = aie::shuffle_down(v, 3);
}

constexpr int line_of_stream = __LINE__ + 5;
void streams_undefined_lane(input_stream<int32>* in, output_stream<int32>* out) {
  aie::vector<int32, 4> v;
  v.set(readincr(in), 0);
  writeincr(out, v.get(0));
  writeincr(out, v.get(2));
}

class KeepsSum {
public:
  KeepsSum() {}
  static constexpr int line = __LINE__ + 3;
  void run(In& in, Out& out) {
    for (int i = 0; i < 32; ++i)
      out.data()[i] = sum_ += in.data()[i];
  }
  static void registerKernelClass() { REGISTER_FUNCTION(KeepsSum::run); }

private:
  int32 sum_;
};

// ---- No mistakes.

void drops_undefined_lanes(In& in, Out& out) {
  const auto wide = aie::load_v<8>(in.data()).grow<16>();
  const auto zeros = aie::zeros<int32, 16>();
  aie::store_v(out.data(), aie::select(wide, zeros, aie::mask<16>::from_uint32(0xff00)));
  aie::store_v(out.data() + 16,
               aie::mul(wide, aie::concat(zeros.extract<8>(0), zeros.extract<8>(1))).to_vector<int32>(0));
}

void sets_every_lane(In& in, Out& out) {
  aie::vector<int32, 16> v;
  for (unsigned i = 0; i < 16; ++i)
    v.set(in.data()[i], i);
  aie::accum<acc64, 16> sums;
  sums.from_vector(v);
  aie::store_v(out.data(), v);
  aie::store_v(out.data() + 16, sums.to_vector<int32>(0));
}

void writes_the_pattern(In&, Out& out) {
  for (int i = 0; i < 32; ++i)
    out.data()[i] = static_cast<int32>(0xDBDBDBDB);
}

// The second one looks at the first half only.
void leaves_half_undefined(In& in, Out& out) {
  aie::store_v(out.data(), aie::load_v<16>(in.data()));
  aie::store_v(out.data() + 16, aie::load_v<8>(in.data()).grow<16>());
}
void reads_half(In& in, Out& out) {
  aie::store_v(out.data(), aie::load_v<16>(in.data()));
  aie::store_v(out.data() + 16, aie::load_v<16>(in.data()));
}

template <typename Make> Outcome outcome_of(Make make_kernels, const std::function<void(graph&)>& = {}) {
  struct Chain : graph {
    input_plio in;
    output_plio out;
    std::vector<kernel> kernels;
    explicit Chain(Make make) : kernels(make()) {
      in = input_plio::create("in", plio_32_bits, "in.txt");
      out = output_plio::create("out", plio_32_bits, "out.txt");
      connect<>(in.out[0], kernels.front().in[0]);
      for (std::size_t i = 0; i < kernels.size(); ++i) {
        location<kernel>(kernels[i]) = tile(3 + static_cast<int>(i), 2);
        runtime<ratio>(kernels[i]) = 0.9;
        if (i > 0) connect<>(kernels[i - 1].out[0], kernels[i].in[0]);
      }
      connect<>(kernels.back().out[0], out.in[0]);
    }
  };
  Sandbox box;
  box.write("in.txt", count(64, 0));
  return box.run([&] {
    Chain g(make_kernels);
    g.init();
    g.run(2);
    g.end();
    return 0;
  });
}

template <auto... Functions> Outcome outcome() {
  return outcome_of([] { return std::vector<kernel>{kernel::create(Functions)...}; });
}

std::string place(int line) {
  return "in kernel k0 (function, tile 3,2), firing 0, undefined_value_test.cpp:" + std::to_string(line) + ": ";
}

/// An error at the line, about a byte of the output buffer.
void expect_error(const Outcome& outcome, int line, int byte) {
  EXPECT_EQ(outcome.exit_code, 7);
  EXPECT_EQ(outcome.errors, "tilewright-adf: error: " + place(line) + "byte " + std::to_string(byte) +
                                " of k0.out[0] depends on something that was never initialised\n");
}

TEST(UndefinedValue, LanesThatAreStored) { expect_error(outcome<stores_undefined_lane>(), line_of_undefined_lane, 32); }
TEST(UndefinedValue, AccumulatorsThatAreSummed) {
  expect_error(outcome<sums_undefined_accumulator>(), line_of_undefined_sum, 0);
}
TEST(UndefinedValue, OutputsThatAreReadFirst) {
  expect_error(outcome<adds_to_unwritten_output>(), line_of_unwritten_output, 0);
}
TEST(UndefinedValue, Variables) { expect_error(outcome<reads_unassigned_array>(), line_of_variable, 20); }
TEST(UndefinedValue, Branches) { expect_error(outcome<branches_on_undefined_lane>(), line_of_branch, 28); }
TEST(UndefinedValue, LanesThatAreStoredByIterators) {
  expect_error(outcome<stores_by_iterator>(), line_of_iterator, 3 * 32 + 20);
}
TEST(UndefinedValue, Members) {
  const Outcome found = outcome_of([] { return std::vector<kernel>{kernel::create_object<KeepsSum>()}; });
  EXPECT_EQ(found.exit_code, 7);
  EXPECT_EQ(found.errors, "tilewright-adf: error: in kernel k0 ({anonymous}::KeepsSum, tile 3,2), firing 0, "
                          "undefined_value_test.cpp:" +
                              std::to_string(KeepsSum::line) +
                              ": byte 0 of k0.out[0] depends on something that was never initialised\n");
}
TEST(UndefinedValue, Streams) {
  const Outcome found = outcome<streams_undefined_lane>();
  EXPECT_EQ(found.exit_code, 7);
  EXPECT_EQ(found.errors, "tilewright-adf: error: " + place(line_of_stream) +
                              "writes something to k0.out[0] that depends on something that was never initialised\n");
}

TEST(UndefinedValue, ReadingItWithoutConsequenceIsNoMistake) {
  for (const Outcome& found :
       {outcome<drops_undefined_lanes>(), outcome<sets_every_lane>(), outcome<writes_the_pattern>()}) {
    EXPECT_EQ(found.exit_code, 0);
    EXPECT_EQ(found.errors, "");
  }
}

TEST(UndefinedValue, WhatNobodyLooksAtIsAWarning) {
  const Outcome found = outcome<leaves_half_undefined, reads_half>();
  EXPECT_EQ(found.exit_code, 0);
  EXPECT_EQ(found.errors.find("tilewright-adf: warning: in kernel k0 (function, tile 3,2), firing 0, "), 0U);
  EXPECT_NE(found.errors.find(": byte 96 of k0.out[0] depends on something that was never initialised\n"),
            std::string::npos)
      << found.errors;
}

// The first kernel is to blame, not those that pass it on.
TEST(UndefinedValue, TheOriginIsReported) {
  expect_error(outcome<stores_undefined_lane, sets_every_lane, reads_half>(), line_of_undefined_lane, 32);
}

// Half of the buffer is never written, and all of it read.
TEST(UndefinedValue, MemoryTiles) {
  struct Half : graph {
    input_plio in;
    output_plio out;
    kernel k;
    shared_buffer<int32> buffer;
    Half() {
      in = input_plio::create("in", plio_32_bits, "in.txt");
      out = output_plio::create("out", plio_32_bits, "out.txt");
      k = kernel::create(sets_every_lane);
      runtime<ratio>(k) = 0.9;
      buffer = shared_buffer<int32>::create({32}, 1, 1);
      write_access(buffer.in[0]) = tiling({.buffer_dimension = {32}, .tiling_dimension = {16}, .offset = {0}});
      read_access(buffer.out[0]) = tiling({.buffer_dimension = {32}, .tiling_dimension = {32}, .offset = {0}});
      connect<>(in.out[0], buffer.in[0]);
      connect<>(buffer.out[0], k.in[0]);
      connect<>(k.out[0], out.in[0]);
    }
  };
  Sandbox box;
  box.write("in.txt", count(16, 0));
  const Outcome found = box.run([] {
    Half g;
    g.init();
    g.run(1);
    g.end();
    return 0;
  });
  EXPECT_EQ(found.exit_code, 0);
  EXPECT_EQ(found.errors, "tilewright-adf: warning: shared_buffer0.out[0] hands 64 bytes on, from byte 64 on, that "
                          "nothing wrote\n");
}

} // namespace
