// What memory and lanes hold that nothing was assigned to, in debug mode.
//
// Rehearsals of the program (rehearsal.hpp) use different values, so that what depends on them shows as a difference.
#pragma once

#include <cstdint>

#include "config.hpp"

namespace tilewright::adf {

inline constexpr std::uint8_t usual_undefined_value = 0xDB;

/// One byte of it; set once, before any kernel exists.
#if defined(TILEWRIGHT_ADF_LIBRARY)
extern std::uint8_t undefined_value;
#else
inline std::uint8_t undefined_value = usual_undefined_value;
#endif

/// Fills what of the thread's stack the next call will use with undefined_value, so that its variables start undefined.
void make_stack_undefined();

} // namespace tilewright::adf
