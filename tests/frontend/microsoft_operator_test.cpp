// ONNX Runtime's own quantized operators, through all passes, against exact fractions computed element by element here.
// And products of two activations with zero points.
#include "tests/frontend/sample_model.h"

#include "passes/pass_manager.h"
#include "passes/pipeline.h"
#include "runtime/reference/executor.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace tilewright::testing {
namespace {

constexpr const char* domain = "com.microsoft";

class MicrosoftOperators : public ::testing::Test {
protected:
  MicrosoftOperators() { register_all_passes(passes_); }

  // A node of the domain with one output "y".
  static SampleModel& node(SampleModel& sample, const std::string& op, std::vector<std::string> inputs,
                           std::vector<ModelAttribute> attributes = {}) {
    sample.node(op, std::move(inputs), {"y"}, std::move(attributes));
    sample.model.nodes.back().domain = domain;
    sample.model.opsets[domain] = 1;
    return sample;
  }
  static void parameters(SampleModel& sample, const std::string& name, float scale, std::uint8_t zero_point) {
    sample.constant(name + "s", Tensor::of({}, std::vector<float>{scale}));
    sample.constant(name + "z", Tensor::of({}, std::vector<std::uint8_t>{zero_point}));
  }

  Tensor run(const SampleModel& sample, const std::vector<Tensor>& inputs) {
    Imported imported = import_sample(sample);
    if (!imported.graph) return ADD_FAILURE() << imported.all_messages(), Tensor();
    Diagnostics diagnostics;
    PassContext context{registries().ops, diagnostics};
    const auto pipeline = passes_named(default_pipeline(), passes_, diagnostics);
    if (!run_passes(*imported.graph, *pipeline, context, {}).succeeded) {
      return ADD_FAILURE() << text_of(diagnostics.all().at(0)), Tensor();
    }
    for (const NodeId id : imported.graph->order())
      EXPECT_FALSE(imported.graph->node(id).op->traits.dequantizer) << "not all of it became integers";
    const ExecutionResult result = execute(*imported.graph, inputs, diagnostics);
    EXPECT_TRUE(result.succeeded);
    return result.succeeded ? result.outputs[0] : Tensor();
  }
  static std::string refusal(const SampleModel& sample) {
    const Imported imported = import_sample(sample);
    return imported.messages().empty() ? "" : imported.messages()[0];
  }

  Tensor bytes(Shape shape) {
    std::vector<std::uint8_t> values(static_cast<std::size_t>(*element_count(shape)));
    for (std::uint8_t& value : values)
      value = static_cast<std::uint8_t>(random_());
    return Tensor::of(std::move(shape), values);
  }
  static Rational real(std::int64_t stored, float scale, std::int64_t zero_point) {
    return Rational::from_double(static_cast<double>(scale)) * Rational(stored - zero_point);
  }
  static std::int64_t stored(const Rational& value, float scale, std::int64_t zero_point) {
    const Rational ratio = value / Rational::from_double(static_cast<double>(scale));
    const Rational low = ratio.floor();
    const Rational rest = ratio - low;
    std::int64_t nearest = *low.to_int64();
    if (rest > Rational(1, 2) || (rest == Rational(1, 2) && nearest % 2 != 0)) ++nearest;
    return std::clamp<std::int64_t>(nearest + zero_point, 0, 255);
  }

