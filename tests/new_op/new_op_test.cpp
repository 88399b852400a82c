// What a new op costs. An element-wise op: two files and a test. A structured one: three files, one kernel and a test.
// No file that exists is changed: the samples are in this folder only, the libraries are those of `tilewright`.
#include "tests/kernels/emulation.h"

#include "frontend/import.h"
#include "frontend/onnx/messages.h"
#include "passes/pass_manager.h"
#include "passes/pipeline.h"
#include "runtime/driver/context.h"
#include "runtime/driver/files.h"
#include "runtime/reference/executor.h"
#include "tests/support/source_tree.h"

#include <algorithm>
#include <cmath>
#include <gtest/gtest.h>

namespace tilewright {
void register_sample_ops(OpRegistry& registry);
void register_sample_importers(ImporterRegistry& registry);
void register_sample_lowerings(LoweringRegistry& registry);
void register_sample_kernels(KernelSourceRegistry& registry);
} // namespace tilewright

namespace tilewright::testing {
namespace {

std::int64_t files_of(const std::string& folder, const std::string& op) {
  const auto files = project_files({"tests"}, {".h", ".cpp"});
  return std::ranges::count_if(files, [&](const std::filesystem::path& file) {
    return file.parent_path() == "tests/new_op/" + folder && file.filename().string().starts_with(op);
  });
}

TEST(NewOpBudget, CostsTheFilesOfTheBudget) {
  EXPECT_EQ(files_of("ops", "sample_negate") + files_of("importers", "sample_negate"), 2);
  EXPECT_EQ(files_of("lowering", "sample_negate") + files_of("kernels", "sample_negate"), 0);
  EXPECT_EQ(files_of("ops", "sample_pair_max") + files_of("importers", "sample_pair_max") +
                files_of("lowering", "sample_pair_max"),
            3);
  EXPECT_EQ(files_of("kernels", "sample_pair_max"), 3) << "one kernel: class, body, graph";
  for (const auto& file : project_files({}, {".h", ".cpp", ".txt", ".cmake"})) {
    if (file.string().starts_with("tests/new_op/")) continue;
    EXPECT_EQ(content_of(file).find("sample_negate"), std::string::npos) << file;
    EXPECT_EQ(content_of(file).find("sample_pair_max"), std::string::npos) << file;
  }
}

// x (int8) -> dequantize -> sample:`op` -> quantize -> y (int8), as the bytes of an ONNX file.
std::string model_with(const std::string& op, float scale_in, float scale_out) {
  onnx::ModelProto model;
  model.set_ir_version(8);
  for (const auto& [domain, version] : {std::pair{"", 13}, std::pair{"sample", 1}}) {
    auto* opset = model.add_opset_import();
    opset->set_domain(domain);
    opset->set_version(version);
  }
  auto& graph = *model.mutable_graph();
  graph.set_name("sample");
  for (auto [value, name] : {std::pair{graph.add_input(), "x"}, std::pair{graph.add_output(), "y"}}) {
    value->set_name(name);
    auto* type = value->mutable_type()->mutable_tensor_type();
    type->set_elem_type(onnx::TensorProto::INT8);
    for (const int size : {6, 40})
      type->mutable_shape()->add_dim()->set_dim_value(size);
  }
  for (const auto& [name, scale] : {std::pair{"scale_in", scale_in}, std::pair{"scale_out", scale_out}}) {
    auto* tensor = graph.add_initializer();
    tensor->set_name(name);
    tensor->set_data_type(onnx::TensorProto::FLOAT);
    tensor->add_float_data(scale);
  }
  auto* zero = graph.add_initializer();
  zero->set_name("zero");
  zero->set_data_type(onnx::TensorProto::INT8);
  zero->add_int32_data(0);
  const auto add = [&](const std::string& domain, const std::string& type, std::vector<std::string> inputs,
                       const std::string& output) {
    auto* node = graph.add_node();
    node->set_domain(domain);
    node->set_op_type(type);
    node->set_name(output);
    for (const std::string& input : inputs)
      node->add_input(input);
    node->add_output(output);
  };
  add("", "DequantizeLinear", {"x", "scale_in", "zero"}, "xr");
  add("sample", op, {"xr"}, "yr");
  add("", "QuantizeLinear", {"yr", "scale_out", "zero"}, "y");
  return model.SerializeAsString();
}

class NewOp : public ::testing::Test {
protected:
  CompilerContext context;

  void SetUp() override {
    ASSERT_TRUE(load_builtins(context));
    register_sample_ops(context.ops);
    register_sample_importers(context.importers);
    register_sample_lowerings(context.lowerings);
    register_sample_kernels(context.kernels);
    ASSERT_TRUE(report_duplicates(context));
  }

