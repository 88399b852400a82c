// The compiler as one value: what it knows, and what it has to say. There are no globals; two contexts can live side by
// side, also on two threads.
#pragma once

#include "backends/common/device.h"
#include "backends/common/kernel_sources.h"
#include "backends/common/lowering.h"
#include "frontend/importer.h"
#include "ir/diagnostics.h"
#include "ir/registry.h"
#include "passes/pass_registry.h"

#include <optional>
#include <string>

namespace tilewright {

struct CompilerContext {
  OpRegistry ops;
  ImporterRegistry importers;
  PassRegistry passes;
  LoweringRegistry lowerings;
  TargetRegistry targets;
  KernelSourceRegistry kernels;
  Diagnostics diagnostics;
};

// Fills the registries with what was built in. False when a name is taken twice, also by what was registered before:
// then every such pair is a diagnostic.
bool load_builtins(CompilerContext& context);

// Adds an internal error for every name that was registered twice; true when there is none.
bool report_duplicates(CompilerContext& context);

// A generation with one of its devices.
struct TargetChoice {
  const Target* target = nullptr;
  const Device* device = nullptr;
};

inline constexpr const char* default_target = "aie-ml";

// By name; an empty target is the default one, an empty device the target's first. A device of another target, or a name
// that nobody knows, is a usage error that lists the known ones.
std::optional<TargetChoice> choose_target(const std::string& target, const std::string& device,
                                          CompilerContext& context);

} // namespace tilewright
