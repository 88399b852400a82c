// Whether the kernels of a compiled program have variables that outlive a firing: on hardware every tile has its own.
#pragma once

#include <string>
#include <vector>

namespace tilewright {

// Looks at the symbols of the objects, the application's first. Its own global objects, the graphs, do not count, nor
// do constants and what the standard library adds to every unit. True where it can't tell.
bool kernels_have_variables(const std::vector<std::string>& objects);

} // namespace tilewright
