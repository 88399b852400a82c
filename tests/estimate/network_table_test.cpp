// What the mapping makes of whole networks, by the slot model: <build>/networks.md, for classic networks and for every
// model that is there and maps.
#include "../backends/network_builder.h"
#include "tests/support/source_tree.h"

#include "backends/common/legality.h"
#include "runtime/driver/compile_model.h"
#include "runtime/estimate/estimate.h"

#include <algorithm>
#include <fmt/format.h>
#include <fstream>
#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

namespace fs = std::filesystem;

struct Network {
  std::string name;
  Graph graph;
};

NetworkSpec equal_layers(std::int64_t rows, std::size_t layers, std::int64_t width) {
  return mlp(rows, std::vector<std::int64_t>(layers + 1, width));
}

Network residual(const Registries& registries) {
  NetworkBuilder net(registries, "residual", 1);
  ValueId value = net.layer(net.input("x", 32, 128), 128);
  for (int block = 0; block < 4; ++block)
    value = net.requantize({.multiplier = {1, 1}, .shift = 1}, {value, net.layer(net.layer(value, 128), 128)});
  net.graph.add_output("y", net.layer(value, 16));
  return {"residual, 4 blocks of 128-128-128, batch 32", std::move(net.graph)};
}

Network fan_out(const Registries& registries) {
  NetworkBuilder net(registries, "fan_out", 1);
  const ValueId trunk = net.layer(net.input("x", 32, 64), 256);
  for (int head = 0; head < 4; ++head)
    net.graph.add_output(fmt::format("y{}", head), net.layer(net.layer(trunk, 128), 16));
  return {"fan-out, 64-256 and 4 heads of 128-16, batch 32", std::move(net.graph)};
}

std::vector<Network> classic_networks(const Registries& registries) {
  std::vector<Network> networks;
  const auto add = [&](std::string name, const NetworkSpec& spec) {
    networks.push_back({std::move(name), make_network(registries, spec)});
  };
  add("GEMM 512 x 896 x 576", mlp(512, {896, 576}));
  add("MLP 7 x 512, batch 32", equal_layers(32, 7, 512));
  add("autoencoder 640-128-8-128-640, batch 8", mlp(8, {640, 128, 128, 128, 8, 128, 128, 128, 640}));
  add("MLP 2 x 1024, batch 32", equal_layers(32, 2, 1024));
  add("MLP 4 x 1024, batch 8", equal_layers(8, 4, 1024));
  add("jet tagger 16-64-32-32-5, batch 1", mlp(1, {16, 64, 32, 32, 5}));
  networks.push_back(residual(registries));
  networks.push_back(fan_out(registries));
  return networks;
}

// The project's own models, and those that lie beside the checkout, if any do: those that become integer graphs.
std::vector<Network> models(CompilerContext& context) {
  std::vector<fs::path> folders;
  for (const fs::path& root : {source_root() / "models", source_root().parent_path() / "shared" / "models"}) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(root, error)) {
      if (fs::exists(entry.path() / "model.onnx")) folders.push_back(entry.path());
    }
  }
  std::ranges::sort(folders, {}, [](const fs::path& path) { return path.filename(); });
  std::vector<Network> networks;
  for (const fs::path& folder : folders) {
    const std::string name = folder.filename().string();
    if (!networks.empty() && networks.back().name == name) continue;
    context.diagnostics = {};
    auto prepared = prepare_model({.file = folder / "model.onnx"}, context);
    if (prepared) networks.push_back({name, std::move(prepared->graph)});
  }
  return networks;
}

std::string gap(const SearchRecord& search) {
  if (search.optimal) return "optimal";
  if (search.lower_bound == 0) return "no bound";
  const auto above = static_cast<double>(search.cycles - search.lower_bound);
  return fmt::format("at most {:.1f} % above", 100 * above / static_cast<double>(search.lower_bound));
}

class NetworkTable : public ::testing::TestWithParam<std::string> {
protected:
  CompilerContext context;
  void SetUp() override { ASSERT_TRUE(load_builtins(context)); }

  // The row, or why the network does not fit.
  std::string row(const Network& network) {
    const TargetChoice choice = *choose_target(GetParam(), "", context);
    const auto mapped = [&](Objective objective) {
      context.diagnostics = {};
      return map_model(network.graph, choice, {.objective = objective}, context);
    };
    const std::optional<Design> fast = mapped(Objective::throughput);
    const std::optional<Design> early = mapped(Objective::latency);
    EXPECT_EQ(fast.has_value(), early.has_value()) << network.name;
    if (!fast || !early) {
      const Diagnostic& reason = context.diagnostics.all().front();
      return fmt::format("| {} | {}: {}, got {} | | | | | | | |\n", network.name, reason.reason, reason.expected,
                         reason.got);
    }
    for (const Design* design : {&*fast, &*early})
      EXPECT_TRUE(check_legality(*design, *choice.target, *choice.device).empty()) << network.name;
    const Estimate interval = estimate(*fast, *choice.target, *choice.device);
    const Estimate first = estimate(*early, *choice.target, *choice.device);
    EXPECT_LE(interval.tiles_peak_fraction, 1.0) << network.name;
    EXPECT_GE(interval.interval_cycles, fast->search.lower_bound) << network.name << ": the bound is no bound";
    EXPECT_FALSE(interval.bound.empty()) << network.name;
    EXPECT_GT(first.first_output_cycles, 0) << network.name;
    return fmt::format("| {} | {} | {} | {:.1f} % | {} | {} | {} | {} | {} |\n", network.name, interval.tiles,
                       interval.interval_cycles, 100 * interval.tiles_peak_fraction, interval.bound, gap(fast->search),
                       first.tiles, first.first_output_cycles, gap(early->search));
  }
};

TEST_P(NetworkTable, ClassicNetworksAndModels) {
  std::string table =
      "| network | tiles | interval, cycles | of these tiles' peak | set by | search | tiles for latency | first "
      "output, cycles | search |\n|---|---|---|---|---|---|---|---|---|\n";
  Registries registries;
  for (const Network& network : classic_networks(registries)) {
    table += row(network);
    // Four layers of 1024 have 4 MiB of weights, the VEK385 banks for 2.2.
    const bool too_large = GetParam() == "aie-mlv2" && network.name.starts_with("MLP 4 x 1024");
    EXPECT_EQ(context.diagnostics.has_errors(), too_large) << network.name;
  }
  for (const Network& network : models(context))
    table += row(network);
  std::ofstream(build_root() / fmt::format("networks_{}.md", GetParam())) << table;
}

INSTANTIATE_TEST_SUITE_P(Targets, NetworkTable, ::testing::Values("aie-ml", "aie-mlv2"),
                         [](const auto& info) { return info.param == "aie-ml" ? "aie_ml" : "aie_mlv2"; });

} // namespace
} // namespace tilewright::testing
