// Alignment of vector loads and stores [api detail/ld_st.hpp]: AIE-ML 16 bytes for 128-bit vectors and 32 otherwise;
// AIE-MLv2 16, 32 and, from 512 bits, 64. A misaligned pointer loses its low address bits on hardware; the emulator
// follows the pointer and, with TILEWRIGHT_ADF_DEBUG defined, ends the run with a report instead.
#pragma once

#include <cstdint>

#include "lane_types.hpp"
#include "report.hpp"

namespace aie {

namespace detail {

inline constexpr unsigned alignment_of_bits(unsigned bits) {
  if (bits <= 128) return 16;
#if __AIE_ARCH__ == 22
  return bits >= 512 ? 64 : 32;
#else
  return 32;
#endif
}

inline void check_alignment([[maybe_unused]] const void* pointer, [[maybe_unused]] unsigned alignment) {
#ifdef TILEWRIGHT_ADF_DEBUG
  if (reinterpret_cast<std::uintptr_t>(pointer) % alignment != 0)
    report_kernel_error("misaligned vector load or store");
#endif
}

} // namespace detail

/// Alignment that suits every vector load and store of the generation, in bytes.
inline constexpr unsigned vector_decl_align = __AIE_ARCH__ == 22 ? 64 : 32;

/// Alignment of a load or store of Elems elements of T, in bytes.
template <typename T, unsigned Elems>
inline constexpr unsigned vector_ldst_align_v = detail::alignment_of_bits(detail::type_bits_v<T>* Elems);

} // namespace aie
