// Attributes of `arg_max`: where along an axis the largest (or smallest) element is. The axis stays, with size 1.
#pragma once

#include "ir/attributes.h"

namespace tilewright {

struct ArgMaxAttributes {
  std::int64_t axis = 0; // non-negative
  bool smallest = false;
  bool last = false; // of several equal ones; else the first

  void reflect(AttributeVisitor& visit) {
    visit.field("axis", axis);
    visit.field("smallest", smallest);
    visit.field("last", last);
  }
};

} // namespace tilewright
