// Parts of a graph as ONNX: what is written, read again, computes the same, bit for bit. Where Debian's python3-onnx is
// installed, its checker and its shape inference read the files as well.
#include "frontend/export.h"
#include "frontend/import.h"
#include "ir/ops/cast.h"
#include "ir/parser.h"
#include "ir/registry.h"
#include "runtime/driver/files.h"
#include "runtime/driver/process.h"
#include "runtime/reference/executor.h"

#include <cmath>
#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>

namespace tilewright::testing {
namespace {

namespace fs = std::filesystem;

class Export : public ::testing::Test {
protected:
  Export() {
    register_all_ops(ops_);
    register_all_importers(importers_);
    register_all_exporters(exporters_);
  }

  // A graph of one input %x and one output %y.
  Graph parse(const std::string& type, const std::string& body) {
    Diagnostics diagnostics;
    const std::string text = fmt::format("graph \"t\" {{\n%x = input \"x\" : {}\n{}output \"y\" = %y\n}}", type, body);
    auto graph = parse_graph(text, ops_, diagnostics);
    EXPECT_TRUE(graph) << (diagnostics.all().empty() ? "" : text_of(diagnostics.all()[0])) << "\n" << text;
    return graph ? *std::move(graph) : Graph();
  }

  std::optional<Model> exported(const Graph& graph) {
    GraphPart part{"part", graph.order(), {}, {}};
    for (const ValueId input : graph.inputs())
      part.inputs.push_back({graph.value(input).name, input});
    for (const GraphOutput& output : graph.outputs())
      part.outputs.push_back({output.name, output.value});
    return export_part(graph, part, exporters_, diagnostics_);
  }

  // Writes the graph, reads the file, and runs both on `input`.
  void expect_same(const Graph& graph, const Tensor& input) {
    const auto model = exported(graph);
    ASSERT_TRUE(model) << (diagnostics_.all().empty() ? "" : text_of(diagnostics_.all()[0]));
    const fs::path file = folder_.path() / "part.onnx";
    ASSERT_FALSE(write_file(file, onnx_bytes_of(*model)));
    Diagnostics diagnostics;
    ImportOptions options;
    options.require_quantizers = false;
    const auto read = import_model(file, ops_, importers_, options, diagnostics);
    ASSERT_TRUE(read) << text_of(diagnostics.all().at(0));
    const ExecutionResult expected = execute(graph, {&input, 1}, diagnostics);
    const ExecutionResult got = execute(*read, {&input, 1}, diagnostics);
    ASSERT_TRUE(expected.succeeded && got.succeeded) << text_of(diagnostics.all().at(0));
    ASSERT_EQ(got.outputs[0].element(), expected.outputs[0].element());
    ASSERT_EQ(got.outputs[0].shape(), expected.outputs[0].shape());
    const std::vector<double> a = to_double(got.outputs[0]);
    const std::vector<double> b = to_double(expected.outputs[0]);
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (std::isnan(a[i]) && std::isnan(b[i])) continue;
      EXPECT_EQ(a[i], b[i]) << "element " << i << " for " << to_double(input)[std::min(i, to_double(input).size() - 1)];
    }
    check_with_python(file);
  }

  static void check_with_python(const fs::path& file) {
    const char* python = "/usr/bin/python3";
    if (!fs::exists(python)) return;
    const std::string script = "import sys\n"
                               "try:\n    import onnx\nexcept ImportError:\n    sys.exit(0)\n"
                               "model = onnx.load(sys.argv[1])\n"
                               "if max(o.version for o in model.opset_import) <= onnx.defs.onnx_opset_version():\n"
                               "    onnx.checker.check_model(model, full_check=True)\n";
    const CommandResult result = tilewright::run({{python, "-c", script, file.string()}, {}, {}, 60});
    EXPECT_TRUE(result.succeeded()) << result.errors;
  }

  // Ties, numbers beside ties, and what saturates.
  static Tensor awkward_numbers(float scale) {
    std::vector<float> values{0, -0.0F, 1e-10F, -1e-10F, 1e30F, -1e30F, 0.49999997F, -0.49999997F};
    for (float half = -20.5F; half <= 20.5F; half += 0.5F) {
      for (const float value : {half, std::nextafter(half, 1e9F), std::nextafter(half, -1e9F)})
        values.push_back(value * scale);
    }
    while (values.size() % 4 != 0)
      values.push_back(0.25F);
    return Tensor::of({static_cast<std::int64_t>(values.size()) / 4, 4}, values);
  }

