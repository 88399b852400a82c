// Attributes of `threshold`: x where x > limit, else 0. On integers x is the stored number, and so is the limit.
#pragma once

#include "ir/attributes.h"

namespace tilewright {

struct ThresholdAttributes {
  Rational limit; // not negative

  void reflect(AttributeVisitor& visit) { visit.field("limit", limit); }
};

} // namespace tilewright
