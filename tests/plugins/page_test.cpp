// docs/write_a_plugin.md shows the sample `threshold` in full: its blocks, put together, are all the code there is.
#include "tests/support/source_tree.h"

#include <gtest/gtest.h>
#include <map>
#include <sstream>

namespace tilewright::testing {
namespace {

// Blocks that begin with "```<language> from tests/plugins/threshold/<file>", by file.
std::map<std::string, std::string> files_on(const std::string& page) {
  const std::string from = " from tests/plugins/threshold/";
  std::map<std::string, std::string> files;
  std::istringstream lines(content_of(page));
  std::string* file = nullptr;
  for (std::string line; std::getline(lines, line);) {
    if (!line.starts_with("```")) {
      if (file != nullptr) *file += line + "\n";
      continue;
    }
    const std::size_t at = line.find(from);
    file = at == std::string::npos ? nullptr : &files[line.substr(at + from.size())];
  }
  return files;
}

TEST(WriteAPluginPage, ShowsEveryFileInFull) {
  const auto shown = files_on("docs/write_a_plugin.md");
  std::map<std::string, std::string> sample;
  for (const auto& file : project_files({"tests"}, {".txt", ".h", ".cpp"})) {
    const std::string name = file.lexically_relative("tests/plugins/threshold").string();
    if (!name.starts_with("..")) sample[name] = content_of(file);
  }
  EXPECT_EQ(sample.size(), 9U);
  EXPECT_EQ(shown, sample);
}

} // namespace
} // namespace tilewright::testing
