// Builds AI Engine projects for the host: g++, the emulator's headers and its library.
#pragma once

#include "ir/diagnostics.h"
#include "runtime/driver/build_cache.h"
#include "runtime/driver/installation.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tilewright {

struct HostBuild {
  std::filesystem::path folder;                       // where the compiler runs
  std::vector<std::filesystem::path> sources;         // relative to it or absolute; the one with main() first
  std::vector<std::filesystem::path> include_folders; // relative to it or absolute
  std::vector<std::string> common_headers; // <...> of the emulator that all sources begin with: compiled once
  std::vector<std::string> defines;        // NAME or NAME=VALUE
  int architecture = 20;                   // __AIE_ARCH__
  bool allow_undefined = false; // links although kernels are missing: a program that can make its graphs, not run them
  bool optimized =
      true; // -O2; otherwise -O0, which is built twice to six times faster and runs about three times slower
};

struct HostProgram {
  std::filesystem::path executable;   // in the cache, or in `scratch` when the cache can't be written
  std::filesystem::path tile_program; // the same as a library, where kernels have variables; see EmulatorRun
  double seconds = 0;
  std::size_t compiled = 0; // translation units that were not in the cache
};

struct HostBuildOptions {
  Installation installation;
  BuildCache cache;
  int jobs = 1;
  std::filesystem::path scratch; // an empty folder for what is being built
};

// Compiles what is not in the cache, `jobs` at a time, and links. On failure the compiler's errors are diagnostics of
// kind `tool`.
std::optional<HostProgram> build_for_host(const HostBuild& build, const HostBuildOptions& options,
                                          Diagnostics& diagnostics);

} // namespace tilewright
