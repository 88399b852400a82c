// Which part of a graph runs where: host nodes before and after, and the layers between them that go onto the array.
#pragma once

#include "backends/common/halfword_step.h"
#include "backends/common/rearrangement.h"
#include "ir/diagnostics.h"
#include "ir/graph.h"

#include <memory>
#include <optional>
#include <string_view>
#include <vector>

namespace tilewright {

// Consecutive columns of a value that enters the array or that a layer computes.
struct Segment {
  ValueId value;
  std::int64_t first = 0;
  std::int64_t features = 0;
  friend bool operator==(const Segment&, const Segment&) = default;
};

// An operand whose one row for each sample has all pixels of images, which lie side by side.
struct FlatImage {
  struct Element {
    std::size_t value = 0;  // index in `values`
    std::int64_t index = 0; // among the elements of one sample of it
  };
  std::vector<ValueId> values;
  std::vector<Element> elements; // of the operand's row, in order
};

// An operand that is not a constant. Views in front of it are folded into the way its columns are read.
struct LayerInput {
  ValueId operand;
  std::vector<Segment> segments; // side by side; empty with `flat`
  std::optional<FlatImage> flat = {};
};

// A node of the array with what is computed along with it.
struct Layer {
  NodeId node;
  std::optional<NodeId> requantize; // the node's only reader, computed by the same kernel
  std::vector<LayerInput> inputs;   // at least one
  ValueId output;
  std::optional<Rearrangement> rearrangement = {}; // of the input, instead of what the node computes
  std::shared_ptr<const HalfwordStep> halfwords = {}; // how to requantize with short products; Lowering::prepare
  ValueId input() const { return inputs.front().operand; }
};

// What lowerings call the layer's op: the node's name, or rearranging_op.
std::string_view op_of(const Graph& graph, const Layer& layer);

struct Partition {
  std::vector<NodeId> host_before;
  std::vector<NodeId> host_between; // float islands: they wait for layers, and layers wait for them
  std::vector<Layer> layers; // in topological order
  std::vector<NodeId> views; // between layers: they only say what is read
  std::vector<NodeId> host_after;
  std::vector<ValueId> entering; // graph inputs and host results that layers read
  std::vector<ValueId> leaving;  // layer results that the host or the outside reads
};

// Splits the graph. A float node between two integer ones, unless islands of such are the host's, is a diagnostic. A view
// between layers that moves elements from row to row is a layer; a diagnostic where it mixes samples or operands.
std::optional<Partition> partition(const Graph& graph, Diagnostics& diagnostics, bool allow_host_islands = false);

// A value seen as a matrix: all dimensions but the last, and the last.
struct MatrixShape {
  std::int64_t rows = 1;
  std::int64_t features = 1;
};
MatrixShape matrix_shape(const Shape& shape);

} // namespace tilewright
