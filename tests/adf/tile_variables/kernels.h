// Kernels with variables that outlive a firing: at file scope, set by an initialization function, and in a template.
#pragma once

#include <adf.h>

void counter(adf::input_buffer<int32>&, adf::output_buffer<int32>&);

template <typename T> class observer {
public:
  void run(adf::input_buffer<T>&, adf::output_buffer<T>&);
  static void registerKernelClass() { REGISTER_FUNCTION(observer::run); }
};
