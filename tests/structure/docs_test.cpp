// What the documents show has to work. docs/writing_docs.md says how blocks are marked.
#include "runtime/driver/files.h"
#include "runtime/driver/process.h"
#include "tests/support/run_tilewright.h"
#include "tests/support/source_tree.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <regex>
#include <sstream>

namespace tilewright::testing {
namespace {

namespace fs = std::filesystem;

struct Block {
  std::string place;             // "docs/x.md:12"
  std::vector<std::string> info; // "sh", "run"
  std::string text;
};

std::vector<std::string> words_of(const std::string& text) {
  std::istringstream stream(text);
  std::vector<std::string> words;
  for (std::string word; stream >> word;)
    words.push_back(word);
  return words;
}

// Every block of the document that is fenced by lines of three backticks.
std::vector<Block> blocks_of(const std::string& name, const std::string& document) {
  std::vector<Block> blocks;
  std::istringstream lines(document);
  bool inside = false;
  int number = 0;
  for (std::string line; std::getline(lines, line);) {
    ++number;
    if (line.starts_with("```")) {
      inside = !inside;
      if (inside) blocks.push_back({name + ":" + std::to_string(number), words_of(line.substr(3)), ""});
    } else if (inside) {
      blocks.back().text += line + "\n";
    }
  }
  return blocks;
}

// The commands of a shell block, one a string: continued lines joined, prompts, comments and environment removed.
std::vector<std::string> commands_of(const Block& block) {
  std::vector<std::string> commands;
  std::istringstream lines(block.text);
  std::string command;
  for (std::string line; std::getline(lines, line);) {
    const bool continues = line.ends_with("\\");
    command += continues ? line.substr(0, line.size() - 1) : line;
    if (continues) continue;
    command = command.substr(0, command.find(" # "));
    command.erase(0, command.find_first_not_of(" $"));
    if (!command.empty() && command[0] != '#') commands.push_back(command);
    command.clear();
  }
  return commands;
}

// Why a command can't work, or an empty string: a script that is not there, an unknown verb or option of tilewright.
std::string problem_with(const std::string& command) {
  const std::vector<std::string> words = words_of(command);
  const std::string& program = words.front();
  if (program.starts_with("scripts/")) {
    const fs::path file = source_root() / program;
    const bool runs =
        fs::is_regular_file(file) && (fs::status(file).permissions() & fs::perms::owner_exec) != fs::perms::none;
    return runs ? "" : "there is no script " + program;
  }
  if (fs::path(program).filename() != "tilewright") return "";
  std::string known = run_tilewright({"--help"}).output;
  if (words.size() > 1 && !words[1].starts_with("-") && words[1] != "VERB") {
    const std::string help_of_verb = run_tilewright({words[1], "--help"}).output;
    if (help_of_verb == known) return "there is no verb " + words[1];
    known = help_of_verb;
  }
  std::replace_if(
      known.begin(), known.end(), [](char c) { return c == ',' || c == '='; }, ' ');
  const std::vector<std::string> known_words = words_of(known);
  for (std::size_t i = 1; i < words.size() && words[i] != "--"; ++i) {
    const std::string option = words[i].substr(0, words[i].find('='));
    if (!option.starts_with("-") || option == "-") continue;
    if (std::find(known_words.begin(), known_words.end(), option) == known_words.end())
      return "there is no option " + option;
  }
  return "";
}

// Runs the block in an empty folder in which `models` is the project's, with tilewright in the PATH.
std::string problem_with_run(const std::string& text) {
  const ScopedFolder folder("tilewright-docs-");
  fs::create_directory_symlink(source_root() / "models", folder.path() / "models");
  const std::string path = (build_root() / "bin").string() + ":" + std::getenv("PATH");
  const CommandResult result = run({.arguments = {"bash", "-euo", "pipefail", "-c", text},
                                    .folder = folder.path(),
                                    .environment = {{"PATH", path}},
                                    .timeout_seconds = 120});
  return result.succeeded() ? "" : "it fails: " + result.errors;
}

std::string problem_with_code(const std::string& text) {
  const ScopedFolder folder("tilewright-docs-");
  const fs::path file = folder.path() / "block.cpp";
  if (const auto error = write_file(file, text)) return *error;
  const CommandResult result =
      run({.arguments = {TILEWRIGHT_CXX_COMPILER, "-std=c++20", "-fsyntax-only", "-I" + source_root().string(),
                         "-I" + (source_root() / "runtime/adf/include").string(), file.string()}});
  return result.succeeded() ? "" : "it does not compile: " + result.errors;
}

std::string problem_with(const Block& block) {
  const std::string language = block.info.empty() ? "" : block.info[0];
  const std::string mark = block.info.size() < 2 ? "" : block.info[1];
  if (language == "sh" && mark.empty()) {
    for (const std::string& command : commands_of(block)) {
      if (const std::string problem = problem_with(command); !problem.empty()) return problem + ": " + command;
    }
    return "";
  }
  if (language == "sh" && mark == "run") return problem_with_run(block.text);
  if (language == "cpp" && mark.empty()) return problem_with_code(block.text);
  if (language == "cpp" && mark == "from" && block.info.size() == 3) {
    return content_of(block.info[2]).find(block.text) != std::string::npos ? ""
                                                                           : "this text is not in " + block.info[2];
  }
  if (language == "bash" || language == "shell" || language == "console" || language == "c++") return "say sh or cpp";
  return language == "sh" || language == "cpp" ? "the mark is not known" : "";
}

// Commands outside of fenced blocks: in spans, `tilewright check`, and on indented lines.
std::vector<std::string> commands_in_text(const std::string& document) {
  const std::regex command(R"((?:`|^    )((?:tilewright|build/release/bin/tilewright|scripts/\w+)(?: [^`]*)?)(?:`|$))");
  std::vector<std::string> commands;
  std::istringstream lines(document);
  bool inside = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.starts_with("```")) inside = !inside;
    if (inside) continue;
    for (std::sregex_iterator at(line.begin(), line.end(), command), end; at != end; ++at) {
      const std::vector<std::string> found = commands_of({"", {}, at->str(1)});
      commands.insert(commands.end(), found.begin(), found.end());
    }
  }
  return commands;
}

