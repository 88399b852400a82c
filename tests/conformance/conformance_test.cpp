// ONNX's own backend tests: every test of operators that all have an importer runs through the reference executor, and
// where it is about quantized numbers the passes make integers of it first. Tests that cannot pass stand in
// exceptions.txt, each with its reason; one that passes after all must not stand there.
//
// The tests come from Debian's package libonnx-testdata, and from a collection of newer ones beside the checkout;
// without either there is nothing to run.
#include "frontend/import.h"
#include "frontend/onnx/loader.h"
#include "frontend/tensor_file.h"
#include "frontend/unsupported.h"
#include "passes/pass_manager.h"
#include "passes/pipeline.h"
#include "runtime/reference/executor.h"
#include "tests/support/source_tree.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <set>

namespace tilewright {
namespace {

namespace fs = std::filesystem;

fs::path folder_from(const char* variable, const fs::path& otherwise) {
  const char* given = std::getenv(variable);
  return given ? fs::path(given) : otherwise;
}

struct Exception {
  std::string test;
  std::string reason;
};

// "test_name: reason", and "# comment".
std::vector<Exception> exceptions() {
  std::vector<Exception> result;
  std::ifstream stream(testing::source_root() / "tests" / "conformance" / "exceptions.txt");
  for (std::string line; std::getline(stream, line);) {
    const std::size_t colon = line.find(": ");
    if (line.empty() || line.starts_with('#') || colon == std::string::npos) continue;
    result.push_back({line.substr(0, colon), line.substr(colon + 2)});
  }
  return result;
}

class Conformance : public ::testing::Test {
protected:
  Conformance() {
    register_all_ops(ops_);
    register_all_importers(importers_);
    register_all_passes(passes_);
    for (const auto& [name, entry] : importers_.entries()) {
      for (const ImportedOperator& op : entry.definition.operators)
        operators_.insert({op.domain, op.op_type});
    }
  }

  bool knows_all(const Model& model) const {
    return std::ranges::all_of(model.nodes, [this](const ModelNode& node) {
      return operators_.contains({node.domain, node.op_type});
    });
  }

  // Parameters that an importer wants constant are inputs of these tests; their data become initializers.
  static bool make_constant(Model& model, std::vector<std::optional<Tensor>>& inputs, const std::string& name) {
    for (std::size_t i = 0; i < model.inputs.size(); ++i) {
      if (model.inputs[i].name != name || i >= inputs.size() || !inputs[i]) continue;
      const int bits = model.inputs[i].type == "int4" || model.inputs[i].type == "uint4" ? 4 : 0;
      model.initializers.push_back({name, *inputs[i], bits});
      model.inputs.erase(model.inputs.begin() + static_cast<std::ptrdiff_t>(i));
      inputs.erase(inputs.begin() + static_cast<std::ptrdiff_t>(i));
      return true;
    }
    return false;
  }

  // "" or why the test does not pass.
  std::string import(Model& model, std::vector<std::optional<Tensor>>& inputs, std::optional<Graph>& graph) {
    for (;;) {
      Diagnostics diagnostics;
      ImportOptions options;
      options.require_quantizers = false;
      for (const auto& input : inputs)
        options.input_shapes.push_back(input ? input->shape() : Shape{});
      graph = import_model(model, ops_, importers_, options, diagnostics);
      if (graph) return "";
      bool changed = false;
      for (const Diagnostic& problem : diagnostics.all())
        changed = (problem.code == "import.not-constant" && make_constant(model, inputs, problem.tensor)) || changed;
      if (changed) continue;
      for (const Diagnostic& problem : diagnostics.all()) {
        if (problem.severity == Severity::error) return text_of(problem);
      }
      return "no graph and no error";
    }
  }

  static std::string compare(const Tensor& got, const Tensor& expected) {
    if (got.shape() != expected.shape())
      return fmt::format("shape '{}' instead of '{}'", text_of(got.shape()), text_of(expected.shape()));
    if (got.element() != expected.element()) {
      return fmt::format("{} instead of {}", name_of(got.element()), name_of(expected.element()));
    }
    const std::vector<double> a = to_double(got);
    const std::vector<double> b = to_double(expected);
    const bool real = got.element() == ElementType::float32 || got.element() == ElementType::float64;
    for (std::size_t i = 0; i < a.size(); ++i) {
      if (a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))) continue;
      if (real && std::abs(a[i] - b[i]) <= 1e-5 * std::max(1.0, std::abs(b[i]))) continue;
      return fmt::format("element {} is {} instead of {}", i, a[i], b[i]);
    }
    return "";
  }

