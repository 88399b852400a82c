// For kernels that print where they run.
#pragma once

#include "../../adf_engine/port_runtime.hpp"

/// Name of the kernel that runs, a const char*; empty outside of kernels.
#define X86SIM_KERNEL_NAME (::tilewright::adf::name_of_running_kernel())
