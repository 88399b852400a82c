// Headers that builds share: compiled when that pays, used when they are there, never in the way.
#include "runtime/driver/precompiled_headers.h"

#include "runtime/driver/files.h"
#include "runtime/driver/process.h"

#include <gtest/gtest.h>

namespace tilewright::testing {

namespace {

namespace fs = std::filesystem;

class PrecompiledHeadersTest : public ::testing::Test {
protected:
  // Asks as a build of its own would, and gives the header's name if there is one.
  std::optional<fs::path> ask(std::size_t units, const std::string& header = "vector") {
    const fs::path scratch = folder_.path() / std::to_string(builds_++);
    fs::create_directories(scratch);
    return precompiled_headers({{"g++", "-std=c++20"}, {header}, "key", scratch}, cache_, units);
  }
  // What the compiler says that it read for a unit without a line of its own.
  std::string headers_read(const fs::path& header) const {
    const fs::path unit = folder_.path() / "unit.cpp";
    EXPECT_FALSE(write_file(unit, "std::vector<int> numbers;\n"));
    const CommandResult result =
        run({.arguments = {"g++", "-std=c++20", "-H", "-include", header.string(), "-c", unit.string(), "-o", "unit.o"},
             .folder = folder_.path()});
    EXPECT_TRUE(result.succeeded()) << result.errors;
    return result.errors;
  }

  ScopedFolder folder_{"tilewright-test-"};
  BuildCache cache_{folder_.path() / "cache"};
  int builds_ = 0;
};

TEST_F(PrecompiledHeadersTest, OneSmallBuildIsNotWorthThem) { EXPECT_FALSE(ask(1)); }

TEST_F(PrecompiledHeadersTest, TheSecondBuildMakesThemAndTheThirdFindsThem) {
  ASSERT_FALSE(ask(1));
  for (int build = 2; build <= 3; ++build) {
    const auto header = ask(1);
    ASSERT_TRUE(header);
    EXPECT_EQ(headers_read(*header).substr(0, 2), "! ") << "g++ -H marks what was compiled before with '!'";
  }
}

TEST_F(PrecompiledHeadersTest, ALargeBuildMakesThemAtOnce) { EXPECT_TRUE(ask(4)); }

TEST_F(PrecompiledHeadersTest, OtherHeadersAreOthers) {
  ASSERT_TRUE(ask(4));
  EXPECT_FALSE(ask(1, "string"));
}

TEST_F(PrecompiledHeadersTest, WithoutThemTheHeadersAreRead) {
  const auto header = ask(4);
  ASSERT_TRUE(header);
  fs::remove_all(cache_.folder);
  EXPECT_EQ(headers_read(*header).find("! "), std::string::npos);
}

TEST_F(PrecompiledHeadersTest, HeadersThatDontCompileAreLeftToTheUnits) { EXPECT_FALSE(ask(4, "no/such/header.h")); }

} // namespace

} // namespace tilewright::testing
