// Which part of a graph runs where: host nodes before and after, and the layers between them that go onto the array.
#pragma once

#include "ir/diagnostics.h"
#include "ir/graph.h"

#include <optional>
#include <vector>

namespace tilewright {

// A node of the array with what is computed along with it.
struct Layer {
  NodeId node;
  std::optional<NodeId> requantize; // the node's only reader, computed by the same kernel
  ValueId input;                    // the one operand that is not a constant
  ValueId output;
};

struct Partition {
  std::vector<NodeId> host_before;
  std::vector<Layer> layers; // in topological order
  std::vector<NodeId> host_after;
  std::vector<ValueId> entering; // graph inputs and host results that layers read
  std::vector<ValueId> leaving;  // layer results that the host or the outside reads
};

// Splits the graph. A float node between two integer ones, or a layer with two computed operands, is a diagnostic.
std::optional<Partition> partition(const Graph& graph, Diagnostics& diagnostics);

// A value seen as a matrix: all dimensions but the last, and the last.
struct MatrixShape {
  std::int64_t rows = 1;
  std::int64_t features = 1;
};
MatrixShape matrix_shape(const Shape& shape);

} // namespace tilewright
