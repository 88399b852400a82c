#include "runtime/reference/executor.h"

#include "ir/parser.h"

#include <gtest/gtest.h>

namespace tilewright {
namespace {

class ExecutorTest : public testing::Test {
protected:
  ExecutorTest() { register_all_ops(ops_); }

  Graph parse(std::string_view text) {
    std::optional<Graph> graph = parse_graph(text, ops_, diagnostics_);
    EXPECT_TRUE(graph) << all_text();
    return graph ? *std::move(graph) : Graph();
  }
  std::string all_text() const {
    std::string text;
    for (const Diagnostic& diagnostic : diagnostics_.all())
      text += text_of(diagnostic) + "\n";
    return text;
  }
  template <class T> static Tensor tensor(Shape shape, std::vector<T> values) {
    return Tensor::of(std::move(shape), values);
  }

  const char* const layer_ = R"(graph "t" {
    %x = input "x" : i8[2x2] range [-100, 100]
    %w = constant "w" : i8[2x3] range [-1, 2] = [1, 2, 0, -1, 1, 2]
    %h = dense(%x, %w) from ["fc"] : "h" i32[2x3] range [-300, 300]
    %r = relu(%h) from ["relu"] : "r" i32[2x3] range [0, 300]
    output "y" = %r
    output "sum" = %h
  })";
  OpRegistry ops_;
  Diagnostics diagnostics_;
};

TEST_F(ExecutorTest, ComputesEveryOutput) {
  const Graph graph = parse(layer_);
  const Tensor x = tensor<std::int8_t>({2, 2}, {1, 2, -3, 4});
  const ExecutionResult result = execute(graph, {&x, 1}, diagnostics_);
  ASSERT_TRUE(result.succeeded) << all_text();
  ASSERT_EQ(result.outputs.size(), 2u);
  EXPECT_EQ(to_int64(result.outputs[1]), (std::vector<std::int64_t>{-1, 4, 4, -7, -2, 8}));
  EXPECT_EQ(to_int64(result.outputs[0]), (std::vector<std::int64_t>{0, 4, 4, 0, 0, 8}));
  EXPECT_TRUE(result.values.empty());
}

TEST_F(ExecutorTest, KeepsEveryValueOnRequest) {
  const Graph graph = parse(layer_);
  const Tensor x = tensor<std::int8_t>({2, 2}, {1, 2, -3, 4});
  const ExecutionResult result = execute(graph, {&x, 1}, diagnostics_, {.keep_values = true});
  EXPECT_EQ(result.values.size(), 3u); // input, sums, rectified
  EXPECT_EQ(result.values.at(graph.inputs()[0]), x);
}

TEST_F(ExecutorTest, LargerBatchesRunInParts) {
  const Graph graph = parse(layer_);
  const Tensor x = tensor<std::int8_t>({6, 2}, {1, 2, -3, 4, 0, 0, 1, 2, -3, 4, 100, -100});
  const ExecutionResult result = execute(graph, {&x, 1}, diagnostics_, {.keep_values = true});
  ASSERT_TRUE(result.succeeded) << all_text();
  EXPECT_EQ(result.outputs[1].shape(), (Shape{6, 3}));
  EXPECT_EQ(to_int64(result.outputs[1]),
            (std::vector<std::int64_t>{-1, 4, 4, -7, -2, 8, 0, 0, 0, -1, 4, 4, -7, -2, 8, 200, 100, -200}));
  EXPECT_EQ(result.values.at(graph.inputs()[0]), x);
}

TEST_F(ExecutorTest, InputsThatDoNotFitAreRefused) {
  const Graph graph = parse(layer_);
  const auto reason = [&](std::vector<Tensor> inputs) {
    Diagnostics diagnostics;
    EXPECT_FALSE(execute(graph, inputs, diagnostics).succeeded);
    EXPECT_EQ(diagnostics.exit_code(), 2);
    const Diagnostic& first = diagnostics.all()[0];
    return first.reason + "; " + first.expected + "; " + first.got;
  };
  EXPECT_EQ(reason({}), "the number of inputs is not the graph's; 1; 0");
  EXPECT_EQ(reason({tensor<std::int8_t>({2, 3}, std::vector<std::int8_t>(6))}),
            "an input has another type than the graph's; i8[2x2]; i8[2x3]");
  EXPECT_EQ(reason({tensor<std::int8_t>({3, 2}, std::vector<std::int8_t>(6))}),
            "an input has another type than the graph's; i8[2x2]; i8[3x2]");
  EXPECT_EQ(reason({tensor<float>({2, 2}, std::vector<float>(4))}),
            "an input has another type than the graph's; i8[2x2]; f32[2x2]");
  EXPECT_EQ(reason({tensor<std::int8_t>({2, 2}, {1, 2, 3, 101})}), "an input leaves its range; [-100, 100]; [1, 101]");
}

TEST_F(ExecutorTest, InputsHaveTheSameNumberOfParts) {
  const Graph graph = parse(R"(graph "t" {
    %a = input "a" : f32[1x2]
    %b = input "b" : f32[1x2]
    %s = add(%a, %b) from ["s"] : "s" f32[1x2]
    output "y" = %s
  })");
  const Tensor one = tensor<float>({1, 2}, {1, 2});
  const Tensor two = tensor<float>({2, 2}, {1, 2, 3, 4});
  Diagnostics diagnostics;
  const std::vector<Tensor> unequal{two, one};
  EXPECT_FALSE(execute(graph, unequal, diagnostics).succeeded);
  const std::vector<Tensor> equal{two, two};
  EXPECT_EQ(to_double(execute(graph, equal, diagnostics_).outputs[0]), (std::vector<double>{2, 4, 6, 8}));
}

TEST_F(ExecutorTest, ABrokenProofIsAnInternalError) {
  Graph graph = parse(layer_);
  const ValueId sum = graph.node(graph.order()[0]).results[0];
  ValueType wrong = graph.type(sum);
  wrong.range = IntegerRange{-3, 3};
  graph.override_type(sum, wrong);
  const Tensor x = tensor<std::int8_t>({2, 2}, {1, 2, -3, 4});
  EXPECT_FALSE(execute(graph, {&x, 1}, diagnostics_).succeeded);
  EXPECT_EQ(diagnostics_.exit_code(), 1);
  EXPECT_EQ(diagnostics_.all()[0].code, "run.range");
  EXPECT_EQ(diagnostics_.all()[0].node, "fc");
}

TEST_F(ExecutorTest, AnInputThatIsAnOutput) {
  const Graph graph = parse("graph \"t\" {\n%x = input \"x\" : f32[1]\noutput \"y\" = %x\n}");
  const Tensor x = tensor<float>({1}, {7});
  EXPECT_EQ(execute(graph, {&x, 1}, diagnostics_).outputs[0], x);
}

} // namespace
} // namespace tilewright
