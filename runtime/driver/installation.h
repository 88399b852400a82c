// Where the parts of an installed Tilewright lie, relative to its library or its executable. A build tree mirrors the
// install tree.
#pragma once

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tilewright {

// <prefix>/bin/tilewright, <prefix>/include/tilewright/adf, <prefix>/lib.
struct Installation {
  std::filesystem::path prefix;
  std::filesystem::path emulator_headers() const { return prefix / "include" / "tilewright" / "adf"; }
  std::filesystem::path emulator_library() const { return prefix / "lib" / "libtilewright_adf.a"; }
  // What programs have to be compiled and linked with to go with that library, sanitizers for example. Mostly nothing.
  std::vector<std::string> emulator_flags() const;
};

// That of the library which this process has loaded, else that of the running executable.
Installation own_installation();

// What is missing in it, as one sentence; nullopt when all is there.
std::optional<std::string> missing_part(const Installation& installation);

} // namespace tilewright
