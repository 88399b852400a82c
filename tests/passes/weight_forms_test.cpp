// Exporters write the same quantized weights in several ways; the pipeline makes the same layer of all of them.
#include "pass_fixture.h"

#include "passes/pass_manager.h"
#include "passes/pipeline.h"

#include <fmt/format.h>

namespace tilewright::testing_support {
namespace {

class WeightForms : public PassFixture {
protected:
  // A layer of two inputs and three outputs; `weights` defines %w : f32[2x3].
  static std::string graph(std::string_view weights, std::string_view bias = "") {
    return fmt::format(R"(graph "t" {{
      %x = input "x" : f32[1x2]
      %q = quantize(%x) {} from ["q"] : "q" i8[1x2] {} range [-128, 127]
      %d = dequantize(%q) {} from ["d"] : "d" f32[1x2]
      {}
      {}
      %o = quantize(%h) {} from ["o"] : "o" i8[1x3] {} range [-128, 127]
      output "y" = %o
    }})",
                       quantize_attributes("1/4", 0), quantization("1/4", 0), dequantize_attributes("1/4", 0), weights,
                       bias.empty() ? "%h = dense(%d, %w) from [\"fc\"] : \"h\" f32[1x3]" : bias,
                       quantize_attributes("1/8", 0), quantization("1/8", 0));
  }

  struct Layer {
    std::vector<std::int64_t> weights;
    ElementType element = ElementType::int8;
    std::optional<Quantization> quantization;
    std::vector<std::int64_t> bias;
    std::string rest; // the node behind the layer
  };

  Layer layer_of(const std::string& text) {
    Graph graph = parse(text);
    Diagnostics diagnostics;
    PassContext context{ops_, diagnostics};
    const auto passes = passes_named(default_pipeline(), passes_, diagnostics);
    EXPECT_TRUE(run_passes(graph, *passes, context).succeeded) << all_text(diagnostics);
    EXPECT_TRUE(diagnostics.all().empty()) << all_text(diagnostics);
    Layer layer;
    for (const NodeId id : graph.order()) {
      const Node& node = graph.node(id);
      if (node.op->traits.contraction) {
        const ValueId weights = node.operands[1];
        layer.weights = to_int64(*graph.constant(weights));
        if (node.operands.size() > 2) layer.bias = to_int64(*graph.constant(node.operands[2]));
        layer.element = graph.type(weights).element;
        layer.quantization = graph.type(weights).quantization;
      }
      if (node.op->name == "requantize") layer.rest = text_of(node.attributes);
    }
    return layer;
  }

  void expect_same(const Layer& layer, const Quantization& quantization) {
    EXPECT_EQ(layer.weights, (std::vector<std::int64_t>{1, 2, -3, 4, -5, 6}));
    EXPECT_EQ(layer.element, ElementType::int8);
    EXPECT_EQ(layer.quantization, quantization);
  }
};

TEST_F(WeightForms, IntegersWithOneScale) {
  const Layer layer = layer_of(graph("%i = constant \"w\" : i8[2x3] range [-5, 6] = [1, 2, -3, 4, -5, 6]\n"
                                     "%w = dequantize(%i) " +
                                     dequantize_attributes("1/16", 0) + " from [\"wd\"] : \"w\" f32[2x3]"));
  expect_same(layer, per_tensor(Rational(1, 16)));
}

TEST_F(WeightForms, IntegersWithAZeroPointInUnsignedStorage) {
  const Layer layer = layer_of(graph("%i = constant \"w\" : u8[2x3] range [123, 134] = [129, 130, 125, 132, 123, 134]\n"
                                     "%w = dequantize(%i) " +
                                     dequantize_attributes("1/16", 128) + " from [\"wd\"] : \"w\" f32[2x3]"));
  expect_same(layer, per_tensor(Rational(1, 16)));
}

TEST_F(WeightForms, ClippedIntegers) {
  const Layer layer = layer_of(graph("%i = constant \"w\" : i8[2x3] range [-5, 100] = [1, 2, -3, 4, -5, 100]\n"
                                     "%c = clip(%i) {low = -7, high = 6} from [\"c\"] : \"c\" i8[2x3] range [-5, 6]\n"
                                     "%w = dequantize(%c) " +
                                     dequantize_attributes("1/16", 0) + " from [\"wd\"] : \"w\" f32[2x3]"));
  expect_same(layer, per_tensor(Rational(1, 16)));
}

TEST_F(WeightForms, QuantizedFloats) {
  const Layer layer =
      layer_of(graph("%f = constant \"w\" : f32[2x3] = [0.0625, 0.125, -0.1875, 0.25, -0.3125, 0.37]\n"
                     "%i = quantize(%f) " +
                     quantize_attributes("1/16", 0) + " from [\"wq\"] : \"wq\" i8[2x3] " + quantization("1/16", 0) +
                     " range [-128, 127]\n"
                     "%w = dequantize(%i) " +
                     dequantize_attributes("1/16", 0) + " from [\"wd\"] : \"w\" f32[2x3]"));
  expect_same(layer, per_tensor(Rational(1, 16)));
}

