// The oracle adds all terms at once, as the attributes say.
#include "pass_fixture.h"

#include "ir/ops/requantize.h"
#include "runtime/reference/executor.h"

#include <random>

namespace tilewright::testing_support {
namespace {

class PairSums : public PassFixture {
protected:
  // Requantizes the sum of `terms` tensors of int8 with two channels.
  Graph sum_of(std::size_t terms, const RequantizeAttributes& attributes) {
    Graph graph("t");
    std::vector<ValueId> operands;
    for (std::size_t k = 0; k < terms; ++k)
      operands.push_back(graph.add_input("x" + std::to_string(k), {ElementType::int8, {64, 2}, {}, {}}));
    const auto added =
        graph.add_node(*ops_.find("requantize"), Attributes::of(attributes), std::move(operands), {{"s"}});
    graph.add_output("y", graph.node(std::get<NodeId>(added)).results[0]);
    return graph;
  }
  Changed pair(Graph& graph) {
    PassContext context{ops_, diagnostics_};
    return passes_.find("pair_sums")->run(graph, context);
  }
};

class PairSumsOfMultipliers : public PairSums, public testing::WithParamInterface<std::int64_t> {};

// The large ones fit no pair: high and low parts are added by themselves.
INSTANTIATE_TEST_SUITE_P(Scales, PairSumsOfMultipliers, testing::Values(1, 20'011));

TEST_P(PairSumsOfMultipliers, ThePairsAddUpToTheSum) {
  RequantizeAttributes attributes{.multiplier = {3, -5, 1000, 7, 1, 2, -40'000, 9},
                                  .addend = {11, -12},
                                  .shift = 3,
                                  .rounding = Rounding::half_even};
  for (std::int64_t& multiplier : attributes.multiplier)
    multiplier *= GetParam();
  Graph graph = sum_of(4, attributes);
  ASSERT_EQ(pair(graph), Changed::yes);
  for (const NodeId id : graph.order())
    EXPECT_EQ(graph.node(id).operands.size(), 2U);
  std::mt19937 random(7);
  std::vector<Tensor> inputs;
  std::vector<std::vector<std::int64_t>> terms;
  for (int k = 0; k < 4; ++k) {
    std::vector<std::int64_t> values(128);
    for (std::int64_t& value : values)
      value = static_cast<std::int64_t>(random() % 256) - 128;
    inputs.push_back(from_int64(ElementType::int8, {64, 2}, values));
    terms.push_back(std::move(values));
  }
  const ExecutionResult result = execute(graph, inputs, diagnostics_);
  ASSERT_TRUE(result.succeeded) << all_text(diagnostics_);
  const std::vector<std::int64_t> got = to_int64(result.outputs[0]);
  for (std::size_t i = 0; i < got.size(); ++i) {
    std::int64_t sum = attributes.addend[i % 2];
    for (std::size_t k = 0; k < 4; ++k)
      sum += terms[k][i] * attributes.multiplier[2 * k + i % 2];
    // To the nearest eighth, halves to even.
    const std::int64_t floor = sum >> 3;
    const std::int64_t rest = sum & 7;
    const std::int64_t rounded = floor + (rest > 4 || (rest == 4 && floor % 2 != 0) ? 1 : 0);
    EXPECT_EQ(got[i], std::clamp<std::int64_t>(rounded, -128, 127)) << i;
  }
}

TEST_F(PairSums, TwoTensorsStay) {
  Graph two = sum_of(2, {.multiplier = {3, 5}});
  EXPECT_EQ(pair(two), Changed::no);
}

} // namespace
} // namespace tilewright::testing_support
