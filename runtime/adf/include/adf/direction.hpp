// Port directions, as types: port<input>, port<direction::in>.
#pragma once

namespace adf {

// Classes, not aliases: they are global names too, and a program may have variables of these names.
struct input {};
struct output {};
struct inout {};

struct direction {
  using in = input;
  using out = output;
  using inout = adf::inout;
};

} // namespace adf

// Graphs that do not open the namespace write adf::port<input>.
using adf::inout;
using adf::input;
using adf::output;
