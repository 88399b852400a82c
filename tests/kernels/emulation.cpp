#include "emulation.h"

#include "backends/common/emit.h"
#include "backends/common/project_data.h"
#include "runtime/driver/emitted_project.h"
#include "runtime/driver/files.h"
#include "runtime/driver/process.h"
#include "runtime/reference/executor.h"
#include "tests/support/source_tree.h"

#include <fmt/format.h>
#include <gtest/gtest.h>
#include <random>
#include <sstream>
#include <utility>

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
    for (std::int64_t& value : values)
      value = pick(random);
    inputs.push_back(from_int64(type.element, type.shape, values));
  }
  return inputs;
}

// The project of a design with the data of one run of the reference, built and run.
struct Emulated {
  ScopedFolder folder{"tilewright-test-"};
  ExecutionResult reference;
  bool succeeded = false;
};

void emulate(const Registries& registries, const Graph& graph, const Design& design, unsigned seed,
             const std::vector<std::string>& defines,
             const std::vector<std::pair<std::string, std::string>>& environment, Emulated& result) {
  const Target& target = registries.target(design.target);
  Diagnostics diagnostics;
  result.reference = execute(graph, random_inputs(graph, seed), diagnostics, {.keep_values = true});
  ASSERT_FALSE(diagnostics.has_errors()) << text_of(diagnostics.all().front());
  const auto value = [&](ValueId id) -> const Tensor& { return result.reference.values.at(id); };
  Files files = emit_project({graph, design, target, target.devices.front(), registries.kernels});
  files.merge(project_data(design, target, value));
  const std::filesystem::path& folder = result.folder.path();
  ASSERT_EQ(write_files(folder, files), std::nullopt);
  const ScopedFolder scratch("tilewright-build-");
  HostBuild build = host_build_of(files, folder, target, target.devices.front());
  build.defines.insert(build.defines.end(), defines.begin(), defines.end());
  build.optimized = false; // small networks: building takes longer than running
  const auto program = build_for_host(
      build, {.installation = {testing::build_root()}, .cache = default_cache(), .jobs = 2, .scratch = scratch.path()},
      diagnostics);
  ASSERT_TRUE(program) << text_of(diagnostics.all().front());
  const CommandResult run_result =
      run({.arguments = {program->executable}, .folder = folder, .environment = environment, .timeout_seconds = 120});
  ASSERT_TRUE(run_result.succeeded()) << run_result.errors;
  result.succeeded = true;
}

} // namespace

void expect_bit_exact(const Registries& registries, const Graph& graph, const std::string& target_name, unsigned seed,
                      const MapOptions& options) {
  const MapResult mapped = map(registries, graph, target_name, options);
  ASSERT_TRUE(mapped.design) << text_of(mapped.diagnostics.all().front());
  const Design& design = *mapped.design;
  Emulated emulated;
  emulate(registries, graph, design, seed, {}, {{"TILEWRIGHT_ADF_DUMP", "dump"}}, emulated);
  if (!emulated.succeeded) return;
  const std::filesystem::path& folder = emulated.folder.path();
  for (const LayerBoundary& boundary : boundaries(design)) {
    const std::filesystem::path place =
        folder / (boundary.is_stream ? "x86simulator_output/data" : "dump") / boundary.file;
    const Tensor& value = emulated.reference.values.at(boundary.value);
    const Comparison comparison = compare(design, boundary, value, read_file(place).value_or(""));
    EXPECT_TRUE(comparison.complete) << boundary.layer << " " << boundary.file;
    EXPECT_GT(comparison.compared, 0) << boundary.layer;
    EXPECT_EQ(comparison.mismatches, 0) << boundary.layer << " " << boundary.file;
  }
}

std::vector<CountedLoop> count_instructions(const Registries& registries, const Graph& graph, const Design& design) {
  Emulated emulated;
  emulate(registries, graph, design, 1, {"TILEWRIGHT_ADF_COUNT"}, {{"TILEWRIGHT_ADF_COUNTS", "counts.txt"}}, emulated);
  std::istringstream lines(read_file(emulated.folder.path() / "counts.txt").value_or(""));
  std::vector<CountedLoop> result;
  CountedLoop loop;
  std::int64_t firings = 0;
  Instructions& body = loop.slots;
  while (lines >> loop.function >> loop.kernel >> firings >> loop.place >> loop.iterations >> loop.count >>
         body.loads >> body.stores >> body.multiplies >> body.vector_alu >> body.narrowings >> body.shuffles >>
         body.cascade_reads >> body.cascade_writes) {
    // Every firing does the same.
    for (std::int64_t* number : {&loop.iterations, &body.loads, &body.stores, &body.multiplies, &body.vector_alu,
                                 &body.narrowings, &body.shuffles, &body.cascade_reads, &body.cascade_writes}) {
      EXPECT_EQ(*number % firings, 0) << loop.function;
      *number /= firings;
    }
    result.push_back(loop);
  }
  return result;
}

} // namespace tilewright::testing
