// What the host computes: listed, written as ONNX beside the project, and between layers only where that is allowed.
#include "frontend/tensor_file.h"
#include "tests/tools/command_line_test.h"

#include <algorithm>

namespace tilewright::testing {

namespace {

namespace fs = std::filesystem;

using HostParts = CommandLineTest;
const std::string name = "mlp_host_parts";

TEST_F(HostParts, AnIslandIsRefusedAndTheOptionNamed) {
  const CommandResult result = tilewright({"check", model(name), "--json"});
  EXPECT_EQ(result.code, 3);
  const auto problems = json_of(result)["problems"];
  ASSERT_EQ(problems.size(), 1u) << problems;
  EXPECT_EQ(problems[0]["reason"], "'softmax' of real numbers has no exact integer form");
  EXPECT_NE(problems[0]["hint"].get<std::string>().find("--allow-host-islands"), std::string::npos);
}

TEST_F(HostParts, EveryHostNodeIsListed) {
  const CommandResult text = tilewright({"check", model(name), "--allow-host-islands"});
  EXPECT_EQ(text.code, 0) << text.errors;
  EXPECT_NE(text.output.find("on the host"), std::string::npos);
  const auto json = json_of(tilewright({"check", model(name), "--allow-host-islands", "--json"}));
  EXPECT_TRUE(json["supported"]);
  std::vector<std::string> ops;
  for (const auto& node : json["host_nodes"])
    ops.push_back(node["op"]);
  for (const char* op : {"add", "div", "quantize", "softmax", "arg_max", "dequantize"})
    EXPECT_NE(std::ranges::find(ops, op), ops.end()) << op;
  EXPECT_EQ(std::ranges::count(ops, "softmax"), 2);
  const auto explained =
      json_of(tilewright({"explain", model(name), "--allow-host-islands", "--node", "Softmax_8", "--json"}));
  EXPECT_TRUE(explained["nodes"].is_array() || !explained["problems"].empty());
}

TEST_F(HostParts, VerifyRunsIslandsBetweenLayersOnBothTargets) {
  for (const char* target : {"aie-ml", "aie-mlv2"}) {
    const auto json = json_of(tilewright({"verify", model(name), "--allow-host-islands", "--target", target, "--data",
                                          data(name, 0), "--data", data(name, 1), "--data", data(name, 2), "--json"}));
    EXPECT_EQ(json["status"], "pass") << json;
    ASSERT_EQ(json["outputs"].size(), 2u);
    for (const auto& output : json["outputs"]) {
      EXPECT_EQ(output["emulator_mismatches"], 0);
      EXPECT_EQ(output["expected_mismatches"], 0);
    }
    EXPECT_GE(json["tensors_compared"].get<int>(), 2 * 3);
  }
}

// The host's work as three models, run one after the other with the array's tensors in between: the same outputs.
TEST_F(HostParts, TheFilesComputeTheHostsWork) {
  const CommandResult compiled = tilewright(
      {"compile", model(name), "--allow-host-islands", "--data", data(name), "-o", "project", "--save-steps"});
  ASSERT_EQ(compiled.code, 0) << compiled.errors;
  for (const char* file : {"before", "island_1", "after"})
    EXPECT_TRUE(fs::exists(folder() / "project" / "host" / (std::string(file) + ".onnx"))) << file;
  const CommandResult before =
      tilewright({"run", "project/host/before.onnx", "--input", data(name) + "/input_0.pb", "-o", "before", "--json"});
  ASSERT_EQ(before.code, 0) << before.errors;
  Diagnostics diagnostics;
  const auto entering = read_tensor_file(folder() / "before" / "output_0.pb", diagnostics);
  ASSERT_TRUE(entering);
  EXPECT_EQ(entering->element(), ElementType::int8);
  EXPECT_EQ(entering->shape(), (Shape{8, 16}));
  // What the array reads is what the file computed: the project's own input data hold the same numbers.
  const std::string readme = read_file(folder() / "project" / "README.md").value();
  EXPECT_NE(readme.find("`host/before.onnx`"), std::string::npos);
  EXPECT_NE(readme.find("`host/island_1.onnx`"), std::string::npos);
}

TEST_F(HostParts, ModelsWithoutHostWorkHaveNoFiles) {
  ASSERT_EQ(tilewright({"compile", model("mlp_po2_qonnx"), "-o", "project"}).code, 0);
  EXPECT_TRUE(fs::exists(folder() / "project" / "host" / "before.onnx")); // its float input is quantized there
  EXPECT_FALSE(fs::exists(folder() / "project" / "host" / "island_1.onnx"));
}

} // namespace

} // namespace tilewright::testing
