#include "tests/plugins/installation.h"

#include "tests/support/source_tree.h"

#include <algorithm>

namespace tilewright::testing {

namespace fs = std::filesystem;

namespace {

// Always the same, so that ccache knows the samples' objects.
fs::path workshop() { return build_root() / "tests" / "plugins" / "workshop"; }

std::string problem_of(const Command& command) {
  const CommandResult result = run(command);
  if (result.succeeded()) return {};
  std::string text;
  for (const std::string& argument : command.arguments)
    text += argument + " ";
  return text + describe_end(result, command) + "\n" + result.output + result.errors;
}

std::string build_sample(const fs::path& source) {
  const fs::path copy = workshop() / "samples" / source.filename();
  const fs::path build = sample_build(source.filename().string());
  fs::copy(source, copy, fs::copy_options::recursive);
  Command configure{.arguments = {TILEWRIGHT_CMAKE, "-S", copy.string(), "-B", build.string(), "-G",
                                  TILEWRIGHT_GENERATOR, "-DCMAKE_PREFIX_PATH=" + installed_prefix().string(),
                                  std::string("-DCMAKE_CXX_COMPILER=") + TILEWRIGHT_CXX_COMPILER}};
  const std::string launcher = TILEWRIGHT_COMPILER_LAUNCHER;
  if (!launcher.empty()) configure.arguments.push_back("-DCMAKE_CXX_COMPILER_LAUNCHER=" + launcher);
  std::string problem = problem_of(configure);
  if (problem.empty()) problem = problem_of({.arguments = {TILEWRIGHT_CMAKE, "--build", build.string()}});
  return problem;
}

std::string install_and_build() {
  fs::remove_all(workshop());
  fs::create_directories(workshop() / "samples");
  std::string problem = problem_of(
      {.arguments = {TILEWRIGHT_CMAKE, "--install", build_root().string(), "--prefix", installed_prefix().string()}});
  std::vector<fs::path> samples;
  for (const auto& entry : fs::directory_iterator(source_root() / "tests" / "plugins")) {
    if (fs::exists(entry.path() / "CMakeLists.txt")) samples.push_back(entry.path());
  }
  std::sort(samples.begin(), samples.end());
  for (const fs::path& sample : samples) {
    if (problem.empty()) problem = build_sample(sample);
  }
  fs::remove_all(sample_build("hostile") / "gone"); // the library that a hostile plugin needs
  return problem;
}

} // namespace

const std::string& installation_problem() {
  static const std::string problem = install_and_build();
  return problem;
}

fs::path installed_prefix() { return workshop() / "prefix"; }

fs::path sample_build(const std::string& sample) { return workshop() / "build" / sample; }

fs::path plugin(const std::string& sample, const std::string& name) { return sample_build(sample) / (name + ".so"); }

CommandResult run_installed(const std::vector<std::string>& arguments,
                            const std::vector<std::pair<std::string, std::string>>& environment) {
  Command command{.arguments = {(installed_prefix() / "bin" / "tilewright").string()},
                  .folder = workshop(),
                  .environment = environment,
                  .timeout_seconds = 300};
  command.arguments.insert(command.arguments.end(), arguments.begin(), arguments.end());
  return run(command);
}

} // namespace tilewright::testing
