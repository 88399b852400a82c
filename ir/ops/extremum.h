// Attributes of `extremum`: the larger or the smaller one of two numbers, broadcasting.
#pragma once

#include "ir/attributes.h"

namespace tilewright {

struct ExtremumAttributes {
  bool smallest = false;

  void reflect(AttributeVisitor& visit) { visit.field("smallest", smallest); }
};

} // namespace tilewright
