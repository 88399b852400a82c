// The version of Tilewright. The build reads it here, too: this is the one place.
#pragma once

namespace tilewright {

// Semantic: until 1.0, another second number means another interface.
inline constexpr char version[] = "0.1.0";

} // namespace tilewright
