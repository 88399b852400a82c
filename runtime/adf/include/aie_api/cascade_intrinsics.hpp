// The intrinsics below the API that use the core's cascade without naming a port: put_mcd and get_scd_*.
//
// They are those of the running kernel's cascade arguments; without one, using them is an error of the kernel.
#pragma once

#include "adf_stream.hpp"
#include "intrinsics.hpp"

namespace aie::detail {

inline tilewright::adf::PortRuntime& cascade_input() {
  if (tilewright::adf::core_cascade.in == nullptr) report_kernel_error("get_scd: the kernel has no cascade input");
  return *tilewright::adf::core_cascade.in;
}
inline tilewright::adf::PortRuntime& cascade_output() {
  if (tilewright::adf::core_cascade.out == nullptr) report_kernel_error("put_mcd: the kernel has no cascade output");
  return *tilewright::adf::core_cascade.out;
}

} // namespace aie::detail

/// One cascade word, 512 bits.
template <typename T, unsigned Elems> void put_mcd(const aie::vector<T, Elems>& value) {
  static_assert(value.bits() == 512, "put_mcd: a cascade word has 512 bits");
  aie::detail::write_cascade(aie::detail::cascade_output(), value);
}
template <typename Tag, unsigned Elems> void put_mcd(const aie::accum<Tag, Elems>& value) {
  static_assert(value.bits() == 512, "put_mcd: a cascade word has 512 bits");
  aie::detail::write_cascade(aie::detail::cascade_output(), value);
}

inline v16int32 get_scd_v16int32() { return aie::detail::read_cascade<v16int32>(aie::detail::cascade_input()); }
inline v32int16 get_scd_v32int16() { return aie::detail::read_cascade<v32int16>(aie::detail::cascade_input()); }
inline v64int8 get_scd_v64int8() { return aie::detail::read_cascade<v64int8>(aie::detail::cascade_input()); }
inline v16float get_scd_v16float() { return aie::detail::read_cascade<v16float>(aie::detail::cascade_input()); }
inline v16acc32 get_scd_v16acc32() { return aie::detail::read_cascade<v16acc32>(aie::detail::cascade_input()); }
inline v8acc64 get_scd_v8acc64() { return aie::detail::read_cascade<v8acc64>(aie::detail::cascade_input()); }
inline v16accfloat get_scd_v16accfloat() {
  return aie::detail::read_cascade<v16accfloat>(aie::detail::cascade_input());
}
