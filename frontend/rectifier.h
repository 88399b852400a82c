// x for x >= 0, and a multiple of it below: LeakyRelu and PRelu.
#pragma once

#include "frontend/importer.h"

#include <optional>

namespace tilewright {

// The last op of several, to be added by the caller.
struct LastOp {
  std::string_view op;
  Attributes attributes = {};
  std::vector<ValueId> operands;
};

// With slopes up to 1 the larger one of x and slope * x, from 1 on the smaller one; else, or where the slopes are
// computed, max(x, 0) + slope * min(x, 0). `slope` broadcasts to x.
std::optional<LastOp> rectifier(NodeImport& node, ValueId x, ValueId slope);

// The same as output 0 of the node.
void add_rectifier(NodeImport& node, ValueId x, ValueId slope);

} // namespace tilewright
