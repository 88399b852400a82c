// compare: every tensor of a model against stored ones.
#include "frontend/tensor_file.h"
#include "runtime/driver/compare_tensors.h"
#include "runtime/reference/executor.h"
#include "tests/tools/command_line_test.h"

namespace tilewright::testing {

namespace {

namespace fs = std::filesystem;
using Compare = CommandLineTest;

constexpr const char* name = "mlp_po2_qonnx";

TEST(FileStem, KeepsWhatFileNamesCanHave) {
  EXPECT_EQ(file_stem_of("/f/f.0/act quant:0"), "_f_f.0_act_quant_0");
  EXPECT_EQ(file_stem_of("plain-name_1"), "plain-name_1");
}

TEST_F(Compare, OutputsOfTheDataAreEqual) {
  const auto json = json_of(tilewright({"compare", model(name), "--data", data(name), "--json"}));
  EXPECT_EQ(json["status"], "pass");
  EXPECT_TRUE(json["first_difference"].is_null());
  EXPECT_EQ(json["tensors"].size(), 1u);
}

TEST_F(Compare, NamesTheFirstTensorThatDiffers) {
  // Our own inner tensors as a dump, one of them wrong: act1 lies behind act0 and in front of the output.
  Diagnostics diagnostics;
  CompilerContext context;
  ASSERT_TRUE(load_builtins(context));
  ModelRequest request{.file = model(name), .keep_imported = true};
  const auto prepared = prepare_model(request, context);
  const auto set = read_data_set(data(name), diagnostics);
  ASSERT_TRUE(prepared && set);
  const ExecutionResult result = execute(*prepared->imported, set->inputs, diagnostics, {.keep_values = true});
  ASSERT_TRUE(result.succeeded);
  fs::create_directories(folder() / "dump");
  for (const auto& [id, tensor] : result.values) {
    const std::string& tensor_name = prepared->imported->value(id).name;
    if (tensor_name != "act0" && tensor_name != "act1") continue;
    Tensor stored = Tensor::of<float>(tensor.shape(), tensor.data<float>());
    if (tensor_name == "act1") {
      for (float& value : stored.mutable_data<float>()) value += 1;
    }
    ASSERT_TRUE(write_tensor_file(folder() / "dump" / (tensor_name + ".npy"), stored, tensor_name, diagnostics));
  }
  write_file(folder() / "dump" / "notes.txt", "no tensor");
  const CommandResult outcome = tilewright({"compare", model(name), "--data", data(name), "--dump", "dump", "--json"});
  EXPECT_EQ(outcome.code, 5);
  const auto json = json_of(outcome);
  EXPECT_EQ(json["first_difference"], "act1");
  ASSERT_EQ(json["tensors"].size(), 3u);
  EXPECT_EQ(json["tensors"][0]["name"], "act0");
  EXPECT_EQ(json["tensors"][0]["mismatches"], 0);
  EXPECT_GT(json["tensors"][1]["mean_abs_diff_lsb"].get<double>(), 1);
}

TEST_F(Compare, SaysWhenThereIsNothingToCompare) {
  fs::create_directories(folder() / "inputs");
  fs::copy_file(fs::path(data(name)) / "input_0.pb", folder() / "inputs" / "input_0.pb");
  const CommandResult result = tilewright({"compare", model(name), "--data", "inputs"});
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.errors.find("nothing to compare with"), std::string::npos) << result.errors;
}

} // namespace

} // namespace tilewright::testing
