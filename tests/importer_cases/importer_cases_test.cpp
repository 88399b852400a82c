// The ways in which real exports break importers, each on a small model of its own. models/make_importer_cases.py makes
// them, with outputs from exact rational arithmetic; here each goes through the passes and the reference executor and
// has to give these outputs, every element equal.
#include "frontend/import.h"
#include "frontend/tensor_file.h"
#include "ir/ops/dequantize.h"
#include "passes/pass_manager.h"
#include "passes/pipeline.h"
#include "runtime/reference/executor.h"
#include "tests/support/source_tree.h"

#include <algorithm>
#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tilewright {
namespace {

namespace fs = std::filesystem;

class ImporterCases : public ::testing::Test {
protected:
  ImporterCases() {
    register_all_ops(ops_);
    register_all_importers(importers_);
    register_all_passes(passes_);
  }

  static fs::path folder_of(const std::string& name) {
    return testing::source_root() / "models" / "importer_cases" / name;
  }

  static std::vector<Tensor> tensors_of(const std::string& name, const std::string& kind) {
    std::vector<Tensor> tensors;
    Diagnostics diagnostics;
    for (int i = 0; fs::exists(folder_of(name) / fmt::format("{}_{}.pb", kind, i)); ++i)
      tensors.push_back(read_tensor_file(folder_of(name) / fmt::format("{}_{}.pb", kind, i), diagnostics).value());
    EXPECT_FALSE(tensors.empty()) << name;
    return tensors;
  }

  std::optional<Graph> import(const std::string& name, const std::string& file, ImportOptions options = {}) {
    return import_model(folder_of(name) / file, ops_, importers_, options, diagnostics_);
  }

  void integerize(Graph& graph) {
    PassContext context{ops_, diagnostics_};
    const auto pipeline = passes_named(default_pipeline(), passes_, diagnostics_);
    EXPECT_TRUE(run_passes(graph, *pipeline, context, {}).succeeded) << messages();
  }

  // The integer graph, after its outputs were held against the case's.
  std::optional<Graph> run(const std::string& name, const std::string& file = "model.onnx",
                           ImportOptions options = {}) {
    SCOPED_TRACE(name + "/" + file);
    const std::vector<Tensor> inputs = tensors_of(name, "input");
    for (const Tensor& input : inputs)
      options.input_shapes.push_back(input.shape());
    std::optional<Graph> graph = import(name, file, options);
    EXPECT_TRUE(graph) << messages();
    if (!graph) return graph;
    integerize(*graph);
    const ExecutionResult result = execute(*graph, inputs, diagnostics_);
    EXPECT_TRUE(result.succeeded) << messages();
    const std::vector<Tensor> expected = tensors_of(name, "output");
    EXPECT_EQ(result.outputs.size(), expected.size());
    for (std::size_t i = 0; i < std::min(result.outputs.size(), expected.size()); ++i) {
      EXPECT_EQ(result.outputs[i].shape(), expected[i].shape());
      EXPECT_EQ(to_double(result.outputs[i]), to_double(expected[i])) << "output " << i;
    }
    return graph;
  }

  std::string messages() const {
    std::string text;
    for (const Diagnostic& diagnostic : diagnostics_.all())
      text += text_of(diagnostic) + "\n";
    return text;
  }
  std::vector<std::string> codes() const {
    std::vector<std::string> result;
    for (const Diagnostic& diagnostic : diagnostics_.all())
      result.push_back(diagnostic.code);
    return result;
  }

  // Ops of the graph but for quantization at its edges.
  static std::vector<std::string> inner_ops(const Graph& graph) {
    std::vector<std::string> names;
    for (const NodeId id : graph.order()) {
      const std::string& name = graph.node(id).op->name;
      if (name != "quantize" && name != "dequantize") names.push_back(name);
    }
    return names;
  }

