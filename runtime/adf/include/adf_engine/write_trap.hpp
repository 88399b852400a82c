// Finds the instructions that write the bytes of a buffer: while armed, the buffer can't be written, so each store
// stops in a handler that lets it pass as a single step and looks at what has changed. Linux on x86-64; elsewhere
// nothing is found.
#pragma once

#include <cstddef>
#include <cstdint>
#include <vector>

namespace tilewright::adf {

struct WriteTrap {
  /// Where a store was: return addresses, innermost first.
  struct Writer {
    void* frames[48];
    int count = 0;
  };

  std::uint8_t* memory = nullptr;
  std::size_t bytes = 0;
  std::uint8_t* first_page = nullptr; ///< pages that hold the memory, and nothing of anybody else's
  std::size_t page_bytes = 0;
  std::uint8_t* stepping_at = nullptr; ///< address of the store that is under way
  std::vector<std::uint8_t> seen;      ///< contents before that store
  std::vector<Writer> writers;
  std::vector<int> writer_of; ///< by byte: index into writers, -1 if never written
  WriteTrap* next = nullptr;  ///< armed on the same thread
};

/// From now on, on this thread, until disarm. `memory` comes from allocate_before_page.
void arm_write_trap(WriteTrap& trap, std::uint8_t* memory, std::size_t bytes);
void disarm_write_trap(WriteTrap& trap);

/// For handlers of memory faults: true if the store may go on.
bool pass_trapped_write(const void* address, void* context);

} // namespace tilewright::adf
