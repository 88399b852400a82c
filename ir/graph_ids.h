// Handles of values and nodes. They stay valid while their graph lives, whatever is added or erased.
#pragma once

#include <compare>
#include <cstdint>

namespace tilewright {

struct ValueId {
  std::uint32_t index = 0;
  friend auto operator<=>(const ValueId&, const ValueId&) = default;
};

struct NodeId {
  std::uint32_t index = 0;
  friend auto operator<=>(const NodeId&, const NodeId&) = default;
};

} // namespace tilewright
