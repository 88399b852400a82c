// Attributes of `layer_norm`: (x - mean) / sqrt(variance + epsilon) over all axes from `axis` on.
#pragma once

#include "ir/attributes.h"

namespace tilewright {

struct LayerNormAttributes {
  std::int64_t axis = 0; // non-negative
  Rational epsilon;

  void reflect(AttributeVisitor& visit) {
    visit.field("axis", axis);
    visit.field("epsilon", epsilon);
  }
};

} // namespace tilewright
