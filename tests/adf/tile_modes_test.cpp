// The rounding and saturation registers belong to a tile: they stay between firings and are shared by its kernels. The
// macros of both simulators are defined, and loop annotations mean nothing.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include "sandbox.h"

namespace {

using namespace adf;

int32 modes() { return static_cast<int32>(get_rnd() * 100 + get_satmode()); }

/// Writes the modes that it finds, then sets others: the intrinsics' spellings.
void find_and_set(input_buffer<int32, extents<8>>& in, output_buffer<int32, extents<8>>& out) {
  out.data()[0] = modes();
  if (in.data()[0] == 0) {
    set_rnd(rnd_sym_inf);
    set_sat();
  } else {
    aie::set_rounding(aie::rounding_mode::conv_odd);
    aie::set_saturation(aie::saturation_mode::symmetric);
  }
}
void find(input_buffer<int32, extents<8>>& in, output_buffer<int32, extents<8>>& out) {
  out.data()[0] = in.data()[0];
  out.data()[1] = modes();
}

struct OneTile : graph {
  input_plio in;
  output_plio out;
  kernel k[2];
  explicit OneTile(int second_column) {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    out = output_plio::create("out", plio_32_bits, "out.txt");
    k[0] = kernel::create(find_and_set);
    k[1] = kernel::create(find);
    for (int i = 0; i < 2; ++i) {
      runtime<ratio>(k[i]) = 0.4;
      location<kernel>(k[i]) = tile(i == 0 ? 2 : second_column, 0);
    }
    connect<>(in.out[0], k[0].in[0]);
    connect<>(k[0].out[0], k[1].in[0]);
    connect<>(k[1].out[0], out.in[0]);
  }
};

std::vector<long long> found(int second_column) {
  Sandbox box;
  box.write("in.txt", {0, 0, 0, 0, 0, 0, 0, 0, 1, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0});
  const Outcome outcome = box.run([=] {
    OneTile g(second_column);
    g.init();
    g.run(3);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  const auto out = box.read("out.txt");
  std::vector<long long> both;
  for (std::size_t i = 0; i < out.size(); i += 8)
    both.insert(both.end(), out.begin() + static_cast<long>(i), out.begin() + static_cast<long>(i) + 2);
  return both;
}

TEST(TileModes, AreStickyAndSharedOnATile) {
  EXPECT_EQ(found(2), (std::vector<long long>{0, 1101, 1101, 1303, 1303, 1101}));
}

TEST(TileModes, AreNotSharedBetweenTiles) { EXPECT_EQ(found(3), (std::vector<long long>{0, 0, 1101, 0, 1303, 0})); }

TEST(Macros, OfBothSimulators) {
#if defined(__X86SIM__) && defined(__AIENGINE__) && __cplusplus >= 202002L
  SUCCEED();
#else
  FAIL();
#endif
  EXPECT_EQ(static_cast<int>(aie::saturation_mode::truncate), 1);
}

TEST(Macros, LoopAnnotationsMeanNothing) {
  int sum = 0;
  for (int i = 0; i < 4; ++i)
    chess_prepare_for_pipelining chess_loop_range(4, ) chess_flatten_loop { sum += i; }
  for (int i = 0; i < 4; ++i)
    chess_unroll_loop(4) chess_loop_count(4) { sum += i; }
  for (int i = 0; i < 4; ++i)
    chess_unroll_loop() { sum += i; }
  AIE_PREPARE_FOR_PIPELINING AIE_LOOP_MIN_ITERATION_COUNT(4) AIE_LOOP_RANGE(4, 8)
      AIE_LOOP_UNROLL(2) for (int i = 0; i < 4; ++i) {
    sum += i;
  }
  chess_separator();
  chess_separator_scheduler();
  int chess_storage(r0) copy = chess_copy(sum);
  if (chess_manifest(copy == 1)) copy = 0;
  int* restrict pointer = &copy;
  event0();
  event1();
  EXPECT_EQ(*pointer, 24);
}

TEST(TileModes, HoldForAScope) {
  aie::set_rounding(aie::rounding_mode::ceil);
  {
    const aie::scoped_mode rounding(aie::rounding_mode::conv_even);
    const aie::scoped_mode saturation(aie::saturation_mode::saturate);
    EXPECT_EQ(aie::tile::current().get_rounding(), aie::rounding_mode::conv_even);
    EXPECT_EQ(aie::get_saturation(), aie::saturation_mode::saturate);
  }
  EXPECT_EQ(aie::get_rounding(), aie::rounding_mode::ceil);
  EXPECT_EQ(aie::get_saturation(), aie::saturation_mode::none);
  aie::tile::current().set_rounding(aie::rounding_mode::floor);
  EXPECT_EQ(aie::get_rounding(), aie::rounding_mode::floor);
}

void tell_place(input_buffer<int32, extents<4>>&, output_buffer<int32, extents<4>>& out) {
  const aie::tile_id local = aie::tile::current().id(), global = aie::tile::current().global_id();
  out.data()[0] = local.col;
  out.data()[1] = local.row;
  out.data()[2] = global.col;
  out.data()[3] = global.row;
}

TEST(TileModes, TilesKnowTheirPlace) {
  struct Place : graph {
    input_plio in;
    output_plio out;
    kernel k;
    Place() {
      in = input_plio::create("in", plio_32_bits, "in.txt");
      out = output_plio::create("out", plio_32_bits, "out.txt");
      k = kernel::create(tell_place);
      location<kernel>(k) = tile(7, 3);
      runtime<ratio>(k) = 0.9;
      connect<>(in.out[0], k.in[0]);
      connect<>(k.out[0], out.in[0]);
    }
  };
  Sandbox box;
  box.write("in.txt", count(4, 0));
  const Outcome outcome = box.run([] {
    Place g;
    g.init();
    g.run(1);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(box.read("out.txt"), (std::vector<long long>{7, 3, 7, 6})); // interface tiles and two rows of memory tiles
}

} // namespace
