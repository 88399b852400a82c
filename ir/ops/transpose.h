// Attributes of `transpose`: result axis i is operand axis permutation[i].
#pragma once

#include "ir/attributes.h"

namespace tilewright {

struct TransposeAttributes {
  std::vector<std::int64_t> permutation;

  void reflect(AttributeVisitor& visit) { visit.field("permutation", permutation); }
};

} // namespace tilewright
