// Variables of kernels belong to their tile: shared by the kernels there, in the order in which they take turns.
#include <gtest/gtest.h>

#include <cstdlib>
#include <unistd.h>

#include "sandbox.h"

namespace {

struct Results {
  Outcome outcome;
  std::vector<long long> first, second;
  std::string printed;
};

Results run(const char* tile_program) {
  Sandbox box;
  box.write("in.txt", {1, 2, 3}, 1);
  Results result;
  result.outcome = box.run([&] {
    if (std::freopen((box.folder() + "/stdout").c_str(), "w", stdout) == nullptr) return 99;
    setenv("TILEWRIGHT_ADF_TILE_PROGRAM", tile_program, 1);
    execl(TILE_VARIABLES_PROGRAM, TILE_VARIABLES_PROGRAM, nullptr);
    return 98;
  });
  result.first = box.read("out0.txt");
  result.second = box.read("out1.txt");
  result.printed = box.read_text("stdout");
  return result;
}

TEST(TileVariables, BelongToTheTile) {
  const Results seen = run(TILE_VARIABLES_LIBRARY);
  EXPECT_EQ(seen.outcome.exit_code, 0) << seen.outcome.errors;
  // (value * 100 + firing) * 100 + what the observer sees: the counter has fired just as often as itself.
  EXPECT_EQ(seen.first, (std::vector<long long>{10111, 20222, 30333}));
  EXPECT_EQ(seen.second, (std::vector<long long>{101, 202, 303}));
}

TEST(TileVariables, GraphsSpeakOnce) { EXPECT_EQ(run(TILE_VARIABLES_LIBRARY).printed, "made\n"); }

TEST(TileVariables, AreTheProgramsWithoutACopyPerTile) {
  const Results seen = run("");
  EXPECT_EQ(seen.outcome.exit_code, 0) << seen.outcome.errors;
  // Both counters together fire six times, so one sees more firings than its own three.
  long long most = 0;
  for (const std::vector<long long>& values : {seen.first, seen.second})
    for (const long long value : values)
      most = std::max(most, value >= 10000 ? value / 100 % 100 : value % 100);
  EXPECT_GT(most, 3);
}

TEST(TileVariables, AnUnreadableLibraryIsAnError) {
  const Results seen = run("/nonexistent.so");
  EXPECT_EQ(seen.outcome.exit_code, 3);
  EXPECT_EQ(seen.outcome.errors,
            "tilewright-adf: error: a copy of the program for a tile: can't read /nonexistent.so\n");
}

} // namespace
