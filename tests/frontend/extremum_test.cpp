// Operators that become extrema, and what averages divide by.
#include "tests/frontend/sample_model.h"

namespace tilewright {
namespace {

using namespace tilewright::testing;

Tensor floats(Shape shape, std::vector<float> values) { return Tensor::of(std::move(shape), values); }
Imported imported(const SampleModel& sample) {
  ImportOptions options;
  options.require_quantizers = false;
  return import_sample(sample, options);
}

// Each node's op and the shape of its result.
Lines shapes_of(const SampleModel& sample) {
  const Imported result = imported(sample);
  if (!result.graph) return result.messages();
  Lines lines;
  for (const NodeId id : result.graph->order()) {
    const Node& node = result.graph->node(id);
    lines.push_back(node.op->name + " " + text_of(result.graph->type(node.results[0])));
  }
  return lines;
}

SampleModel image(std::int64_t opset = 13) {
  SampleModel sample(opset);
  sample.input("x", {1, 2, 4, 5}).output("y");
  return sample;
}

TEST(Extrema, AnyNumberOfTensors) {
  SampleModel three = image();
  three.constant("b", floats({2, 1, 1}, {1, 2})).node("Max", {"x", "b", "x"}, {"y"});
  EXPECT_EQ(shapes_of(three), (Lines{"extremum f32[1x2x4x5]", "extremum f32[1x2x4x5]"}));
  SampleModel sum = image();
  sum.node("Sum", {"x", "x", "x"}, {"y"});
  EXPECT_EQ(shapes_of(sum), (Lines{"add f32[1x2x4x5]", "add f32[1x2x4x5]"}));
  const auto node_of = [](std::string op) {
    SampleModel two = image();
    two.node(std::move(op), {"x", "x"}, {"y"});
    return nodes_of(imported(two)).at(0);
  };
  EXPECT_NE(node_of("Min").find("smallest = true"), std::string::npos);
  EXPECT_NE(node_of("Max").find("smallest = false"), std::string::npos);
}

TEST(Extrema, SlopesDecideWhatARectifierIs) {
  const auto ops_with = [](std::vector<float> slope) {
    SampleModel sample = image();
    const auto count = static_cast<std::int64_t>(slope.size());
    sample.constant("s", floats({count, 1, 1}, std::move(slope))).node("PRelu", {"x", "s"}, {"y"});
    return shapes_of(sample);
  };
  const Lines larger{"mul f32[1x2x4x5]", "extremum f32[1x2x4x5]"};
  EXPECT_EQ(ops_with({0.5F, -2}), larger);
  EXPECT_EQ(ops_with({1.5F, 2}), larger);
  EXPECT_EQ(ops_with({0, 0}), (Lines{"relu f32[1x2x4x5]"}));
  EXPECT_EQ(ops_with({0.5F, 2}),
            (Lines{"relu f32[1x2x4x5]", "clip f32[1x2x4x5]", "mul f32[1x2x4x5]", "add f32[1x2x4x5]"}));
  SampleModel leaky = image();
  leaky.node("LeakyRelu", {"x"}, {"y"}, {real("alpha", 0.25F)});
  EXPECT_EQ(shapes_of(leaky), larger);
}

// The divisors of an average, one a position.
std::vector<double> divisors(std::vector<ModelAttribute> attributes, Shape shape = {1, 1, 1, 5}) {
  SampleModel sample(13);
  sample.input("x", std::move(shape)).output("y").node("AveragePool", {"x"}, {"y"}, std::move(attributes));
  const Imported result = imported(sample);
  if (!result.graph) return {};
  for (const NodeId id : result.graph->order()) {
    const Node& node = result.graph->node(id);
    if (node.op->name == "div") return to_double(*result.graph->constant(node.operands[1]));
  }
  return {};
}

// A window of 3 over 5 pixels at stride 2, one pixel of padding on both sides: what ceil_mode adds never counts.
TEST(Extrema, AveragesDivideByWhatCounts) {
  const std::vector<ModelAttribute> window{numbers("kernel_shape", {1, 3}), numbers("strides", {1, 2}),
                                           numbers("pads", {0, 1, 0, 1})};
  const auto with = [&](std::vector<ModelAttribute> more, Shape shape = {1, 1, 1, 5}) {
    more.insert(more.begin(), window.begin(), window.end());
    return divisors(std::move(more), std::move(shape));
  };
  EXPECT_EQ(with({}), (std::vector<double>{2, 3, 2}));
  EXPECT_EQ(with({number("count_include_pad", 1)}), (std::vector<double>{3}));
  // Of 6 pixels a fourth window has one pixel, one of padding and one that is nothing.
  EXPECT_EQ(with({number("ceil_mode", 1)}, {1, 1, 1, 6}), (std::vector<double>{2, 3, 3, 1}));
  EXPECT_EQ(with({number("ceil_mode", 1), number("count_include_pad", 1)}, {1, 1, 1, 6}),
            (std::vector<double>{3, 3, 3, 2}));
}

} // namespace
} // namespace tilewright
