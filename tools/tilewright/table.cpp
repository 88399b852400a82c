#include "tools/tilewright/table.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

std::string cell_text(const std::string& text) {
  std::string result;
  for (const char c : text) {
    if (c == '|') result += '\\';
    result += c == '\n' ? ' ' : c;
  }
  return result;
}

std::string line_of(const std::vector<std::string>& cells, const std::vector<std::size_t>& widths) {
  std::string line = "|";
  for (std::size_t i = 0; i < widths.size(); ++i)
    line += fmt::format(" {:<{}} |", cells[i], widths[i]);
  return line + "\n";
}

} // namespace

std::string markdown_table(const std::vector<std::string>& headings,
                           const std::vector<std::vector<std::string>>& rows) {
  std::vector<std::vector<std::string>> cells = {headings};
  cells.insert(cells.end(), rows.begin(), rows.end());
  std::vector<std::size_t> widths(headings.size(), 3);
  for (auto& row : cells) {
    row.resize(headings.size());
    for (std::size_t i = 0; i < row.size(); ++i) {
      row[i] = cell_text(row[i]);
      widths[i] = std::max(widths[i], row[i].size());
    }
  }
  std::vector<std::string> dashes;
  for (const std::size_t width : widths)
    dashes.emplace_back(width, '-');
  std::string text = line_of(cells.front(), widths) + line_of(dashes, widths);
  for (std::size_t i = 1; i < cells.size(); ++i)
    text += line_of(cells[i], widths);
  return text;
}

} // namespace tilewright
