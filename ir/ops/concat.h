// Attributes of `concat`: the axis along which the operands follow one another.
#pragma once

#include "ir/attributes.h"

namespace tilewright {

struct ConcatAttributes {
  std::int64_t axis = 0; // non-negative

  void reflect(AttributeVisitor& visit) { visit.field("axis", axis); }
};

} // namespace tilewright
