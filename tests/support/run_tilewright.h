// Running the built command line as a user does.
#pragma once

#include "runtime/driver/process.h"

#include <string>
#include <vector>

namespace tilewright::testing {

// The executable of this build.
std::string tilewright_executable();

// Runs it to its end, in a temporary folder unless one is given.
CommandResult run_tilewright(const std::vector<std::string>& arguments, const std::filesystem::path& folder = {});

} // namespace tilewright::testing
