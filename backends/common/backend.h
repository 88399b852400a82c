// A backend: how the arrays of a target are mapped, and what is written for them. A target names its backend, so
// several generations can share one. All else (passes, reference, verification, command line) is common.
//
// `verify` runs what a backend writes. It builds src/app.cpp and check/*.cpp as C++20, with src, src/kernels and
// src/parameters as include folders, and starts the program with three variables in its environment. The program
//   reads   $TILEWRIGHT_ADF_INPUT_DIR/data/<stream>.txt        what the host sends, one file an entering stream
//   writes  $TILEWRIGHT_ADF_OUTPUT_DIR/data/<stream>.txt       what leaves the array
//           $TILEWRIGHT_ADF_DUMP/<file>                        what passes each port of a group, named by `boundaries`
// as decimal numbers separated by white space, iteration after iteration, in the order of the Design's access patterns.
#pragma once

#include "backends/common/design.h"
#include "backends/common/emit.h"
#include "backends/common/lowering.h"
#include "backends/common/map_options.h"
#include "ir/diagnostics.h"

#include <optional>
#include <string>

namespace tilewright {

struct MapContext {
  const Graph& graph; // integers between the host's quantizers and dequantizers
  const Target& target;
  const Device& device;
  const LoweringRegistry& lowerings;
  const MapOptions& options; // what the user asks for; a backend may know no better way
  Diagnostics& diagnostics;
};

struct Backend {
  std::string name;
  std::string summary;

  // From an integer graph to a Design that is legal on the device; nullopt with diagnostics of kind `model` where the
  // array has no way to compute a node, of kind `device` where it does not fit.
  using Map = std::optional<Design> (*)(const MapContext&);
  Map map = nullptr;
  // Every file of the project but data/ and build.json. Pure: the same Design gives the same bytes.
  using Emit = Files (*)(const EmitContext&);
  Emit emit = nullptr;
};

using BackendRegistry = Registry<Backend>;

// Adds `adf`: AI Engine arrays, programmed as ADF graphs.
void register_all_backends(BackendRegistry& registry);

} // namespace tilewright
