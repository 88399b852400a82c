#include "runtime/driver/emitted_project.h"

namespace tilewright {

HostBuild host_build_of(const Files& files, const std::filesystem::path& folder, const Target& target,
                        const Device& device) {
  HostBuild build{
      .folder = folder, .sources = {"src/app.cpp"}, .include_folders = {"src", "src/kernels", "src/parameters"}};
  for (const auto& [path, text] : files) {
    if (path.starts_with("check/")) build.sources.emplace_back(path);
  }
  build.common_headers = {"adf.h", "aie_api/aie.hpp", "aie_api/aie_adf.hpp"};
  build.defines = emulator_defines(device);
  build.architecture = target.architecture;
  return build;
}

} // namespace tilewright