TEST_F(WeightForms, TransposedWithOneScaleAnOutput) {
  const Layer layer = layer_of(graph("%i = constant \"w\" : i8[3x2] range [-5, 6] = [1, 4, 2, -5, -3, 6]\n"
                                     "%t = dequantize(%i) {scale = [1/16, 1/8, 3/16], zero_point = [0, 0, 0], axis = "
                                     "0} from [\"wd\"] : \"wd\" f32[3x2]\n"
                                     "%w = transpose(%t) {permutation = [1, 0]} from [\"wt\"] : \"w\" f32[2x3]"));
  expect_same(layer, Quantization{{Rational(1, 16), Rational(1, 8), Rational(3, 16)}, {0, 0, 0}, 1});
}

TEST_F(WeightForms, TransposedQuantizedFloatsThroughAReshape) {
  const Layer layer =
      layer_of(graph("%f = constant \"w\" : f32[3x2x1] = [0.0625, 0.25, 0.125, -0.3125, -0.1875, 0.375]\n"
                     "%i = quantize(%f) " +
                     quantize_attributes("1/16", 0) + " from [\"wq\"] : \"wq\" i8[3x2x1] " + quantization("1/16", 0) +
                     " range [-128, 127]\n"
                     "%r = dequantize(%i) " +
                     dequantize_attributes("1/16", 0) +
                     " from [\"wd\"] : \"wd\" f32[3x2x1]\n"
                     "%s = reshape(%r) {shape = [3, 2]} from [\"wr\"] : \"wr\" f32[3x2]\n"
                     "%w = transpose(%s) {permutation = [1, 0]} from [\"wt\"] : \"w\" f32[2x3]"));
  expect_same(layer, per_tensor(Rational(1, 16)));
}

TEST_F(WeightForms, ABiasWithAQuantizerOfItsOwnKeepsItsRounding) {
  const std::string weights = "%i = constant \"w\" : i8[2x3] range [-5, 6] = [1, 2, -3, 4, -5, 6]\n"
                              "%w = dequantize(%i) " +
                              dequantize_attributes("1/16", 0) + " from [\"wd\"] : \"w\" f32[2x3]\n";
  // 3/64, -5/64 and 6/64 in steps of 1/32: 1.5, -2.5 and 3 round to 2, -2 and 3.
  const std::string twice = "%bi = constant \"b\" : i32[3] range [-5, 6] = [3, -5, 6]\n"
                            "%b1 = dequantize(%bi) " +
                            dequantize_attributes("1/64", 0) +
                            " from [\"bd\"] : \"b1\" f32[3]\n"
                            "%bq = quantize(%b1) " +
                            quantize_attributes("1/32", 0) + " from [\"bq\"] : \"bq\" i8[3] " +
                            quantization("1/32", 0) +
                            " range [-128, 127]\n"
                            "%b = dequantize(%bq) " +
                            dequantize_attributes("1/32", 0) + " from [\"bqd\"] : \"b\" f32[3]\n";
  const std::string once = "%b = constant \"b\" : f32[3] = [0.0625, -0.0625, 0.09375]\n";
  const std::string in_dense = "%h = dense(%d, %w, %b) from [\"fc\"] : \"h\" f32[1x3]";
  const Layer layer = layer_of(graph(weights + twice, in_dense));
  EXPECT_EQ(layer.rest, layer_of(graph(weights + once, in_dense)).rest);
  EXPECT_EQ(layer.bias, (std::vector<std::int64_t>{4, -4, 6}));
}

TEST_F(WeightForms, BiasesInEveryForm) {
  const std::string weights = "%i = constant \"w\" : i8[2x3] range [-5, 6] = [1, 2, -3, 4, -5, 6]\n"
                              "%w = dequantize(%i) " +
                              dequantize_attributes("1/16", 0) + " from [\"wd\"] : \"w\" f32[2x3]\n";
  const std::string float_bias = "%b = constant \"b\" : f32[3] = [0.5, -0.25, 0.015625]\n";
  const std::string integer_bias = "%bi = constant \"b\" : i32[3] range [-16, 32] = [32, -16, 1]\n"
                                   "%b = dequantize(%bi) " +
                                   dequantize_attributes("1/64", 0) + " from [\"bd\"] : \"b\" f32[3]\n";
  const std::string per_channel = "%bi = constant \"b\" : i32[3] range [-8, 16] = [16, -8, 1]\n"
                                  "%b = dequantize(%bi) {scale = [1/32, 1/32, 1/64], zero_point = [0, 0, 0], axis = 0} "
                                  "from [\"bd\"] : \"b\" f32[3]\n";
  const std::string in_dense = "%h = dense(%d, %w, %b) from [\"fc\"] : \"h\" f32[1x3]";
  const std::string behind =
      "%m = dense(%d, %w) from [\"fc\"] : \"m\" f32[1x3]\n%h = add(%b, %m) from [\"a\"] : \"h\" f32[1x3]";
  const std::string expected = layer_of(graph(weights + float_bias, in_dense)).rest;
  EXPECT_NE(expected.find("multiplier = [1], addend = [0], shift = 3, prior_shift = 0"), std::string::npos) << expected;
  for (const std::string& bias : {float_bias, integer_bias, per_channel}) {
    for (const std::string& place : {in_dense, behind})
      EXPECT_EQ(layer_of(graph(weights + bias, place)).rest, expected);
  }
}

} // namespace
} // namespace tilewright::testing_support
