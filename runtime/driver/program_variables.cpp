#include "runtime/driver/program_variables.h"

#include "runtime/driver/process.h"

#include <sstream>

namespace tilewright {

namespace {

struct Symbol {
  bool is_global = false; // and not weak
  std::string section;
  std::string name;
};

// "0000000000000000 l     O .bss	0000000000000001 _ZStL8__ioinit": value, seven columns of flags, section, size, name.
bool parse_object_symbol(const std::string& line, Symbol& symbol) {
  const std::size_t tab = line.find('\t');
  if (line.size() < 25 || tab == std::string::npos || line[23] != 'O') return false;
  symbol.is_global = line[17] == 'g' && line[18] != 'w';
  symbol.section = line.substr(25, tab - 25);
  std::istringstream rest(line.substr(tab));
  std::string size;
  return static_cast<bool>(rest >> size >> symbol.name);
}

bool is_writable(const std::string& section) {
  const bool relocated_constants = section.starts_with(".data.rel.ro") || section.starts_with(".data.rel.local.DW.ref");
  return (section.starts_with(".data") || section.starts_with(".bss")) && !relocated_constants;
}

} // namespace

bool kernels_have_variables(const std::vector<std::string>& objects) {
  for (std::size_t i = 0; i < objects.size(); ++i) {
    const CommandResult listing = run({.arguments = {"objdump", "-t", objects[i]}});
    if (!listing.succeeded()) return true;
    std::istringstream lines(listing.output);
    for (std::string line; std::getline(lines, line);) {
      Symbol symbol;
      if (!parse_object_symbol(line, symbol) || !is_writable(symbol.section)) continue;
      const bool is_stream_initializer = symbol.name.find("__ioinit") != std::string::npos;
      const bool is_graph = i == 0 && symbol.is_global && symbol.section == ".bss";
      if (!is_stream_initializer && !is_graph) return true;
    }
  }
  return false;
}

} // namespace tilewright
