// How a project that `emit_project` made is built for this machine.
#pragma once

#include "backends/common/emit.h"
#include "runtime/driver/host_build.h"

namespace tilewright {

// `files` are the project's, written to `folder`.
HostBuild host_build_of(const Files& files, const std::filesystem::path& folder, const Target& target,
                        const Device& device);

} // namespace tilewright