  PassRegistry passes_;
  std::mt19937 random_{5};
};

TEST_F(MicrosoftOperators, SumsOfUnequalScales) {
  SampleModel sample;
  sample.input("a", {4, 16}, "uint8").input("b", {4, 16}, "uint8");
  parameters(sample, "a", 0.031F, 7);
  parameters(sample, "b", 0.11F, 200);
  parameters(sample, "c", 0.17F, 131);
  node(sample, "QLinearAdd", {"a", "as", "az", "b", "bs", "bz", "cs", "cz"}).output("y");
  const Tensor a = bytes({4, 16});
  const Tensor b = bytes({4, 16});
  const std::vector<std::int64_t> got = to_int64(run(sample, {a, b}));
  ASSERT_EQ(got.size(), 64U);
  for (std::size_t i = 0; i < got.size(); ++i) {
    EXPECT_EQ(got[i], stored(real(to_int64(a)[i], 0.031F, 7) + real(to_int64(b)[i], 0.11F, 200), 0.17F, 131));
  }
}

TEST_F(MicrosoftOperators, FunctionsAreTables) {
  SampleModel sample;
  sample.input("a", {1, 256}, "uint8");
  parameters(sample, "a", 0.05F, 100);
  parameters(sample, "c", 0.03F, 50);
  node(sample, "QLinearLeakyRelu", {"a", "as", "az", "cs", "cz"}, {testing::real("alpha", 0.2F)}).output("y");
  std::vector<std::uint8_t> all(256);
  for (std::size_t i = 0; i < all.size(); ++i)
    all[i] = static_cast<std::uint8_t>(i);
  const std::vector<std::int64_t> got = to_int64(run(sample, {Tensor::of({1, 256}, all)}));
  ASSERT_EQ(got.size(), 256U);
  for (std::int64_t i = 0; i < 256; ++i) {
    const Rational x = real(i, 0.05F, 100);
    const Rational y = x.sign() < 0 ? x * Rational::from_double(static_cast<double>(0.2F)) : x;
    EXPECT_EQ(got[static_cast<std::size_t>(i)], stored(y, 0.03F, 50)) << i;
  }

  SampleModel other;
  other.input("a", {1, 256}, "uint8");
  parameters(other, "a", 0.05F, 100);
  parameters(other, "c", 0.00390625F, 0);
  node(other, "QLinearSigmoid", {"a", "as", "az", "cs", "cz"}).output("y");
  const std::vector<std::int64_t> gates = to_int64(run(other, {Tensor::of({1, 256}, all)}));
  ASSERT_EQ(gates.size(), 256U);
  for (std::int64_t i = 0; i < 256; ++i) {
    const double x = static_cast<double>(0.05F) * static_cast<double>(i - 100);
    EXPECT_EQ(gates[static_cast<std::size_t>(i)], std::min(255.0, std::nearbyint(256 / (1 + std::exp(-x))))) << i;
  }
}

TEST_F(MicrosoftOperators, PartsOfAConcatenationAreRequantizedEachByItself) {
  SampleModel sample;
  sample.input("a", {2, 8}, "uint8").input("b", {2, 4}, "uint8");
  parameters(sample, "a", 0.03F, 3);
  parameters(sample, "b", 0.07F, 90);
  parameters(sample, "c", 0.05F, 64);
  node(sample, "QLinearConcat", {"cs", "cz", "a", "as", "az", "b", "bs", "bz"}, {number("axis", 1)}).output("y");
  const Tensor a = bytes({2, 8});
  const Tensor b = bytes({2, 4});
  const std::vector<std::int64_t> got = to_int64(run(sample, {a, b}));
  ASSERT_EQ(got.size(), 24U);
  for (std::size_t row = 0; row < 2; ++row) {
    for (std::size_t i = 0; i < 12; ++i) {
      const Rational x =
          i < 8 ? real(to_int64(a)[row * 8 + i], 0.03F, 3) : real(to_int64(b)[row * 4 + i - 8], 0.07F, 90);
      EXPECT_EQ(got[row * 12 + i], stored(x, 0.05F, 64)) << row << ", " << i;
    }
  }
}

TEST_F(MicrosoftOperators, AveragesOfTheWholeImage) {
  for (const bool channels_last : {false, true}) {
    SampleModel sample;
    const Shape shape = channels_last ? Shape{2, 3, 5, 4} : Shape{2, 4, 3, 5};
    sample.input("a", shape, "uint8");
    parameters(sample, "a", 0.03F, 3);
    parameters(sample, "c", 0.017F, 64);
    node(sample, "QLinearGlobalAveragePool", {"a", "as", "az", "cs", "cz"},
         {number("channels_last", channels_last ? 1 : 0)})
        .output("y");
    const Tensor a = bytes(shape);
    const std::vector<std::int64_t> x = to_int64(a);
    const std::vector<std::int64_t> got = to_int64(run(sample, {a}));
    ASSERT_EQ(got.size(), 8U);
    for (std::size_t n = 0; n < 2; ++n) {
      for (std::size_t c = 0; c < 4; ++c) {
        Rational sum;
        for (std::size_t i = 0; i < 15; ++i)
          sum += real(x[channels_last ? (n * 15 + i) * 4 + c : (n * 4 + c) * 15 + i], 0.03F, 3);
        EXPECT_EQ(got[n * 4 + c], stored(sum / Rational(15), 0.017F, 64)) << n << ", " << c;
      }
    }
  }
}

TEST_F(MicrosoftOperators, AveragesOverWindows) {
  for (const bool channels_last : {false, true}) {
    for (const bool counts_padding : {false, true}) {
      SampleModel sample;
      const Shape shape = channels_last ? Shape{2, 4, 5, 3} : Shape{2, 3, 4, 5};
      sample.input("a", shape, "uint8");
      parameters(sample, "a", 0.03F, 3);
      parameters(sample, "c", 0.017F, 64);
      node(sample, "QLinearAveragePool", {"a", "as", "az", "cs", "cz"},
           {number("channels_last", channels_last ? 1 : 0), number("count_include_pad", counts_padding ? 1 : 0),
            testing::numbers("kernel_shape", {2, 3}), testing::numbers("strides", {2, 2}),
            testing::numbers("pads", {0, 1, 0, 1})})
          .output("y");
      const Tensor a = bytes(shape);
      const std::vector<std::int64_t> x = to_int64(a);
      const Tensor result = run(sample, {a});
      EXPECT_EQ(result.shape(), channels_last ? (Shape{2, 2, 3, 3}) : (Shape{2, 3, 2, 3}));
      const std::vector<std::int64_t> got = to_int64(result);
      ASSERT_EQ(got.size(), 36U);
      for (std::size_t i = 0; i < 36; ++i) { // n, c, row, column
        const std::size_t n = i / 18;
        const std::size_t c = i / 6 % 3;
        const std::size_t row = i / 3 % 2;
        const std::size_t column = i % 3;
        Rational sum;
        std::int64_t count = 0;
        for (std::size_t y = 2 * row; y < 2 * row + 2; ++y) {
          for (std::size_t k = 2 * column; k < 2 * column + 3; ++k) { // one to the right of the element
            const bool inside = k >= 1 && k <= 5;
            count += inside || counts_padding ? 1 : 0;
            if (!inside) continue;
            const std::size_t at =
                channels_last ? ((n * 4 + y) * 5 + k - 1) * 3 + c : ((n * 3 + c) * 4 + y) * 5 + k - 1;
            sum += real(x[at], 0.03F, 3);
          }
        }
        const std::size_t at = channels_last ? ((n * 2 + row) * 3 + column) * 3 + c : i;
        EXPECT_EQ(got[at], stored(sum / Rational(count), 0.017F, 64)) << i;
      }
    }
  }
}

TEST_F(MicrosoftOperators, QGemmWithBiasAndFactor) {
  SampleModel sample;
  sample.input("a", {3, 6}, "uint8");
  parameters(sample, "a", 0.03F, 11);
  parameters(sample, "c", 0.4F, 128);
  const Tensor weights = bytes({4, 6}); // transposed
  sample.constant("b", weights);
  parameters(sample, "b", 0.02F, 99);
  sample.constant("bias", Tensor::of({4}, std::vector<std::int32_t>{100, -2000, 0, 77}));
  node(sample, "QGemm", {"a", "as", "az", "b", "bs", "bz", "bias", "cs", "cz"},
       {number("transB", 1), testing::real("alpha", 0.5F)})
      .output("y");
  const Tensor a = bytes({3, 6});
  const std::vector<std::int64_t> got = to_int64(run(sample, {a}));
  ASSERT_EQ(got.size(), 12U);
  const std::int64_t bias[] = {100, -2000, 0, 77};
  for (std::size_t row = 0; row < 3; ++row) {
    for (std::size_t n = 0; n < 4; ++n) {
      Rational sum = real(bias[n], 0.03F, 0) * real(1, 0.02F, 0);
      for (std::size_t k = 0; k < 6; ++k)
        sum += real(to_int64(a)[row * 6 + k], 0.03F, 11) * real(to_int64(weights)[n * 6 + k], 0.02F, 99);
      EXPECT_EQ(got[row * 4 + n], stored(sum / Rational(2), 0.4F, 128)) << row << ", " << n;
    }
  }
}

TEST_F(MicrosoftOperators, ProductsOfTwoActivationsWithZeroPoints) {
  SampleModel sample;
  sample.input("a", {2, 3, 5}, "uint8").input("b", {2, 5, 4}, "uint8");
  parameters(sample, "a", 0.03F, 11);
  parameters(sample, "b", 0.02F, 201);
  parameters(sample, "c", 0.05F, 128);
  sample.node("DequantizeLinear", {"a", "as", "az"}, {"ar"}).node("DequantizeLinear", {"b", "bs", "bz"}, {"br"});
  sample.node("MatMul", {"ar", "br"}, {"m"}).node("QuantizeLinear", {"m", "cs", "cz"}, {"y"}).output("y");
  const Tensor a = bytes({2, 3, 5});
  const Tensor b = bytes({2, 5, 4});
  const std::vector<std::int64_t> got = to_int64(run(sample, {a, b}));
  ASSERT_EQ(got.size(), 24U);
  for (std::size_t i = 0; i < 24; ++i) {
    const std::size_t n = i / 12;
    Rational sum;
    for (std::size_t k = 0; k < 5; ++k)
      sum += real(to_int64(a)[i / 4 * 5 + k], 0.03F, 11) * real(to_int64(b)[(n * 5 + k) * 4 + i % 4], 0.02F, 201);
    EXPECT_EQ(got[i], stored(sum, 0.05F, 128)) << i;
  }
}

TEST_F(MicrosoftOperators, Refusals) {
  SampleModel without_type;
  without_type.input("a", {2, 4}, "uint8");
  parameters(without_type, "a", 0.5F, 1);
  parameters(without_type, "c", 0.5F, 1);
  node(without_type, "QLinearSigmoid", {"a", "as", "az", "cs"}).output("y");
  EXPECT_NE(refusal(without_type)
                .find("the result's zero point is left out, and with it its type; expected a zero "
                      "point of 8 or 16 bits"),
            std::string::npos)
      << refusal(without_type);

  SampleModel pairs;
  pairs.input("a", {2, 4}, "uint8");
  parameters(pairs, "a", 0.5F, 1);
  parameters(pairs, "c", 0.5F, 1);
  node(pairs, "QLinearConcat", {"cs", "cz", "a", "as", "az", "a"}, {number("axis", 1)}).output("y");
  EXPECT_NE(refusal(pairs).find("the inputs are no triples of tensor, scale and zero point"), std::string::npos)
      << refusal(pairs);

  SampleModel flat;
  flat.input("a", {2, 4}, "uint8");
  parameters(flat, "a", 0.5F, 1);
  parameters(flat, "c", 0.5F, 1);
  node(flat, "QLinearGlobalAveragePool", {"a", "as", "az", "cs", "cz"}).output("y");
  EXPECT_NE(refusal(flat).find("the operand is no image; expected three axes at least"), std::string::npos)
      << refusal(flat);

  SampleModel real_operand;
  real_operand.input("a", {2, 4}, "float");
  parameters(real_operand, "a", 0.5F, 1);
  parameters(real_operand, "c", 0.5F, 1);
  node(real_operand, "QLinearSigmoid", {"a", "as", "az", "cs", "cz"}).output("y");
  EXPECT_NE(refusal(real_operand).find("the operand is not a quantized tensor"), std::string::npos)
      << refusal(real_operand);

  SampleModel unknown;
  unknown.input("a", {2, 4}, "uint8");
  node(unknown, "QAttention", {"a"}).output("y");
  EXPECT_NE(refusal(unknown).find("operators of the domain 'com.microsoft' are not supported"), std::string::npos)
      << refusal(unknown);
}

} // namespace
} // namespace tilewright::testing
