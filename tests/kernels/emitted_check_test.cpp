// `make hostsim check` in an emitted project: passes with nothing but the emitted files and the emulator's headers, and
// notices each of three small changes.
#include "../backends/networks.h"

#include "backends/common/emit.h"
#include "backends/common/project_data.h"
#include "runtime/driver/files.h"
#include "runtime/driver/process.h"
#include "runtime/reference/executor.h"
#include "tests/support/source_tree.h"

#include <gtest/gtest.h>
#include <random>

namespace tilewright::testing {
namespace {

class EmittedCheck : public ::testing::Test {
protected:
  Registries registries;
  Graph graph = make_network(registries, mlp(8, {24, 32, 16}));
  ScopedFolder folder{"tilewright-check-"};

  void SetUp() override {
    const MapResult mapped = map(registries, graph, "aie-ml");
    ASSERT_TRUE(mapped.design);
    const Target& target = registries.target("aie-ml");
    std::mt19937 random(3);
    std::vector<std::int8_t> values(8 * 24);
    for (std::int8_t& value : values)
      value = static_cast<std::int8_t>(random());
    const Tensor input = Tensor::of<std::int8_t>({8, 24}, values);
    Diagnostics diagnostics;
    const ExecutionResult reference = execute(graph, std::vector<Tensor>{input}, diagnostics, {.keep_values = true});
    const auto value = [&](ValueId id) -> const Tensor& { return reference.values.at(id); };
    Files files = emit_project({graph, *mapped.design, target, target.devices.front(), registries.kernels});
    files.merge(project_data(*mapped.design, target, value));
    ASSERT_EQ(write_files(folder.path(), files), std::nullopt);
  }

  CommandResult make() {
    // Unoptimised: what is compiled here is small, and runs once.
    return run({.arguments = {"make", "-s", "-j2", "HOST_FLAGS=-O0", "hostsim", "check",
                              std::string("ADF_INCLUDE=") + testing::build_root().string() + "/include/tilewright/adf"},
                .folder = folder.path(),
                .timeout_seconds = 300});
  }

  // Replaces the first `from` behind `anchor` in a file, runs, and puts it back.
  void expect_noticed(const std::string& file, const std::string& anchor, const std::string& from,
                      const std::string& to) {
    const std::string original = read_file(folder.path() / file).value();
    std::string changed = original;
    const std::size_t at = changed.find(from, changed.find(anchor));
    ASSERT_NE(at, std::string::npos) << file;
    changed.replace(at, from.size(), to);
    ASSERT_EQ(write_file(folder.path() / file, changed), std::nullopt);
    const CommandResult result = make();
    EXPECT_FALSE(result.succeeded()) << file;
    EXPECT_NE(result.errors.find("check] Error 5"), std::string::npos) << result.output << result.errors;
    EXPECT_NE(result.output.find("check: results differ from the reference"), std::string::npos) << result.output;
    ASSERT_EQ(write_file(folder.path() / file, original), std::nullopt);
  }
};

// AMD's graph compiler reads the application and all headers behind it as C++17.
TEST_F(EmittedCheck, TheGraphIsCpp17) {
  const CommandResult result =
      run({.arguments = {"c++", "-std=c++17", "-fsyntax-only", "-DTILEWRIGHT_ADF_LIBRARY", "-Isrc", "-Isrc/kernels",
                         "-Isrc/parameters", std::string("-I") + testing::build_root().string() + "/include/tilewright/adf",
                         "src/app.cpp"},
           .folder = folder.path(),
           .timeout_seconds = 300});
  EXPECT_TRUE(result.succeeded()) << result.errors;
}

TEST_F(EmittedCheck, PassesAndNoticesChanges) {
  const CommandResult result = make();
  ASSERT_TRUE(result.succeeded()) << result.output << result.errors;
  EXPECT_NE(result.output.find("check: bit-exact, 512 values"), std::string::npos) << result.output;

  // The first weight: the number behind the first brace of the array.
  const std::string weights = read_file(folder.path() / "src/parameters/data_layer_layers_0.h").value();
  const std::size_t first = weights.find("{\n{") + 3;
  const std::string number = weights.substr(first, weights.find(',', first) - first);
  expect_noticed("src/parameters/data_layer_layers_0.h", "{\n{", "{" + number + ",", number == "5" ? "{6," : "{5,");
  expect_noticed("src/parameters/config_layer_layers_1.h", "int shift", "= 7", "= 6");
  expect_noticed("src/graph.h", "read_access", ".stride = 8", ".stride = 4");
}

} // namespace
} // namespace tilewright::testing
