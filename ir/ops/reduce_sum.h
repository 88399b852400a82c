// Attributes of `reduce_sum`: the axes that are added up. They stay, with size 1.
#pragma once

#include "ir/attributes.h"

namespace tilewright {

struct ReduceSumAttributes {
  std::vector<std::int64_t> axes; // ascending

  void reflect(AttributeVisitor& visit) { visit.field("axes", axes); }
};

} // namespace tilewright
