// The engine as a library: the only translation unit that sees its implementation when TILEWRIGHT_ADF_LIBRARY is
// defined.
#ifndef TILEWRIGHT_ADF_LIBRARY
#define TILEWRIGHT_ADF_LIBRARY
#endif

#include <adf.h>

#include <adf_engine/engine_impl.hpp>
