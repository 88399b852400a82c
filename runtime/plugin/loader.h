// Finds and loads plugins (runtime/plugin/plugin.h says what they are).
#pragma once

#include "runtime/driver/context.h"

#include <filesystem>
#include <vector>

namespace tilewright {

// Loads one plugin into the context. False, with an error of kind `usage` that names the file and says why, in the
// loader's own words where it was the loader; the context is then as it was.
bool load_plugin(const std::filesystem::path& file, CompilerContext& context);

// Where plugins are looked for beside those that a user names: the folders of TILEWRIGHT_PLUGINS, separated by colons,
// then <prefix>/lib/tilewright/plugins of this installation, if it is there.
std::vector<std::filesystem::path> plugin_folders();

// Loads `files` in their order, each of which has to load, and then what ends with .so in `folders`, by name. A file
// whose name was seen before is skipped, so an earlier folder replaces a plugin of a later one. A plugin of a folder
// that does not load is a warning: nobody asked for it by name, and the compiler works without it. False if a named one
// failed.
bool load_plugins(const std::vector<std::filesystem::path>& files, const std::vector<std::filesystem::path>& folders,
                  CompilerContext& context);

} // namespace tilewright
