// Views between layers: reshapes, slices, concatenations. What they do to the columns of a matrix is found by running
// them on indices, so nothing here knows an op.
#pragma once

#include "backends/common/layers.h"
#include "backends/common/row_layout.h"

#include <optional>
#include <set>
#include <vector>

namespace tilewright {

// The columns of `value`, which views compute from the values in front of them; one whole segment where none does. The
// host's views are no longer views for the array. nullopt where a view moves elements from row to row.
std::optional<std::vector<Segment>> segments_of(const Graph& graph, ValueId value, const std::set<NodeId>& host);

// The elements of `value`, a matrix with a row for each sample, which views compute from an image, each once; nullopt
// where they don't.
std::optional<FlatImage> flat_image_of(const Graph& graph, ValueId value, const std::set<NodeId>& host);

// Whether the input is one value with all its columns.
bool is_whole(const Graph& graph, const LayerInput& input);

// How a layer's buffer holds an input: its columns lie at `position`; what is between them belongs to nobody.
struct InputLayout {
  std::int64_t features = 0;          // of the buffer
  std::vector<std::int64_t> position; // of each column of the operand
  bool contiguous() const;            // the columns in order, without gaps
  // For each of the buffer's columns the operand's that lies there; -1 where it belongs to nobody.
  std::vector<std::int64_t> columns() const;
};
InputLayout input_layout(const Graph& graph, const LayerInput& input, const Iteration& iteration);
// Its `features` alone: the searches ask for them often.
std::int64_t buffer_features(const Graph& graph, const LayerInput& input, const Iteration& iteration);

// Columns that a memory-tile buffer reserves for a whole value of several: room for the padding of most tilings.
std::int64_t segment_room(std::int64_t features);

// The column at which a buffer begins that holds part of one value: whole 32-bit words.
std::int64_t window_start(const Segment& segment);

} // namespace tilewright
