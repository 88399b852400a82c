// What each operator becomes, in the variants of its attributes and opsets. Texts are those of `nodes_of`.
#include "tests/frontend/sample_model.h"

#include <limits>

namespace tilewright {
namespace {

using namespace tilewright::testing;

// A model with a quantizer in front, so that it counts as quantized; "x" is its dequantized value.
SampleModel quantized(std::int64_t opset, const Shape& shape) {
  SampleModel sample(opset);
  sample.input("in", shape).scalar("s", 0.5F).scalar("zero", std::int8_t{0});
  sample.node("QuantizeLinear", {"in", "s", "zero"}, {"xq"}).node("DequantizeLinear", {"xq", "s", "zero"}, {"x"});
  return sample;
}

// The nodes after those two.
Lines rest_of(const SampleModel& sample, const ImportOptions& options = {}) {
  Lines lines = nodes_of(import_sample(sample, options));
  if (lines.size() >= 2 && lines[0].starts_with("quantize(in)")) lines.erase(lines.begin(), lines.begin() + 2);
  return lines;
}

SampleModel gemm(std::int64_t opset, Shape x, Shape w, Shape c, std::vector<ModelAttribute> attributes) {
  SampleModel sample = quantized(opset, x);
  sample.constant("w", Tensor(ElementType::float32, std::move(w)));
  sample.constant("c", Tensor(ElementType::float32, std::move(c)));
  sample.node("Gemm", {"x", "w", "c"}, {"y"}, std::move(attributes)).output("y");
  return sample;
}

TEST(Operators, GemmWithBias) {
  EXPECT_EQ(rest_of(gemm(13, {4, 3}, {3, 2}, {2}, {})), Lines{"dense(x, w, c) : y f32[4x2]"});
  EXPECT_EQ(rest_of(gemm(10, {4, 3}, {3, 2}, {2}, {})), Lines{"dense(x, w, c) : y f32[4x2]"});
  EXPECT_EQ(rest_of(gemm(23, {4, 3}, {3, 2}, {2}, {})), Lines{"dense(x, w, c) : y f32[4x2]"});
}

TEST(Operators, GemmTransposesInFront) {
  EXPECT_EQ(
      rest_of(gemm(13, {3, 4}, {2, 3}, {2}, {number("transA", 1), number("transB", 1)})),
      (Lines{"transpose(x) {permutation = [1, 0]} : y.a f32[4x3]",
             "transpose(w) {permutation = [1, 0]} : y.weights f32[3x2]", "dense(y.a, y.weights, c) : y f32[4x2]"}));
}

TEST(Operators, GemmScalesByAlphaAndBeta) {
  EXPECT_EQ(rest_of(gemm(13, {4, 3}, {3, 2}, {2}, {real("alpha", 0.5F), real("beta", 2)})),
            (Lines{"mul(c, y.beta_factor) : y.beta f32[2]", "dense(x, w) : y.product f32[4x2]",
                   "mul(y.product, y.alpha_factor) : y.alpha f32[4x2]", "add(y.alpha, y.beta) : y f32[4x2]"}));
  EXPECT_EQ(rest_of(gemm(13, {4, 3}, {3, 2}, {2}, {real("beta", 2)})),
            (Lines{"mul(c, y.beta_factor) : y.beta f32[2]", "dense(x, w, y.beta) : y f32[4x2]"}));
  EXPECT_EQ(rest_of(gemm(13, {4, 3}, {3, 2}, {2}, {real("beta", 0)})), Lines{"dense(x, w) : y f32[4x2]"});
  EXPECT_EQ(rest_of(gemm(13, {4, 3}, {3, 2}, {2}, {real("alpha", 0.5F), real("beta", 0)})),
            (Lines{"dense(x, w) : y.product f32[4x2]", "mul(y.product, y.alpha) : y f32[4x2]"}));
}

TEST(Operators, GemmAddendOfEveryShape) {
  EXPECT_EQ(rest_of(gemm(13, {4, 3}, {3, 2}, {1, 2}, {})),
            (Lines{"reshape(c) {shape = [2]} : y.bias f32[2]", "dense(x, w, y.bias) : y f32[4x2]"}));
  const Lines added{"dense(x, w) : y.product f32[4x2]", "add(y.product, c) : y f32[4x2]"};
  for (const Shape& shape : {Shape{}, Shape{1}, Shape{1, 1}, Shape{4, 1}, Shape{4, 2}}) {
    EXPECT_EQ(rest_of(gemm(13, {4, 3}, {3, 2}, shape, {})), added) << text_of(shape);
  }
  EXPECT_EQ(rest_of(gemm(13, {4, 3}, {3, 1}, {4, 1}, {})),
            (Lines{"dense(x, w) : y.product f32[4x1]", "add(y.product, c) : y f32[4x1]"}));
  EXPECT_EQ(rest_of(gemm(13, {1, 3}, {3, 1}, {}, {})),
            (Lines{"reshape(c) {shape = [1]} : y.bias f32[1]", "dense(x, w, y.bias) : y f32[1x1]"}));
  SampleModel without = quantized(11, {4, 3});
  without.constant("w", Tensor(ElementType::float32, {3, 2})).node("Gemm", {"x", "w"}, {"y"}).output("y");
  EXPECT_EQ(rest_of(without), Lines{"dense(x, w) : y f32[4x2]"});
  SampleModel left_out = quantized(11, {4, 3});
  left_out.constant("w", Tensor(ElementType::float32, {3, 2})).node("Gemm", {"x", "w", ""}, {"y"}).output("y");
  EXPECT_EQ(rest_of(left_out), Lines{"dense(x, w) : y f32[4x2]"});
}

TEST(Operators, MatMul) {
  const auto matmul = [](Shape x, Shape w) {
    SampleModel sample = quantized(13, x);
    sample.constant("w", Tensor(ElementType::float32, std::move(w))).node("MatMul", {"x", "w"}, {"y"}).output("y");
    return rest_of(sample);
  };
  EXPECT_EQ(matmul({4, 3}, {3, 2}), Lines{"dense(x, w) : y f32[4x2]"});
  EXPECT_EQ(matmul({3}, {3, 2}), Lines{"dense(x, w) : y f32[2]"});
  EXPECT_EQ(matmul({5, 4, 3}, {3, 2}), Lines{"dense(x, w) : y f32[5x4x2]"});
  EXPECT_EQ(matmul({4, 3}, {3}),
            (Lines{"reshape(w) {shape = [3, 1]} : y.weights f32[3x1]", "dense(x, y.weights) : y.product f32[4x1]",
                   "reshape(y.product) {shape = [4]} : y f32[4]"}));
}

TEST(Operators, MatMulWithAConstantOnTheLeft) {
  SampleModel sample = quantized(13, {5, 3, 2});
  sample.constant("w", Tensor(ElementType::float32, {4, 3})).node("MatMul", {"w", "x"}, {"y"}).output("y");
  EXPECT_EQ(rest_of(sample), (Lines{"transpose(w) {permutation = [1, 0]} : y.weights f32[3x4]",
                                    "transpose(x) {permutation = [0, 2, 1]} : y.columns f32[5x2x3]",
                                    "dense(y.columns, y.weights) : y.product f32[5x2x4]",
                                    "transpose(y.product) {permutation = [0, 2, 1]} : y f32[5x4x2]"}));
}

TEST(Operators, Arithmetic) {
  const auto binary = [](std::string op, bool exchanged = false, float number = 0.25F) {
    SampleModel sample = quantized(13, {2, 3});
    sample.scalar("c", number).output("y");
    sample.node(std::move(op), exchanged ? std::vector<std::string>{"c", "x"} : std::vector<std::string>{"x", "c"},
                {"y"});
    return rest_of(sample);
  };
  EXPECT_EQ(binary("Add"), Lines{"add(x, c) : y f32[2x3]"});
  EXPECT_EQ(binary("Add", true), Lines{"add(c, x) : y f32[2x3]"});
  EXPECT_EQ(binary("Mul"), Lines{"mul(x, c) : y f32[2x3]"});
  EXPECT_EQ(binary("Sub"), (Lines{"mul(c, y.minus_one) : y.negated f32[]", "add(x, y.negated) : y f32[2x3]"}));
  EXPECT_EQ(binary("Sub", true), (Lines{"mul(x, y.minus_one) : y.negated f32[2x3]", "add(c, y.negated) : y f32[2x3]"}));
  EXPECT_EQ(binary("Div"), Lines{"div(x, c) : y f32[2x3]"});
  EXPECT_EQ(binary("Div", true), Lines{"div(c, x) : y f32[2x3]"});
  SampleModel own = quantized(13, {2, 3});
  own.node("Add", {"x", "x"}, {"y"}).output("y");
  EXPECT_EQ(rest_of(own), Lines{"add(x, x) : y f32[2x3]"});
}

TEST(Operators, Relu) {
  for (const std::int64_t opset : {11, 13, 14, 21, 23}) {
    SampleModel sample = quantized(opset, {2, 3});
    sample.node("Relu", {"x"}, {"y"}).output("y");
    EXPECT_EQ(rest_of(sample), Lines{"relu(x) : y f32[2x3]"});
  }
}

TEST(Operators, ClipByAttributes) {
  const auto clip = [](std::vector<ModelAttribute> attributes) {
    SampleModel sample(10);
    sample.input("in", {2}).scalar("s", 0.5F);
    sample.node("QuantizeLinear", {"in", "s"}, {"q"}).node("DequantizeLinear", {"q", "s"}, {"x"});
    sample.node("Clip", {"x"}, {"y"}, std::move(attributes)).output("y");
    return rest_of(sample);
  };
  EXPECT_EQ(clip({real("min", -0.5F), real("max", 6)}), Lines{"clip(x) {low = -1/2, high = 6} : y f32[2]"});
  EXPECT_EQ(clip({real("max", 6)}), Lines{"clip(x) {low = none, high = 6} : y f32[2]"});
  EXPECT_EQ(clip({}), Lines{});
}

TEST(Operators, ClipByInputs) {
  SampleModel sample = quantized(13, {2});
  sample.scalar("low", -std::numeric_limits<float>::infinity()).scalar("high", 6.0F).output("y");
  sample.node("Clip", {"x", "low", "high"}, {"y"});
  EXPECT_EQ(rest_of(sample), Lines{"clip(x) {low = none, high = 6} : y f32[2]"});
  SampleModel left_out = quantized(13, {2});
  left_out.scalar("high", 6.0F).node("Clip", {"x", "", "high"}, {"y"}).output("y");
  EXPECT_EQ(rest_of(left_out), Lines{"clip(x) {low = none, high = 6} : y f32[2]"});
  SampleModel integers(13);
  integers.input("in", {2}).scalar("s", 0.5F).scalar("z", std::int8_t{0}).scalar("low", std::int8_t{-7});
  integers.scalar("high", std::int8_t{7}).output("y").node("QuantizeLinear", {"in", "s", "z"}, {"q"});
  integers.node("Clip", {"q", "low", "high"}, {"c"}).node("DequantizeLinear", {"c", "s", "z"}, {"y"});
  const Imported imported = import_sample(integers);
  EXPECT_EQ(nodes_of(imported).at(1), "clip(q) {low = -7, high = 7} : c i8[2]");
}

TEST(Operators, Reshape) {
  const auto reshape = [](std::vector<std::int64_t> shape, std::int64_t opset = 13,
                          std::vector<ModelAttribute> attributes = {}) {
    SampleModel sample = quantized(opset, {2, 3, 4});
    sample.vector("shape", std::move(shape)).node("Reshape", {"x", "shape"}, {"y"}, std::move(attributes)).output("y");
    return rest_of(sample);
  };
  EXPECT_EQ(reshape({6, 4}), Lines{"reshape(x) {shape = [6, 4]} : y f32[6x4]"});
  EXPECT_EQ(reshape({0, -1}), Lines{"reshape(x) {shape = [2, 12]} : y f32[2x12]"});
  EXPECT_EQ(reshape({-1}), Lines{"reshape(x) {shape = [24]} : y f32[24]"});
  EXPECT_EQ(reshape({2, 3, 4}), Lines{});
  EXPECT_EQ(reshape({6, 4}, 14, {number("allowzero", 1)}), Lines{"reshape(x) {shape = [6, 4]} : y f32[6x4]"});
}

TEST(Operators, FlattenSqueezeUnsqueeze) {
  const auto flatten = [](std::vector<ModelAttribute> attributes, std::int64_t opset = 13) {
    SampleModel sample = quantized(opset, {2, 3, 4});
    sample.node("Flatten", {"x"}, {"y"}, std::move(attributes)).output("y");
    return rest_of(sample);
  };
  EXPECT_EQ(flatten({}), Lines{"reshape(x) {shape = [2, 12]} : y f32[2x12]"});
  EXPECT_EQ(flatten({number("axis", 0)}), Lines{"reshape(x) {shape = [1, 24]} : y f32[1x24]"});
  EXPECT_EQ(flatten({number("axis", 3)}), Lines{"reshape(x) {shape = [24, 1]} : y f32[24x1]"});
  EXPECT_EQ(flatten({number("axis", -1)}), Lines{"reshape(x) {shape = [6, 4]} : y f32[6x4]"});

  SampleModel squeeze = quantized(11, {1, 3, 1});
  squeeze.node("Squeeze", {"x"}, {"y"}, {numbers("axes", {-1})}).node("Squeeze", {"x"}, {"z"}).output("y").output("z");
  squeeze.node("Unsqueeze", {"x"}, {"u"}, {numbers("axes", {0, -1})}).output("u");
  EXPECT_EQ(rest_of(squeeze), (Lines{"reshape(x) {shape = [1, 3]} : y f32[1x3]", "reshape(x) {shape = [3]} : z f32[3]",
                                     "reshape(x) {shape = [1, 1, 3, 1, 1]} : u f32[1x1x3x1x1]"}));
  SampleModel inputs = quantized(13, {1, 3});
  inputs.vector<std::int64_t>("axes", {0})
      .node("Squeeze", {"x", "axes"}, {"y"})
      .node("Unsqueeze", {"x", "axes"}, {"u"});
  inputs.output("y").output("u");
  EXPECT_EQ(rest_of(inputs),
            (Lines{"reshape(x) {shape = [3]} : y f32[3]", "reshape(x) {shape = [1, 1, 3]} : u f32[1x1x3]"}));
}

TEST(Operators, Transpose) {
  SampleModel sample = quantized(13, {2, 3, 4});
  sample.node("Transpose", {"x"}, {"y"})
      .node("Transpose", {"x"}, {"z"}, {numbers("perm", {1, 0, 2})})
      .output("y")
      .output("z");
  EXPECT_EQ(rest_of(sample), (Lines{"transpose(x) {permutation = [2, 1, 0]} : y f32[4x3x2]",
                                    "transpose(x) {permutation = [1, 0, 2]} : z f32[3x2x4]"}));
}

TEST(Operators, PassThrough) {
  SampleModel sample = quantized(11, {2});
  sample.node("Identity", {"x"}, {"a"}).node("Dropout", {"a"}, {"b"}, {real("ratio", 0.3F)});
  sample.node("Cast", {"b"}, {"c"}, {number("to", 1)}).node("Relu", {"c"}, {"y"}).output("y");
  EXPECT_EQ(rest_of(sample), Lines{"relu(x) : y f32[2]"});
  SampleModel newer = quantized(13, {2});
  newer.scalar("ratio", 0.5F).scalar("training", false).node("Dropout", {"x", "ratio", "training"}, {"y"}).output("y");
  EXPECT_EQ(rest_of(newer), Lines{});
}

TEST(Operators, CastOfSmallIntegersDequantizes) {
  SampleModel sample(13);
  sample.input("x", {2}, "uint8").node("Cast", {"x"}, {"y"}, {number("to", 1)}).output("y");
  EXPECT_EQ(nodes_of(import_sample(sample)),
            Lines{"dequantize(x) {scale = [1], zero_point = [0], axis = none} : y f32[2]"});
}

} // namespace
} // namespace tilewright
