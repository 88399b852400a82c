// Everything that the compiler knows, by name: what the tree fills when a context is made, and plugins add to.
#pragma once

#include "backends/common/backend.h"
#include "backends/common/device.h"
#include "backends/common/kernel_sources.h"
#include "backends/common/lowering.h"
#include "frontend/exporter.h"
#include "frontend/importer.h"
#include "ir/registry.h"
#include "passes/pass_registry.h"

#include <memory>
#include <vector>

namespace tilewright {

struct Registries {
  // The plugins, whose code the entries below point into: first here, so closed last.
  std::vector<std::shared_ptr<void>> libraries;
  OpRegistry ops;
  ImporterRegistry importers;
  ExporterRegistry exporters;
  PassRegistry passes;
  LoweringRegistry lowerings;
  TargetRegistry targets;
  BackendRegistry backends;
  KernelSourceRegistry kernels;
};

// Calls `visit(registry, what)` with each of them; `what` is how a message calls an entry.
template <class Visit> void for_each_registry(Registries& registries, const Visit& visit) {
  visit(registries.ops, "op");
  visit(registries.importers, "importer");
  visit(registries.exporters, "exporter");
  visit(registries.passes, "pass");
  visit(registries.lowerings, "lowering");
  visit(registries.targets, "target");
  visit(registries.backends, "backend");
  visit(registries.kernels, "kernel source");
}

} // namespace tilewright
