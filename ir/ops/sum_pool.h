// Attributes of `sum_pool`: the sum of each window, of each channel by itself.
#pragma once

#include "ir/windows.h"

namespace tilewright {

struct SumPoolAttributes {
  Windows windows;
  std::int64_t pad_value = 0; // what stands outside of an integer tensor: its zero point

  void reflect(AttributeVisitor& visit) {
    windows.reflect(visit);
    visit.field("pad_value", pad_value);
  }
};

} // namespace tilewright
