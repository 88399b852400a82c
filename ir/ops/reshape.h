// Attributes of `reshape`: the same elements in the same order under another shape.
#pragma once

#include "ir/attributes.h"

namespace tilewright {

struct ReshapeAttributes {
  std::vector<std::int64_t> shape; // all known; ONNX's 0 and -1 are resolved by the importer

  void reflect(AttributeVisitor& visit) { visit.field("shape", shape); }
};

} // namespace tilewright
