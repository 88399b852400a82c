// Attributes of `conv`: a convolution of channel-last tensors, as ONNX's Conv but for the order of the axes.
#pragma once

#include "ir/windows.h"

namespace tilewright {

struct ConvAttributes {
  Windows windows;
  std::int64_t groups = 1;    // each takes its share of the input channels and gives its share of the outputs
  std::int64_t pad_value = 0; // what stands outside of an integer tensor: its zero point, which means 0

  void reflect(AttributeVisitor& visit) {
    windows.reflect(visit);
    visit.field("groups", groups);
    visit.field("pad_value", pad_value);
  }
};

} // namespace tilewright
