// Every model that is there goes through `verify`. A model either passes, or is refused with a reason: it is never skipped,
// and what happened to each stands in a table, <build>/models_<target>.md.
//
// verified_<target>.txt lists the models that are known to pass. One of them that does not is a failure; so is one that
// passes without being listed, so that the list can't fall behind.
#include "tests/support/run_tilewright.h"
#include "tests/support/source_tree.h"

#include <algorithm>
#include <cstdlib>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <set>

namespace tilewright::testing {

namespace {

namespace fs = std::filesystem;

std::string environment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

// The project's own models, and those that lie beside the checkout, if any do.
std::vector<fs::path> model_folders() {
  std::vector<fs::path> folders;
  std::set<std::string> names;
  for (const fs::path& root : {source_root() / "models", source_root().parent_path() / "shared" / "models"}) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(root, error)) {
      const bool is_model = fs::exists(entry.path() / "model.onnx") && fs::exists(entry.path() / "test_data_set_0");
      if (is_model && names.insert(entry.path().filename().string()).second) folders.push_back(entry.path());
    }
  }
  std::sort(folders.begin(), folders.end(), [](const fs::path& a, const fs::path& b) { return a.filename() < b.filename(); });
  return folders;
}

std::set<std::string> lines_of(const fs::path& file) {
  std::ifstream stream(file);
  std::set<std::string> lines;
  for (std::string line; std::getline(stream, line);) {
    if (!line.empty() && line.front() != '#') lines.insert(line);
  }
  return lines;
}

struct Verdict {
  bool passed = false;
  std::string row; // of the table
};

Verdict verify(const fs::path& model, const std::string& target, int data_sets) {
  std::vector<std::string> arguments = {"verify", (model / "model.onnx").string(), "--target", target, "--json"};
  for (int set = 0; set < data_sets; ++set) {
    const fs::path data = model / fmt::format("test_data_set_{}", set);
    if (fs::exists(data)) arguments.insert(arguments.end(), {"--data", data.string()});
  }
  const CommandResult result = run_tilewright(arguments);
  const std::string name = model.filename().string();
  const auto json = nlohmann::json::parse(result.output, nullptr, false);
  if (result.end != CommandResult::End::exited || !json.is_object()) {
    ADD_FAILURE() << name << ": " << describe_end(result, {}) << "\n" << result.output << result.errors;
    return {false, fmt::format("| {} | failed | {} |\n", name, describe_end(result, {}))};
  }
  if (result.code == 0) {
    std::int64_t differing = 0;
    for (const auto& output : json["outputs"]) {
      EXPECT_EQ(output["emulator_mismatches"], 0) << name;
      if (output["expected_mismatches"].is_number()) differing += output["expected_mismatches"].get<std::int64_t>();
    }
    EXPECT_EQ(json["status"], "pass") << name;
    EXPECT_GE(json["tensors_compared"].get<int>(), 1) << name;
    return {true, fmt::format("| {} | verified | {} tiles; {} elements differ from the expected |\n", name,
                              json["tiles"].get<int>(), differing)};
  }
  // Not verified: only ever for a reason that is told.
  EXPECT_TRUE(result.code == 3 || result.code == 4) << name << " ended with " << result.code << "\n" << result.errors;
  std::string reasons;
  for (const auto& problem : json["problems"]) {
    const std::string reason = problem["reason"].get<std::string>();
    EXPECT_FALSE(reason.empty()) << name;
    const std::string text = fmt::format("{}: {}", problem["op"].get<std::string>(), reason);
    if (reasons.find(text) == std::string::npos) reasons += (reasons.empty() ? "" : "; ") + text;
  }
  EXPECT_FALSE(reasons.empty()) << name;
  return {false, fmt::format("| {} | refused ({}) | {} |\n", name, result.code, reasons)};
}

} // namespace

TEST(Models, AreVerifiedOrRefusedWithAReason) {
  const std::string target = environment("TILEWRIGHT_TEST_TARGET", "aie-ml");
  const int data_sets = std::atoi(environment("TILEWRIGHT_TEST_DATA_SETS", "1").c_str());
  const std::set<std::string> known = lines_of(source_root() / "tests" / "models" / fmt::format("verified_{}.txt", target));
  ASSERT_FALSE(known.empty());
  const std::vector<fs::path> models = model_folders();
  ASSERT_FALSE(models.empty());
  std::string table = "| model | result | |\n|---|---|---|\n";
  std::size_t passed = 0;
  for (const fs::path& model : models) {
    const Verdict verdict = verify(model, target, data_sets);
    table += verdict.row;
    passed += verdict.passed ? 1 : 0;
    const std::string name = model.filename().string();
    EXPECT_EQ(verdict.passed, known.contains(name))
        << name << (verdict.passed ? " passes now: list it in verified_" + target + ".txt" : " does not pass any more")
        << "\n" << verdict.row;
  }
  std::ofstream(build_root() / fmt::format("models_{}.md", target)) << table;
  fmt::print("{} of {} models verified on {}\n", passed, models.size(), target);
}

} // namespace tilewright::testing
