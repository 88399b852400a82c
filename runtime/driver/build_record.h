// build.json: what a project was made from and by, so that anyone can tell whether two are the same.
#pragma once

#include "runtime/driver/compile_model.h"

#include <string>

namespace tilewright {

// Versions, the model's hash, the options that matter, and the hash of every file of the project. No time and no path.
std::string build_record(const ModelRequest& request, const CompiledModel& compiled, bool has_data, const Files& files);

} // namespace tilewright
