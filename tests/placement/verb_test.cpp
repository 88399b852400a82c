// tilewright place, as a user runs it.
#include "tests/placement/rules.h"
#include "tests/placement/samples.h"
#include "tests/support/run_tilewright.h"

#include <fstream>
#include <gtest/gtest.h>
#include <nlohmann/json.hpp>
#include <unistd.h>

namespace tilewright::testing {
namespace {

namespace fs = std::filesystem;

nlohmann::json json_answer(const fs::path& file, int code) {
  const CommandResult result = run_tilewright({"place", file.string(), "--json"});
  EXPECT_EQ(result.code, code) << file << "\n" << result.errors;
  const nlohmann::json json = nlohmann::json::parse(result.output, nullptr, false);
  EXPECT_TRUE(json.is_object()) << result.output;
  return json;
}

TEST(PlaceVerb, AnswersEveryProblem) {
  for (const fs::path& path : problem_files(folders_with_problems().front())) {
    const std::optional<StatedProblem> stated = stated_problem(path);
    ASSERT_TRUE(stated);
    const bool feasible = solve_placement(stated->file.problem).feasible;
    const nlohmann::json answer = json_answer(path, feasible ? 0 : 4);
    EXPECT_EQ(answer["name"], stated->file.name);
    ASSERT_EQ(answer["feasible"], feasible) << path;
    EXPECT_TRUE(answer["seconds"].is_number());
    if (!feasible) {
      EXPECT_TRUE(answer["cost"].is_null());
      EXPECT_FALSE(answer["optimal"].get<bool>());
      EXPECT_FALSE(answer["reason"].get<std::string>().empty());
      continue;
    }
    std::vector<Coordinate> places;
    for (const std::string& layer : stated->file.layers) {
      places.push_back({answer["placement"][layer][0].get<int>(), answer["placement"][layer][1].get<int>()});
    }
    EXPECT_EQ(illegal(stated->file.problem, places), "") << path;
    EXPECT_NEAR(answer["cost"].get<double>(), cost_by_definition(stated->file.problem, places), 1e-9) << path;
    EXPECT_LE(answer["lower_bound"].get<double>(), answer["cost"].get<double>()) << path;
  }
}

TEST(PlaceVerb, ShowsAPictureAndATable) {
  const fs::path file = folders_with_problems().front() / "chain_6_direct.json";
  const CommandResult result = run_tilewright({"place", file.string()});
  EXPECT_EQ(result.code, 0) << result.errors;
  EXPECT_NE(result.output.find("AAAABBBBCCCCDDDDEEEEFFFF"), std::string::npos) << result.output;
  EXPECT_NE(result.output.find("cost 5, optimal"), std::string::npos) << result.output;
}

TEST(PlaceVerb, ExitCodes) {
  const fs::path file = fs::temp_directory_path() / ("place_verb_test_" + std::to_string(getpid()) + ".json");
  std::ofstream(file) << R"({"grid": {"cols": 4}, "layers": 7})";
  const nlohmann::json answer = json_answer(file, 3);
  EXPECT_EQ(answer["problems"].size(), 2u) << answer;
  fs::remove(file);
  EXPECT_EQ(run_tilewright({"place", file.string()}).code, 2);
  EXPECT_EQ(run_tilewright({"place"}).code, 2);
  EXPECT_EQ(run_tilewright({"place", fs::temp_directory_path().string()}).code, 2);
}

} // namespace
} // namespace tilewright::testing
