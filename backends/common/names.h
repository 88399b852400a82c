// The one way from a model's names to C++ identifiers and file names.
#pragma once

#include <set>
#include <string>
#include <string_view>

namespace tilewright {

// Letters, digits and single underscores; other characters become underscores. At most 48 characters. May be empty or begin
// with a digit: prefix it.
std::string identifier(std::string_view text);

// The model's text for comments and tables: letters, digits, blanks and the marks that names use; no backslash, which would
// carry a comment on to the next line, and nothing that Markdown reads.
std::string comment_text(std::string_view text);

// Hands out names, each once: a taken name gets "_2", "_3" and so on.
class NameTable {
public:
  std::string unique(const std::string& wanted);

private:
  std::set<std::string> taken_;
};

} // namespace tilewright
