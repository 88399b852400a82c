// What the kernels of a compiled program define, where it matters that on hardware every tile has a program of its own:
// variables that outlive a firing, and names that several kernel sources define.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tilewright {

// Looks at the symbols of the objects, the application's first. Its own global objects, the graphs, do not count, nor
// do constants and what the standard library adds to every unit. True where it can't tell.
bool kernels_have_variables(const std::vector<std::string>& objects);

// On hardware the program of every tile is linked apart, so two kernel sources may define variables or functions of the
// same name. Objects that do are replaced by copies in `folder` in which these names are local. The first object, the
// application's, keeps its names. Changes nothing where it can't tell.
void make_repeated_definitions_local(std::vector<std::string>& objects, const std::filesystem::path& folder);

} // namespace tilewright