  std::string run(const Graph& graph, const std::vector<std::optional<Tensor>>& inputs, const fs::path& data) {
    std::vector<Tensor> given;
    for (const auto& input : inputs)
      given.push_back(*input);
    Diagnostics diagnostics;
    const ExecutionResult result = execute(graph, given, diagnostics);
    if (!result.succeeded) return text_of(diagnostics.all().at(0));
    for (std::size_t i = 0; i < result.outputs.size(); ++i) {
      const auto expected = read_tensor_file(data / fmt::format("output_{}.pb", i), diagnostics);
      if (!expected) return "the expected output is no tensor";
      if (std::string difference = compare(result.outputs[i], *expected); !difference.empty()) {
        return fmt::format("output {}: {}", i, difference);
      }
    }
    return "";
  }

  // What a user's model has as constants: scales, zero points, weights of quantized products, lists without elements.
  static void make_parameters_constant(Model& model, std::vector<std::optional<Tensor>>& inputs) {
    std::vector<std::string> names;
    for (const ModelNode& node : model.nodes) {
      const std::size_t weights = node.op_type.starts_with("QLinear") ? 3 : 1;
      if (is_quantization_operator(node) && node.inputs.size() > 3) names.push_back(node.inputs[weights]);
      if (node.op_type.ends_with("quantizeLinear") || node.op_type == "QuantizeLinear")
        names.insert(names.end(), node.inputs.begin() + 1, node.inputs.end());
    }
    for (std::size_t i = 0; i < inputs.size(); ++i) {
      if (inputs[i]->count() == 0 && is_integer(inputs[i]->element())) names.push_back(model.inputs[i].name);
    }
    for (const std::string& name : names)
      make_constant(model, inputs, name);
  }

  std::string result_of(Model model, const fs::path& data) {
    // Old models name their initializers among the inputs; there are no data for those.
    std::erase_if(model.inputs, [&](const ModelValue& input) {
      return std::ranges::find(model.initializers, input.name, &ModelTensor::name) != model.initializers.end();
    });
    std::vector<std::optional<Tensor>> inputs;
    for (std::size_t i = 0; i < model.inputs.size(); ++i) {
      Diagnostics diagnostics;
      inputs.push_back(read_tensor_file(data / fmt::format("input_{}.pb", i), diagnostics));
      if (!inputs.back()) return "an input is no tensor: " + text_of(diagnostics.all().at(0));
    }
    make_parameters_constant(model, inputs);
    std::optional<Graph> graph;
    if (std::string problem = import(model, inputs, graph); !problem.empty()) return problem;
    if (std::ranges::any_of(model.nodes, is_quantization_operator)) {
      Diagnostics diagnostics;
      PassContext context{ops_, diagnostics};
      const auto pipeline = passes_named(default_pipeline(), passes_, diagnostics);
      if (!run_passes(*graph, *pipeline, context, {}).succeeded) return text_of(diagnostics.all().at(0));
    }
    return run(*graph, inputs, data);
  }

  OpRegistry ops_;
  ImporterRegistry importers_;
  PassRegistry passes_;
  std::set<std::pair<std::string, std::string>> operators_;
};

TEST_F(Conformance, EveryTestOfKnownOperatorsPasses) {
  const fs::path package = folder_from("TILEWRIGHT_ONNX_TESTDATA", "/usr/share/libonnx-testdata/data");
  const fs::path shared =
      folder_from("TILEWRIGHT_SHARED_MODELS", testing::source_root() / ".." / "shared" / "models");
  std::map<std::string, fs::path> tests;
  for (const fs::path& folder : {package / "node", package / "simple", package / "pytorch-operator",
                                 package / "pytorch-converted", shared / "onnx_node_tests"}) {
    std::error_code error;
    for (const fs::directory_entry& entry : fs::directory_iterator(folder, error)) {
      // A test that is in both collections counts twice: they are of different versions.
      const std::string prefix = folder.filename() == "onnx_node_tests" ? "new/" : "";
      if (fs::exists(entry.path() / "model.onnx")) tests[prefix + entry.path().filename().string()] = entry.path();
    }
  }
  if (tests.empty()) GTEST_SKIP() << "libonnx-testdata is not installed";
  std::map<std::string, std::string> excepted;
  for (const Exception& exception : exceptions())
    EXPECT_TRUE(excepted.emplace(exception.test, exception.reason).second) << exception.test << " stands there twice";

  std::size_t known = 0;
  std::size_t passed = 0;
  for (const auto& [name, folder] : tests) {
    Diagnostics diagnostics;
    std::optional<Model> model = load_model(folder / "model.onnx", Limits{}, diagnostics);
    if (!model || !knows_all(*model)) continue;
    ++known;
    const std::string problem = result_of(*std::move(model), folder / "test_data_set_0");
    if (problem.empty()) {
      ++passed;
      EXPECT_FALSE(excepted.contains(name)) << name << " passes; it is no exception any more";
    } else {
      EXPECT_TRUE(excepted.contains(name)) << name << ": " << problem;
    }
  }
  std::cout << passed << " of " << known << " tests pass; of the other " << tests.size() - known
            << " some operator has no importer\n";
}

} // namespace
} // namespace tilewright
