// << and >> on streams and cascades, TLAST included, and the operators of aie::operators.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include "sandbox.h"

namespace {

using namespace adf;

void sender(input_stream<int32>* in, output_cascade<acc32>* out) {
  aie::vector<int32, 4> low;
  aie::vector<int32, 4> high;
  in >> low >> high;
  aie::accum<acc32, 8> sum(aie::concat(low, high));
  out << sum;
  *out << sum;
}
void receiver(input_cascade<acc32>* in, output_stream<int32>* out) {
  aie::accum<acc32, 8> once, twice;
  in >> once;
  *in >> twice;
  const aie::vector<int32, 8> result = aie::add(once, twice).to_vector<int32>();
  out << result.extract<4>(0);
  *out << aie::tlast(result.extract<4>(1), true);
}

TEST(StreamOperators, VectorsAndAccumulators) {
  struct Pair : graph {
    input_plio in;
    output_plio out;
    kernel a, b;
    Pair() {
      in = input_plio::create("in", plio_32_bits, "in.txt");
      out = output_plio::create("out", plio_32_bits, "out.txt");
      a = kernel::create(sender);
      b = kernel::create(receiver);
      runtime<ratio>(a) = runtime<ratio>(b) = 1;
      connect<>(in.out[0], a.in[0]);
      connect<cascade>(a.out[0], b.in[0]);
      connect<>(b.out[0], out.in[0]);
    }
  };
  Sandbox box;
  box.write("in.txt", count(8), 1);
  const Outcome outcome = box.run([] {
    Pair g;
    g.init();
    g.run(1);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(box.read("out.txt"), (std::vector<long long>{0, 2, 4, 6, 8, 10, 12, 14}));
}

TEST(VectorOperators, AreTheNamedFunctions) {
  using namespace aie::operators;
  aie::vector<int32, 4> a(1, 2, 3, 4), b(4, 3, 2, 1);
  const auto lanes = [](const auto& v) { return std::vector<int>{v.get(0), v.get(1), v.get(2), v.get(3)}; };
  EXPECT_EQ(lanes(a + b), (std::vector<int>{5, 5, 5, 5}));
  EXPECT_EQ(lanes(a - 1), (std::vector<int>{0, 1, 2, 3}));
  EXPECT_EQ(lanes(-a), (std::vector<int>{-1, -2, -3, -4}));
  EXPECT_EQ(lanes((a * b).to_vector<int32>()), (std::vector<int>{4, 6, 6, 4}));
  EXPECT_EQ(lanes(a & b), (std::vector<int>{0, 2, 2, 0}));
  EXPECT_EQ(lanes(a | b), (std::vector<int>{5, 3, 3, 5}));
  EXPECT_EQ(lanes(a ^ b), (std::vector<int>{5, 1, 1, 5}));
  EXPECT_EQ(lanes(a << 2), (std::vector<int>{4, 8, 12, 16}));
  EXPECT_EQ(lanes(a >> 1), (std::vector<int>{0, 1, 1, 2}));
  EXPECT_EQ((a < b).to_uint32(), 0b0011u);
  EXPECT_EQ((a >= b).to_uint32(), 0b1100u);
  EXPECT_TRUE((a == a).full());
}

} // namespace
