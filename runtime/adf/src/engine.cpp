// The engine as a library: the only translation unit that sees its implementation when TILEWRIGHT_ADF_LIBRARY is
// defined.
#ifndef TILEWRIGHT_ADF_LIBRARY
#define TILEWRIGHT_ADF_LIBRARY
#endif
#define TILEWRIGHT_ADF_TEMPLATE template

#include <adf.h>

#include <adf_engine/engine_impl.hpp>

namespace tilewright::adf {
__thread CoreRegisters core_registers{};
__thread KernelErrorHandler kernel_error_handler = nullptr;
__thread CoreCascade core_cascade{};
std::uint8_t undefined_value = usual_undefined_value;
} // namespace tilewright::adf

namespace adf::detail {
__thread ClassRegistration* class_registration = nullptr;
} // namespace adf::detail
