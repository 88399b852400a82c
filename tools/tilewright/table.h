// Tables for people: aligned in a terminal, and Markdown at the same time.
#pragma once

#include <string>
#include <vector>

namespace tilewright {

// One line a row, cells padded to the widest of their column. Bars inside cells are escaped.
std::string markdown_table(const std::vector<std::string>& headings, const std::vector<std::vector<std::string>>& rows);

} // namespace tilewright
