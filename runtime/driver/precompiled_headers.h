// Headers that all units of a build begin with, compiled once (GCC's precompiled headers).
#pragma once

#include "runtime/driver/build_cache.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tilewright {

struct PrecompiledHeaders {
  std::vector<std::string> command; // the compiler and its flags, the same as the units'
  std::vector<std::string> headers; // as in #include <...>, in this order
  std::string key;                  // of everything that the result is made from, but for the headers' names
  std::filesystem::path folder;     // for what is being built
};

// The file for that many `units` to -include; what it was compiled to lies beside it, from the cache or made here and
// kept there. nullopt where that isn't worth its time yet, or can't be done: the units then read the headers.
std::optional<std::filesystem::path> precompiled_headers(const PrecompiledHeaders& wanted, const BuildCache& cache,
                                                         std::size_t units);

} // namespace tilewright
