#include "runtime/driver/build_cache.h"

#include <algorithm>
#include <cstdlib>
#include <unistd.h>
#include <vector>

namespace tilewright {

namespace fs = std::filesystem;

namespace {

// Two levels, so that no folder grows to thousands of files.
fs::path place_of(const BuildCache& cache, const std::string& key) {
  return cache.folder / key.substr(0, 2) / key.substr(2);
}

} // namespace

BuildCache default_cache() {
  if (const char* base = std::getenv("XDG_CACHE_HOME"); base != nullptr && *base == '/') {
    return {fs::path(base) / "tilewright"};
  }
  const char* home = std::getenv("HOME");
  const bool usable = home != nullptr && *home == '/';
  return {usable ? fs::path(home) / ".cache" / "tilewright" : fs::temp_directory_path() / "tilewright-cache"};
}

std::optional<fs::path> find_cached(const BuildCache& cache, const std::string& key) {
  const fs::path place = place_of(cache, key);
  std::error_code error;
  if (!fs::is_regular_file(place, error)) return std::nullopt;
  fs::last_write_time(place, fs::file_time_type::clock::now(), error);
  return place;
}

fs::path store_cached(const BuildCache& cache, const std::string& key, const fs::path& file) {
  const fs::path place = place_of(cache, key);
  // The copy goes beside its place first: the cache may lie on another file system than `file`.
  const fs::path temporary = place.string() + "." + std::to_string(getpid());
  std::error_code error;
  fs::create_directories(place.parent_path(), error);
  if (error || !fs::copy_file(file, temporary, fs::copy_options::overwrite_existing, error)) return file;
  fs::rename(temporary, place, error);
  if (!error) return place;
  fs::remove(temporary, error);
  return file;
}

void prune(const BuildCache& cache) {
  struct Kept {
    fs::path path;
    fs::file_time_type used;
    std::uintmax_t bytes = 0;
  };
  std::vector<Kept> files;
  std::uintmax_t total = 0;
  std::error_code error;
  for (fs::recursive_directory_iterator at(cache.folder, error), end; !error && at != end; at.increment(error)) {
    std::error_code entry_error; // another process may remove the file meanwhile
    if (!at->is_regular_file(entry_error)) continue;
    const Kept kept{at->path(), at->last_write_time(entry_error), at->file_size(entry_error)};
    if (entry_error) continue;
    files.push_back(kept);
    total += kept.bytes;
  }
  std::sort(files.begin(), files.end(), [](const Kept& a, const Kept& b) { return a.used < b.used; });
  for (const Kept& kept : files) {
    if (total <= cache.limit_bytes) return;
    fs::remove(kept.path, error);
    total -= kept.bytes;
  }
}

} // namespace tilewright
