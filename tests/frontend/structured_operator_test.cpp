// Operators that become several ops: what they are made of.
#include "tests/frontend/sample_model.h"

namespace tilewright {
namespace {

using namespace tilewright::testing;

Tensor floats(Shape shape, float value = 1) {
  Tensor tensor(ElementType::float32, std::move(shape));
  for (float& each : tensor.mutable_data<float>())
    each = value;
  return tensor;
}

// Each node's op and the shape of its result.
Lines shapes_of(const Imported& imported) {
  if (!imported.graph) return imported.messages();
  Lines lines;
  for (const NodeId id : imported.graph->order()) {
    const Node& node = imported.graph->node(id);
    lines.push_back(node.op->name + " " + text_of(imported.graph->type(node.results[0])));
  }
  return lines;
}

Lines shapes_of(const SampleModel& sample) {
  ImportOptions options;
  options.require_quantizers = false;
  return shapes_of(import_sample(sample, options));
}

SampleModel image(std::int64_t opset = 13) {
  SampleModel sample(opset);
  sample.input("x", {1, 4, 6, 5}).output("y");
  return sample;
}

TEST(StructuredOperators, ConvolutionsAreChannelsLast) {
  SampleModel sample = image();
  sample.constant("w", floats({8, 2, 3, 3})).constant("b", floats({8}));
  sample.node("Conv", {"x", "w", "b"}, {"y"},
              {number("group", 2), numbers("strides", {2, 1}), numbers("pads", {1, 0, 0, 1})});
  EXPECT_EQ(shapes_of(sample),
            (Lines{"transpose f32[1x6x5x4]", "transpose f32[3x3x2x8]", "conv f32[1x3x4x8]", "transpose f32[1x8x3x4]"}));
}

TEST(StructuredOperators, AutomaticPadding) {
  const auto pads = [](std::string mode) {
    SampleModel sample = image();
    sample.constant("w", floats({1, 4, 2, 3})).node("Conv", {"x", "w"}, {"y"}, {word("auto_pad", std::move(mode))});
    const std::string line = nodes_of(import_sample(sample, {.require_quantizers = false})).at(2);
    const std::size_t at = line.find("pads_begin");
    return line.substr(at, line.find(", groups") - at);
  };
  EXPECT_EQ(pads("SAME_UPPER"), "pads_begin = [0, 1], pads_end = [1, 1]");
  EXPECT_EQ(pads("SAME_LOWER"), "pads_begin = [1, 1], pads_end = [0, 1]");
  EXPECT_EQ(pads("VALID"), "pads_begin = [0, 0], pads_end = [0, 0]");
}

TEST(StructuredOperators, AveragesAreSumsDividedByAConstant) {
  SampleModel sample = image();
  sample.node("GlobalAveragePool", {"x"}, {"y"});
  EXPECT_EQ(shapes_of(sample),
            (Lines{"transpose f32[1x6x5x4]", "sum_pool f32[1x1x1x4]", "div f32[1x1x1x4]", "transpose f32[1x4x1x1]"}));
  SampleModel mean = image();
  mean.node("ReduceMean", {"x"}, {"y"}, {numbers("axes", {-1}), number("keepdims", 0)});
  EXPECT_EQ(shapes_of(mean), (Lines{"reduce_sum f32[1x4x6x1]", "div f32[1x4x6x1]", "reshape f32[1x4x6]"}));
}

TEST(StructuredOperators, AMaximumOverAxesIsAPoolingOverOneWindow) {
  SampleModel channels = image();
  channels.node("ReduceMax", {"x"}, {"y"}, {numbers("axes", {1}), number("keepdims", 0)});
  EXPECT_EQ(shapes_of(channels),
            (Lines{"transpose f32[1x4x6x5]", "reshape f32[1x4x30]", "max_pool f32[1x1x30]", "reshape f32[1x6x5]"}));
  SampleModel space = image();
  space.node("ReduceMax", {"x"}, {"y"}, {numbers("axes", {-1, 2})});
  EXPECT_EQ(shapes_of(space),
            (Lines{"transpose f32[1x6x5x4]", "reshape f32[1x6x5x4]", "max_pool f32[1x1x1x4]", "reshape f32[1x4x1x1]"}));
  SampleModel samples = image();
  samples.node("ReduceMax", {"x"}, {"y"}, {numbers("axes", {0, 3})});
  EXPECT_EQ(shapes_of(samples), (Lines{"transpose f32[1x5x4x6]", "reshape f32[1x1x5x24]", "max_pool f32[1x1x1x24]",
                                       "reshape f32[1x4x6x1]"}));
}

TEST(StructuredOperators, RepetitionsAreIndicesSeveralTimes) {
  const auto sample = [](const char* op, Shape shape, std::vector<std::int64_t> numbers) {
    SampleModel model(13);
    model.input("x", std::move(shape)).output("y").vector("n", std::move(numbers)).node(op, {"x", "n"}, {"y"});
    return shapes_of(model);
  };
  EXPECT_EQ(sample("Expand", {3, 1}, {2, 1, 4}),
            (Lines{"reshape f32[1x3x1]", "gather f32[2x3x1]", "gather f32[2x3x4]"}));
  EXPECT_EQ(sample("Expand", {3, 4}, {1, 1}), Lines{});
  EXPECT_EQ(
      sample("Expand", {3, 4}, {3, 8}),
      Lines{"error: node 'n0' (Expand), tensor 'n': the tensor can't be expanded to this shape; expected 1 or 4 for "
            "axis 1; got 8 [import.shape]"});
  EXPECT_EQ(sample("Tile", {2, 3}, {1, 2}), Lines{"gather f32[2x6]"});
  EXPECT_EQ(sample("Tile", {2, 3}, {2}),
            Lines{"error: node 'n0' (Tile), tensor 'n': the numbers of repetitions do not fit the tensor; expected 2 "
                  "numbers from 0 on; got 1 [import.operand]"});
  EXPECT_EQ(sample("Tile", {2, 3}, {1, -2}),
            Lines{"error: node 'n0' (Tile), tensor 'n': the numbers of repetitions do not fit the tensor; expected 2 "
                  "numbers from 0 on; got a negative one [import.operand]"});
}

TEST(StructuredOperators, IntegerProductsLeaveAsThirtyTwoBits) {
  SampleModel sample(13);
  sample.input("x", {2, 3}, "uint8").output("y");
  sample.constant("w", Tensor(ElementType::int8, {3, 4})).scalar("xz", std::uint8_t{7}).scalar("wz", std::int8_t{-2});
  sample.node("MatMulInteger", {"x", "w", "xz", "wz"}, {"y"});
  EXPECT_EQ(shapes_of(sample), (Lines{"dense i32[2x4]"}));
}

TEST(StructuredOperators, ProductsOfTwoActivations) {
  SampleModel sample(13);
  sample.input("a", {2, 3, 4}).input("b", {4}).output("y");
  sample.node("MatMul", {"a", "b"}, {"y"});
  EXPECT_EQ(shapes_of(sample), (Lines{"reshape f32[4x1]", "matmul f32[2x3x1]", "reshape f32[2x3]"}));
}

TEST(StructuredOperators, ShapesAreConstants) {
  SampleModel sample(13);
  sample.input("x", {2, 3, 4}).output("y");
  sample.scalar("zero", std::int64_t{0}).vector("axes", std::vector<std::int64_t>{0});
  sample.vector("rest", std::vector<std::int64_t>{-1});
  sample.node("Shape", {"x"}, {"shape"})
      .node("Gather", {"shape", "zero"}, {"batch"})
      .node("Unsqueeze", {"batch", "axes"}, {"first"})
      .node("Concat", {"first", "rest"}, {"target"}, {number("axis", 0)})
      .node("Reshape", {"x", "target"}, {"y"});
  EXPECT_EQ(shapes_of(sample).back(), "reshape f32[2x12]");
}

TEST(StructuredOperators, Refusals) {
  const auto message = [](const SampleModel& sample) { return shapes_of(sample).at(0); };
  SampleModel training = image(15);
  for (const std::string name : {"s", "b", "m", "v"})
    training.constant(name, floats({4}));
  training.node("BatchNormalization", {"x", "s", "b", "m", "v"}, {"y"}, {number("training_mode", 1)});
  EXPECT_EQ(message(training),
            "error: node 'n0' (BatchNormalization): the model is exported in training mode; expected "
            "inference; hint: export it in evaluation mode [import.training]");
  SampleModel variance = image(15);
  variance.constant("s", floats({4})).constant("v", floats({4}, -1));
  variance.node("BatchNormalization", {"x", "s", "s", "s", "v"}, {"y"});
  EXPECT_EQ(message(variance),
            "error: node 'n0' (BatchNormalization), tensor 'v': a variance is not positive; expected "
            "above 0; got -1; hint: check the training [import.variance]");
  SampleModel indices = image();
  indices.node("MaxPool", {"x"}, {"y", "i"}, {numbers("kernel_shape", {2, 2})});
  EXPECT_EQ(message(indices), "error: node 'n0' (MaxPool), tensor 'i': the indices of the largest elements are not "
                              "supported; expected one output; hint: remove the second output [import.output]");
  SampleModel window = image();
  window.node("MaxPool", {"x"}, {"y"}, {numbers("kernel_shape", {2, 2}), numbers("strides", {0, 1})});
  EXPECT_EQ(message(window), "error: node 'n0' (MaxPool): attribute 'strides' does not fit the operand; expected 2 "
                             "numbers from 1; got [0, 1] [import.window]");
  SampleModel index = image();
  index.scalar("i", std::int64_t{9}).node("Gather", {"x", "i"}, {"y"});
  EXPECT_EQ(message(index),
            "error: node 'n0' (Gather), tensor 'i': an index lies outside of the axis; expected -1 to 0; "
            "got 9 [import.index]");
  SampleModel parts = image();
  parts.vector("sizes", std::vector<std::int64_t>{1, 1}).output("z");
  parts.node("Split", {"x", "sizes"}, {"y", "z"}, {number("axis", 1)});
  EXPECT_EQ(message(parts),
            "error: node 'n0' (Split): the parts do not add up to the axis; expected 2 parts of 4; got [1, "
            "1] [import.split]");
  SampleModel overflow(13);
  overflow.input("x", {1, 70000}, "uint8").output("y");
  Tensor weights(ElementType::int8, {70000, 1});
  for (std::int8_t& weight : weights.mutable_data<std::int8_t>())
    weight = 127;
  overflow.constant("w", weights).node("MatMulInteger", {"x", "w"}, {"y"});
  EXPECT_EQ(
      message(overflow),
      "error: node 'n0' (MatMulInteger): the sums can leave the 32 bits of the result; expected sums within 32 bits; "
      "got 0 to 2266950000; hint: use fewer inputs or narrower weights [import.overflow]");
}

// A file of a few bytes must not ask for lists that fill the memory.
TEST(StructuredOperators, ListsOfIndicesAreBounded) {
  const std::string refused =
      "the model's lists of indices take too much memory; expected fewer or shorter axes to slice "
      "[import.limit]";
  SampleModel slice(13);
  slice.input("x", {1 << 26}).output("y").vector("start", std::vector<std::int64_t>{1});
  slice.vector("end", std::vector<std::int64_t>{1 << 30}).node("Slice", {"x", "start", "end"}, {"y"});
  EXPECT_EQ(shapes_of(slice).at(0), "error: node 'n0' (Slice): " + refused);
  SampleModel pool(13);
  pool.input("x", {1, 1, 8192, 8192}).output("y");
  pool.node("AveragePool", {"x"}, {"y"}, {numbers("kernel_shape", {3, 3}), numbers("pads", {1, 1, 1, 1})});
  EXPECT_EQ(shapes_of(pool).at(0), "error: node 'n0' (AveragePool): " + refused);
}

} // namespace
} // namespace tilewright
