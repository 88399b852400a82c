// What the source files look like: small, each in its room, and without traces of the machine they were written on.
#include "tests/support/source_tree.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <map>
#include <regex>

namespace tilewright::testing {
namespace {

namespace fs = std::filesystem;

constexpr std::size_t most_lines = 800;
constexpr std::size_t usual_median = 150;
constexpr std::size_t usual_p90 = 350;

const std::vector<std::string> code = {".h", ".hpp", ".cpp"};

std::size_t line_count(const fs::path& file) {
  const std::string text = content_of(file);
  return static_cast<std::size_t>(std::count(text.begin(), text.end(), '\n'));
}

// "file:line" of every match.
std::vector<std::string> matches(const std::vector<fs::path>& files, const std::regex& pattern) {
  std::vector<std::string> result;
  for (const fs::path& file : files) {
    std::istringstream lines(content_of(file));
    int number = 0;
    for (std::string line; std::getline(lines, line);) {
      ++number;
      if (line.size() < 2000 && std::regex_search(line, pattern)) {
        result.push_back(file.string() + ":" + std::to_string(number) + ": " + line);
      }
    }
  }
  return result;
}

std::string joined(const std::vector<std::string>& lines) {
  std::string text;
  for (const std::string& line : lines)
    text += line + "\n";
  return text;
}

TEST(Source, FilesAreSmall) {
  std::vector<std::size_t> sizes;
  for (const fs::path& file : project_files({}, code)) {
    const std::size_t lines = line_count(file);
    sizes.push_back(lines);
    EXPECT_LE(lines, most_lines) << file << " has more than one subject";
  }
  std::sort(sizes.begin(), sizes.end());
  const std::size_t median = sizes[sizes.size() / 2];
  const std::size_t p90 = sizes[sizes.size() * 9 / 10];
  std::cout << sizes.size() << " files, median " << median << " lines, p90 " << p90 << ", longest " << sizes.back()
            << "\n";
  EXPECT_LE(median, usual_median);
  EXPECT_LE(p90, usual_p90);
}

TEST(Source, NoBackendNamesOutsideBackends) {
  const std::regex names("aie[-_ ]?ml|vek[0-9]{3}|__AIE_ARCH__", std::regex::icase);
  EXPECT_EQ(joined(matches(project_files({"ir", "passes", "frontend"}, code), names)), "");
}

// The graph compiler reads these as C++17 for the host, without knowing the generation (docs/vendor_idioms.md).
TEST(Source, GraphsDoNotAskForTheGeneration) {
  std::vector<fs::path> headers;
  for (const fs::path& file : project_files({"backends"}, {".h"})) {
    if (file.parent_path() == "backends/common/kernels") headers.push_back(file);
  }
  ASSERT_FALSE(headers.empty());
  EXPECT_EQ(joined(matches(headers, std::regex("__AIE_ARCH__"))), "");
}

TEST(Source, LayersLookDownOnly) {
  const std::map<std::string, std::string> forbidden = {
      {"ir", "frontend|passes|backends|runtime|tools"},
      {"passes", "frontend|backends|runtime|tools"},
      {"frontend", "passes|backends|runtime|tools"},
      {"backends", "frontend|runtime|tools"},
  };
  for (const auto& [folder, others] : forbidden) {
    const std::regex include("#include \"(" + others + ")/");
    EXPECT_EQ(joined(matches(project_files({folder}, code), include)), "");
  }
  std::vector<fs::path> emulator;
  for (const fs::path& file : project_files({"runtime"}, code)) {
    if (file.string().starts_with("runtime/adf/")) emulator.push_back(file);
  }
  EXPECT_EQ(
      joined(matches(emulator, std::regex("#include \"(ir|frontend|passes|backends|runtime/(reference|driver))/"))), "")
      << "the emulator judges the compiler: it shares no code with it";
}

TEST(Source, ProtobufStaysInTheFrontend) {
  EXPECT_EQ(joined(matches(project_files({"ir", "passes", "backends", "runtime", "tools"}, code),
                           std::regex("#include <(onnx|google/protobuf)/"))),
            "");
}

TEST(Source, LibrariesNeverPrint) {
  std::vector<fs::path> files;
  for (const fs::path& file : project_files({"ir", "passes", "frontend", "backends", "runtime"}, code)) {
    const std::string name = file.string();
    // The emulator runs inside the user's program, kernels are the user's: both may speak.
    if (!name.starts_with("runtime/adf/") && !name.starts_with("backends/common/kernels/")) files.push_back(file);
  }
  EXPECT_EQ(joined(matches(files, std::regex(R"(std::c(out|err)\b|\bf?printf\s*\(|fmt::print\b|\bputs\s*\()"))), "");
}

TEST(Source, NoTracesOfTheMachine) {
  // Spelled in pieces, so that this file is not one of them.
  const std::regex traces(std::string("/wo") + "rk/|/fa" + "rm/|/tmp/[a-z]+_[0-9]|/home/[a-z]");
  const std::vector<fs::path> files =
      project_files({}, {".h", ".hpp", ".cpp", ".md", ".txt", ".cmake", ".json", "run", "test", "demo", "_packages",
                         "_kernels", "format", "tidy", "bench", "CMakeLists.txt"});
  EXPECT_EQ(joined(matches(files, traces)), "");
}

} // namespace
} // namespace tilewright::testing
