#include "runtime/driver/include_scan.h"

#include "runtime/driver/files.h"

#include <set>
#include <sstream>

namespace tilewright {

namespace fs = std::filesystem;

namespace {

// End of the literal that starts at `begin`, past its closing quote.
std::size_t literal_end(std::string_view text, std::size_t begin) {
  std::size_t end = begin + 1;
  while (end < text.size() && text[end] != text[begin] && text[end] != '\n') end += text[end] == '\\' ? 2 : 1;
  return std::min(end + 1, text.size());
}

bool is_digit_separator(std::string_view text, std::size_t at) {
  return text[at] == '\'' && at > 0 && std::isxdigit(static_cast<unsigned char>(text[at - 1])) != 0;
}

// The rest of an #include directive, "" for other lines.
std::string include_operand(std::string_view line) {
  const auto skip_blanks = [&] { line.remove_prefix(std::min(line.find_first_not_of(" \t"), line.size())); };
  skip_blanks();
  if (!line.starts_with('#')) return {};
  line.remove_prefix(1);
  skip_blanks();
  if (!line.starts_with("include")) return {};
  line.remove_prefix(7);
  skip_blanks();
  return std::string(line);
}

fs::path resolve(const std::string& name, bool quoted, const fs::path& folder, const std::vector<fs::path>& folders) {
  std::error_code error;
  if (quoted && fs::is_regular_file(folder / name, error)) return (folder / name).lexically_normal();
  for (const fs::path& candidate : folders) {
    if (fs::is_regular_file(candidate / name, error)) return (candidate / name).lexically_normal();
  }
  return {};
}

} // namespace

std::string without_comments(std::string_view text) {
  std::string result;
  result.reserve(text.size());
  std::size_t at = 0;
  while (at < text.size()) {
    const std::string_view rest = text.substr(at);
    std::size_t end = at + 1;
    if (rest.starts_with("//")) {
      end = std::min(text.find('\n', at), text.size());
    } else if (rest.starts_with("/*")) {
      const std::size_t close = text.find("*/", at + 2);
      end = close == std::string_view::npos ? text.size() : close + 2;
    } else {
      if (text[at] == '"' || (text[at] == '\'' && !is_digit_separator(text, at))) end = literal_end(text, at);
      result += text.substr(at, end - at);
      at = end;
      continue;
    }
    for (; at < end; ++at) result += text[at] == '\n' ? '\n' : ' ';
  }
  return result;
}

IncludeScan reached_files(const fs::path& file, const std::vector<fs::path>& folders) {
  IncludeScan scan;
  std::set<fs::path> seen{file.lexically_normal()};
  scan.files.push_back(file.lexically_normal());
  for (std::size_t next = 0; next < scan.files.size(); ++next) {
    const fs::path current = scan.files[next];
    std::istringstream lines(without_comments(read_file(current).value_or("")));
    for (std::string line; std::getline(lines, line);) {
      const std::string operand = include_operand(line);
      if (operand.empty()) continue;
      const bool quoted = operand.front() == '"';
      if (!quoted && operand.front() != '<') {
        scan.complete = false;
        continue;
      }
      const std::size_t close = operand.find(quoted ? '"' : '>', 1);
      if (close == std::string::npos) continue;
      const fs::path found = resolve(operand.substr(1, close - 1), quoted, current.parent_path(), folders);
      if (!found.empty() && seen.insert(found).second) scan.files.push_back(found);
    }
  }
  return scan;
}

} // namespace tilewright
