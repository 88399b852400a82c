#include "tests/support/source_tree.h"

#include "runtime/driver/files.h"

#include <algorithm>

namespace tilewright::testing {

namespace fs = std::filesystem;

fs::path source_root() { return TILEWRIGHT_SOURCE_DIR; }
fs::path build_root() { return TILEWRIGHT_BINARY_DIR; }

std::vector<fs::path> project_files(const std::vector<std::string>& folders, const std::vector<std::string>& endings) {
  const auto wanted = [&](const std::string& file) {
    return folders.empty() ||
           std::ranges::any_of(folders, [&](const std::string& folder) { return file.starts_with(folder + "/"); });
  };
  std::vector<fs::path> result;
  for (fs::recursive_directory_iterator at(source_root()), end; at != end; ++at) {
    const std::string relative = at->path().lexically_relative(source_root()).generic_string();
    if (at->is_directory()) {
      if (at.depth() == 0 && (relative.starts_with(".git") || relative.starts_with("build"))) at.disable_recursion_pending();
      continue;
    }
    const bool matches = std::ranges::any_of(endings, [&](const std::string& e) { return relative.ends_with(e); });
    if (matches && wanted(relative)) result.emplace_back(relative);
  }
  std::sort(result.begin(), result.end());
  return result;
}

std::string content_of(const fs::path& relative) { return read_file(source_root() / relative).value_or(""); }

} // namespace tilewright::testing
