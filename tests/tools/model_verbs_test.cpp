// check, compile, run and verify on the project's own models.
#include "frontend/tensor_file.h"
#include "tests/tools/command_line_test.h"

#include <algorithm>
#include <map>

namespace tilewright::testing {

namespace {

namespace fs = std::filesystem;
using ModelVerbs = CommandLineTest;

std::map<std::string, std::string> files_below(const fs::path& folder) {
  std::map<std::string, std::string> files;
  for (const auto& entry : fs::recursive_directory_iterator(folder)) {
    if (entry.is_regular_file()) files[entry.path().lexically_relative(folder).string()] = read_file(entry.path()).value();
  }
  return files;
}

TEST_F(ModelVerbs, CheckCountsNodesAndListsTheHosts) {
  const CommandResult text = tilewright({"check", model("jet_mlp_w8a8_po2__qonnx")});
  EXPECT_EQ(text.code, 0) << text.errors;
  EXPECT_NE(text.output.find("31 of 33 nodes on the AI Engine, 2 on the host"), std::string::npos) << text.output;
  const auto json = json_of(tilewright({"check", model("jet_mlp_w8a8_po2__qonnx"), "--target", "aie-mlv2", "--json"}));
  EXPECT_TRUE(json["supported"]);
  EXPECT_EQ(json["target"], "aie-mlv2");
  EXPECT_EQ(json["nodes"], 33);
  EXPECT_TRUE(json["problems"].empty());
  EXPECT_EQ(json["host_nodes"].size(), 2u);
  EXPECT_TRUE(left_behind().empty());
}

TEST_F(ModelVerbs, CompileIsDeterministicAndComplete) {
  const std::string net = model("mlp_po2_qonnx");
  for (const char* output : {"a", "b/c"}) {
    const CommandResult result = tilewright({"compile", net, "-o", output, "--data", data("mlp_po2_qonnx"), "--save-steps"});
    ASSERT_EQ(result.code, 0) << result.errors;
  }
  const auto files = files_below(folder() / "a");
  EXPECT_EQ(files, files_below(folder() / "b" / "c"));
  for (const char* name : {"Makefile", "aie.cfg", "system.cfg", "README.md", "src/app.cpp", "src/graph.h", "check/contraction.cpp",
                           "design.json", "build.json", "steps/00_import.txt"}) {
    EXPECT_TRUE(files.contains(name)) << name;
  }
  for (const auto& [name, content] : files) {
    EXPECT_EQ(content.find(source_root().string()), std::string::npos) << name;
    EXPECT_EQ(content.find(folder().string()), std::string::npos) << name;
  }
  EXPECT_EQ(left_behind(), (std::vector<std::string>{"a", "b"}));
}

TEST_F(ModelVerbs, CompileNeverWritesOverAFolderInUse) {
  const std::string net = model("mlp_po2_qonnx");
  fs::create_directories(folder() / "out");
  write_file(folder() / "out" / "mine.txt", "precious");
  EXPECT_EQ(tilewright({"compile", net, "-o", "out"}).code, 2);
  EXPECT_EQ(read_file(folder() / "out" / "mine.txt"), "precious");
  EXPECT_EQ(tilewright({"compile", net, "-o", "out", "--force"}).code, 0);
  EXPECT_FALSE(fs::exists(folder() / "out" / "mine.txt"));
  EXPECT_EQ(tilewright({"compile", net, "-o", ".", "--force"}).code, 2); // holds the working folder
}

TEST_F(ModelVerbs, RefusedModelsLeaveNothingBehind) {
  write_file(folder() / "broken.onnx", "this is no model");
  for (const char* verb : {"compile", "verify"}) {
    const CommandResult result = tilewright({verb, "broken.onnx", "-o", "out", "--json"});
    EXPECT_EQ(result.code, 3);
    EXPECT_FALSE(json_of(result)["problems"].empty());
  }
  EXPECT_EQ(left_behind(), std::vector<std::string>{"broken.onnx"});
}

TEST_F(ModelVerbs, RunGivesTheGoldenOutputs) {
  const std::string name = "mlp_float_scales";
  const CommandResult result = tilewright({"run", model(name), "--data", data(name), "-o", "results", "--json"});
  ASSERT_EQ(result.code, 0) << result.errors;
  Diagnostics diagnostics;
  const auto actual = read_tensor_file(folder() / "results" / "output_0.pb", diagnostics);
  const auto expected = read_tensor_file(fs::path(data(name)) / "output_0.pb", diagnostics);
  ASSERT_TRUE(actual && expected);
  EXPECT_EQ(*actual, *expected);
}

TEST_F(ModelVerbs, RunTakesSingleFilesAndPrintsValues) {
  const std::string name = "mlp_po2_qonnx";
  const CommandResult result = tilewright({"run", model(name), "--input", data(name) + "/input_0.pb", "--json"});
  ASSERT_EQ(result.code, 0) << result.errors;
  const auto output = json_of(result)["outputs"][0];
  std::size_t elements = 1;
  for (const auto& dimension : output["shape"]) elements *= dimension.get<std::size_t>();
  EXPECT_EQ(output["values"].size(), elements);
}

TEST_F(ModelVerbs, VerifySaysWhatItCompared) {
  const std::string name = "mlp_po2_qonnx";
  const CommandResult result =
      tilewright({"verify", model(name), "--data", data(name, 0), "--data", data(name, 1), "--json", "-o", "project"});
  ASSERT_EQ(result.code, 0) << result.errors;
  const auto json = json_of(result);
  EXPECT_EQ(json["status"], "pass");
  EXPECT_EQ(json["outputs"][0]["emulator_mismatches"], 0);
  EXPECT_EQ(json["outputs"][0]["expected_mismatches"], 0);
  EXPECT_GE(json["tensors_compared"].get<int>(), 2 * 2);
  for (const char* part : {"compile", "build", "simulate"}) EXPECT_GE(json["seconds"][part].get<double>(), 0);
  // The project that was verified runs on its own, too.
  const CommandResult simulated = tilewright({"simulate", "project", "--output-dir", "sim", "--json"});
  ASSERT_EQ(simulated.code, 0) << simulated.errors;
  EXPECT_EQ(json_of(simulated)["device"], "vek280");
  EXPECT_FALSE(fs::is_empty(folder() / "sim" / "data"));
}

TEST_F(ModelVerbs, VerifyFindsWrongExpectations) {
  const std::string name = "mlp_po2_qonnx";
  Diagnostics diagnostics;
  fs::copy(data(name), folder() / "wrong");
  const auto output = read_tensor_file(folder() / "wrong" / "output_0.pb", diagnostics);
  ASSERT_TRUE(output);
  Tensor other(output->element(), output->shape());
  for (float& value : other.mutable_data<float>()) value = 1000;
  ASSERT_TRUE(write_tensor_file(folder() / "wrong" / "output_0.pb", other, "y", diagnostics));
  const CommandResult result = tilewright({"verify", model(name), "--data", "wrong", "--json"});
  EXPECT_EQ(result.code, 5);
  const auto json = json_of(result);
  EXPECT_EQ(json["status"], "fail");
  EXPECT_EQ(json["outputs"][0]["emulator_mismatches"], 0);
  EXPECT_GT(json["outputs"][0]["expected_mismatches"].get<int>(), 0);
}

TEST_F(ModelVerbs, VerifyWithoutDataDrawsInputs) {
  const auto json = json_of(tilewright({"verify", model("gemm_trans_a"), "--json", "--target", "aie-mlv2"}));
  EXPECT_EQ(json["status"], "pass");
  EXPECT_TRUE(json["outputs"][0]["expected_mismatches"].is_null());
}

} // namespace

} // namespace tilewright::testing
