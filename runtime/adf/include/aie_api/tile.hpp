// aie::tile: what a kernel can ask of the tile it runs on.
#pragma once

namespace aie {

class tile {
public:
  static tile current() { return {}; }
  /// The emulator knows no cycles: always 0, so that results do not depend on the host.
  unsigned long long cycles() const { return 0; }
};

} // namespace aie
