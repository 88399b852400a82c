// The ADF graph library, host emulation: everything a graph or kernel header needs. Parses as C++17.
#pragma once

// Projects rely on the standard headers that AMD's adf.h brings along.
#include <algorithm>
#include <array>
#include <cassert>
#include <cmath>
#include <cstdio>
#include <fstream>
#include <iostream>
#include <string>
#include <vector>

#include "adf/bypass.hpp"
#include "adf/complex_operators.hpp"
#include "adf/connect.hpp"
#include "adf/constraints.hpp"
#include "adf/event.hpp"
#include "adf/graph.hpp"
#include "adf/host_memory.hpp"
#include "adf/io_buffer.hpp"
#include "adf/kernel.hpp"
#include "adf/loop_macros.hpp"
#include "adf/packet_stream.hpp"
#include "adf/plio.hpp"
#include "adf/port.hpp"
#include "adf/return_code.hpp"
#include "adf/scalar_types.hpp"
#include "adf/shared_buffer.hpp"
#include "adf/simulation_platform.hpp"
#include "adf/stream.hpp"
#include "adf/target.hpp"
#include "adf/unused_constraints.hpp"
#include "adf/window.hpp"

namespace adf {
using std::vector; // Graphs that open this namespace, and not std, name lists of kernels so.
}

#ifdef TILEWRIGHT_ADF_LIBRARY
#include "adf_engine/library_templates.hpp"
#else
#include "adf_engine/engine_impl.hpp"
#endif
