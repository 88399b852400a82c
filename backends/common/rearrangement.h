// Views that move elements from row to row: upsampling, slices and paddings of images, transposes, pixel shuffles. What
// no access pattern does on the way, a layer of its own does.
#pragma once

#include "ir/graph.h"

#include <cstdint>
#include <optional>
#include <set>
#include <string_view>
#include <vector>

namespace tilewright {

// What lowerings of such layers say they lower: any chain of views.
inline constexpr std::string_view rearranging_op = "rearrange";

// For each element of one sample of the result, in order, the operand's element of the same sample.
struct Rearrangement {
  std::vector<std::int64_t> source; // -1: `fill`
  std::int64_t fill = 0;
};

// Whether the op only says where elements go; padding adds some of one value.
bool moves_elements(const OpDefinition& op);

// The value from which views of one operand each lead to `value`; `host`: nodes that are no views for the array.
ValueId source_of_views(const Graph& graph, ValueId value, const std::set<NodeId>& host);

// What the views between the two do to each sample; nullopt where they mix samples or pad with several values.
std::optional<Rearrangement> rearrangement_between(const Graph& graph, ValueId source, ValueId value);

// The view's result with every element replaced by its place among the elements of all operands, one behind the other;
// nullopt where padding adds one.
std::vector<std::optional<std::int64_t>> moved_indices(const Graph& graph, const Node& view);

} // namespace tilewright
