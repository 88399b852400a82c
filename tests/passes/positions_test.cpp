// Averages whose divisor depends on the position, quantized. The oracle divides integers.
#include "pass_fixture.h"

#include "ir/ops/dequantize.h"
#include "ir/ops/quantize.h"
#include "runtime/reference/executor.h"

namespace tilewright::testing_support {
namespace {

class Positions : public PassFixture {};

TEST_F(Positions, EachPositionIsRoundedOnceWithItsOwnDivisor) {
  const std::vector<float> divisors{4, 6, 4, 6, 9, 6};
  Graph graph("t");
  const IntegerRange range{-1200, 1200};
  const std::int64_t samples = range.max - range.min + 1;
  const ValueId sums = graph.add_input("x", {ElementType::int32, {samples, 2, 3, 1}, {}, range});
  const auto add = [&](std::string_view op, Attributes attributes, std::vector<ValueId> operands) {
    return graph
        .node(std::get<NodeId>(graph.add_node(*ops_.find(op), std::move(attributes), std::move(operands), {{"n"}})))
        .results[0];
  };
  const ValueId real = add("dequantize", Attributes::of(DequantizeAttributes{{Rational(1, 4)}, {0}, {}}), {sums});
  const ValueId counts = graph.add_constant("n", Tensor::of({1, 2, 3, 1}, divisors));
  const ValueId mean = add("div", {}, {real, counts});
  graph.add_output("y", add("quantize",
                            Attributes::of(QuantizeAttributes{
                                {Rational(1, 4)}, {3}, {}, ElementType::int8, {-128, 127}, Rounding::half_even, false}),
                            {mean}));
  PassContext context{ops_, diagnostics_};
  passes_.find("integerize")->run(graph, context);
  ASSERT_TRUE(diagnostics_.all().empty()) << all_text(diagnostics_);
  ASSERT_EQ(graph.order().size(), 1U);
  EXPECT_EQ(graph.node(graph.order()[0]).op->name, "requantize_positions");

  std::vector<std::int64_t> x;
  for (std::int64_t sum = range.min; sum <= range.max; ++sum)
    x.insert(x.end(), divisors.size(), sum);
  const ExecutionResult result =
      execute(graph, std::vector<Tensor>{from_int64(ElementType::int32, {samples, 2, 3, 1}, x)}, diagnostics_);
  ASSERT_TRUE(result.succeeded) << all_text(diagnostics_);
  const std::vector<std::int64_t> got = to_int64(result.outputs[0]);
  for (std::size_t i = 0; i < got.size(); ++i) {
    const auto n = static_cast<std::int64_t>(divisors[i % divisors.size()]);
    std::int64_t floor = x[i] / n - (x[i] % n < 0 ? 1 : 0);
    const std::int64_t twice_rest = 2 * (x[i] - floor * n);
    if (twice_rest > n || (twice_rest == n && floor % 2 != 0)) ++floor;
    ASSERT_EQ(got[i], std::clamp<std::int64_t>(floor + 3, -128, 127)) << x[i] << " / " << n;
  }
}

} // namespace
} // namespace tilewright::testing_support
