#pragma once

#include <dlfcn.h>
#include <execinfo.h>

#include <cstdio>
#include <cstdlib>

#include "source_line.hpp"

namespace tilewright::adf {

namespace source_line_detail {

inline bool is_foreign(const std::string& place) {
  if (place.find("/adf/") != std::string::npos && place.find(".hpp:") != std::string::npos) return true;
  for (const char* part : {"/aie_api/", "/adf_engine/", "/adf.h:", "/usr/include/", "/c++/", "sanitizer", "??", ":?"})
    if (place.find(part) != std::string::npos) return true;
  return place.empty() || place[0] == ':';
}

/// The lines that addr2line prints for an address, inlined functions first; the first one in the user's sources.
inline std::string line_of(const std::string& program, std::size_t address) {
  char offset[32];
  std::snprintf(offset, sizeof offset, "0x%zx", address);
  // The path is quoted for the shell.
  std::string quoted;
  for (const char c : program)
    quoted += c == '\'' ? std::string("'\\''") : std::string(1, c);
  std::FILE* lines = popen(("addr2line -i -e '" + quoted + "' " + offset + " 2>/dev/null").c_str(), "r");
  if (lines == nullptr) return {};
  std::string found;
  char line[4096];
  while (std::fgets(line, sizeof line, lines) != nullptr) {
    std::string place = line;
    place.resize(place.find_last_not_of("\n") + 1);
    place = place.substr(0, place.find(" (discriminator"));
    if (found.empty() && !is_foreign(place)) found = place;
  }
  pclose(lines);
  return found;
}

} // namespace source_line_detail

TILEWRIGHT_ADF_FUNCTION std::string source_line_of_frames(void* const* frames, int count,
                                                          const std::string& tile_program) {
  for (int i = 0; i < count; ++i) {
    Dl_info place = {};
    if (dladdr(frames[i], &place) == 0 || place.dli_fname == nullptr) continue;
    std::string program = place.dli_fname;
    // Copies for tiles are files without a name.
    if (program.rfind("/proc/self/fd/", 0) == 0 && !tile_program.empty()) program = tile_program;
    if (program.find("/libc.so") != std::string::npos || program.find("/libstdc++") != std::string::npos) continue;
    // A return address is behind its call.
    const std::size_t offset =
        static_cast<std::size_t>(static_cast<char*>(frames[i]) - static_cast<char*>(place.dli_fbase)) - 1;
    const std::string line = source_line_detail::line_of(program, offset);
    if (!line.empty()) return line.substr(line.find_last_of('/') + 1);
  }
  return {};
}

TILEWRIGHT_ADF_FUNCTION std::string source_line_of_caller(const std::string& tile_program) {
  void* frames[48];
  const int count = backtrace(frames, 48);
  return source_line_of_frames(frames + 1, count - 1, tile_program);
}

TILEWRIGHT_ADF_FUNCTION int frames_of_interrupted_code(void* instruction, void** frames, int most) {
  void* all[64];
  const int count = backtrace(all, 64);
  int i = 0;
  while (i < count && all[i] != instruction)
    ++i;
  frames[0] = static_cast<char*>(instruction) + 1; // As if it were a call.
  int noted = 1;
  for (++i; i < count && noted < most; ++i)
    frames[noted++] = all[i];
  return noted;
}

} // namespace tilewright::adf
