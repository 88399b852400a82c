// What debug mode finds, with kernel, tile and firing. This executable is compiled with TILEWRIGHT_ADF_DEBUG.
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

template <auto Function> std::string error() {
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
  EXPECT_EQ(outcome.exit_code, 7);
  return outcome.errors;
}

TEST(DebugMode, MisalignedAccess) {
  EXPECT_EQ(error<misaligned>(),
            "tilewright-adf: error: in kernel k0 (function, tile 3,2), firing 0: misaligned vector load or store\n");
}

TEST(DebugMode, LaneOutOfRange) {
  EXPECT_EQ(error<bad_lane>(),
            "tilewright-adf: error: in kernel k0 (function, tile 3,2), firing 0: vector index out of range\n");
}

TEST(DebugMode, IllegalShift) {
  EXPECT_EQ(error<bad_shift>(),
            "tilewright-adf: error: in kernel k0 (function, tile 3,2), firing 0: shift of to_vector "
            "is outside the legal range -4..59\n");
}

TEST(DebugMode, UndefinedLanesAreMarked) {
  const aie::vector<uint8, 32> undefined;
  EXPECT_EQ(undefined.get(7), 0xDB);
  EXPECT_EQ((aie::broadcast<uint8, 16>(1).grow<32>().get(20)), 0xDB);
  EXPECT_EQ(aie::shuffle_down(aie::broadcast<uint8, 32>(1), 4).get(31), 0xDB);
}

} // namespace
