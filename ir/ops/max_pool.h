// Attributes of `max_pool`: the largest element of each window, of each channel by itself. Padding never counts.
#pragma once

#include "ir/windows.h"

namespace tilewright {

struct MaxPoolAttributes {
  Windows windows;

  void reflect(AttributeVisitor& visit) { windows.reflect(visit); }
};

} // namespace tilewright