  OpRegistry ops_;
  ImporterRegistry importers_;
  PassRegistry passes_;
  Diagnostics diagnostics_;
};

using Names = std::vector<std::string>;
const Names one_layer{"dense", "requantize"};

TEST_F(ImporterCases, Case01TwoExporters) {
  const auto one = run("01_two_exporters", "torchscript.onnx");
  const auto other = run("01_two_exporters", "dynamo.onnx");
  ASSERT_TRUE(one && other);
  EXPECT_EQ(inner_ops(*one), one_layer);
  EXPECT_EQ(inner_ops(*other), one_layer);
}

TEST_F(ImporterCases, Case02FloatWeightsQuantizedInside) { run("02_float_weights_quantized_inside"); }

TEST_F(ImporterCases, Case03DecomposedQuantizer) {
  EXPECT_FALSE(import("03_decomposed_quantizer", "model.onnx"));
  ASSERT_FALSE(diagnostics_.all().empty());
  const Diagnostic& problem = diagnostics_.all().front();
  EXPECT_EQ(problem.code, "import.decomposed-quantizer");
  EXPECT_EQ(problem.op, "Round");
  EXPECT_EQ(problem.hint, "export QONNX (Quant nodes) or QCDQ (QuantizeLinear nodes)");
  EXPECT_EQ(diagnostics_.exit_code(), 3);
}

TEST_F(ImporterCases, Case04DequantizeOnlyWeights) { run("04_dequantize_only_weights"); }
TEST_F(ImporterCases, Case05QuantInFourDomains) { run("05_quant_in_four_domains"); }
TEST_F(ImporterCases, Case06ParametersBehindNodes) { run("06_parameters_behind_nodes"); }
TEST_F(ImporterCases, Case07ParameterRanks) { run("07_parameter_ranks"); }
TEST_F(ImporterCases, Case08AxisFollowsTranspose) { run("08_axis_follows_transpose"); }
TEST_F(ImporterCases, Case09NoZeroPoint) { run("09_no_zero_point"); }

TEST_F(ImporterCases, Case10ClipBelow8Bits) {
  const auto graph = run("10_clip_below_8_bits");
  ASSERT_TRUE(graph);
  const NodeId first = graph->order().front();
  EXPECT_EQ(graph->type(graph->node(first).results[0]).range, (IntegerRange{-7, 7}));
}

TEST_F(ImporterCases, Case11RoundingModes) { run("11_rounding_modes"); }
TEST_F(ImporterCases, Case12BiasForms) { run("12_bias_forms"); }

TEST_F(ImporterCases, Case13NothingToDo) {
  const auto graph = run("13_nothing_to_do");
  ASSERT_TRUE(graph);
  EXPECT_EQ(inner_ops(*graph), one_layer);
}

TEST_F(ImporterCases, Case14BatchNormBehindLayer) {
  const auto graph = run("14_batch_norm_behind_layer");
  ASSERT_TRUE(graph);
  EXPECT_EQ(inner_ops(*graph), one_layer); // in the multiplier
}

TEST_F(ImporterCases, Case15ViewsBetweenQuantizers) { run("15_views_between_quantizers"); }

TEST_F(ImporterCases, Case16FlattenAfterChannelsFirst) {
  const auto graph = run("16_flatten_after_channels_first");
  ASSERT_TRUE(graph);
  // The only transpose is at the input: the one in front of Flatten went into the order of the weights.
  EXPECT_EQ(inner_ops(*graph), (Names{"transpose", "conv", "requantize", "reshape", "dense", "requantize"}));
}

TEST_F(ImporterCases, Case17SymbolicBatch) {
  run("17_symbolic_batch"); // by the data
  EXPECT_EQ(codes(), Names{});
  ImportOptions bound;
  bound.bindings["N"] = 8;
  const auto graph = import("17_symbolic_batch", "model.onnx", bound);
  ASSERT_TRUE(graph) << messages();
  EXPECT_EQ(graph->type(graph->inputs()[0]).shape, (Shape{8, 4}));
  EXPECT_EQ(codes(), Names{});
  const auto single = import("17_symbolic_batch", "model.onnx");
  ASSERT_TRUE(single) << messages();
  EXPECT_EQ(single->type(single->inputs()[0]).shape, (Shape{1, 4}));
  ASSERT_EQ(diagnostics_.all().size(), 1U) << messages();
  EXPECT_EQ(diagnostics_.all()[0].severity, Severity::note);
}

TEST_F(ImporterCases, Case18AxesAttributeOrInput) {
  run("18_axes_attribute_or_input", "opset11.onnx");
  run("18_axes_attribute_or_input", "opset13.onnx");
}

TEST_F(ImporterCases, Case19NewerVersions) {
  run("19_newer_versions");
  ASSERT_EQ(codes(), Names{"import.ir-version"});
  EXPECT_EQ(diagnostics_.all()[0].severity, Severity::warning);
  EXPECT_FALSE(import("19_newer_versions", "unknown_opset.onnx"));
  EXPECT_EQ(codes().back(), "import.opset");
}

TEST_F(ImporterCases, Case20Float64Initializers) { run("20_float64_initializers"); }

TEST_F(ImporterCases, Case21UnnamedNodes) {
  const auto graph = run("21_unnamed_nodes");
  ASSERT_TRUE(graph);
  for (const NodeId id : graph->order())
    EXPECT_FALSE(text_of(graph->node(id).origin).empty());
}

TEST_F(ImporterCases, Case22UnequalScales) { run("22_unequal_scales"); }
TEST_F(ImporterCases, Case23TruncAndBipolar) { run("23_trunc_and_bipolar"); }
TEST_F(ImporterCases, Case24SeveralInputsAndOutputs) { run("24_several_inputs_and_outputs"); }

TEST_F(ImporterCases, Case25ExternalData) {
  run("25_external_data");
  EXPECT_FALSE(import("25_external_data", "missing.onnx"));
  EXPECT_NE(messages().find("no_such_file.bin"), std::string::npos) << messages();
  const std::size_t before = diagnostics_.all().size();
  EXPECT_FALSE(import("25_external_data", "outside.onnx"));
  ASSERT_GT(diagnostics_.all().size(), before);
  EXPECT_EQ(diagnostics_.all()[before].code, "import.external-data") << messages();
}

TEST_F(ImporterCases, Case26FakeQuantizedWeights) {
  run("26_fake_quantized_weights");
  EXPECT_EQ(codes(), Names{});
  run("26_fake_quantized_weights", "rounded.onnx");
  ASSERT_EQ(codes(), Names{"import.residue"}) << messages();
  EXPECT_NE(diagnostics_.all()[0].reason.find("by up to 0.25 of a step"), std::string::npos) << messages();
}

} // namespace
} // namespace tilewright
