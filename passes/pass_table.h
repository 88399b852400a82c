// Functions of one 8-bit tensor between quantizers: whatever arithmetic leads from it to a quantizer, each element of
// the result depends on one element of the tensor only, so 256 values say everything.
#pragma once

#include "passes/pass_function.h"

#include <variant>

namespace tilewright {

struct TableOfQuantizer {
  ValueId source; // int8 or uint8
  Tensor entries; // 1 or channels x 256, as `table` takes them
};

// What the quantizer `id` computes from the integers in front of it, in exact arithmetic: the operators' functions are
// enclosed ever more narrowly until every value is decided (ir/enclosure.h), so each entry is the correctly rounded
// one. Integer tensors on the way that are themselves functions of one 8-bit tensor, other quantizers' results, are
// looked through. `function` lies between the quantizer and those in front of it.
//
// There is no table, with the reason, where an op in front knows no exact form, where several tensors or wider integers
// are read, where shapes or channels do not fit, or where a value lies on a rounding boundary as far as can be
// computed.
std::variant<TableOfQuantizer, TraceResult> table_of(const Graph& graph, const RealFunction& function, NodeId id);

} // namespace tilewright
