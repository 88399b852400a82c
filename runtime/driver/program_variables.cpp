#include "runtime/driver/program_variables.h"

#include "runtime/driver/process.h"

#include <fmt/format.h>
#include <map>
#include <set>
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

// Names that the object defines for others, weak ones excepted; `nm` says "address type name".
std::set<std::string> strong_definitions(const std::string& object) {
  std::set<std::string> names;
  const CommandResult listing = run({.arguments = {"nm", "--defined-only", "--extern-only", object}});
  std::istringstream lines(listing.output);
  std::string address, type, name;
  while (lines >> address >> type >> name) {
    if (type.find_first_of("TDBRSG") != std::string::npos) names.insert(name);
  }
  return names;
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

void make_repeated_definitions_local(std::vector<std::string>& objects, const std::filesystem::path& folder) {
  std::vector<std::set<std::string>> defined(objects.size());
  std::map<std::string, int> count;
  for (std::size_t i = 1; i < objects.size(); ++i) {
    defined[i] = strong_definitions(objects[i]);
    for (const std::string& name : defined[i])
      ++count[name];
  }
  for (std::size_t i = 1; i < objects.size(); ++i) {
    Command command{.arguments = {"objcopy"}};
    for (const std::string& name : defined[i]) {
      if (count[name] > 1) command.arguments.push_back("--localize-symbol=" + name);
    }
    if (command.arguments.size() == 1) continue;
    const std::string copy = (folder / fmt::format("local{}.o", i)).string();
    command.arguments.insert(command.arguments.end(), {objects[i], copy});
    if (run(command).succeeded()) objects[i] = copy;
  }
}

} // namespace tilewright
