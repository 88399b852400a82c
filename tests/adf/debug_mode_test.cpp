// What debug mode finds, with kernel, tile, firing and line. This executable is compiled with TILEWRIGHT_ADF_DEBUG.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include "sandbox.h"

namespace {

using namespace adf;

void misaligned(input_buffer<int8, extents<64>>& in, output_buffer<int8, extents<64>>& out) {
  aie::store_v(out.data(), aie::load_v<32>(in.data() + 4));
}
void bad_lane(input_buffer<int8, extents<64>>& in, output_buffer<int8, extents<64>>& out) {
  const auto v = aie::load_v<32>(in.data());
  out.data()[0] = v.get(static_cast<unsigned>(32 + in.data()[0]));
}
void bad_shift(input_buffer<int8, extents<64>>& in, output_buffer<int8, extents<64>>& out) {
  aie::accum<acc32, 32> acc(aie::load_v<32>(in.data()));
  aie::store_v(out.data(), acc.to_vector<int8>(60));
}

void beyond_the_end(input_buffer<int8, extents<64>>&, output_buffer<int8, extents<64>>& out) {
  for (int i = 0; i <= 64; ++i)
    out.data()[i] = 1;
}
void before_the_begin(input_buffer<int8, extents<64>>& in, output_buffer<int8, extents<64>>&) {
  const_cast<int8*>(in.data())[-2] = 1;
}
void leaves_the_rest(input_buffer<int8, extents<64>>&, output_buffer<int8, extents<64>>& out) { out.data()[0] = 1; }

void reads_beyond_the_end(input_buffer<int8, extents<64>>& in, output_buffer<int8, extents<64>>& out) {
  aie::store_v(out.data(), aie::load_v<64>(in.data())); // all of it
  out.data()[0] = aie::load_v<32>(in.data() + 64).get(0);
}

template <auto Function> std::string error(int exit_code = 7, std::string* output = nullptr) {
  struct One : graph {
    input_plio in;
    output_plio out;
    kernel k;
    One() {
      in = input_plio::create("in", plio_32_bits, "in.txt");
      out = output_plio::create("out", plio_32_bits, "out.txt");
      k = kernel::create(Function);
      location<kernel>(k) = tile(3, 2);
      runtime<ratio>(k) = 0.9;
      connect<>(in.out[0], k.in[0]);
      connect<>(k.out[0], out.in[0]);
    }
  };
  Sandbox box;
  box.write("in.txt", std::vector<long long>(64, 0));
  const Outcome outcome = box.run([] {
    One g;
    g.init();
    g.run(1);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, exit_code);
  if (output != nullptr) *output = box.read_text("out.txt");
  return outcome.errors;
}

TEST(DebugMode, MisalignedAccess) {
  EXPECT_EQ(error<misaligned>(), "tilewright-adf: error: in kernel k0 (function, tile 3,2), firing 0, "
                                 "debug_mode_test.cpp:13: misaligned vector load or store\n");
}

TEST(DebugMode, LaneOutOfRange) {
  EXPECT_EQ(error<bad_lane>(), "tilewright-adf: error: in kernel k0 (function, tile 3,2), firing 0, "
                               "debug_mode_test.cpp:17: vector index out of range\n");
}

TEST(DebugMode, IllegalShift) {
  EXPECT_EQ(
      error<bad_shift>(),
      "tilewright-adf: error: in kernel k0 (function, tile 3,2), firing 0, debug_mode_test.cpp:21: shift of to_vector "
      "is outside the legal range -4..59\n");
}

TEST(DebugMode, UndefinedLanesAreMarked) {
  const aie::vector<uint8, 32> undefined;
  EXPECT_EQ(undefined.get(7), 0xDB);
  EXPECT_EQ((aie::broadcast<uint8, 16>(1).grow<32>().get(20)), 0xDB);
  EXPECT_EQ(aie::shuffle_down(aie::broadcast<uint8, 32>(1), 4).get(31), 0xDB);
}

TEST(DebugMode, WritesOutsideOfBuffers) {
  EXPECT_EQ(error<beyond_the_end>(), "tilewright-adf: error: in kernel k0 (function, tile 3,2), firing 0, "
                                     "debug_mode_test.cpp:26: reads or writes 0 bytes behind the end of k0.out[0]\n");
  EXPECT_EQ(error<before_the_begin>(), "tilewright-adf: error: in kernel k0 (function, tile 3,2), firing 0: writes 2 "
                                       "bytes before the begin of k0.in[0]\n");
}

TEST(DebugMode, ReadsOutsideOfBuffers) {
  const std::string text = error<reads_beyond_the_end>();
  EXPECT_NE(text.find(", debug_mode_test.cpp:"), std::string::npos) << text;
  EXPECT_NE(text.find("reads or writes 0 bytes behind the end of k0.in[0]"), std::string::npos) << text;
}

TEST(DebugMode, OutputThatIsNotWrittenIsMarked) {
  std::string output;
  EXPECT_EQ(error<leaves_the_rest>(0, &output), "tilewright-adf: warning: in kernel k0 (function, tile 3,2), firing 0: "
                                                "63 bytes of k0.out[0], from byte 1 on, were "
                                                "not written\n");
  EXPECT_EQ(output.substr(0, output.find('\n')), "1 -37 -37 -37"); // 0xDB
}

} // namespace
