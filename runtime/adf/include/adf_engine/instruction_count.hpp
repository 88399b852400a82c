// Counting of what kernels issue, instruction slot by instruction slot, for programs compiled with TILEWRIGHT_ADF_COUNT.
//
// Operations of the AI Engine API report themselves with `count`. A loop that carries chess_loop_count(n) is a region of its
// own; everything else belongs to the region around it, in the end to the kernel's call. When the program ends, the counts are
// appended to the file that TILEWRIGHT_ADF_COUNTS names, a line for each region of each kernel:
//   <function> <kernel's number> <firings> <file>:<line> or - <iterations> <n> <count of each slot, in the order of Slot>
//
// How many instructions an operation takes follows its registers' sizes: docs/cycle_model.md. Without the define nothing of
// this costs anything.
#pragma once

#include "../adf/target.hpp"

namespace tilewright::adf {

enum class Slot { load, store, multiply, vector_alu, narrow, shuffle, cascade_read, cascade_write };
inline constexpr int slot_count = 8;

/// Bytes that one instruction of the generation moves or works on.
inline constexpr long memory_access_bytes = __AIE_ARCH__ == 20 ? 32 : 64;
inline constexpr long vector_register_bytes = 64;
inline constexpr long accumulator_register_bytes = __AIE_ARCH__ == 20 ? 128 : 256;
inline constexpr long cascade_bytes = 64;

constexpr long instructions_for(long amount, long of_each) { return (amount + of_each - 1) / of_each; }

/// Multiplications of `a_bits` by `b_bits` integers that the multiplier does in a cycle; 32-bit operands are products of
/// halves.
constexpr long products_per_cycle(long a_bits, long b_bits) {
  const bool bytes = a_bits <= 8 && b_bits <= 8;
  const bool shorts = a_bits > 8 && b_bits > 8;
  if (a_bits > 16 || b_bits > 16) return __AIE_ARCH__ == 20 ? 16 : 32;
  if (__AIE_ARCH__ == 22) return bytes ? 512 : 128;
  if (a_bits == 8 && b_bits == 4) return 512;
  return bytes ? 256 : shorts || b_bits > 8 ? 64 : 128;
}

} // namespace tilewright::adf

#if !defined(TILEWRIGHT_ADF_COUNT)

namespace tilewright::adf {
inline void count(Slot, long) {}
struct CountedCall {
  CountedCall(const char*, const void*) {}
};
} // namespace tilewright::adf

#else

#include <array>
#include <cstdio>
#include <cstdlib>
#include <map>
#include <mutex>
#include <string>
#include <utility>

namespace tilewright::adf {

struct CountedRegion {
  long iterations = 0;
  long count = 0; ///< of chess_loop_count
  std::array<long, slot_count> slots{};
};

struct CountedKernel {
  std::string function;
  long firings = 0;
  std::map<std::pair<std::string, int>, CountedRegion> regions; ///< by file and line; {"", 0}: outside of loops
};

class CountReport {
public:
  CountedKernel& kernel(const char* function, const void* object) {
    const std::lock_guard lock(mutex_);
    CountedKernel& kernel = kernels_[object];
    kernel.function = function;
    return kernel;
  }
  ~CountReport() {
    const char* name = std::getenv("TILEWRIGHT_ADF_COUNTS");
    std::FILE* file = name == nullptr ? nullptr : std::fopen(name, "a");
    if (file == nullptr) return;
    int number = 0;
    for (const auto& [object, kernel] : kernels_) {
      for (const auto& [place, region] : kernel.regions) {
        const std::string where = place.second == 0 ? "-" : place.first + ":" + std::to_string(place.second);
        std::fprintf(file, "%s %d %ld %s %ld %ld", kernel.function.c_str(), number, kernel.firings, where.c_str(),
                     region.iterations, region.count);
        for (const long slot : region.slots) std::fprintf(file, " %ld", slot);
        std::fprintf(file, "\n");
      }
      ++number;
    }
    std::fclose(file);
  }

private:
  std::mutex mutex_;
  std::map<const void*, CountedKernel> kernels_;
};

inline CountReport& count_report() {
  static CountReport report;
  return report;
}

inline thread_local CountedKernel* counted_kernel = nullptr;
inline thread_local CountedRegion* counted_region = nullptr;

inline void count(Slot slot, long instructions) {
  if (counted_region != nullptr) counted_region->slots[static_cast<std::size_t>(slot)] += instructions;
}

/// Lives as long as one firing of a kernel.
struct CountedCall {
  CountedCall(const char* function, const void* object) {
    counted_kernel = &count_report().kernel(function, object);
    ++counted_kernel->firings;
    counted_region = &counted_kernel->regions[{"", 0}];
  }
  ~CountedCall() {
    counted_kernel = nullptr;
    counted_region = nullptr;
  }
};

/// Lives as long as one iteration of a loop with chess_loop_count.
struct CountedIteration {
  CountedRegion* outer = counted_region;
  CountedIteration(const char* file, int line, long iterations) {
    if (counted_kernel == nullptr) return;
    counted_region = &counted_kernel->regions[{file, line}];
    ++counted_region->iterations;
    counted_region->count = iterations;
  }
  ~CountedIteration() { counted_region = outer; }
};

} // namespace tilewright::adf

#endif
