// Attributes of `softmax`: exp(x) / sum of exp(x) along an axis, or its logarithm.
#pragma once

#include "ir/attributes.h"

namespace tilewright {

struct SoftmaxAttributes {
  std::int64_t axis = 0; // non-negative
  bool logarithm = false;

  void reflect(AttributeVisitor& visit) {
    visit.field("axis", axis);
    visit.field("logarithm", logarithm);
  }
};

} // namespace tilewright
