// The compiler as one value: what it knows, and what it has to say. There are no globals; two contexts can live side by
// side, also on two threads.
#pragma once

#include "ir/diagnostics.h"
#include "runtime/plugin/registries.h"

#include <optional>
#include <string>

namespace tilewright {

struct CompilerContext : Registries {
  Diagnostics diagnostics;
};

// Fills the registries with what was built in. False when a name is taken twice, also by what was registered before:
// then every such pair is a diagnostic.
bool load_builtins(CompilerContext& context);

// Adds an internal error for every name that was registered twice; true when there is none.
bool report_duplicates(CompilerContext& context);

// A generation with one of its devices, and what maps to it.
struct TargetChoice {
  const Target* target = nullptr;
  const Device* device = nullptr;
  const Backend* backend = nullptr;
};

inline constexpr const char* default_target = "aie-ml";

// By name; an empty target is the default one, an empty device the target's first. A device of another target, or a
// name that nobody knows, is a usage error that lists the known ones.
std::optional<TargetChoice> choose_target(const std::string& target, const std::string& device,
                                          CompilerContext& context);

} // namespace tilewright
