// Plugins from outside of the tree: what the samples add works like what is built in, and what is broken says so.
#include "tests/plugins/installation.h"

#include "frontend/onnx/messages.h"
#include "runtime/driver/files.h"
#include "tests/support/source_tree.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tilewright::testing {
namespace {

namespace fs = std::filesystem;

std::string jet_tagger() { return (source_root() / "models" / "jet_mlp_w8a8_po2__qonnx" / "model.onnx").string(); }
std::string jet_data() { return (source_root() / "models" / "jet_mlp_w8a8_po2__qonnx" / "test_data_set_0").string(); }

// x (integers, 20 x 24) -> dequantize -> example.Threshold -> quantize -> y.
std::string threshold_model(onnx::TensorProto::DataType type, float limit) {
  onnx::ModelProto model;
  model.set_ir_version(8);
  for (const auto& [domain, version] : {std::pair{"", 21}, std::pair{"example", 1}}) {
    auto* opset = model.add_opset_import();
    opset->set_domain(domain);
    opset->set_version(version);
  }
  auto& graph = *model.mutable_graph();
  graph.set_name("threshold");
  for (auto [value, name] : {std::pair{graph.add_input(), "x"}, std::pair{graph.add_output(), "y"}}) {
    value->set_name(name);
    auto* tensor = value->mutable_type()->mutable_tensor_type();
    tensor->set_elem_type(type);
    for (const int size : {20, 24})
      tensor->mutable_shape()->add_dim()->set_dim_value(size);
  }
  auto* scale = graph.add_initializer();
  scale->set_name("scale");
  scale->set_data_type(onnx::TensorProto::FLOAT);
  scale->add_float_data(0.25F);
  auto* zero = graph.add_initializer();
  zero->set_name("zero");
  zero->set_data_type(type);
  zero->add_int32_data(0);
  const auto add = [&](const std::string& domain, const std::string& op, std::vector<std::string> inputs,
                       const char* output) {
    auto* node = graph.add_node();
    node->set_domain(domain);
    node->set_op_type(op);
    node->set_name(output);
    for (const std::string& input : inputs)
      node->add_input(input);
    node->add_output(output);
    return node;
  };
  add("", "DequantizeLinear", {"x", "scale", "zero"}, "x_real");
  auto* attribute = add("example", "Threshold", {"x_real"}, "y_real")->add_attribute();
  attribute->set_name("limit");
  attribute->set_type(onnx::AttributeProto::FLOAT);
  attribute->set_f(limit);
  add("", "QuantizeLinear", {"y_real", "scale", "zero"}, "y");
  return model.SerializeAsString();
}

nlohmann::json json_of(const CommandResult& result) {
  const auto json = nlohmann::json::parse(result.output, nullptr, false);
  EXPECT_TRUE(json.is_object()) << result.output << result.errors;
  return json;
}

class Plugins : public ::testing::Test {
protected:
  void SetUp() override { ASSERT_EQ(installation_problem(), ""); }

  // A verification in the emulator that compares something.
  static void expect_bit_exact(const std::vector<std::string>& arguments) {
    std::vector<std::string> words = {"verify"};
    words.insert(words.end(), arguments.begin(), arguments.end());
    words.emplace_back("--json");
    const CommandResult result = run_installed(words);
    ASSERT_EQ(result.code, 0) << result.output << result.errors;
    const auto json = json_of(result);
    EXPECT_EQ(json["status"], "pass");
    EXPECT_GE(json["tensors_compared"], 1);
    for (const auto& output : json["outputs"])
      EXPECT_EQ(output["emulator_mismatches"], 0);
  }

