// Attributes of `cast`: numbers as real numbers of another type, rounded to nearest where they do not fit.
#pragma once

#include "ir/attributes.h"

namespace tilewright {

struct CastAttributes {
  ElementType element = ElementType::float32; // f32 or f64

  void reflect(AttributeVisitor& visit) { visit.field("element", element); }
};

} // namespace tilewright
