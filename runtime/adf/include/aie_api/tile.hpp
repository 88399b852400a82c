// aie::tile: what a kernel can ask of the tile it runs on, and modes that hold for a scope.
#pragma once

#include <cstdint>
#include <type_traits>

#include "../adf_engine/port_runtime.hpp"
#include "core_state.hpp"

namespace aie {

struct tile_id {
  std::uint16_t row;
  std::uint16_t col;
};

class tile {
public:
  static tile current() { return {}; }
  /// The emulator knows no cycles: always 0, so that results do not depend on the host.
  std::uint64_t cycles() const { return 0; }

  /// Place of the kernel in the whole array; 0, 0 without one.
  tile_id global_id() const {
    const int place = tilewright::adf::id_of_running_core();
    return {static_cast<std::uint16_t>(place & 0xffff), static_cast<std::uint16_t>(place >> 16)};
  }
  /// The same with rows counted from the lowest compute tile, as location<kernel> has them.
  tile_id id() const {
    const tile_id place = global_id();
    const int below = place.row == 0 ? 0 : tilewright::adf::rows_below_compute_tiles();
    return {static_cast<std::uint16_t>(place.row - below), place.col};
  }

  void set_saturation(saturation_mode mode) const { aie::set_saturation(mode); }
  saturation_mode get_saturation() const { return aie::get_saturation(); }
  void set_rounding(rounding_mode mode) const { aie::set_rounding(mode); }
  rounding_mode get_rounding() const { return aie::get_rounding(); }
};

/// Sets a rounding or saturation mode, and the one before at the end of the scope.
template <typename Mode> class scoped_mode {
public:
  explicit scoped_mode(Mode mode) : before_(current()) { set(mode); }
  ~scoped_mode() { set(before_); }
  scoped_mode(const scoped_mode&) = delete;
  scoped_mode& operator=(const scoped_mode&) = delete;

private:
  static Mode current() {
    if constexpr (std::is_same_v<Mode, rounding_mode>)
      return get_rounding();
    else
      return get_saturation();
  }
  static void set(rounding_mode mode) { set_rounding(mode); }
  static void set(saturation_mode mode) { set_saturation(mode); }

  Mode before_;
};

} // namespace aie
