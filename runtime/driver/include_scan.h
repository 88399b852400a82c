// Which project files a C++ file reaches through #include, and what text says outside comments and literals.
#pragma once

#include <filesystem>
#include <string>
#include <string_view>
#include <vector>

namespace tilewright {

// `text` with comments replaced by blanks and lines kept; string literals stay.
std::string without_comments(std::string_view text);

struct IncludeScan {
  std::vector<std::filesystem::path> files; // the file itself first; each once; normalized
  bool complete = true;                     // false when an #include names its file through a macro
};

// Follows every #include "x" and #include <x> that is found beside the including file or in `folders`; others are the
// compiler's own. Conditions are not evaluated, so files may be listed that the compiler skips.
IncludeScan reached_files(const std::filesystem::path& file, const std::vector<std::filesystem::path>& folders);

} // namespace tilewright
