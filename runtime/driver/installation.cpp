#include "runtime/driver/installation.h"

#include <fmt/format.h>

namespace tilewright {

Installation own_installation() {
  std::error_code error;
  const std::filesystem::path executable = std::filesystem::read_symlink("/proc/self/exe", error);
  return {executable.parent_path().parent_path()};
}

std::optional<std::string> missing_part(const Installation& installation) {
  std::error_code error;
  if (!std::filesystem::exists(installation.emulator_headers() / "adf.h", error)) {
    return fmt::format("the emulator's headers are not in '{}'", installation.emulator_headers().string());
  }
  if (!std::filesystem::exists(installation.emulator_library(), error)) {
    return fmt::format("the emulator's library '{}' is missing", installation.emulator_library().string());
  }
  return std::nullopt;
}

} // namespace tilewright
