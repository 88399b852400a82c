// Runs a graph node by node through the ops' own `evaluate`: the numbers that everything else has to equal.
#pragma once

#include "ir/diagnostics.h"
#include "ir/graph.h"

#include <map>
#include <span>
#include <vector>

namespace tilewright {

struct ExecuteOptions {
  bool keep_values = false; // keep every value that is computed, not only the outputs
};

struct ExecutionResult {
  bool succeeded = false;
  std::vector<Tensor> outputs;      // in the order of the graph's outputs
  std::map<ValueId, Tensor> values; // with `keep_values`: inputs and results, and constants that views read: the
                                    // array takes those as inputs; all others are in the graph
};

// `inputs` in the order of the graph's inputs, with their element types. Shapes are the graph's, or all of them have a
// first axis that is the same multiple of the graph's: then the graph runs once for each part, and outputs and values
// are joined along their first axis.
//
// Inputs that do not fit are errors of kind usage (run.input). Every integer tensor is held against its proven range;
// one outside is an error of ours (run.range), or of the caller's where it is an input.
ExecutionResult execute(const Graph& graph, std::span<const Tensor> inputs, Diagnostics& diagnostics,
                        const ExecuteOptions& options = {});

} // namespace tilewright
