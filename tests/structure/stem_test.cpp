// One op, one stem: what is registered under a name lies in a file of that name.
#include "backends/common/rearrangement.h"
#include "runtime/driver/context.h"
#include "tests/support/source_tree.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <regex>
#include <set>

namespace tilewright::testing {
namespace {

namespace fs = std::filesystem;

// Stems of the files directly in a folder.
std::set<std::string> stems_in(const std::string& folder) {
  std::set<std::string> stems;
  for (const fs::path& file : project_files({*fs::path(folder).begin()}, {".cpp"})) {
    if (file.parent_path() == folder) stems.insert(file.stem().string());
  }
  return stems;
}

class Stems : public ::testing::Test {
protected:
  void SetUp() override {
    ASSERT_TRUE(load_builtins(context_));
    ASSERT_FALSE(ops_.empty());
  }
  CompilerContext context_;
  const std::set<std::string> ops_ = stems_in("ir/ops");
};

TEST_F(Stems, EveryOpFileIsAnOp) {
  std::set<std::string> registered;
  for (const auto& [name, entry] : context_.ops.entries())
    registered.insert(name);
  EXPECT_EQ(registered, ops_);
}

// Ops that owe a test with a table of types and edge cases. This list only ever gets shorter.
const std::set<std::string> without_test = {"arg_max", "div", "layer_norm", "softmax", "unary"};

TEST_F(Stems, EveryOpHasATest) {
  const std::set<std::string> tests = stems_in("tests/ops");
  for (const std::string& op : ops_) {
    EXPECT_NE(tests.contains(op + "_test"), without_test.contains(op))
        << "tests/ops/" << op << "_test.cpp is missing, or is there and listed as missing";
  }
}

TEST_F(Stems, ALoweringIsNamedLikeItsFileAndItsOp) {
  for (const auto& [name, entry] : context_.lowerings.entries()) {
    EXPECT_EQ(fs::path(entry.origin).stem().string(), name);
    const bool known = ops_.contains(entry.definition.op) || entry.definition.op == rearranging_op;
    EXPECT_TRUE(known) << name << " lowers no op of ir/ops";
    // A second way to compute an op: requantize_sum.
    const bool named_after_op = name == entry.definition.op || name.starts_with(entry.definition.op + "_");
    EXPECT_TRUE(named_after_op) << name << " lowers " << entry.definition.op;
  }
}

TEST_F(Stems, APassIsNamedLikeItsFile) {
  for (const auto& [name, entry] : context_.passes.entries()) {
    EXPECT_EQ(fs::path(entry.origin).stem().string(), name);
  }
}

// A target's name has a hyphen where the folder has an underscore.
TEST_F(Stems, ATargetIsNamedLikeItsFolder) {
  for (const auto& [name, entry] : context_.targets.entries()) {
    std::string folder = name;
    std::replace(folder.begin(), folder.end(), '-', '_');
    EXPECT_TRUE(entry.origin.ends_with("backends/" + folder + "/" + folder + ".cpp")) << entry.origin;
  }
}

// An importer with the stem of an op makes that op; others have stems of their own.
TEST_F(Stems, AnImporterWithTheStemOfAnOpMakesIt) {
  const std::regex output(R"re(add_output\([^"]*"([a-z_]+)")re");
  std::map<std::string, std::set<std::string>> importers_of;
  for (const std::string& stem : stems_in("frontend/importers")) {
    const std::string text = content_of("frontend/importers/" + stem + ".cpp");
    for (std::sregex_iterator at(text.begin(), text.end(), output), end; at != end; ++at) {
      EXPECT_TRUE(ops_.contains((*at)[1])) << stem << " adds " << (*at)[1];
      importers_of[(*at)[1]].insert(stem);
    }
  }
  EXPECT_GT(importers_of.size(), 5U) << "the pattern no longer finds what importers add";
  for (const auto& [op, stems] : importers_of) {
    if (stems_in("frontend/importers").contains(op)) {
      EXPECT_TRUE(stems.contains(op)) << "importers/" << op << ".cpp does not make " << op;
    }
  }
}

} // namespace
} // namespace tilewright::testing
