// Errors found while a kernel runs: misaligned or out-of-range access, illegal run-time arguments.
#pragma once

#include <cstdio>
#include <cstdlib>

#include "../adf_engine/config.hpp"

namespace tilewright::adf {

/// Called with the text of a kernel's error. The engine installs a handler that adds kernel and tile and ends the
/// simulation; without an engine (a kernel compiled into a plain program) the text is printed and the program aborts.
using KernelErrorHandler = void (*)(const char* message);
TILEWRIGHT_ADF_THREAD_STATE KernelErrorHandler kernel_error_handler;

} // namespace tilewright::adf

namespace aie::detail {

[[noreturn, gnu::cold, gnu::noinline]] inline void report_kernel_error(const char* message) {
  if (tilewright::adf::kernel_error_handler) tilewright::adf::kernel_error_handler(message);
  std::fprintf(stderr, "tilewright-adf: error: %s\n", message);
  std::abort();
}

} // namespace aie::detail
