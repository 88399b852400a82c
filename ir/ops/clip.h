// Attributes of `clip`: every element between two bounds, each of which may be absent.
#pragma once

#include "ir/attributes.h"

namespace tilewright {

struct ClipAttributes {
  std::optional<Rational> low;
  std::optional<Rational> high;

  void reflect(AttributeVisitor& visit) {
    visit.field("low", low);
    visit.field("high", high);
  }
};

} // namespace tilewright