  std::string problems() const {
    std::string text;
    for (const Diagnostic& problem : context.diagnostics.all())
      text += text_of(problem) + "\n";
    return text;
  }

  std::optional<Graph> import(const std::string& model) {
    const ScopedFolder folder("tilewright-new-op-");
    const auto file = folder.path() / "model.onnx";
    EXPECT_EQ(write_file(file, model), std::nullopt);
    return import_model(file, context.ops, context.importers, {}, context.diagnostics);
  }

  bool make_integers(Graph& graph) {
    const auto passes = passes_named(default_pipeline(), context.passes, context.diagnostics);
    PassContext pass_context{context.ops, context.diagnostics};
    return run_passes(graph, *passes, pass_context).succeeded;
  }

  // All of int8, some of it twice.
  static std::vector<std::int8_t> ramp() {
    std::vector<std::int8_t> values(6 * 40);
    for (std::size_t i = 0; i < values.size(); ++i)
      values[i] = static_cast<std::int8_t>(i * 37);
    return values;
  }

  std::vector<std::int8_t> run_reference(const Graph& graph) {
    const ExecutionResult result =
        execute(graph, std::vector<Tensor>{Tensor::of<std::int8_t>({6, 40}, ramp())}, context.diagnostics);
    if (!result.succeeded) return {};
    const auto values = result.outputs[0].data<std::int8_t>();
    return {values.begin(), values.end()};
  }

  // The whole path on both targets, the emulator against the reference.
  void expect_bit_exact_on_the_array(const Graph& graph) {
    Registries registries;
    register_sample_ops(registries.ops);
    register_sample_lowerings(registries.lowerings);
    register_sample_kernels(registries.kernels);
    for (const std::string target : {"aie-ml", "aie-mlv2"})
      expect_bit_exact(registries, graph, target);
  }
};

TEST_F(NewOp, AnElementwiseOpGoesIntoTheRescaleBesideIt) {
  std::optional<Graph> graph = import(model_with("Negate", 0.25F, 0.25F));
  ASSERT_TRUE(graph) << problems();
  std::vector<std::int8_t> expected;
  for (const std::int8_t value : ramp())
    expected.push_back(static_cast<std::int8_t>(std::min(-value, 127)));
  EXPECT_EQ(run_reference(*graph), expected) << "as imported";
  ASSERT_TRUE(make_integers(*graph)) << problems();
  EXPECT_EQ(run_reference(*graph), expected) << "as integers";
  ASSERT_EQ(graph->order().size(), 1U);
  EXPECT_EQ(graph->node(graph->order()[0]).op->name, "requantize") << "for which there is a kernel";
}

TEST_F(NewOp, AStructuredOpHasItsOwnKernel) {
  std::optional<Graph> graph = import(model_with("PairMax", 0.25F, 0.5F));
  ASSERT_TRUE(graph) << problems();
  std::vector<std::int8_t> expected;
  const std::vector<std::int8_t> x = ramp();
  for (std::size_t i = 0; i < x.size(); i += 2) {
    const double half = std::nearbyint(std::max(x[i], x[i + 1]) / 2.0); // ties to even
    expected.insert(expected.end(), 2, static_cast<std::int8_t>(half));
  }
  EXPECT_EQ(run_reference(*graph), expected) << "as imported";
  ASSERT_TRUE(make_integers(*graph)) << problems();
  EXPECT_EQ(run_reference(*graph), expected) << "as integers";
  ASSERT_EQ(graph->order().size(), 2U);
  EXPECT_EQ(graph->node(graph->order()[0]).op->name, "sample_pair_max");
  expect_bit_exact_on_the_array(*graph);
}

// Refusals come from the new files too.
TEST_F(NewOp, ItsRefusalsReachTheUser) {
  Graph graph("odd");
  const ValueId x = graph.add_input("x", {ElementType::int16, {8, 24}, {}, {}});
  const OpDefinition& op = *context.ops.find("sample_pair_max");
  const auto node = graph.add_node(op, op.default_attributes, {x}, Origin{{"pairs"}});
  graph.add_output("y", graph.node(std::get<NodeId>(node)).results.front());
  const Target& target = *context.targets.find("aie-ml");
  EXPECT_FALSE(map_graph(graph, target, target.devices.front(), context.lowerings, context.diagnostics));
  EXPECT_EQ(context.diagnostics.exit_code(), 3);
  EXPECT_NE(problems().find("the operand is i16"), std::string::npos) << problems();
}

} // namespace
} // namespace tilewright::testing
