// The text form of a graph. `parse_graph` in ir/parser.h reads it back, and printing what was read gives the same
// bytes.
//
//   graph "net" {
//     %0 = input "x" : f32[8x16]
//     %1 = constant "w" : i8[16x2] quantization {scale = [1/256], zero_point = [0]} range [-127, 127] = [71, -61, ...]
//     %2 = quantize(%0) {scale = [1/32], ...} from ["/q/Quant"] : "x.q" i8[8x16] quantization {...} range [-128, 127]
//     output "y" = %2
//   }
//
// Inputs come first, then the nodes in topological order, each constant right before its first reader; constants that
// nothing reads are left out. Values are numbered in the order in which they appear.
#pragma once

#include "ir/graph.h"

#include <optional>
#include <string>

namespace tilewright {

struct PrintOptions {
  // The data of larger constants is replaced by "elided <hash>"; such a text cannot be parsed back. Absent: all data.
  std::optional<std::int64_t> elide_above;
};

std::string text_of(const Graph& graph, const PrintOptions& options = {});
// The value's type with quantization and range, as in the text of a graph.
std::string full_text_of(const ValueType& type);
// One line for one node, without its constants; operands and results are spelled by name.
std::string text_of(const Graph& graph, NodeId node);

// Whether both graphs have the same text: names, types, attributes, data and order.
bool structurally_equal(const Graph& a, const Graph& b);

} // namespace tilewright
