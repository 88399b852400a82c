// Port directions, as types: port<direction::in>.
#pragma once

namespace adf {

struct direction {
  struct in {};
  struct out {};
  struct inout {};
};

using input = direction::in;
using output = direction::out;
using inout = direction::inout;

} // namespace adf