  // Refused by --plugin, and with what words; the same in a folder is a warning and nothing more.
  void expect_refusal(const fs::path& file, const std::string& reason) {
    const CommandResult result = run_installed({"ops", "--plugin", file.string()});
    EXPECT_EQ(result.code, 2) << file;
    EXPECT_EQ(result.output, "");
    EXPECT_NE(result.errors.find("error: the plugin '" + file.string() + "' is not usable: "), std::string::npos)
        << result.errors;
    EXPECT_NE(result.errors.find(reason), std::string::npos) << result.errors;
    const fs::path folder = scratch_.path() / "folder";
    fs::remove_all(folder);
    fs::create_directories(folder);
    fs::copy_file(file, folder / "some.so");
    const CommandResult found = run_installed({"ops"}, {{"TILEWRIGHT_PLUGINS", folder.string()}});
    EXPECT_EQ(found.code, 0) << found.errors;
    EXPECT_NE(found.errors.find("warning: the plugin '"), std::string::npos) << found.errors;
    EXPECT_EQ(found.output.find("half_done"), std::string::npos) << "nothing of it is left";
  }

  ScopedFolder scratch_{"tilewright-plugins-"};
};

TEST_F(Plugins, AnOpWithItsKernelIsBitExactOnBothTargets) {
  for (const auto& [type, target] :
       {std::pair{onnx::TensorProto::INT8, "aie-ml"}, std::pair{onnx::TensorProto::INT8, "aie-mlv2"},
        std::pair{onnx::TensorProto::UINT8, "aie-ml"}, std::pair{onnx::TensorProto::INT16, "aie-mlv2"}}) {
    SCOPED_TRACE(std::to_string(type) + " " + target);
    const fs::path model = scratch_.path() / "model.onnx";
    ASSERT_EQ(write_file(model, threshold_model(type, 4.3F)), std::nullopt);
    expect_bit_exact({model.string(), "--target", target, "--plugin", plugin("threshold", "threshold").string()});
  }
}

// 4.3 is 17.2 units of 0.25.
TEST_F(Plugins, TheOpMeansWhatItSays) {
  const fs::path model = scratch_.path() / "model.onnx";
  ASSERT_EQ(write_file(model, threshold_model(onnx::TensorProto::INT8, 4.3F)), std::nullopt);
  onnx::TensorProto input;
  input.set_data_type(onnx::TensorProto::INT8);
  for (const int size : {20, 24})
    input.add_dims(size);
  std::vector<int> expected;
  for (int i = 0; i < 20 * 24; ++i) {
    const int x = i % 256 - 128;
    input.add_int32_data(x);
    expected.push_back(x > 17 ? x : 0);
  }
  const fs::path file = scratch_.path() / "x.pb";
  ASSERT_EQ(write_file(file, input.SerializeAsString()), std::nullopt);
  const CommandResult result = run_installed({"run", model.string(), "--input", file.string(), "--json", "--plugin",
                                              plugin("threshold", "threshold").string()});
  ASSERT_EQ(result.code, 0) << result.errors;
  EXPECT_EQ(json_of(result)["outputs"][0]["values"], nlohmann::json(expected));
}

TEST_F(Plugins, WithoutItTheModelIsRefused) {
  const fs::path model = scratch_.path() / "model.onnx";
  ASSERT_EQ(write_file(model, threshold_model(onnx::TensorProto::INT8, 4.3F)), std::nullopt);
  const CommandResult result = run_installed({"check", model.string(), "--json"});
  EXPECT_EQ(result.code, 3);
  EXPECT_EQ(json_of(result)["problems"][0]["op"], "Threshold");
}

TEST_F(Plugins, RefusalsOfAnOpReachTheUser) {
  const fs::path model = scratch_.path() / "model.onnx";
  ASSERT_EQ(write_file(model, threshold_model(onnx::TensorProto::INT8, -1.0F)), std::nullopt);
  const CommandResult result =
      run_installed({"check", model.string(), "--plugin", plugin("threshold", "threshold").string()});
  EXPECT_EQ(result.code, 3);
  EXPECT_NE(result.output.find("the limit is negative"), std::string::npos) << result.output;
}

TEST_F(Plugins, ADeviceOfAnotherSizeCompilesTheJetTagger) {
  for (const std::string target : {"aie-ml", "aie-mlv2"}) {
    expect_bit_exact({jet_tagger(), "--data", jet_data(), "--target", target, "--device", "small", "--plugin",
                      plugin("small_array", "small_array").string()});
  }
}

TEST_F(Plugins, ABackendOfItsOwnCompilesTheJetTagger) {
  expect_bit_exact(
      {jet_tagger(), "--data", jet_data(), "--target", "weave", "--plugin", plugin("weave", "weave").string()});
}

TEST_F(Plugins, ABackendSaysWhatItCannotDo) {
  const fs::path model = scratch_.path() / "model.onnx";
  ASSERT_EQ(write_file(model, threshold_model(onnx::TensorProto::INT8, 4.3F)), std::nullopt);
  const CommandResult result =
      run_installed({"check", model.string(), "--target", "weave", "--plugin", plugin("weave", "weave").string(),
                     "--plugin", plugin("threshold", "threshold").string()});
  EXPECT_EQ(result.code, 3);
  EXPECT_NE(result.output.find("the Weave has no kernel for threshold"), std::string::npos) << result.output;
}

TEST_F(Plugins, ListsSayWhereThingsComeFrom) {
  const std::vector<std::string> plugins = {
      "--plugin", plugin("threshold", "threshold").string(), "--plugin", plugin("small_array", "small_array").string(),
      "--plugin", plugin("weave", "weave").string(),         "--json"};
  const auto list = [&](const std::string& verb) {
    std::vector<std::string> words = {verb};
    words.insert(words.end(), plugins.begin(), plugins.end());
    return json_of(run_installed(words));
  };
  const auto ops = list("ops");
  const auto origin = [&](const nlohmann::json& entries, const std::string& name) {
    for (const auto& entry : entries) {
      if (entry["name"] == name) return entry["origin"].get<std::string>();
    }
    return std::string("not there");
  };
  EXPECT_EQ(origin(ops["ops"], "threshold"), "threshold.so");
  EXPECT_EQ(origin(ops["ops"], "relu"), "ir/ops/relu.cpp");
  const auto imported =
      std::ranges::find_if(ops["imports"], [](const auto& entry) { return entry["domain"] == "example"; });
  ASSERT_NE(imported, ops["imports"].end());
  EXPECT_EQ((*imported)["origin"], "threshold.so");
  const auto targets = list("targets")["targets"];
  EXPECT_EQ(origin(targets[0]["devices"], "vek280"), "backends/aie_ml/aie_ml.cpp");
  EXPECT_EQ(origin(targets[0]["devices"], "small"), "small_array.so");
  EXPECT_EQ(origin(targets[2]["devices"], "weave36"), "weave.so");
  EXPECT_EQ(origin(list("passes")["passes"], "integerize"), "passes/integerize.cpp");
}

TEST_F(Plugins, FoldersAreSearchedInTheirOrder) {
  const fs::path first = scratch_.path() / "first";
  const fs::path installed = installed_prefix() / "lib" / "tilewright" / "plugins";
  for (const fs::path& folder : {first, installed})
    fs::create_directories(folder);
  fs::copy_file(plugin("weave", "weave"), installed / "weave.so");
  EXPECT_NE(run_installed({"targets"}).output.find("weave36"), std::string::npos) << "of the installation";
  // The same name in TILEWRIGHT_PLUGINS takes its place, and --plugin that of both.
  fs::copy_file(plugin("small_array", "small_array"), first / "weave.so");
  const std::string folders = (scratch_.path() / "nowhere").string() + ":" + first.string();
  const CommandResult listed = run_installed({"targets"}, {{"TILEWRIGHT_PLUGINS", folders}});
  EXPECT_EQ(listed.errors, "");
  EXPECT_NE(listed.output.find("small"), std::string::npos);
  EXPECT_EQ(listed.output.find("weave36"), std::string::npos) << listed.output;
  const CommandResult named =
      run_installed({"targets", "--plugin", plugin("weave", "weave").string()}, {{"TILEWRIGHT_PLUGINS", folders}});
  EXPECT_NE(named.output.find("weave36"), std::string::npos);
  EXPECT_EQ(named.output.find("small"), std::string::npos) << named.output;
  fs::remove_all(installed);
}

TEST_F(Plugins, HostileOnesAreRefusedWithTheReason) {
  expect_refusal(plugin("hostile", "wrong_version"), "it was built for Tilewright 9.9.0, and this is 0.1.");
  expect_refusal(plugin("hostile", "other_headers"), "it was built with other headers of Tilewright");
  expect_refusal(plugin("hostile", "missing_symbol"), "undefined symbol: tilewright_plugin_v1");
  expect_refusal(plugin("hostile", "throwing"), "threw an exception: there is no licence");
  expect_refusal(plugin("hostile", "half_done"), "threw something that is no std::exception");
  expect_refusal(plugin("hostile", "duplicate"), "op 'relu' is registered twice: in ");
  expect_refusal(plugin("hostile", "duplicate"), "ir/ops/relu.cpp and in duplicate.so");
  expect_refusal(plugin("hostile", "duplicate"), "target 'aie-ml' has two devices 'vek280': in ");
  expect_refusal(plugin("hostile", "second_importer"), "the importer of the operator 'Relu' of opset ");
  expect_refusal(plugin("hostile", "lost_pass"),
                 "pass 'lost' is to run behind 'a_pass_of_another_plugin', which does not run");
  expect_refusal(plugin("hostile", "unloadable"), "libgone.so: cannot open shared object file");
  const fs::path text = scratch_.path() / "text.so";
  ASSERT_EQ(write_file(text, std::string(1000, 'x')), std::nullopt);
  expect_refusal(text, "invalid ELF header");
  const CommandResult missing = run_installed({"ops", "--plugin", "nowhere.so"});
  EXPECT_EQ(missing.code, 2);
  EXPECT_NE(missing.errors.find("nowhere.so: cannot open shared object file"), std::string::npos) << missing.errors;
}

TEST_F(Plugins, ALibraryWithoutTheStampIsNoPlugin) {
  expect_refusal(installed_prefix() / "lib" / "libtilewright.so", "undefined symbol: tilewright_plugin_stamp");
}

TEST_F(Plugins, NothingOutlivesItsContexts) {
  const std::string program = (sample_build("lifetime") / "lifetime").string();
  const CommandResult result =
      run({.arguments = {program, plugin("threshold", "threshold").string(),
                         plugin("small_array", "small_array").string(), plugin("weave", "weave").string()}});
  EXPECT_EQ(result.code, 0) << result.errors;
}

// Each compiles alone in the tree (tests/structure); here, that none is missing.
TEST_F(Plugins, EveryHeaderIsInstalled) {
  const fs::path root = installed_prefix() / "include" / "tilewright";
  std::vector<std::string> headers;
  for (const auto& entry : fs::recursive_directory_iterator(root)) {
    const std::string name = entry.path().lexically_relative(root).string();
    if (entry.path().extension() == ".h" && !name.starts_with("adf/")) headers.push_back(name);
  }
  EXPECT_GE(headers.size(), 100U);
  std::sort(headers.begin(), headers.end());
  std::string text;
  for (const std::string& header : headers)
    text += "#include \"" + header + "\"\n";
  const fs::path file = scratch_.path() / "all.cpp";
  ASSERT_EQ(write_file(file, text), std::nullopt);
  const CommandResult result =
      run({.arguments = {TILEWRIGHT_CXX_COMPILER, "-std=c++20", "-fsyntax-only", "-I" + root.string(), file.string()}});
  EXPECT_TRUE(result.succeeded()) << result.errors;
}

TEST_F(Plugins, TheirOpsOweWhatAllOpsOwe) {
  const std::string program = (sample_build("self_test") / "self_test").string();
  const CommandResult result =
      run({.arguments = {program, plugin("threshold", "threshold").string(), plugin("weave", "weave").string()}});
  EXPECT_EQ(result.code, 0) << result.output << result.errors;
}

TEST_F(Plugins, AnotherProgramUsesTheLibrary) {
  const std::string program = (sample_build("embed") / "embed").string();
  const CommandResult result = run({.arguments = {program, jet_tagger()}, .timeout_seconds = 60});
  EXPECT_EQ(result.code, 0) << result.errors;
  EXPECT_NE(result.output.find("dense on "), std::string::npos) << result.output;
  const CommandResult refused =
      run({.arguments = {program, jet_tagger(), plugin("hostile", "throwing").string()}, .timeout_seconds = 60});
  EXPECT_EQ(refused.code, 2) << refused.errors;
}

} // namespace
} // namespace tilewright::testing
