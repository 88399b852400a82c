// Where passes run that the default pipeline does not name.
#include "passes/pipeline.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace tilewright {
namespace {

Pass pass(const std::string& name, const std::string& after) {
  return {.name = name, .summary = "", .run = [](Graph&, PassContext&) { return Changed::no; }, .after = after};
}

std::vector<std::string> behind(const std::vector<std::string>& names, const std::string& name) {
  const auto last = std::find(names.rbegin(), names.rend(), name);
  return {last.base(), names.end()};
}

TEST(PipelineWith, IsTheDefaultOneWithoutOthers) {
  PassRegistry passes;
  register_all_passes(passes);
  EXPECT_EQ(pipeline_with(passes), default_pipeline());
}

TEST(PipelineWith, RunsOthersBehindTheLastRun) {
  const std::string fold = "fold_constants"; // runs several times
  const std::vector<std::string> rest = behind(default_pipeline(), fold);
  PassRegistry passes;
  register_all_passes(passes);
  passes.add(pass("b", fold));
  passes.add(pass("a", fold));
  passes.add(pass("c", "d")); // waits for one that waits itself
  passes.add(pass("d", "b"));
  passes.add(pass("lost", "nowhere"));
  std::vector<std::string> expected = {"a", "b", "d", "c"};
  expected.insert(expected.end(), rest.begin(), rest.end());
  const std::vector<std::string> names = pipeline_with(passes);
  EXPECT_EQ(behind(names, fold), expected);
  EXPECT_EQ(std::count(names.begin(), names.end(), "lost"), 0);
}

} // namespace
} // namespace tilewright
