#include "tests/support/source_tree.h"

#include "runtime/driver/files.h"

#include <algorithm>

namespace tilewright::testing {

namespace fs = std::filesystem;

fs::path source_root() { return TILEWRIGHT_SOURCE_DIR; }
fs::path build_root() { return TILEWRIGHT_BINARY_DIR; }

std::vector<fs::path> project_files(const std::vector<std::string>& folders, const std::vector<std::string>& endings) {
  std::vector<fs::path> result;
  for (fs::recursive_directory_iterator at(source_root()), end; at != end; ++at) {
    const fs::path relative = at->path().lexically_relative(source_root());
    const std::string first = relative.begin()->string();
    const bool top_level = at.depth() == 0;
    const bool wanted = folders.empty() || std::find(folders.begin(), folders.end(), first) != folders.end();
    if (at->is_directory()) {
      const bool skipped = top_level && (first.starts_with(".git") || first.starts_with("build") || !wanted);
      if (skipped) at.disable_recursion_pending();
      continue;
    }
    const std::string name = relative.filename().string();
    const bool matches = std::any_of(endings.begin(), endings.end(), [&](const auto& e) { return name.ends_with(e); });
    if (matches && (folders.empty() || (wanted && !top_level))) result.push_back(relative);
  }
  std::sort(result.begin(), result.end());
  return result;
}

std::string content_of(const fs::path& relative) { return read_file(source_root() / relative).value_or(""); }

} // namespace tilewright::testing
