// Networks of the size that people use: from the ONNX file to the emulated array, on both targets.
#include "classic_models.h"
#include "tests/support/run_tilewright.h"

#include "runtime/driver/files.h"

#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tilewright::testing {
namespace {

class ClassicModels : public ::testing::TestWithParam<std::tuple<std::string_view, std::string_view>> {};

INSTANTIATE_TEST_SUITE_P(
    All, ClassicModels,
    ::testing::Combine(::testing::ValuesIn(classic_model_names()), ::testing::Values("aie-ml", "aie-mlv2")),
    [](const auto& test) {
      const std::string target(std::get<1>(test.param));
      return std::string(std::get<0>(test.param)) + (target == "aie-ml" ? "_aie_ml" : "_aie_mlv2");
    });

TEST_P(ClassicModels, Verify) {
  const auto& [name, target] = GetParam();
  const ScopedFolder folder("tilewright-classic-");
  const std::string file = (folder.path() / "model.onnx").string();
  std::ofstream(file, std::ios::binary) << classic_model(name);
  const CommandResult result = run_tilewright({"verify", file, "--target", std::string(target), "--json"}, folder.path());
  ASSERT_EQ(result.code, 0) << result.output << result.errors;
  for (const nlohmann::json& output : nlohmann::json::parse(result.output).at("outputs"))
    EXPECT_EQ(output.at("emulator_mismatches"), 0);
}

} // namespace
} // namespace tilewright::testing
