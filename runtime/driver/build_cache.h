// Built files, kept by the hash of everything that they are made from. Safe to share between processes: a file appears
// under its key by one rename, and nothing is ever changed in place.
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>

namespace tilewright {

struct BuildCache {
  std::filesystem::path folder;
  std::uintmax_t limit_bytes = std::uintmax_t{1} << 30; // what `prune` leaves at most
};

// ${XDG_CACHE_HOME:-~/.cache}/tilewright
BuildCache default_cache();

// The file kept under `key` (hexadecimal), marked as used now; nullopt when there is none.
std::optional<std::filesystem::path> find_cached(const BuildCache& cache, const std::string& key);

// Moves `file` into the cache and returns its new place; `file` itself when the cache can't be written.
std::filesystem::path store_cached(const BuildCache& cache, const std::string& key, const std::filesystem::path& file);

// Removes the files that were not used for longest until the limit is kept.
void prune(const BuildCache& cache);

} // namespace tilewright
