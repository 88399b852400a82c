// adf::bypass: a kernel that a runtime parameter switches off.
//
// While the control bp is 1, firings copy the input buffers to the output buffers instead of running the kernel; they
// must correspond one to one in type and size [UG1079 kernel bypass].
#pragma once

#include "kernel.hpp"

namespace adf {

class bypass {
public:
  std::vector<port<direction::in>> in;
  std::vector<port<direction::out>> out;
  port<direction::in> bp{-1}; ///< int32, synchronous unless async() says otherwise

  bypass() = default;
  /// Connections to and from the kernel go to the bypass from now on.
  static bypass create(kernel& k) {
    bypass result;
    result.in = k.in;
    result.out = k.out;
    result.bp = port<direction::in>(tilewright::adf::add_bypass(k.id));
    return result;
  }
};

/// The control the other way round: 0 bypasses.
inline port<direction::in>& negate(port<direction::in>& control) {
  tilewright::adf::kernel_record(control.record().owner).bypass_negated = true;
  return control;
}

} // namespace adf
