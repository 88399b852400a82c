// File-scope variables that belong to a tile, as on hardware, where every core has a program memory of its own.
//
// The program is linked twice from the same objects: as the executable, and as a shared library. For every tile the
// engine loads a copy of the library. Loading runs its static initialisers, which create the graph once more, in a
// design of its own; kernels come in the same order there, so the tile's kernels get the bodies of its copy, and with
// them its variables. Kernels that main() creates itself have no counterpart and share the executable's variables.
//
// What graphs print while they are created is printed once: output is off while a copy is loaded.
#pragma once

#include <string>

#include "design.hpp"
#include "diagnostics.hpp"

namespace tilewright::adf {

/// Replaces the bodies of all kernels whose tile gets a copy of `library`. Needs a program that exports its symbols.
void load_tile_copies(Design& design, const std::string& library, Diagnostics& diagnostics);

/// The initialization_function of a kernel, in the code that its body belongs to: a function of the program that takes
/// and returns nothing, `name` with its namespaces. Null if the program has or exports none of that name.
using InitializationFunction = void (*)();
InitializationFunction find_initialization_function(const Kernel& kernel);

} // namespace tilewright::adf
