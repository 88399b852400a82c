// Attributes of `pad`: elements of one value around a tensor.
#pragma once

#include "ir/attributes.h"

namespace tilewright {

struct PadAttributes {
  std::vector<std::int64_t> begin; // one entry an axis, none negative
  std::vector<std::int64_t> end;
  Rational value; // an integer where the tensor is one

  void reflect(AttributeVisitor& visit) {
    visit.field("begin", begin);
    visit.field("end", end);
    visit.field("value", value);
  }
};

} // namespace tilewright
