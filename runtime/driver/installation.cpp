#include "runtime/driver/installation.h"

#include <dlfcn.h>
#include <fmt/format.h>
#include <fstream>
#include <iterator>

namespace tilewright {

Installation own_installation() {
  // A program that links the library may lie anywhere; the library lies in <prefix>/lib. Where the code is part of the
  // program, that is <prefix>/bin.
  Dl_info place = {};
  std::error_code error;
  if (dladdr(reinterpret_cast<const void*>(&own_installation), &place) != 0 && place.dli_fname != nullptr) {
    const std::filesystem::path file = std::filesystem::canonical(place.dli_fname, error);
    if (!error && file.parent_path().filename() == "lib") return {file.parent_path().parent_path()};
  }
  const std::filesystem::path executable = std::filesystem::read_symlink("/proc/self/exe", error);
  return {executable.parent_path().parent_path()};
}

std::vector<std::string> Installation::emulator_flags() const {
  std::ifstream file(prefix / "lib" / "libtilewright_adf.flags");
  return {std::istream_iterator<std::string>(file), std::istream_iterator<std::string>()};
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
