// What became of a node of the model: where it runs, and every candidate for it on the array, chosen and refused, with
// the reasons. Only what mapping itself asks is asked here, so the two can't disagree.
#pragma once

#include "backends/common/lowering.h"
#include "runtime/driver/prepare_model.h"

#include <optional>
#include <string>
#include <vector>

namespace tilewright {

// One way to cut a layer.
struct ExplainedTiling {
  Tiling tiling;
  TileMemory memory;              // with `rows` rows in an iteration
  std::int64_t cycles = 0;        // of the kernels in one iteration; 0: not known
  std::optional<Refusal> refusal; // why memory rules it out
  bool chosen = false;
};

struct ExplainedCandidate {
  const Lowering* lowering = nullptr;
  std::vector<Refusal> refusals; // without tilings: every reason
  std::vector<ExplainedTiling> tilings;
  bool chosen = false;
};

// A node of the compiled graph that the model's node is part of.
struct ExplainedNode {
  std::string op;
  std::string origin;                         // all nodes of the model that it stands for
  std::string signature;                      // "i8[8x16], i8[16x64] -> i32[8x64]"
  std::string place;                          // in a sentence
  std::vector<ExplainedCandidate> candidates; // only of layers
};

struct Explanation {
  bool known = false;    // the model has such a node
  std::string outcome;   // in a sentence, where no node of the compiled graph is left of it, or the model is refused
  std::int64_t rows = 0; // of an iteration
  std::vector<ExplainedNode> nodes;
  std::vector<std::string> names; // of the model's nodes, sorted: for a name that is not known
};

// `node` is the model's name of a node, or one of a node of the compiled graph as `check` prints it. What is wrong with
// the model goes to the context's diagnostics, as `check` would say it, and the explanation covers what is known
// nevertheless.
Explanation explain_node(const std::string& node, const ModelRequest& request, const TargetChoice& choice,
                         CompilerContext& context);

} // namespace tilewright
