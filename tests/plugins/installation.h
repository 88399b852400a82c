// An installation of this build in a folder of its own, and the sample projects built against it.
#pragma once

#include "runtime/driver/process.h"

#include <filesystem>
#include <string>
#include <vector>

namespace tilewright::testing {

// Installs into an empty folder, once in a process, and builds every folder of tests/plugins with a CMakeLists.txt from
// a copy outside of the source tree. What went wrong, if anything did.
const std::string& installation_problem();

std::filesystem::path installed_prefix();
// Where a sample was built: <name>.so lies there.
std::filesystem::path sample_build(const std::string& sample);
std::filesystem::path plugin(const std::string& sample, const std::string& name);

// The installed program, in the build folder, with `environment` on top of the own.
CommandResult run_installed(const std::vector<std::string>& arguments,
                            const std::vector<std::pair<std::string, std::string>>& environment = {});

} // namespace tilewright::testing
