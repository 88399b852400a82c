// tilewright targets: which generations and devices there are, and what their tiles offer.
#include "tools/tilewright/table.h"
#include "tools/tilewright/verb.h"

#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tilewright {

namespace {

std::string origin_of(const Device& device, const TargetRegistry::Entry& target) {
  return device.origin.empty() ? target.origin : device.origin;
}

nlohmann::ordered_json json_of(const Device& device, const TargetRegistry::Entry& target) {
  return {{"name", device.name},
          {"part", device.part},
          {"platform", device.platform},
          {"clock_ghz", device.clock_ghz},
          {"columns", device.columns},
          {"rows", device.rows},
          {"memory_tile_rows", device.memory_tile_rows},
          {"origin", origin_of(device, target)}};
}

int run_targets_verb(VerbCall& call) {
  std::vector<std::vector<std::string>> rows;
  call.json["targets"] = nlohmann::ordered_json::array();
  for (const auto& [name, entry] : call.context.targets.entries()) {
    const Target& target = entry.definition;
    nlohmann::ordered_json devices = nlohmann::ordered_json::array();
    for (const Device& device : target.devices) {
      rows.push_back(
          {name, device.name, device.part, fmt::format("{} x {}", device.columns, device.rows),
           fmt::format("{} KiB", target.tile_memory_bytes / 1024),
           fmt::format("{} x {} KiB", device.columns * device.memory_tile_rows, target.memory_tile_bytes / 1024),
           fmt::format("{}", target.multiply_accumulates_per_cycle), fmt::format("{:g} GHz", device.clock_ghz),
           origin_of(device, entry)});
      devices.push_back(json_of(device, entry));
    }
    call.json["targets"].push_back({{"name", name},
                                    {"summary", target.summary},
                                    {"default", name == default_target},
                                    {"backend", target.backend},
                                    {"tile_memory_bytes", target.tile_memory_bytes},
                                    {"memory_tile_bytes", target.memory_tile_bytes},
                                    {"mmul_shapes", target.mmul_shapes.size()},
                                    {"devices", devices}});
  }
  if (!call.line.json) {
    fmt::print("{}", markdown_table({"--target", "--device", "part", "tiles", "memory a tile", "memory tiles",
                                     "int8 MACs a cycle and tile", "clock", "from"},
                                    rows));
  }
  return 0;
}

} // namespace

void register_targets_verb(VerbRegistry& registry) {
  registry.add({.name = "targets",
                .summary = "List the generations and devices that can be compiled for",
                .examples = "Examples:\n"
                            "  tilewright targets\n"
                            "  tilewright compile model.onnx --target aie-mlv2 --device vek385 -o build/model",
                .run = run_targets_verb});
}

} // namespace tilewright
