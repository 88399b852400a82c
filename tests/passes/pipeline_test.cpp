// The whole pipeline: random models against their exact meaning.
#include "mlp_models.h"

#include "ir/printer.h"
#include "passes/pass_manager.h"
#include "passes/pipeline.h"
#include "runtime/reference/executor.h"

#include <gtest/gtest.h>

namespace tilewright {
namespace {

using namespace testing_support;

class PipelineTest : public testing::Test {
protected:
  PipelineTest() {
    register_all_ops(ops_);
    register_all_passes(passes_);
  }

  bool run(Graph& graph, Diagnostics& diagnostics) {
    const std::vector<std::string> names = default_pipeline();
    const auto passes = passes_named(names, passes_, diagnostics);
    PassContext context{ops_, diagnostics};
    return passes && run_passes(graph, *passes, context).succeeded;
  }

  static std::string all_text(const Diagnostics& diagnostics) {
    std::string text;
    for (const Diagnostic& diagnostic : diagnostics.all())
      text += text_of(diagnostic) + "\n";
    return text;
  }

  Tensor random_input(const Mlp& mlp) {
    const float step = static_cast<float>(mlp.input.scale.to_double());
    std::vector<float> values;
    for (std::int64_t k = 0; k < mlp.batch * mlp.layers.front().inputs; ++k) {
      values.push_back(std::uniform_real_distribution<float>(-40, 40)(random_) * step);
    }
    return Tensor::of({mlp.batch, mlp.layers.front().inputs}, values);
  }

  // What the last dequantization reads, in the order of the output.
  static std::vector<std::int64_t> last_integers(const Graph& graph, const ExecutionResult& result) {
    return to_int64(result.values.at(graph.node(graph.order().back()).operands[0]));
  }

  // Logits leave as float32, in two roundings at most.
  static void expect_close(const Tensor& output, const std::vector<Rational>& exact) {
    const std::vector<double> got = to_double(output);
    ASSERT_EQ(got.size(), exact.size());
    for (std::size_t i = 0; i < got.size(); ++i) {
      EXPECT_NEAR(got[i], exact[i].to_double(), 2e-7 * std::abs(exact[i].to_double()) + 1e-9) << i;
    }
  }

  OpRegistry ops_;
  PassRegistry passes_;
  std::mt19937_64 random_{7};
};

// The host's quantizer first, then integers only; floats again behind the last integer.
void expect_integers_in_between(const Graph& graph) {
  bool left = false;
  for (const NodeId id : graph.order()) {
    const Node& node = graph.node(id);
    const bool first = id == graph.order().front();
    EXPECT_EQ(node.op->traits.quantizer, first) << text_of(graph);
    left |= node.op->traits.dequantizer;
    EXPECT_EQ(is_integer(graph.type(node.results[0]).element), !left) << text_of(graph);
    if (first || left) continue;
    EXPECT_TRUE(node.op->name == "dense" || node.op->name == "requantize" || node.op->name == "reshape")
        << node.op->name;
  }
}

TEST_F(PipelineTest, RandomModelsKeepTheirExactMeaning) {
  int exact = 0;
  int logits = 0;
  for (int i = 0; i < 500; ++i) {
    const Mlp mlp = random_mlp(random_);
    Graph graph = graph_of(mlp, ops_);
    Diagnostics diagnostics;
    ASSERT_TRUE(run(graph, diagnostics)) << all_text(diagnostics) << text_of(graph);
    expect_integers_in_between(graph);
    if (!diagnostics.all().empty()) continue; // an inexact requantization, which says so
    ++exact;
    const Tensor input = random_input(mlp);
    const ExecutionResult result = execute(graph, {&input, 1}, diagnostics, {.keep_values = true});
    ASSERT_TRUE(result.succeeded) << all_text(diagnostics) << text_of(graph);
    const auto values = input.data<float>();
    const std::vector<std::int64_t> stored = host_quantized(mlp.input, {values.begin(), values.end()});
    if (mlp.logits) {
      ++logits;
      expect_close(result.outputs[0], exact_logits(mlp, stored));
    } else {
      EXPECT_EQ(last_integers(graph, result), exact_result(mlp, stored));
    }
    ASSERT_FALSE(HasFailure()) << "model " << i << "\n" << text_of(graph_of(mlp, ops_)) << text_of(graph);
  }
  EXPECT_GT(exact, 450);
  EXPECT_GT(logits, 50);
}

} // namespace
} // namespace tilewright
