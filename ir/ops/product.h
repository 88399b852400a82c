// Attributes of `product`: (a - zero_point[0]) * (b - zero_point[1]), element by element.
#pragma once

#include "ir/attributes.h"

namespace tilewright {

struct ProductAttributes {
  std::vector<std::int64_t> zero_point = {0, 0}; // one an operand

  void reflect(AttributeVisitor& visit) { visit.field("zero_point", zero_point); }
};

} // namespace tilewright