  OpRegistry ops_;
  ImporterRegistry importers_;
  ExporterRegistry exporters_;
  Diagnostics diagnostics_;
  ScopedFolder folder_{"tilewright-export-"};
};

TEST_F(Export, QuantizersOfEveryModeOrderAndRange) {
  const Tensor input = awkward_numbers(0.25F);
  const std::string shape = text_of(input.shape());
  for (const char* mode : {"half_even", "half_away", "half_toward_zero", "half_up", "half_down", "floor", "ceil",
                           "toward_zero", "away_from_zero"}) {
    for (const bool after : {false, true}) {
      for (const int zero_point : {0, 3}) {
        for (const char* range : {"[-128, 127]", "[-7, 7]"}) {
          SCOPED_TRACE(fmt::format("{} {} {} {}", mode, after, zero_point, range));
          expect_same(
              parse(fmt::format("f32[{}]", shape),
                    fmt::format("%y = quantize(%x) {{scale = [1/4], zero_point = [{0}], axis = none, element = i8, "
                                "range = {1}, rounding = {2}, round_after_zero_point = {3}}} from [\"q\"] : \"y\" "
                                "i8[{4}] quantization {{scale = [1/4], zero_point = [{0}]}} range {1}\n",
                                zero_point, range, mode, after, shape)),
              input);
        }
      }
    }
  }
}

TEST_F(Export, QuantizersPerChannelAndOfSixteenBits) {
  const Tensor input = awkward_numbers(1);
  const std::string shape = text_of(input.shape());
  expect_same(
      parse(fmt::format("f32[{}]", shape),
            fmt::format("%y = quantize(%x) {{scale = [1/4, 1/2, 1, 3], zero_point = [0, 1, 2, 3], axis = 1, "
                        "element = u8, range = [0, 255], rounding = half_even, round_after_zero_point = false}} "
                        "from [\"q\"] : \"y\" u8[{}] quantization {{scale = [1/4, 1/2, 1, 3], zero_point = "
                        "[0, 1, 2, 3], axis = 1}} range [0, 255]\n",
                        shape)),
      input);
  expect_same(parse(fmt::format("f32[{}]", shape),
                    fmt::format("%y = quantize(%x) {{scale = [1/128], zero_point = [5], axis = none, element = i16, "
                                "range = [-32768, 32767], rounding = floor, round_after_zero_point = false}} from "
                                "[\"q\"] : \"y\" i16[{}] quantization {{scale = [1/128], zero_point = [5]}} range "
                                "[-32768, 32767]\n",
                                shape)),
              input);
}

TEST_F(Export, DequantizersOfAccumulators) {
  std::mt19937 random(3);
  std::vector<std::int32_t> sums(64);
  for (std::int32_t& sum : sums)
    sum = static_cast<std::int32_t>(random());
  // The product of two float32, which is none.
  const std::string scale = (Rational::from_double(0.1F) * Rational::from_double(0.3F)).text();
  expect_same(
      parse("i32[16x4]", fmt::format("%y = dequantize(%x) {{scale = [{}], zero_point = [77], axis = none}} from "
                                     "[\"d\"] : \"y\" f32[16x4]\n",
                                     scale)),
      Tensor::of({16, 4}, sums));
  std::vector<std::uint8_t> bytes(64);
  for (std::uint8_t& byte : bytes)
    byte = static_cast<std::uint8_t>(random());
  expect_same(parse("u8[16x4]", "%y = dequantize(%x) {scale = [1/2, 1/4, 3, 5], zero_point = [0, 1, 2, 255], axis = 1} "
                                "from [\"d\"] : \"y\" f32[16x4]\n"),
              Tensor::of({16, 4}, bytes));
}

TEST_F(Export, FunctionsOfRealNumbers) {
  const Tensor input = awkward_numbers(0.3F);
  const std::string shape = text_of(input.shape());
  for (const char* function :
       {"abs",          "ceil",       "cos",        "elu",      "erf",  "exp",  "floor",           "gelu", "gelu_tanh",
        "hard_sigmoid", "hard_swish", "log",      "mish", "pow",  "reciprocal",      "selu", "sigmoid",
        "sign",         "sin",        "softplus",   "softsign", "sqrt", "tanh", "thresholded_relu"}) {
    SCOPED_TRACE(function);
    expect_same(parse(fmt::format("f32[{}]", shape),
                      fmt::format("%y = unary(%x) {{function = \"{}\", alpha = 1/4, beta = 1/2}} from [\"f\"] : \"y\" "
                                  "f32[{}]\n",
                                  function, shape)),
                input);
  }
}

TEST_F(Export, LinesAndBounds) {
  const Tensor input = awkward_numbers(0.05F);
  const std::string shape = text_of(input.shape());
  const auto node = [&](const std::string& text) {
    return fmt::format("%y = {} from [\"n\"] : \"y\" f32[{}]\n", text, shape);
  };
  for (const std::string& text :
       {node("softmax(%x) {axis = 1, logarithm = false}"), node("softmax(%x) {axis = 0, logarithm = true}"),
        node("clip(%x) {low = -1/4, high = none}"), node("clip(%x) {low = none, high = 1/2}"), node("relu(%x)"),
        std::string("%c = constant \"c\" : f32[4] = [1, 2, 3, 4]\n") + node("div(%x, %c)"),
        std::string("%c = constant \"c\" : f32[4] = [1, 2, 3, 4]\n") + node("mul(%x, %c)"),
        std::string("%c = constant \"c\" : f32[1] = [0.1]\n") + node("add(%c, %x)")}) {
    SCOPED_TRACE(text);
    expect_same(parse(fmt::format("f32[{}]", shape), text), input);
  }
  std::vector<float> finite(64);
  for (std::size_t i = 0; i < finite.size(); ++i)
    finite[i] = std::sin(static_cast<float>(i));
  const Tensor sines = Tensor::of({16, 4}, finite);
  expect_same(parse("f32[16x4]", "%y = layer_norm(%x) {axis = 1, epsilon = 1/1024} from [\"n\"] : \"y\" f32[16x4]\n"),
              sines);
  expect_same(parse("f32[16x4]", "%y = arg_max(%x) {axis = 1, smallest = true, last = true} from [\"n\"] : \"y\" "
                                 "i64[16x1] range [0, 3]\n"),
              sines);
  expect_same(parse("f32[16x4]", "%y = reduce_sum(%x) {axes = [0]} from [\"n\"] : \"y\" f32[1x4]\n"), sines);
}

TEST_F(Export, ViewsAndProducts) {
  std::vector<float> values(24);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(i) - 7.5F;
  const Tensor input = Tensor::of({2, 3, 4}, values);
  for (const char* text :
       {"%y = transpose(%x) {permutation = [2, 0, 1]} from [\"n\"] : \"y\" f32[4x2x3]\n",
        "%y = reshape(%x) {shape = [6, 4]} from [\"n\"] : \"y\" f32[6x4]\n",
        "%y = gather(%x) {axis = 1, indices = [2, 0]} from [\"n\"] : \"y\" f32[2x2x4]\n",
        "%y = concat(%x, %x) {axis = 2} from [\"n\"] : \"y\" f32[2x3x8]\n",
        "%y = pad(%x) {begin = [0, 1, 0], end = [0, 0, 2], value = 3/2} from [\"n\"] : \"y\" f32[2x4x6]\n",
        "%w = constant \"w\" : f32[4x2] = [1, 2, 3, 4, 5, 6, 7, 8]\n%b = constant \"b\" : f32[2] = [0.5, -0.25]\n"
        "%y = dense(%x, %w, %b) from [\"n\"] : \"y\" f32[2x3x2]\n",
        "%t = transpose(%x) {permutation = [0, 2, 1]} from [\"t\"] : \"t\" f32[2x4x3]\n"
        "%y = matmul(%x, %t) from [\"n\"] : \"y\" f32[2x3x3]\n"}) {
    SCOPED_TRACE(text);
    expect_same(parse("f32[2x3x4]", text), input);
  }
}

TEST_F(Export, WindowsStandBetweenTransposes) {
  std::vector<float> values(2 * 5 * 4 * 2);
  for (std::size_t i = 0; i < values.size(); ++i)
    values[i] = static_cast<float>(i % 13) - 6;
  const Tensor input = Tensor::of({2, 5, 4, 2}, values);
  const std::string windows =
      "kernel = [3, 2], strides = [2, 1], dilations = [1, 1], pads_begin = [1, 0], pads_end = [1, 1]";
  for (const std::string& text :
       {fmt::format("%y = max_pool(%x) {{{}}} from [\"n\"] : \"y\" f32[2x3x4x2]\n", windows),
        fmt::format("%y = sum_pool(%x) {{{}, pad_value = 0}} from [\"n\"] : \"y\" f32[2x3x4x2]\n", windows),
        fmt::format("%w = constant \"w\" : f32[3x2x1x2] = [1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12]\n"
                    "%b = constant \"b\" : f32[2] = [0.5, -1]\n"
                    "%y = conv(%x, %w, %b) {{{}, groups = 2, pad_value = 0}} from [\"n\"] : \"y\" f32[2x3x4x2]\n",
                    windows)}) {
    SCOPED_TRACE(text);
    expect_same(parse("f32[2x5x4x2]", text), input);
  }
}

TEST_F(Export, QuantizersWithoutAForm) {
  const auto refusal = [&](const std::string& type, const std::string& element, const std::string& range,
                           const std::string& mode, int zero_point = 1) {
    diagnostics_ = {};
    EXPECT_FALSE(exported(
        parse(type + "[2x2]", fmt::format("%y = quantize(%x) {{scale = [1], zero_point = [{3}], axis = none, element = "
                                          "{0}, range = {1}, rounding = {2}, round_after_zero_point = false}} from "
                                          "[\"q\"] : \"y\" {0}[2x2] quantization {{scale = [1], zero_point = [{3}]}} "
                                          "range {1}\n",
                                          element, range, mode, zero_point))));
    return diagnostics_.all().empty() ? "" : diagnostics_.all()[0].reason;
  };
  const std::string prefix = "this part of the host's work is not written as ONNX: ";
  EXPECT_EQ(refusal("f64", "i8", "[-128, 127]", "half_even"), prefix + "a quantizer of double precision");
  EXPECT_EQ(refusal("f32", "i32", "[-70000, 70000]", "half_even"), prefix + "a quantizer to more than 16 bits");
  EXPECT_EQ(refusal("f32", "i8", "[-128, 127]", "half_odd"), prefix + "its rounding mode has no ONNX form");
  EXPECT_EQ(refusal("f32", "i8", "[-128, 127]", "half_even", 200), prefix + "a zero point beyond its type");
}

TEST_F(Export, WindowsWithoutAForm) {
  const auto refusal = [&](const std::string& type, const std::string& op) {
    diagnostics_ = {};
    EXPECT_FALSE(exported(parse(type, op)));
    return diagnostics_.all().empty() ? "" : diagnostics_.all()[0].reason;
  };
  const std::string prefix = "this part of the host's work is not written as ONNX: ";
  const std::string windows =
      "kernel = [2, 2], strides = [1, 1], dilations = [1, 1], pads_begin = [0, 0], pads_end = [0, 0]";
  EXPECT_EQ(
      refusal("i8[1x3x3x2]",
              fmt::format("%y = max_pool(%x) {{{}}} from [\"n\"] : \"y\" i8[1x2x2x2] range [-128, 127]\n", windows)),
      prefix + "windows of integers");
  EXPECT_EQ(
      refusal("f64[1x3x3x2]",
              fmt::format("%y = sum_pool(%x) {{{}, pad_value = 0}} from [\"n\"] : \"y\" f64[1x2x2x2]\n", windows)),
      prefix + "sums of double precision");
}

TEST_F(Export, NamesStayUnique) {
  const Graph graph = parse("f32[2x2]", "%a = relu(%x) from [\"r\"] : \"x\" f32[2x2]\n"
                                        "%b = relu(%a) from [\"r\"] : \"x\" f32[2x2]\n"
                                        "%y = relu(%b) from [\"r\"] : \"y\" f32[2x2]\n");
  const auto model = exported(graph);
  ASSERT_TRUE(model);
  EXPECT_EQ(model->inputs[0].name, "x");
  EXPECT_EQ(model->outputs[0].name, "y");
  EXPECT_EQ(model->nodes[0].outputs[0], "x_2");
  EXPECT_EQ(model->nodes[1].outputs[0], "x_3");
  expect_same(graph, Tensor::of({2, 2}, std::vector<float>{1, -1, 2, -2}));
}

TEST_F(Export, WhatHasNoFormIsAWarning) {
  const Graph graph = parse("f32[2x2]", "%c = constant \"c\" : f32[1x3] = [0, 1, 2]\n"
                                        "%y = multi_threshold(%x, %c) from [\"m\"] : \"y\" i8[2x2] range [0, 3]\n");
  EXPECT_FALSE(exported(graph));
  ASSERT_EQ(diagnostics_.all().size(), 1U);
  EXPECT_FALSE(diagnostics_.has_errors());
  EXPECT_EQ(text_of(diagnostics_.all()[0]), "warning: node 'm' (multi_threshold), tensor 'y': this part of the host's "
                                            "work is not written as ONNX: the op has no ONNX form [export.no-form]");
}

TEST_F(Export, TheSameGraphGivesTheSameBytes) {
  const Graph graph = parse("f32[2x2]", "%y = relu(%x) from [\"r\"] : \"y\" f32[2x2]\n");
  EXPECT_EQ(onnx_bytes_of(*exported(graph)), onnx_bytes_of(*exported(graph)));
}

} // namespace
} // namespace tilewright::testing