TEST(Docs, EveryBlockWorks) {
  std::vector<fs::path> documents = project_files({"docs"}, {".md"});
  documents.insert(documents.end(), {"README.md", "CONTRIBUTING.md"});
  for (const fs::path& document : documents) {
    for (const Block& block : blocks_of(document.string(), content_of(document))) {
      const std::string problem = problem_with(block);
      EXPECT_TRUE(problem.empty()) << block.place << ": " << problem;
    }
    for (const std::string& command : commands_in_text(content_of(document))) {
      const std::string problem = problem_with(command);
      EXPECT_TRUE(problem.empty()) << document << ": " << problem << ": " << command;
    }
  }
}

// `Suite.Name` in a table of tests is a test that is there.
TEST(Docs, TestsThatAreNamedExist) {
  const std::string document = content_of("docs/known_mistakes.md");
  std::string tests;
  for (const fs::path& file : project_files({"tests"}, {"_test.cpp"}))
    tests += content_of(file);
  const std::regex name("`([A-Z]\\w+)\\.(\\w+)`");
  int names = 0;
  for (std::sregex_iterator at(document.begin(), document.end(), name), end; at != end; ++at, ++names) {
    const std::string pair = at->str(1) + ", " + at->str(2) + ")";
    const bool found = tests.find("TEST(" + pair) != std::string::npos ||
                       tests.find("TEST_F(" + pair) != std::string::npos ||
                       tests.find("TEST_P(" + pair) != std::string::npos;
    EXPECT_TRUE(found) << at->str();
  }
  EXPECT_GT(names, 20);
}

// The checks themselves: each kind of mistake is found.
TEST(Docs, MistakesAreFound) {
  const auto problem = [](const std::string& document) {
    const std::vector<Block> blocks = blocks_of("x.md", document);
    return blocks.size() == 1 ? problem_with(blocks[0]) : "not one block";
  };
  EXPECT_EQ(problem("text\n```sh\nscripts/test -R structure\ntilewright targets \\\n  --json # all\n```\n"), "");
  EXPECT_EQ(problem("```sh\nscripts/none\n```\n"), "there is no script scripts/none: scripts/none");
  EXPECT_EQ(problem("```sh\n$ build/release/bin/tilewright none a.onnx\n```\n"),
            "there is no verb none: build/release/bin/tilewright none a.onnx");
  EXPECT_EQ(problem("```sh\ntilewright targets --none\n```\n"), "there is no option --none: tilewright targets --none");
  EXPECT_EQ(problem("```sh run\ntilewright targets --json | grep -q aie-ml\ntest -d models\n```\n"), "");
  EXPECT_NE(problem("```sh run\nfalse\n```\n"), "");
  EXPECT_EQ(problem("```cpp\n#include \"ir/graph.h\"\ntilewright::Graph graph(\"x\");\n```\n"), "");
  EXPECT_NE(problem("```cpp\n#include \"ir/graph.h\"\ntilewright::Graf graph(\"x\");\n```\n"), "");
  EXPECT_EQ(problem("```cpp from ir/graph.h\nclass Graph {\n```\n"), "");
  EXPECT_EQ(problem("```cpp from ir/graph.h\nclass Graf {\n```\n"), "this text is not in ir/graph.h");
  EXPECT_EQ(problem("```bash\nls\n```\n"), "say sh or cpp");
  EXPECT_EQ(commands_in_text("see `tilewright targets --json` or `ls`\n    scripts/test  # all\n    ls\n"),
            (std::vector<std::string>{"tilewright targets --json", "scripts/test "}));
  EXPECT_EQ(problem("```sh often\nls\n```\n"), "the mark is not known");
}

} // namespace
} // namespace tilewright::testing
