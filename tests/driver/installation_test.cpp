// What an installation says of itself.
#include "runtime/driver/installation.h"

#include "runtime/driver/files.h"

#include <gtest/gtest.h>

namespace tilewright::testing {

namespace {

namespace fs = std::filesystem;

// An engine that was built with sanitizers needs programs that are.
TEST(Installation, NamesTheFlagsThatProgramsNeed) {
  const ScopedFolder folder("tilewright-test-");
  const Installation installation{folder.path()};
  EXPECT_TRUE(installation.emulator_flags().empty());
  fs::create_directories(folder.path() / "lib");
  ASSERT_FALSE(write_file(folder.path() / "lib/libtilewright_adf.flags", "-fsanitize=address,undefined -g\n"));
  EXPECT_EQ(installation.emulator_flags(), (std::vector<std::string>{"-fsanitize=address,undefined", "-g"}));
}

} // namespace

} // namespace tilewright::testing
