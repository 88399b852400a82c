// Debug mode: finds kernels that write outside their buffers or leave parts of an output unwritten.
//
// Before a firing the bytes around every buffer and the outputs themselves are filled with a pattern. What was written
// around them is an error; unwritten output carries the pattern on, where it shows.
#pragma once

#include <cstdint>
#include <cstring>

namespace tilewright::adf {

inline constexpr std::size_t guard_bytes = 64; ///< on each side; keeps the alignment of the buffer
inline constexpr std::uint8_t undefined_pattern = 0xDB;

inline void arm_guards(std::uint8_t* memory, std::size_t bytes) {
  std::memset(memory - guard_bytes, undefined_pattern, guard_bytes);
  std::memset(memory + bytes, undefined_pattern, guard_bytes);
}

/// Distance of the first damaged byte from the buffer: negative before its begin, 0 and more from its end on.
/// False if there is none.
inline bool find_damage(const std::uint8_t* memory, std::size_t bytes, long& distance) {
  for (std::size_t i = 0; i < guard_bytes; ++i)
    if (memory[bytes + i] != undefined_pattern) {
      distance = static_cast<long>(i);
      return true;
    }
  for (std::size_t i = 1; i <= guard_bytes; ++i)
    if (*(memory - i) != undefined_pattern) {
      distance = -static_cast<long>(i);
      return true;
    }
  return false;
}

} // namespace tilewright::adf
