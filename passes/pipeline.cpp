#include "passes/pipeline.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

std::vector<std::string> default_pipeline() {
  return {
      "fold_constants",       // quantizers of constants become integers
      "sink_reshapes",        // what comes behind a Flatten belongs to the layer in front of it
      "sink_transposes",      // channels-first layers become channels-last ones
      "expand_broadcasts",    //
      "commute_views",        // views reach integers ...
      "permute_weights",      // ... and weights follow the views in front of them
      "commute_views",        //
      "split_concat_readers", // branches are quantized each by itself
      "fold_constants",       // views of constants disappear
      "choose_late",          // accumulators are quantized before the largest are chosen
      "eliminate_dead_code",  // what nothing reads raises no complaints
      "absorb_clips",         //
      "multiply_integers",    //
      "integerize",           // floats between integers become exact rescales
      "integerize_thresholds",
      "fold_constants",     // rescaled constants
      "simplify_rescales",  //
      "narrow_rescales",    // what is left takes no more bits than it needs
      "narrow_choices",     // accumulators are rescaled before the largest are chosen
      "sum_by_windows",     //
      "split_windows",      // large images band by band
      "narrow_operands",    //
      "halve_sums",         // averages of accumulators
      "spread_by_products", //
      "absorb_pads",        //
      "fuse_bias",          //
      "requantization",     //
      "split_phases",       // zeros between pixels are not multiplied
      "pair_sums",          // two tensors at a time
      "concat_features",    // branches that meet along rows or columns of images
      "nest_concats",       //
      "eliminate_dead_code",
  };
}

std::vector<std::string> pipeline_with(const PassRegistry& registry) {
  std::vector<std::string> names = default_pipeline();
  std::vector<const Pass*> waiting; // the last name first, so that the first ends up in front
  for (const auto& [name, entry] : registry.entries()) {
    if (!entry.definition.after.empty()) waiting.insert(waiting.begin(), &entry.definition);
  }
  // A pass may wait for one that waits itself.
  for (bool found = true; found;) {
    found = false;
    std::erase_if(waiting, [&](const Pass* pass) {
      const auto last = std::find(names.rbegin(), names.rend(), pass->after);
      if (last == names.rend()) return false;
      names.insert(last.base(), pass->name);
      return found = true;
    });
  }
  return names;
}

std::optional<std::vector<const Pass*>> passes_named(std::span<const std::string> names, const PassRegistry& registry,
                                                     Diagnostics& diagnostics) {
  std::vector<const Pass*> passes;
  bool known = true;
  for (const std::string& name : names) {
    const Pass* pass = registry.find(name);
    passes.push_back(pass);
    if (pass) continue;
    known = false;
    Diagnostic problem;
    problem.kind = ProblemKind::usage;
    problem.code = "passes.unknown";
    problem.reason = fmt::format("there is no pass '{}'", name);
    for (const auto& [registered, entry] : registry.entries()) {
      problem.expected += (problem.expected.empty() ? "one of " : ", ") + registered;
    }
    diagnostics.add(std::move(problem));
  }
  if (!known) return std::nullopt;
  return passes;
}

} // namespace tilewright
