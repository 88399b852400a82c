// The config.json of a compiled project, given back, makes the same project: for every model that is there and maps,
// every objective and both targets.
#include "backends/common/map_config.h"
#include "runtime/driver/compile_model.h"
#include "tests/support/source_tree.h"

#include <algorithm>
#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

namespace fs = std::filesystem;

std::vector<fs::path> model_files() {
  std::vector<fs::path> files;
  for (const fs::path& root : {source_root() / "models", source_root().parent_path() / "shared" / "models"}) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(root, error)) {
      if (fs::exists(entry.path() / "model.onnx")) files.push_back(entry.path() / "model.onnx");
    }
  }
  std::ranges::sort(files);
  return files;
}

class ConfigReplay : public ::testing::TestWithParam<std::string> {
protected:
  CompilerContext context;
  void SetUp() override { ASSERT_TRUE(load_builtins(context)); }

  std::optional<Files> files(const Graph& graph, const TargetChoice& choice, const MapOptions& options) {
    context.diagnostics = {};
    const std::optional<Design> design = map_model(graph, choice, options, context);
    if (!design) return std::nullopt;
    return emit_project({graph, *design, *choice.target, *choice.device, context.kernels});
  }

  void expect_replayed(const Graph& graph, const TargetChoice& choice, const MapOptions& options) {
    SCOPED_TRACE(name_of(options.objective));
    const std::optional<Files> first = files(graph, choice, options);
    if (!first) return;
    ++mapped;
    const std::optional<MapConfig> config =
        read_map_config(first->at("config.json"), "config.json", context.diagnostics);
    ASSERT_TRUE(config);
    const std::optional<Files> again = files(graph, choice, with_config({}, *config));
    ASSERT_TRUE(again) << text_of(context.diagnostics.all().front());
    ASSERT_EQ(first->size(), again->size());
    for (const auto& [name, text] : *first)
      EXPECT_TRUE(again->at(name) == text) << name;
  }

  int mapped = 0;
};

INSTANTIATE_TEST_SUITE_P(Targets, ConfigReplay, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& test) { return test.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

TEST_P(ConfigReplay, EveryModelAndObjective) {
  const TargetChoice choice = *choose_target(GetParam(), "", context);
  for (const fs::path& file : model_files()) {
    SCOPED_TRACE(file);
    context.diagnostics = {};
    const std::optional<PreparedModel> prepared = prepare_model({.file = file}, context);
    if (!prepared) continue;
    for (const Objective objective : {Objective::tiles, Objective::throughput, Objective::latency})
      expect_replayed(prepared->graph, choice, {.objective = objective});
    expect_replayed(prepared->graph, choice, {.objective = Objective::throughput, .most_tiles = 12, .plios = 2});
  }
  EXPECT_GE(mapped, 10);
}

} // namespace
} // namespace tilewright::testing
