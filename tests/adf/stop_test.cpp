// Runs that can't go on: too little input, missing files, deadlock, time-out, kernels that throw.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include <stdexcept>

#include "sandbox.h"

namespace {

using namespace adf;

void copy(input_buffer<int32, extents<16>>& in, output_buffer<int32, extents<16>>& out) {
  for (int i = 0; i < 16; ++i)
    out.data()[i] = in.data()[i];
}
void join(input_buffer<int32, extents<16>>& a, input_buffer<int32, extents<16>>& b,
          output_buffer<int32, extents<16>>& out) {
  for (int i = 0; i < 16; ++i)
    out.data()[i] = a.data()[i] + b.data()[i];
}
void thrower(input_buffer<int32, extents<16>>&, output_buffer<int32, extents<16>>&) { throw std::runtime_error("no"); }
void spin(input_buffer<int32, extents<16>>& in, output_buffer<int32, extents<16>>& out) {
  volatile int32* go_on = in.data();
  while (*go_on == 0) {
  }
  out.data()[0] = 1;
}

struct One : graph {
  input_plio in;
  output_plio out;
  kernel k;
  explicit One(void (*function)(input_buffer<int32, extents<16>>&, output_buffer<int32, extents<16>>&) = copy) {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    out = output_plio::create("out", plio_32_bits, "out.txt");
    k = kernel::create(function);
    runtime<ratio>(k) = 0.9;
    connect<>(in.out[0], k.in[0]);
    connect<>(k.out[0], out.in[0]);
  }
};

TEST(Stop, TooLittleInputNamesFileAndNeed) {
  Sandbox box;
  box.write("in.txt", count(40));
  const Outcome outcome = box.run([] {
    One g;
    g.init();
    g.run(3);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(outcome.errors,
            "tilewright-adf: error: too little input for the iterations asked for\n"
            "  PLIO in: input file in.txt holds 40 values; k0.in[0] needs 8 more for firing 2 of 3\n"
            "  k0 (function): firing 2 of 3, waits for data on k0.in[0] from PLIO in: needs 32 more bytes, and the "
            "input is used up\n");
  EXPECT_EQ(box.read("out.txt"), count(32));
}

TEST(Stop, MissingAndMalformedInput) {
  Sandbox box;
  const auto program = [] {
    One g;
    g.init();
    g.run(1);
    g.end();
    return 0;
  };
  Outcome outcome = box.run(program);
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(outcome.errors, "tilewright-adf: error: PLIO in: can't read input file " + box.folder() + "/in.txt\n");
  box.write_text("in.txt", "1 2 3\n4 five\n");
  outcome = box.run(program);
  EXPECT_EQ(outcome.exit_code, 3);
  EXPECT_EQ(outcome.errors, "tilewright-adf: error: PLIO in: input file " + box.folder() +
                                "/in.txt, line 2: \"five\" is not a value of type int32\n");
}

/// The kernel's second input is its own output, so it waits for itself.
struct Loop : graph {
  input_plio in;
  output_plio out;
  kernel k;
  Loop() {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    out = output_plio::create("out", plio_32_bits, "out.txt");
    k = kernel::create(join);
    location<kernel>(k) = tile(3, 1);
    runtime<ratio>(k) = 0.9;
    connect<>(in.out[0], k.in[0]);
    connect<>(k.out[0], k.in[1]);
    connect<>(k.out[0], out.in[0]);
  }
};

TEST(Stop, DeadlockIsReportedWithEveryPort) {
  Sandbox box;
  box.write("in.txt", count(16));
  const Outcome outcome = box.run([] {
    Loop g;
    g.init();
    g.run(1);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 6);
  EXPECT_EQ(
      outcome.errors,
      "tilewright-adf: error: deadlock: nothing can go on\n"
      "  k0 (function, tile 3,1): firing 0 of 1, waits for data on k0.in[1] from k0.out[0]: needs 64 more bytes\n");
}

TEST(Stop, TimeOut) {
  Sandbox box;
  box.write("in.txt", std::vector<long long>(16, 0));
  setenv("TILEWRIGHT_ADF_TIMEOUT", "0.2", 1);
  const Outcome outcome = box.run([] {
    One g(spin);
    g.init();
    g.run(1);
    g.end();
    return 0;
  });
  unsetenv("TILEWRIGHT_ADF_TIMEOUT");
  EXPECT_EQ(outcome.exit_code, 6);
  EXPECT_NE(outcome.errors.find("time-out after 0.2"), std::string::npos) << outcome.errors;
  EXPECT_NE(outcome.errors.find("k0 (function): firing 0 of 1, runs"), std::string::npos);
}

TEST(Stop, ExceptionsOfKernels) {
  Sandbox box;
  box.write("in.txt", count(16));
  const Outcome outcome = box.run([] {
    One g(thrower);
    g.init();
    g.run(1);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 7);
  EXPECT_EQ(outcome.errors, "tilewright-adf: error: in k0 (function): exception: no\n");
}

} // namespace
