// Attributes of `gather`: which indices of an axis the result has, in its order. Slices, with any step, are gathers.
#pragma once

#include "ir/attributes.h"

namespace tilewright {

struct GatherAttributes {
  std::int64_t axis = 0;             // non-negative
  std::vector<std::int64_t> indices; // each within the axis

  void reflect(AttributeVisitor& visit) {
    visit.field("axis", axis);
    visit.field("indices", indices);
  }
};

} // namespace tilewright
