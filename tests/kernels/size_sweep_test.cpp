// The size sweep, for each objective: every network is mapped, legal and emitted, or refused with the resource, the
// need and the limit. Those that are mapped run in the emulator.
#include "emulation.h"
#include "size_sweep.h"

#include "backends/common/emit.h"
#include "backends/common/legality.h"

#include <cstdlib>
#include <gtest/gtest.h>
#include <iostream>
#include <map>
#include <regex>

namespace tilewright::testing {
namespace {

// All of it in the test with the label `full`, else a sample.
bool full_sweep() { return std::getenv("TILEWRIGHT_FULL_SWEEP") != nullptr; }

struct SweepCase {
  std::string name;
  std::string target;
  MapOptions options;
};

void PrintTo(const SweepCase& sweep, std::ostream* out) { *out << sweep.name; }

// With tiles to spare a network may be spread over as many as there are, or over some of them.
std::vector<SweepCase> sweep_cases() {
  std::vector<SweepCase> cases;
  for (const std::string target : {"aie-ml", "aie-mlv2"}) {
    const std::string prefix = target == "aie-ml" ? "aie_ml_" : "aie_mlv2_";
    cases.push_back({prefix + "tiles", target, {}});
    cases.push_back({prefix + "throughput", target, {.objective = Objective::throughput}});
    cases.push_back({prefix + "throughput_40", target, {.objective = Objective::throughput, .most_tiles = 40}});
    cases.push_back({prefix + "latency", target, {.objective = Objective::latency}});
    cases.push_back({prefix + "latency_24", target, {.objective = Objective::latency, .most_tiles = 24}});
  }
  return cases;
}

class SizeSweep : public ::testing::TestWithParam<SweepCase> {
protected:
  Registries registries;

  MapResult mapped(const Graph& graph) { return map(registries, graph, GetParam().target, GetParam().options); }

  void expect_legal(const Graph& graph, const Design& design) {
    const Target& target = registries.target(GetParam().target);
    const Device& device = target.devices.front();
    for (const Violation& violation : check_legality(design, target, device)) {
      ADD_FAILURE() << violation.resource << " at " << violation.place << ": " << violation.need << " of "
                    << violation.limit;
    }
    for (const KernelGroup& group : design.groups) {
      // No tile computes padding alone.
      const auto slices = static_cast<std::int64_t>(group.outputs.size()) / group.batch_parts;
      EXPECT_LT((slices - 1) * group.output_slice, graph.type(group.output).shape.back()) << group.name;
      for (const ParameterArray& array : group.parameters) {
        const auto bytes = array.data.count() * static_cast<std::int64_t>(size_in_bytes(array.data.element()));
        EXPECT_LE(bytes, array.member == "weights" ? group.memory.weights : group.memory.parameters) << array.member;
      }
    }
    EXPECT_GE(design.rows_per_iteration * design.iterations, design.rows);
    const Files files = emit_project({graph, design, target, device, registries.kernels});
    for (const char* file : {"src/app.cpp", "src/graph.h", "design.json", "Makefile", "aie.cfg"}) {
      EXPECT_TRUE(files.contains(file)) << file;
    }
  }

  // "at most 304 (tiles, vek280)", and a need above that.
  static void expect_reasons(const Diagnostics& diagnostics) {
    EXPECT_EQ(diagnostics.exit_code(), 4);
    ASSERT_FALSE(diagnostics.all().empty());
    for (const Diagnostic& refusal : diagnostics.all()) {
      EXPECT_FALSE(refusal.node.empty());
      EXPECT_FALSE(refusal.reason.empty());
      std::smatch limit;
      ASSERT_TRUE(std::regex_match(refusal.expected, limit, std::regex(R"(at most (\d+) \([a-z -]+, vek\d+\))")))
          << refusal.expected;
      ASSERT_TRUE(std::regex_match(refusal.got, std::regex("\\d+"))) << refusal.got;
      EXPECT_GT(std::stoll(refusal.got), std::stoll(limit[1])) << text_of(refusal);
    }
  }
};

INSTANTIATE_TEST_SUITE_P(Targets, SizeSweep, ::testing::ValuesIn(sweep_cases()),
                         [](const auto& test) { return test.param.name; });

TEST_P(SizeSweep, EveryNetworkIsLegalOrRefusedWithNumbers) {
  const std::vector<NetworkSpec> specs = size_sweep();
  std::map<std::string, int> outcomes;
  const std::size_t sample = GetParam().options.objective == Objective::tiles ? 12 : 40;
  for (std::size_t i = 0; i < specs.size(); i += full_sweep() ? 1 : sample) {
    SCOPED_TRACE(text_of(specs[i]));
    const Graph graph = make_network(registries, specs[i]);
    const MapResult result = mapped(graph);
    if (result.design) {
      expect_legal(graph, *result.design);
      ++outcomes["mapped"];
    } else {
      expect_reasons(result.diagnostics);
      const std::string expected = result.diagnostics.all().empty() ? "" : result.diagnostics.all().front().expected;
      ++outcomes["refused: " + expected];
    }
  }
  for (const auto& [outcome, count] : outcomes)
    std::cout << GetParam().name << ": " << count << " " << outcome << "\n";
  EXPECT_GT(outcomes["mapped"], 10);
}

// Every third network with few enough weights for the host's compiler to be what takes the time.
TEST_P(SizeSweep, MappedProjectsAreBitExact) {
  constexpr std::int64_t most_weights = 400'000;
  const std::vector<NetworkSpec> specs = size_sweep();
  int projects = 0;
  for (std::size_t i = 0; i < specs.size(); i += 3) {
    std::int64_t weights = 0;
    std::int64_t inputs = specs[i].inputs;
    for (const LayerSpec& layer : specs[i].layers) {
      weights += inputs * layer.outputs;
      inputs = layer.outputs;
    }
    // The sample: chains rather than single layers.
    if (weights > most_weights || (!full_sweep() && specs[i].layers.size() < 2)) continue;
    const Graph graph = make_network(registries, specs[i]);
    if (!mapped(graph).design) continue;
    SCOPED_TRACE(text_of(specs[i]));
    expect_bit_exact(registries, graph, GetParam().target, 1, GetParam().options);
    if (++projects == 1 && !full_sweep()) break;
  }
  std::cout << GetParam().name << ": " << projects << " projects\n";
  EXPECT_GE(projects, full_sweep() ? 100 : 1);
}

} // namespace
} // namespace tilewright::testing
