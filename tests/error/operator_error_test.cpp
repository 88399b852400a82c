// Bad inputs of the operators: one small model for each, with the exact message.
#include "tests/frontend/sample_model.h"

#include <cmath>
#include <limits>

namespace tilewright {
namespace {

using namespace tilewright::testing;

constexpr float infinity = std::numeric_limits<float>::infinity();

// "error: node 'n2' (Op)..." of the last node; "x" is a dequantized 4x3 tensor, "q" the integers before it.
SampleModel sample(std::int64_t opset = 13) {
  SampleModel model(opset);
  model.input("in", {4, 3}).scalar("s", 0.5F).scalar("zero", std::int8_t{0});
  model.node("QuantizeLinear", {"in", "s", "zero"}, {"q"})
      .node("DequantizeLinear", {"q", "s", "zero"}, {"x"})
      .output("y");
  return model;
}

void expect(const SampleModel& model, Lines messages) {
  const Imported imported = import_sample(model);
  EXPECT_EQ(imported.messages(), messages);
  EXPECT_EQ(imported.diagnostics.exit_code(), 3);
}

Tensor floats(Shape shape, float value = 1) {
  Tensor tensor(ElementType::float32, std::move(shape));
  for (float& each : tensor.mutable_data<float>())
    each = value;
  return tensor;
}

SampleModel gemm(Shape w, Shape c, std::vector<ModelAttribute> attributes = {}) {
  SampleModel model = sample();
  model.constant("w", floats(std::move(w))).constant("c", floats(std::move(c)));
  model.node("Gemm", {"x", "w", "c"}, {"y"}, std::move(attributes));
  return model;
}

TEST(OperatorErrors, Gemm) {
  expect(gemm({4, 2}, {2}), {"error: node 'n2' (Gemm), tensor 'w': the operands' inner dimensions do not go together; "
                             "expected 3; got 4 (f32[4x3] x f32[4x2]) [import.shape]"});
  expect(gemm({3, 2, 1}, {2}), {"error: node 'n2' (Gemm), tensor 'w': an operand has the wrong number of dimensions; "
                                "expected 2; got '3x2x1' [import.shape]"});
  expect(gemm({3, 2}, {3}), {"error: node 'n2' (Gemm), tensor 'c': the addend does not broadcast to the product; "
                             "expected '4x2'; got '3' [import.shape]"});
  expect(gemm({3, 2}, {1, 4, 2}), {"error: node 'n2' (Gemm), tensor 'c': the addend does not broadcast to the product; "
                                   "expected '4x2'; got '1x4x2' [import.shape]"});
  expect(gemm({3, 2}, {2}, {real("alpha", infinity)}),
         {"error: node 'n2' (Gemm): alpha or beta is not finite [import.attribute]"});
  expect(gemm({3, 2}, {2}, {number("alpha", 1)}), {"error: node 'n2' (Gemm): attribute 'alpha' has the wrong kind; "
                                                   "expected a float; got an integer [import.attribute]"});
  expect(gemm({3, 2}, {2}, {number("gamma", 1)}),
         {"error: node 'n2' (Gemm): attribute 'gamma' is not part of the operator in this opset [import.attribute]"});
  expect(gemm({3, 2}, {2}, {real("beta", 1), real("beta", 1)}),
         {"error: node 'n2' (Gemm): attribute 'beta' is given twice [import.attribute]"});
  SampleModel not_finite = sample();
  not_finite.constant("w", floats({3, 2}, NAN)).node("Gemm", {"x", "w"}, {"y"});
  expect(not_finite, {"error: node 'n2' (Gemm), tensor 'w': a constant holds a NaN or an infinity; expected finite "
                      "numbers; hint: check the training [import.not-finite]"});
  SampleModel integers = sample();
  integers.constant("w", Tensor(ElementType::int8, {3, 2})).node("Gemm", {"q", "w"}, {"y"});
  expect(integers,
         {"error: node 'n2' (Gemm), tensor 'q': arithmetic on integers outside of a quantizer is not supported; "
          "expected float; got i8; hint: dequantize the operand first [import.integer-arithmetic]"});
}

TEST(OperatorErrors, MatMul) {
  const auto matmul = [](Shape w) {
    SampleModel model = sample();
    model.constant("w", floats(std::move(w))).node("MatMul", {"x", "w"}, {"y"});
    return model;
  };
  expect(matmul({4, 2}), {"error: node 'n2' (MatMul), tensor 'w': the operands' inner dimensions do not go together; "
                          "expected 3; got 4 (f32[4x3] x f32[4x2]) [import.shape]"});
  expect(matmul({}), {"error: node 'n2' (MatMul), tensor 'w': an operand is a scalar; expected one dimension at least "
                      "[import.shape]"});
  expect(matmul({3, 0}), {"error: node 'n2' (MatMul), tensor 'y': a result has no elements; expected dimensions above "
                          "0; got f32[4x0] [import.shape]"});
}

TEST(OperatorErrors, Arithmetic) {
  SampleModel shapes = sample();
  shapes.constant("c", floats({2})).node("Add", {"x", "c"}, {"y"});
  expect(shapes, {"error: node 'n2' (Add), tensor 'c': the operands' shapes do not broadcast; expected equal sizes, or "
                  "1, on each axis counted from the last; got 4x3 and 2 [import.operand]"});
  SampleModel by_zero = sample();
  by_zero.scalar("a", std::int64_t{4}).scalar("b", std::int64_t{0}).node("Div", {"a", "b"}, {"y"});
  expect(by_zero, {"error: node 'n2' (Div): these constants have no result; expected numbers, and no integer division "
                   "by zero [import.operand]"});
  SampleModel types = sample();
  types.scalar("a", std::int64_t{4}).scalar("b", 1.0F).node("Mul", {"a", "b"}, {"y"});
  expect(types, {"error: node 'n2' (Mul): the constants do not go together; expected equal types, and shapes that "
                 "broadcast; got i64[] and f32[] [import.operand]"});
  SampleModel result;
  result.input("in", {20000, 1}).scalar("s", 0.5F).constant("c", floats({1, 20000})).output("y");
  result.node("QuantizeLinear", {"in", "s"}, {"q"})
      .node("DequantizeLinear", {"q", "s"}, {"x"})
      .node("Add", {"x", "c"}, {"y"});
  expect(result, {"error: node 'n2' (Add), tensor 'y': a result has too many elements; expected at most 268435456; got "
                  "f32[20000x20000] [import.limit]"});
  SampleModel large = sample();
  large.constant("a", floats({20000, 1})).constant("b", floats({1, 20000})).node("Mul", {"a", "b"}, {"y"});
  expect(large, {"error: node 'n2' (Mul): the constants do not go together; expected equal types, and shapes that "
                 "broadcast; got f32[20000x1] and f32[1x20000] [import.operand]"});
}

TEST(OperatorErrors, Clip) {
  const auto clip = [](Tensor low, Tensor high, std::string input = "x") {
    SampleModel model = sample();
    model.constant("low", std::move(low)).constant("high", std::move(high));
    model.node("Clip", {std::move(input), "low", "high"}, {"y"});
    return model;
  };
  expect(clip(floats({}, 2), floats({}, 1)), {"error: node 'n2' (Clip): the lower bound is above the upper one; "
                                              "expected low <= high; got 2 and 1 [import.operand]"});
  expect(clip(floats({}, NAN), floats({}, 1)),
         {"error: node 'n2' (Clip): a bound lets no number through; expected a number; got nan [import.bound]"});
  expect(clip(floats({}, infinity), floats({}, 1)),
         {"error: node 'n2' (Clip): a bound lets no number through; expected a number; got inf [import.bound]"});
  expect(clip(floats({2}), floats({}, 1)), {"error: node 'n2' (Clip), tensor 'low': a bound is not a single number; "
                                            "expected a scalar; got '2' [import.bound]"});
  SampleModel computed = sample();
  computed.node("Clip", {"x", "x"}, {"y"});
  expect(computed, {"error: node 'n2' (Clip), tensor 'x': the lower bound is not a constant; hint: export it as an "
                    "initializer [import.not-constant]"});
}

TEST(OperatorErrors, Shapes) {
  const auto reshape = [](std::vector<std::int64_t> shape) {
    SampleModel model = sample();
    model.vector("shape", std::move(shape)).node("Reshape", {"x", "shape"}, {"y"});
    return model;
  };
  const std::string start = "error: node 'n2' (Reshape), tensor 'shape': ";
  expect(reshape({5, -1}),
         {start + "the shape's -1 has no value; expected a shape for '4x3'; got [5, -1] [import.shape]"});
  expect(reshape({-1, -1}),
         {start + "the shape has several -1; expected a shape for '4x3'; got [-1, -1] [import.shape]"});
  expect(reshape({-2, 6}), {start + "the shape is malformed; expected a shape for '4x3'; got [-2, 6] [import.shape]"});
  expect(reshape({std::int64_t{1} << 62, 4}),
         {start + "the shape is malformed; expected a shape for '4x3'; got [4611686018427387904, 4] [import.shape]"});
  expect(reshape({4, 3, 0}), {start + "a dimension of the shape copies one that the input does not have; expected a "
                                      "shape for '4x3'; got [4, 3, 0] [import.shape]"});
  expect(reshape({5, 3}), {"error: node 'n2' (Reshape), tensor 'x': the new shape has another number of elements; "
                           "expected 12 elements; got '5x3' for '4x3' [import.operand]"});
  SampleModel computed = sample();
  computed.node("Reshape", {"x", "x"}, {"y"});
  expect(computed, {"error: node 'n2' (Reshape), tensor 'x': the shape is not a constant; hint: export it as an "
                    "initializer [import.not-constant]"});
  SampleModel real_shape = sample();
  real_shape.vector<float>("shape", {12}).node("Reshape", {"x", "shape"}, {"y"});
  expect(real_shape, {"error: node 'n2' (Reshape), tensor 'shape': the shape is not a list of integers; expected a "
                      "vector of int64; got f32[1] [import.operand]"});
  SampleModel flatten = sample();
  flatten.node("Flatten", {"x"}, {"y"}, {number("axis", 3)});
  expect(flatten, {"error: node 'n2' (Flatten): the axis does not exist; expected -2 to 2; got 3 [import.axis]"});
  SampleModel squeeze = sample();
  squeeze.vector<std::int64_t>("axes", {0}).node("Squeeze", {"x", "axes"}, {"y"});
  expect(squeeze, {"error: node 'n2' (Squeeze): an axis to remove is not of size 1; expected 1; got 4 [import.axis]"});
  SampleModel unsqueeze = sample();
  unsqueeze.vector<std::int64_t>("axes", {0, 0}).node("Unsqueeze", {"x", "axes"}, {"y"});
  expect(unsqueeze, {"error: node 'n2' (Unsqueeze): an axis is given twice; got [0, 0] [import.axis]"});
  SampleModel far = sample();
  far.vector<std::int64_t>("axes", {7}).node("Unsqueeze", {"x", "axes"}, {"y"});
  expect(far, {"error: node 'n2' (Unsqueeze): an axis does not exist; expected -3 to 2; got 7 [import.axis]"});
  SampleModel transpose = sample();
  transpose.node("Transpose", {"x"}, {"y"}, {numbers("perm", {0, 0})});
  expect(transpose, {"error: node 'n2' (Transpose), tensor 'x': the permutation does not name every axis once; "
                     "expected the axes 0 to 1; got [0, 0] [import.operand]"});
}

TEST(OperatorErrors, ConstantsAndCasts) {
  SampleModel none = sample();
  none.node("Constant", {}, {"y"});
  expect(none, {"error: node 'n2' (Constant): a Constant has not exactly one value; expected one attribute; got 0 "
                "[import.attribute]"});
  SampleModel text = sample();
  text.node("Constant", {}, {"y"}, {word("value_string", "a")});
  expect(text,
         {"error: node 'n2' (Constant): a Constant of the form 'value_string' is not supported; expected value, "
          "value_float, value_floats, value_int or value_ints; hint: store the tensor densely [import.attribute]"});
  SampleModel sparse = sample();
  sparse.node("Constant", {}, {"y"}, {{"value", UnusableAttribute{"a sparse tensor"}}});
  expect(sparse, {"error: node 'n2' (Constant): attribute 'value' has the wrong kind; expected a tensor; got a sparse "
                  "tensor [import.attribute]"});
  SampleModel large = sample();
  large.vector<std::int64_t>("shape", {1 << 20, 1 << 20}).node("ConstantOfShape", {"shape"}, {"y"});
  expect(
      large,
      {"error: node 'n2' (ConstantOfShape): the constant has too many elements; got 1048576x1048576 [import.limit]"});
  SampleModel cast = sample();
  cast.node("Cast", {"x"}, {"y"}, {number("to", 6)});
  expect(cast, {"error: node 'n2' (Cast): this cast of a computed tensor is not supported; expected a constant, or a "
                "cast that changes no number; got f32 to i32; hint: use a quantizer [import.cast]"});
  SampleModel half = sample();
  half.node("Cast", {"x"}, {"y"}, {number("to", 10)});
  expect(half, {"error: node 'n2' (Cast): the type to cast to is not supported; expected float, double, bool or an "
                "integer; got type 10 [import.element-type]"});
  SampleModel overflow = sample();
  overflow.scalar("c", 1e10F).node("Cast", {"c"}, {"y"}, {number("to", 6)});
  expect(overflow, {"error: node 'n2' (Cast), tensor 'c': a constant does not fit the type that it is cast to; "
                    "expected i32 [import.cast]"});
  SampleModel training = sample();
  training.scalar("r", 0.5F).scalar("t", true).node("Dropout", {"x", "r", "t"}, {"y"});
  expect(training, {"error: node 'n2' (Dropout), tensor 't': the model is exported in training mode; expected "
                    "training_mode false; hint: export it in evaluation mode [import.training]"});
}

} // namespace
} // namespace tilewright
