// Whole models from files: the committed ones, and a larger collection beside the checkout where it is present. Each
// has to import, keep its text, and compute its golden outputs when its ops are evaluated one after the other.
#include "frontend/tensor_file.h"
#include "ir/ops/dequantize.h"
#include "ir/parser.h"
#include "tests/frontend/sample_model.h"
#include "tests/support/source_tree.h"

#include <cmath>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>
#include <set>

namespace tilewright {
namespace {

namespace fs = std::filesystem;
using namespace tilewright::testing;

std::vector<fs::path> models_in(const fs::path& folder) {
  std::set<fs::path> found; // sorted
  std::error_code error;
  for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
    if (fs::exists(entry.path() / "model.onnx")) found.insert(entry.path());
  }
  return {found.begin(), found.end()};
}

fs::path shared_models() {
  const char* folder = std::getenv("TILEWRIGHT_SHARED_MODELS");
  return folder ? fs::path(folder) : testing::source_root() / ".." / "shared" / "models";
}

std::vector<Tensor> tensors_of(const fs::path& data, const std::string& kind) {
  std::vector<Tensor> tensors;
  Diagnostics diagnostics;
  for (int i = 0; fs::exists(data / (kind + "_" + std::to_string(i) + ".pb")); ++i) {
    auto tensor = read_tensor_file(data / (kind + "_" + std::to_string(i) + ".pb"), diagnostics);
    if (tensor) tensors.push_back(*std::move(tensor));
  }
  EXPECT_FALSE(diagnostics.has_errors()) << data;
  return tensors;
}

Imported import_file(const fs::path& model, const std::vector<Tensor>& inputs) {
  Imported result;
  ImportOptions options;
  for (const Tensor& input : inputs)
    options.input_shapes.push_back(input.shape());
  result.graph = import_model(model, registries().ops, registries().importers, options, result.diagnostics);
  return result;
}

std::vector<Tensor> evaluate(const Graph& graph, const std::vector<Tensor>& inputs) {
  std::map<ValueId, Tensor> values;
  for (std::size_t i = 0; i < inputs.size(); ++i)
    values[graph.inputs().at(i)] = inputs[i];
  const auto value = [&](ValueId id) { return graph.constant(id) ? *graph.constant(id) : values.at(id); };
  for (const NodeId id : graph.order()) {
    const Node& node = graph.node(id);
    std::vector<Tensor> operands;
    std::vector<const Tensor*> pointers;
    for (const ValueId operand : node.operands)
      operands.push_back(value(operand));
    for (const Tensor& operand : operands)
      pointers.push_back(&operand);
    const auto operand_types = graph.operand_types(id);
    const auto result_types = graph.result_types(id);
    std::vector<Tensor> results = node.op->evaluate({node.attributes, pointers, operand_types, result_types});
    for (std::size_t i = 0; i < results.size(); ++i)
      values[node.results[i]] = std::move(results[i]);
  }
  std::vector<Tensor> outputs;
  for (const GraphOutput& output : graph.outputs())
    outputs.push_back(value(output.value));
  return outputs;
}

// One step of the output's quantizer; without one, what float32 accumulation may differ by.
double step_of(const Graph& graph, ValueId output) {
  const auto producer = graph.value(output).producer;
  if (!producer || !graph.node(*producer).attributes.holds<DequantizeAttributes>()) return 1e-4;
  return graph.node(*producer).attributes.as<DequantizeAttributes>().scale.front().to_double();
}

void expect_equal(const Graph& graph, std::size_t output, const Tensor& got, const Tensor& expected, bool exact) {
  ASSERT_EQ(got.shape(), expected.shape());
  ASSERT_EQ(got.element(), expected.element());
  const std::vector<double> a = to_double(got);
  const std::vector<double> b = to_double(expected);
  const double step = is_integer(got.element()) ? 1 : step_of(graph, graph.outputs()[output].value);
  std::size_t differing = 0;
  double largest = 0;
  for (std::size_t i = 0; i < a.size(); ++i) {
    differing += std::abs(a[i] - b[i]) > step / 2 ? 1 : 0;
    largest = std::max(largest, std::abs(a[i] - b[i]) / step);
  }
  // Float accumulation and exact arithmetic may fall on different sides of a tie.
  const std::size_t allowed = exact ? 0 : std::max<std::size_t>(1, a.size() / 50);
  EXPECT_LE(differing, allowed) << "of " << a.size();
  EXPECT_LT(largest, exact ? 0.5 : 1.5);
}

bool is_exact(const fs::path& model) {
  std::ifstream stream(model / "meta.json");
  const std::set<std::string> rounded_differently{"mlp_float_scales", "gemm_alpha_beta", "mlp_tables",
                                                  "cnn_poolings"}; // by float32
  if (!stream) return !rounded_differently.contains(model.filename().string());
  const auto meta = nlohmann::json::parse(stream, nullptr, false);
  return !meta.is_discarded() && meta.value("exact", false);
}

void expect_imports_and_computes(const fs::path& model) {
  SCOPED_TRACE(model.filename().string());
  for (int set = 0; set < 3; ++set) {
    SCOPED_TRACE(set);
    const fs::path data = model / ("test_data_set_" + std::to_string(set));
    const std::vector<Tensor> inputs = tensors_of(data, "input");
    const std::vector<Tensor> expected = tensors_of(data, "output");
    const Imported imported = import_file(model / "model.onnx", inputs);
    ASSERT_TRUE(imported.graph) << imported.all_messages();
    for (const Diagnostic& problem : verify(*imported.graph))
      ADD_FAILURE() << text_of(problem);
    const std::vector<Tensor> outputs = evaluate(*imported.graph, inputs);
    ASSERT_EQ(outputs.size(), expected.size());
    for (std::size_t i = 0; i < outputs.size(); ++i) {
      expect_equal(*imported.graph, i, outputs[i], expected[i], is_exact(model));
    }
    if (set > 0) continue;
    const std::string text = text_of(*imported.graph);
    Diagnostics diagnostics;
    const auto parsed = parse_graph(text, registries().ops, diagnostics);
    ASSERT_TRUE(parsed) << text_of(diagnostics.all().at(0));
    EXPECT_TRUE(text_of(*parsed) == text);
  }
}

TEST(ModelFiles, CommittedOnesCompute) {
  const std::vector<fs::path> models = models_in(testing::source_root() / "models");
  EXPECT_GE(models.size(), 6U);
  for (const fs::path& model : models)
    expect_imports_and_computes(model);
}

// The codes with which a model is refused; a model that is not listed has to import.
const std::map<std::string, std::set<std::string>>& refused_models() {
  static const std::map<std::string, std::set<std::string>> refused{
      {"dynquant_mlp", {"import.dynamic-quantization"}},
      {"qonnx_fp8", {"import.float-quantization"}},
      {"qonnx_mnist_conv", {"import.not-quantized"}},
  };
  return refused;
}

TEST(ModelFiles, SharedOnesComputeOrAreRefusedWithTheReason) {
  const std::vector<fs::path> models = models_in(shared_models());
  if (models.empty()) GTEST_SKIP() << "the larger collection is absent; the committed models stand for it";
  std::size_t computed = 0;
  for (const fs::path& model : models) {
    const std::string name = model.filename().string();
    const Imported imported = import_file(model / "model.onnx", tensors_of(model / "test_data_set_0", "input"));
    if (imported.graph) {
      EXPECT_FALSE(refused_models().contains(name)) << name;
      expect_imports_and_computes(model);
      ++computed;
      continue;
    }
    std::set<std::string> codes;
    for (const Diagnostic& problem : imported.diagnostics.all()) {
      if (problem.severity == Severity::error) codes.insert(problem.code);
    }
    ASSERT_TRUE(refused_models().contains(name)) << name << ": " << imported.all_messages();
    EXPECT_EQ(codes, refused_models().at(name)) << name;
    EXPECT_EQ(imported.diagnostics.exit_code(), 3) << name;
  }
  RecordProperty("computed", static_cast<int>(computed));
  printf("%zu of %zu models computed\n", computed, models.size());
}

} // namespace
} // namespace tilewright
