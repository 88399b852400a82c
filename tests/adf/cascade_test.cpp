// Cascades move 512-bit words, whatever the sizes on both sides.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <aie_api/aie_adf.hpp>
#include <gtest/gtest.h>

#include "sandbox.h"

namespace {

using namespace adf;

/// Writes lanes 0..31 as one accumulator of 32.
void write_wide(input_buffer<int32, extents<32>>& in, output_cascade<acc32>* out) {
  writeincr(out, aie::accum<acc32, 32>(aie::load_v<32>(in.data())));
}
/// Reads the same words as two of 16, second one first in the result.
void read_narrow(input_cascade<acc32>* in, output_buffer<int32, extents<32>>& out) {
  const auto low = readincr_v<16>(in);
  const auto high = readincr_v<16>(in);
  aie::store_v(out.data(), high.to_vector<int32>());
  aie::store_v(out.data() + 16, low.to_vector<int32>());
}
/// Writes accumulators of 8 lanes, half a word each, and reads words of 16: lanes 8..15 are undefined.
void write_half(input_buffer<int32, extents<32>>& in, output_cascade<acc32>* out) {
  for (int i = 0; i < 4; ++i)
    writeincr(out, aie::accum<acc32, 8>(aie::load_v<8>(in.data() + 8 * i)));
}
void read_halves(input_cascade<acc32>* in, output_buffer<int32, extents<32>>& out) {
  for (int i = 0; i < 4; ++i)
    aie::store_v(out.data() + 8 * i, readincr_v<16>(in).extract<8>(0).to_vector<int32>());
}

template <void (*Writer)(input_buffer<int32, extents<32>>&, output_cascade<acc32>*),
          void (*Reader)(input_cascade<acc32>*, output_buffer<int32, extents<32>>&)>
struct Pair : graph {
  input_plio in;
  output_plio out;
  kernel k[2];
  Pair() {
    in = input_plio::create("in", plio_128_bits, "in.txt");
    out = output_plio::create("out", plio_128_bits, "out.txt");
    k[0] = kernel::create(Writer);
    k[1] = kernel::create(Reader);
    for (kernel& kk : k)
      runtime<ratio>(kk) = 0.9;
    connect<>(in.out[0], k[0].in[0]);
    connect<cascade>(k[0].out[0], k[1].in[0]);
    connect<>(k[1].out[0], out.in[0]);
  }
};

template <typename Graph> std::vector<long long> result() {
  Sandbox box;
  box.write("in.txt", count(32));
  const Outcome outcome = box.run([] {
    Graph g;
    g.init();
    g.run(1);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  return box.read("out.txt");
}

TEST(Cascade, LargeAccumulatorsSplitLowestLanesFirst) {
  auto expected = count(16, 16);
  const auto low = count(16);
  expected.insert(expected.end(), low.begin(), low.end());
  EXPECT_EQ((result<Pair<write_wide, read_narrow>>()), expected);
}

TEST(Cascade, SmallAccumulatorsTakeAWordEach) { EXPECT_EQ((result<Pair<write_half, read_halves>>()), count(32)); }

} // namespace
