// From a Design to the files of an AI Engine project. Pure: nothing is read or written, and the same Design gives the same
// bytes. Only idioms that are known to build with Vitis 2025.2 are used (docs/vendor_idioms.md).
#pragma once

#include "backends/common/design.h"
#include "backends/common/device.h"
#include "backends/common/kernel_sources.h"
#include "ir/graph.h"

#include <map>
#include <string>
#include <vector>

namespace tilewright {

using Files = std::map<std::string, std::string>; // content by path below the project's folder, '/' between folders

struct EmitContext {
  const Graph& graph;
  const Design& design;
  const Target& target;
  const Device& device;
  const KernelSourceRegistry& kernels;
};

// Everything but data/ and build.json.
Files emit_project(const EmitContext& context);

// The parts, each a file or a few.
std::string emit_graph(const Design& design, const Target& target);                 // src/graph.h
std::string emit_app(const Design& design);                                         // src/app.cpp
std::string emit_config(const KernelGroup& group);                                  // src/parameters/config_<group>.h
std::string emit_parameter_data(const KernelGroup& group);                          // src/parameters/data_<group>.h
std::string emit_kernel_check(const Design& design, const std::string& kernel);     // check/<kernel>.cpp
std::string emit_makefile(const Design& design, const Target& target, const Device& device);
std::string emit_aie_configuration(const Target& target);                           // aie.cfg
std::string emit_system_configuration(const Design& design);                        // system.cfg
std::string emit_readme(const EmitContext& context);
std::string design_json(const Graph& graph, const Design& design, const Target& target, const Device& device);

// What tells the host emulator the device, NAME=VALUE each.
std::vector<std::string> emulator_defines(const Device& device);

// Names in the emitted code. The prefixes keep the families apart, whatever the model calls its nodes.
std::string config_name(const KernelGroup& group);                                  // "config_layer_x"
std::string parameter_name(const KernelGroup& group, const std::string& member);    // "weights_layer_x"
std::string data_name(const KernelGroup& group, const std::string& member);         // "data_weights_layer_x"

} // namespace tilewright
