// The AI Engine API, host emulation. Kernels are C++20; a C++17 translation unit (the graph pass) sees the names of the
// types only, as with AMD's headers.
#pragma once

// Kernels rely on these.
#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstdlib>

#include "../adf/loop_macros.hpp"
#include "../adf/scalar_types.hpp"
#include "../adf/target.hpp"
#include "../adf_engine/instruction_count.hpp"

#if __cplusplus < 202002L
#include "aie_declaration.hpp"
#else
#include "adf_stream.hpp"
#include "arithmetic.hpp"
#include "buffer_streams.hpp"
#include "cascade_intrinsics.hpp"
#include "compare.hpp"
#include "complex_functions.hpp"
#include "construct.hpp"
#include "core_state.hpp"
#include "fft.hpp"
#include "float_functions.hpp"
#include "intrinsics.hpp"
#include "io_buffer_iterator.hpp"
#include "iterator.hpp"
#include "library_names.hpp"
#include "load_store.hpp"
#include "lookup.hpp"
#include "mask.hpp"
#include "mmul.hpp"
#include "multiply.hpp"
#include "multiply_intrinsics.hpp"
#include "not_emulated.hpp"
#include "partial_sliding_mul.hpp"
#include "reduce.hpp"
#include "reshape.hpp"
#include "scalar_functions.hpp"
#include "shift.hpp"
#include "sliding_mul.hpp"
#include "sparse_vector.hpp"
#include "stream_operators.hpp"
#include "tensor_stream.hpp"
#include "tile.hpp"
#include "vector.hpp"
#include "vector_operators.hpp"
#include "window_access.hpp"
#endif
