// What the tests of the command line share.
#pragma once

#include "runtime/driver/files.h"
#include "tests/support/run_tilewright.h"
#include "tests/support/source_tree.h"

#include <gtest/gtest.h>
#include <nlohmann/json.hpp>

namespace tilewright::testing {

// A folder of its own for each test.
class CommandLineTest : public ::testing::Test {
protected:
  std::filesystem::path folder() const { return scratch_.path(); }
  CommandResult tilewright(const std::vector<std::string>& arguments) const { return run_tilewright(arguments, folder()); }

  static std::string model(const std::string& name) { return (source_root() / "models" / name / "model.onnx").string(); }
  static std::string data(const std::string& name, int set = 0) {
    return (source_root() / "models" / name / ("test_data_set_" + std::to_string(set))).string();
  }
  // Standard output is one JSON object, and nothing else.
  static nlohmann::json json_of(const CommandResult& result) {
    const auto json = nlohmann::json::parse(result.output, nullptr, false);
    EXPECT_TRUE(json.is_object()) << result.output << result.errors;
    return json;
  }
  std::vector<std::string> left_behind() const {
    std::vector<std::string> names;
    for (const auto& entry : std::filesystem::directory_iterator(folder())) names.push_back(entry.path().filename().string());
    std::sort(names.begin(), names.end());
    return names;
  }

private:
  ScopedFolder scratch_{"tilewright-test-"};
};

} // namespace tilewright::testing
