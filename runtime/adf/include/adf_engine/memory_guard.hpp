// Debug mode: finds kernels that access memory outside their buffers or leave parts of an output unwritten.
//
// The memory behind a buffer is not accessible, so that reading or writing there stops the kernel at the line that does
// it. Before a firing the bytes around every buffer are filled with a pattern, and what was written there is an error;
// the outputs themselves are filled with undefined_value.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "config.hpp"

namespace tilewright::adf {

inline constexpr std::size_t guard_bytes = 64; ///< on each side; keeps the alignment of the buffer
inline constexpr std::uint8_t guard_pattern = 0xDB;

/// Bytes between the end of a buffer and the page behind it that can't be accessed.
inline constexpr std::size_t bytes_before_page(std::size_t buffer_bytes) { return (64 - buffer_bytes % 64) % 64; }

/// Zeroed memory at a 64-byte boundary, with guard_bytes before it and an inaccessible page behind. It is never freed:
/// kernels live as long as the program.
TILEWRIGHT_ADF_FUNCTION std::uint8_t* allocate_before_page(std::size_t bytes);

inline void arm_guards(std::uint8_t* memory, std::size_t bytes, std::size_t behind) {
  std::memset(memory - guard_bytes, guard_pattern, guard_bytes);
  std::memset(memory + bytes, guard_pattern, behind);
}

/// Distance of the first damaged byte from the buffer: negative before its begin, 0 and more from its end on.
/// False if there is none.
inline bool find_damage(const std::uint8_t* memory, std::size_t bytes, std::size_t behind, long& distance) {
  for (std::size_t i = 0; i < behind; ++i)
    if (memory[bytes + i] != guard_pattern) {
      distance = static_cast<long>(i);
      return true;
    }
  for (std::size_t i = 1; i <= guard_bytes; ++i)
    if (*(memory - i) != guard_pattern) {
      distance = -static_cast<long>(i);
      return true;
    }
  return false;
}

} // namespace tilewright::adf
