// Control registers of the core that runs the calling kernel: rounding and saturation.
//
// They are sticky and belong to the tile, not to the kernel: the emulator loads a tile's registers before it runs one
// of its kernels and stores them afterwards. Reset values: crRnd = 0 (floor), crSat = 0 (none) [UG1583 control
// registers].
#pragma once

#include "../adf_engine/config.hpp"

namespace aie {

/// Numeric values are the ones of the hardware register [UG1583 mode settings].
enum class rounding_mode : unsigned {
  floor = 0,           ///< toward minus infinity
  ceil = 1,            ///< toward plus infinity
  symmetric_floor = 2, ///< toward zero
  symmetric_ceil = 3,  ///< away from zero
  negative_inf = 8,    ///< nearest, ties toward minus infinity
  positive_inf = 9,    ///< nearest, ties toward plus infinity
  symmetric_zero = 10, ///< nearest, ties toward zero
  symmetric_inf = 11,  ///< nearest, ties away from zero
  conv_even = 12,      ///< nearest, ties to even
  conv_odd = 13        ///< nearest, ties to odd
};

enum class saturation_mode : unsigned {
  none = 0,     ///< keep the low bits
  truncate = 1, ///< deprecated spelling of saturate
  saturate = 1, ///< clamp to the range of the result
  symmetric = 3 ///< clamp to [-(2^(n-1)-1), 2^(n-1)-1]; unsigned results as saturate
};

} // namespace aie

namespace tilewright::adf {

struct CoreRegisters {
  aie::rounding_mode rounding = aie::rounding_mode::floor;
  aie::saturation_mode saturation = aie::saturation_mode::none;
};

/// Registers of the tile whose kernel runs on this thread. Code outside any kernel has its own set with reset values.
TILEWRIGHT_ADF_THREAD_STATE CoreRegisters core_registers;

} // namespace tilewright::adf

namespace aie {

inline void set_rounding(rounding_mode mode) { tilewright::adf::core_registers.rounding = mode; }
inline void set_saturation(saturation_mode mode) { tilewright::adf::core_registers.saturation = mode; }
inline rounding_mode get_rounding() { return tilewright::adf::core_registers.rounding; }
inline saturation_mode get_saturation() { return tilewright::adf::core_registers.saturation; }
inline rounding_mode swap_rounding(rounding_mode mode) {
  const rounding_mode previous = get_rounding();
  set_rounding(mode);
  return previous;
}
inline saturation_mode swap_saturation(saturation_mode mode) {
  const saturation_mode previous = get_saturation();
  set_saturation(mode);
  return previous;
}

} // namespace aie

// Intrinsic spellings of the same registers. Macros, as libraries define them where they are not.
#define rnd_floor 0
#define rnd_ceil 1
#define rnd_sym_floor 2
#define rnd_sym_ceil 3
#define rnd_neg_inf 8
#define rnd_pos_inf 9
#define rnd_sym_zero 10
#define rnd_sym_inf 11
#define rnd_conv_even 12
#define rnd_conv_odd 13
inline void set_rnd(unsigned mode) { aie::set_rounding(static_cast<aie::rounding_mode>(mode)); }
inline unsigned get_rnd() { return static_cast<unsigned>(aie::get_rounding()); }
inline void set_sat() { aie::set_saturation(aie::saturation_mode::saturate); }
inline void clr_sat() { aie::set_saturation(aie::saturation_mode::none); }
inline void set_satmode(unsigned mode) { aie::set_saturation(static_cast<aie::saturation_mode>(mode)); }
inline unsigned get_satmode() { return static_cast<unsigned>(aie::get_saturation()); }
