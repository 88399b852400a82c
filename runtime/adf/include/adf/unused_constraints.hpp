// Constraints that say nothing about results: accepted, and not looked at. Others of that kind: refused by name.
#pragma once

#include <string>

#include "kernel.hpp"
#include "port.hpp"

namespace adf {

namespace detail {
/// Left side of such a constraint.
struct Unused {
  template <typename Value> void operator=(const Value&) const {}
};
} // namespace detail

enum DMA_MODE { dma_mode_linear, dma_mode_circular };

// Shares of bandwidth, modes of DMA, and how much is stored.
template <typename Dir> detail::Unused utilization(port<Dir>&) { return {}; }
template <typename Dir> detail::Unused dma_mode(port<Dir>&) { return {}; }
template <typename Dir> detail::Unused storage_size(port<Dir>&) { return {}; }
template <typename Dir> detail::Unused async_repetition(port<Dir>&) { return {}; }
/// Both ends of a compressed connection see what is not compressed.
template <typename Dir> void enable_compression(port<Dir>&) {}
template <typename Dir> void enable_task_complete_token(port<Dir>&) {}

// Of kernels in programmable logic and in SystemC.
inline detail::Unused pl_frequency(kernel&) { return {}; }
inline detail::Unused shared_lib(kernel&) { return {}; }
inline detail::Unused systemc_lib(kernel&) { return {}; }

namespace detail {
template <typename...> inline constexpr bool emulated = false;
} // namespace detail

template <typename Dir> void disable_dma_autostart(port<Dir>&) {
  static_assert(detail::emulated<Dir>, "adf::disable_dma_autostart is not emulated");
}
template <typename Dir> detail::Unused initial_value(port<Dir>&) {
  static_assert(detail::emulated<Dir>, "adf::initial_value is not emulated");
  return {};
}
template <typename Nothing = void> struct pktcontrol_of {
  static_assert(detail::emulated<Nothing>, "adf::pktcontrol is not emulated");
};
using pktcontrol = pktcontrol_of<>;

} // namespace adf
