// No globals: what the compiler knows belongs to a context, and contexts do not see each other.
#include "runtime/driver/context.h"
#include "runtime/driver/process.h"
#include "tests/support/source_tree.h"

#include <algorithm>
#include <gtest/gtest.h>
#include <regex>
#include <sstream>
#include <thread>

namespace tilewright::testing {
namespace {

template <class Definition> void expect_both_origins_named(Registry<Definition> registry) {
  ASSERT_FALSE(registry.entries().empty());
  const auto& [name, entry] = *registry.entries().begin();
  registry.add(entry.definition, std::string("plugins/other.cpp"));
  ASSERT_EQ(registry.errors().size(), 1U);
  EXPECT_EQ(registry.errors().front(),
            "'" + name + "' is registered twice: in " + entry.origin + " and in plugins/other.cpp");
}

TEST(Context, ASecondDefinitionUnderANameNamesBothOrigins) {
  CompilerContext context;
  ASSERT_TRUE(load_builtins(context));
  expect_both_origins_named(context.ops);
  expect_both_origins_named(context.importers);
  expect_both_origins_named(context.passes);
  expect_both_origins_named(context.lowerings);
  expect_both_origins_named(context.targets);
}

// The first one stays, and every pair is a diagnostic with exit code 1.
TEST(Context, LoadingOverATakenNameIsReported) {
  CompilerContext context;
  context.ops.add({.name = "relu", .summary = "mine"});
  context.passes.add({.name = "fuse_bias", .summary = "mine"});
  EXPECT_FALSE(load_builtins(context));
  ASSERT_EQ(context.diagnostics.error_count(), 2U);
  EXPECT_EQ(context.diagnostics.exit_code(), 1);
  EXPECT_EQ(context.diagnostics.all()[0].code, "registry.duplicate");
  const auto expect_reason = [&](std::size_t index, const std::string& name, const std::string& file) {
    const std::regex reason(name + " is registered twice: in \\S*tests/structure/context_test.cpp and in \\S*" + file);
    EXPECT_TRUE(std::regex_match(context.diagnostics.all()[index].reason, reason))
        << context.diagnostics.all()[index].reason;
  };
  expect_reason(0, "op 'relu'", "ir/ops/relu.cpp");
  expect_reason(1, "pass 'fuse_bias'", "passes/fuse_bias.cpp");
  EXPECT_EQ(context.ops.find("relu")->summary, "mine");
}

TEST(Context, TwoLiveSideBySide) {
  CompilerContext first;
  CompilerContext second;
  bool first_loaded = false;
  bool second_loaded = false;
  second.ops.add({.name = "only_here"});
  std::thread thread([&] { first_loaded = load_builtins(first); });
  second_loaded = load_builtins(second);
  thread.join();
  ASSERT_TRUE(first_loaded);
  ASSERT_TRUE(second_loaded);
  EXPECT_EQ(first.ops.find("only_here"), nullptr);
  EXPECT_EQ(first.ops.entries().size() + 1, second.ops.entries().size());
  EXPECT_NE(first.ops.find("dense"), second.ops.find("dense")) << "definitions belong to a context";
  first.diagnostics.add({.code = "test", .reason = "only of the first"});
  EXPECT_EQ(first.diagnostics.all().size(), 1U);
  EXPECT_TRUE(second.diagnostics.all().empty());
}

// What the compiler proper is made of. The emulator is not part of it: it runs one program a process, and the graphs of
// ADF programs are file-scope objects by definition.
const std::vector<std::string> folders = {"ir", "frontend", "passes", "backends", "runtime", "tools"};

std::vector<std::filesystem::path> compiler_sources() {
  std::vector<std::filesystem::path> files = project_files(folders, {".h", ".cpp"});
  std::erase_if(files, [](const std::filesystem::path& file) { return file.string().starts_with("runtime/adf/"); });
  return files;
}

// Writable file-scope objects, and constants with a dynamic initialiser, end up in the sections .data and .bss.
TEST(Context, NoMutableStateAtFileScope) {
#ifdef __SANITIZE_ADDRESS__
  GTEST_SKIP() << "the sanitizer moves objects to sections of its own";
#endif
  // Address, flags, section, size, name.
  const std::regex symbol(
      R"(^[0-9a-f]+ .{6}O \.(data|bss|tdata|tbss)(\._Z\S*)?\s+[0-9a-f]+ (\.hidden )?(.*tilewright::.*)$)");
  // "tilewright::f(int)::names": constant or not, tells the source only; see below.
  const std::regex in_function(R"(^.*\)( const)?(\[abi:\w+\])?::\w+$)");
  const std::regex in_namespace(R"(^.*\(anonymous namespace\)::\w+$)");
  std::istringstream libraries(TILEWRIGHT_LIBRARIES);
  int objects = 0;
  for (std::string library; std::getline(libraries, library, '|');) {
    const CommandResult listing = run({.arguments = {"objdump", "--demangle", "--syms", library}});
    ASSERT_TRUE(listing.succeeded()) << library << ": " << listing.errors;
    std::istringstream lines(listing.output);
    for (std::string line; std::getline(lines, line);) {
      objects += line.find("file format") != std::string::npos;
      std::smatch found;
      if (line.size() > 1000 || !std::regex_match(line, found, symbol)) continue;
      const std::string name = found[4];
      if (std::regex_match(name, in_function) && !std::regex_match(name, in_namespace)) continue;
      ADD_FAILURE() << library << " has state at file scope: " << name;
    }
  }
  EXPECT_GT(objects, 100) << "not all objects were looked at";
}

TEST(Context, NoMutableLocalStatics) {
  const std::regex variable(R"(^\s+(static|thread_local) (?!const|thread_local const).*(=|;|\{))");
  const std::regex function(R"(\w\()"); // a static member function
  int constants = 0;
  for (const auto& file : compiler_sources()) {
    std::istringstream lines(content_of(file));
    for (std::string line; std::getline(lines, line);) {
      constants += line.find(" static const") != std::string::npos;
      if (std::regex_search(line, variable) && !std::regex_search(line, function))
        ADD_FAILURE() << file << ": " << line;
    }
  }
  EXPECT_GT(constants, 0) << "the lines are not read";
}

TEST(Context, NothingRegistersItself) {
  const std::regex registration(
      R"(^(inline |static |const |constexpr )*(bool|int|auto|char) \w+ = .*(register|add_|install))");
  for (const auto& file : compiler_sources()) {
    std::istringstream lines(content_of(file));
    for (std::string line; std::getline(lines, line);)
      EXPECT_FALSE(std::regex_search(line, registration)) << file << ": " << line;
  }
}

} // namespace
} // namespace tilewright::testing
