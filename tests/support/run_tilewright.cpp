#include "tests/support/run_tilewright.h"

#include "tests/support/source_tree.h"

namespace tilewright::testing {

std::string tilewright_executable() { return (build_root() / "bin" / "tilewright").string(); }

CommandResult run_tilewright(const std::vector<std::string>& arguments, const std::filesystem::path& folder) {
  Command command;
  command.arguments = {tilewright_executable()};
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  command.folder = folder.empty() ? std::filesystem::temp_directory_path() : folder;
  command.timeout_seconds = 300;
  return run(command);
}

} // namespace tilewright::testing
