#include "emulation.h"

#include "backends/common/emit.h"
#include "backends/common/project_data.h"
#include "runtime/driver/files.h"
#include "runtime/driver/host_build.h"
#include "runtime/driver/process.h"
#include "runtime/reference/executor.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>

namespace tilewright::testing {

namespace {

std::vector<Tensor> random_inputs(const Graph& graph, unsigned seed) {
  std::mt19937 random(seed);
  std::vector<Tensor> inputs;
  for (const ValueId id : graph.inputs()) {
    const ValueType& type = graph.type(id);
    const IntegerRange range = range_of(type);
    std::uniform_int_distribution<std::int64_t> pick(range.min, range.max);
    std::vector<std::int64_t> values(static_cast<std::size_t>(*element_count(type.shape)));
    for (std::int64_t& value : values) value = pick(random);
    inputs.push_back(from_int64(type.element, type.shape, values));
  }
  return inputs;
}

std::vector<std::filesystem::path> sources_of(const Files& files) {
  std::vector<std::filesystem::path> sources{"src/app.cpp"};
  for (const auto& [path, text] : files) {
    if (path.starts_with("check/")) sources.emplace_back(path);
  }
  return sources;
}

} // namespace

void expect_bit_exact(const Registries& registries, const Graph& graph, const std::string& target_name, unsigned seed,
                      const MapOptions& options) {
  const MapResult mapped = map(registries, graph, target_name, options);
  ASSERT_TRUE(mapped.design) << text_of(mapped.diagnostics.all().front());
  const Design& design = *mapped.design;
  const Target& target = registries.target(target_name);
  Diagnostics diagnostics;
  const ExecutionResult reference = execute(graph, random_inputs(graph, seed), diagnostics, {.keep_values = true});
  ASSERT_FALSE(diagnostics.has_errors()) << text_of(diagnostics.all().front());
  const auto value = [&](ValueId id) -> const Tensor& { return reference.values.at(id); };

  const ScopedFolder folder("tilewright-test-");
  Files files = emit_project({graph, design, target, target.devices.front(), registries.kernels});
  files.merge(project_data(design, target, value));
  ASSERT_EQ(write_files(folder.path(), files), std::nullopt);
  const ScopedFolder scratch("tilewright-build-");
  const HostBuild build{folder.path(), sources_of(files), {"src", "src/kernels", "src/parameters"},
                        {fmt::format("TILEWRIGHT_ADF_DEVICE=\"{}\"", design.device)}, target.architecture};
  const auto program = build_for_host(
      build, {.installation = {TILEWRIGHT_BINARY_DIR}, .cache = default_cache(), .jobs = 2, .scratch = scratch.path()},
      diagnostics);
  ASSERT_TRUE(program) << text_of(diagnostics.all().front());
  const std::string dump = folder.path() / "dump";
  const CommandResult run_result = run({.arguments = {program->executable},
                                        .folder = folder.path(),
                                        .environment = {{"TILEWRIGHT_ADF_DUMP", dump}},
                                        .timeout_seconds = 120});
  ASSERT_TRUE(run_result.succeeded()) << run_result.errors;
  for (const Boundary& boundary : boundaries(design)) {
    const std::filesystem::path place =
        boundary.is_stream ? folder.path() / "x86simulator_output/data" / boundary.file : dump / std::filesystem::path(boundary.file);
    const Comparison comparison = compare(design, boundary, value(boundary.value), read_file(place).value_or(""));
    EXPECT_TRUE(comparison.complete) << boundary.layer << " " << boundary.file;
    EXPECT_GT(comparison.compared, 0) << boundary.layer;
    EXPECT_EQ(comparison.mismatches, 0) << boundary.layer << " " << boundary.file;
  }
}

} // namespace tilewright::testing
