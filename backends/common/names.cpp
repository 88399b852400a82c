#include "backends/common/names.h"

#include <fmt/format.h>

namespace tilewright {

namespace {

bool is_plain(char c) { return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9'); }

} // namespace

std::string comment_text(std::string_view text) {
  constexpr std::string_view marks = " _-+./:,()[]";
  constexpr std::size_t longest = 200;
  std::string result;
  for (const char c : text.substr(0, longest)) {
    result += is_plain(c) || marks.find(c) != std::string_view::npos ? c : '_';
  }
  if (text.size() > longest) result += "...";
  return result;
}

std::string identifier(std::string_view text) {
  constexpr std::size_t longest = 48;
  std::string result;
  for (const char c : text) {
    if (is_plain(c)) {
      result += c;
    } else if (!result.empty() && result.back() != '_') {
      result += '_'; // never two in a row: those names are C++'s own
    }
    if (result.size() == longest) break;
  }
  while (!result.empty() && result.back() == '_') result.pop_back();
  return result;
}

std::string NameTable::unique(const std::string& wanted) {
  std::string name = wanted;
  for (int number = 2; !taken_.insert(name).second; ++number) name = fmt::format("{}_{}", wanted, number);
  return name;
}

} // namespace tilewright
