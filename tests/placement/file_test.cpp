// Problem files: what is read, and what is refused.
#include "backends/common/placement_file.h"

#include <gtest/gtest.h>
#include <random>

namespace tilewright::testing {
namespace {

constexpr const char* sound = R"({"name": "pair", "part": "any", "grid": {"cols": 8, "rows": 4},
  "cost_params": {"lambda": 2, "mu": 0.25, "keepout_left": 1}, "notes": [1, 2],
  "layers": [{"name": "a", "width": 2, "height": 3, "op": "dense"}, {"name": "b", "width": 1.0, "height": 3, "anchor": [4, 1]}],
  "edges": [{"src": "a", "dst": "b", "direct": true, "producer_exclusive": true}]})";

std::string replaced(std::string text, const std::string& what, const std::string& by) {
  const std::size_t at = text.find(what);
  EXPECT_NE(at, std::string::npos) << what;
  return text.replace(at, what.size(), by);
}

TEST(PlacementFile, ReadsWhatItSays) {
  Diagnostics diagnostics;
  const auto file = parse_placement_file(sound, diagnostics);
  ASSERT_TRUE(file);
  EXPECT_EQ(file->name, "pair");
  EXPECT_EQ(file->problem.columns, 8);
  EXPECT_EQ(file->problem.rows, 4);
  EXPECT_EQ(file->problem.lambda, 2);
  EXPECT_EQ(file->problem.mu, 0.25);
  ASSERT_EQ(file->problem.boxes.size(), 2u);
  EXPECT_EQ(file->problem.boxes[0].width, 2);
  EXPECT_EQ(file->problem.boxes[1].anchor, (Coordinate{4, 1}));
  ASSERT_EQ(file->problem.edges.size(), 1u);
  EXPECT_TRUE(file->problem.edges[0].may_abut);
  EXPECT_EQ(file->layers, (std::vector<std::string>{"a", "b"}));
}

TEST(PlacementFile, RefusesWhatIsNoProblem) {
  const std::vector<std::string> texts = {
      "",
      "{",
      "[]",
      "null",
      "3",
      "{}",
      "\xff\xfe",
      std::string(100'000, '['),
      "{\"a\":" + std::string(100'000, '{'),
      std::string(5'000'000, ' '),
      replaced(sound, "\"cols\": 8", "\"cols\": 0"),
      replaced(sound, "\"cols\": 8", "\"cols\": -8"),
      replaced(sound, "\"cols\": 8", "\"cols\": 1e300"),
      replaced(sound, "\"cols\": 8", "\"cols\": 99999999999999999999"),
      replaced(sound, "\"cols\": 8", "\"cols\": \"8\""),
      replaced(sound, "\"cols\": 8", "\"cols\": 8.5"),
      replaced(sound, "\"cols\": 8", "\"columns\": 8"),
      replaced(sound, "{\"cols\": 8, \"rows\": 4}", "[8, 4]"),
      replaced(sound, "\"rows\": 4", "\"rows\": 100"),
      replaced(sound, "\"lambda\": 2", "\"lambda\": NaN"),
      replaced(sound, "\"lambda\": 2", "\"lambda\": -1"),
      replaced(sound, "\"lambda\": 2", "\"lambda\": 1e400"),
      replaced(sound, "\"lambda\": 2", "\"lambda\": null"),
      replaced(sound, "\"mu\": 0.25", "\"mu\": -0.25"),
      replaced(sound, "\"keepout_left\": 1", "\"keepout_left\": -1"),
      replaced(sound, "\"width\": 2", "\"width\": 0"),
      replaced(sound, "\"width\": 2", "\"width\": -2"),
      replaced(sound, "\"width\": 2", "\"w\": 2"),
      replaced(sound, "\"width\": 2", "\"width\": true"),
      replaced(sound, "\"height\": 3", "\"height\": 4294967297"),
      replaced(sound, "\"name\": \"b\"", "\"name\": \"a\""),
      replaced(sound, "\"name\": \"b\"", "\"name\": \"\""),
      replaced(sound, "\"name\": \"b\"", "\"name\": 7"),
      replaced(sound, "[4, 1]", "[4]"),
      replaced(sound, "[4, 1]", "[-4, 1]"),
      replaced(sound, "[4, 1]", "{\"x\": 4}"),
      replaced(sound, "\"dst\": \"b\"", "\"dst\": \"c\""),
      replaced(sound, "\"dst\": \"b\"", "\"dst\": \"a\""),
      replaced(sound, "\"dst\": \"b\"", "\"to\": \"b\""),
      replaced(sound, "\"direct\": true", "\"direct\": 1"),
      R"({"grid": {"cols": 8, "rows": 4}, "layers": {}})",
      R"({"grid": {"cols": 8, "rows": 4}, "layers": [1]})",
      R"({"grid": {"cols": 8, "rows": 4}, "layers": [], "edges": [1]})",
      R"({"grid": {"cols": 8, "rows": 4}, "layers": [], "edges": 1})",
      R"({"grid": {"cols": 8, "rows": 4}})",
      R"({"grid": {"cols": 8, "rows": 4}, "layers": [], "cost_params": 1})",
  };
  for (const std::string& text : texts) {
    Diagnostics diagnostics;
    EXPECT_FALSE(parse_placement_file(text, diagnostics)) << text.substr(0, 300);
    EXPECT_EQ(diagnostics.exit_code(), 3) << text.substr(0, 300);
  }
}

TEST(PlacementFile, SaysAllThatIsWrong) {
  Diagnostics diagnostics;
  parse_placement_file(replaced(replaced(sound, "\"cols\": 8", "\"cols\": 0"), "\"width\": 2", "\"width\": 0"),
                       diagnostics);
  EXPECT_EQ(diagnostics.error_count(), 2u);
}

TEST(PlacementFile, DamagedFilesAreReadOrRefused) {
  std::mt19937 random(5);
  for (int round = 0; round < 5000; ++round) {
    std::string text = sound;
    for (unsigned change = 0; change <= random() % 3; ++change) {
      const std::size_t at = random() % text.size();
      switch (random() % 3) {
      case 0:
        text[at] = static_cast<char>(random());
        break;
      case 1:
        text.erase(at, 1 + random() % 8);
        break;
      default:
        text.insert(at, 1, "{}[],:\"019.-e"[random() % 13]);
      }
    }
    Diagnostics diagnostics;
    const auto file = parse_placement_file(text, diagnostics);
    EXPECT_EQ(file.has_value(), diagnostics.exit_code() == 0);
    // Whatever is read can be answered.
    if (file && round % 10 == 0) solve_placement(file->problem, {.effort = PlacementEffort::quick});
  }
}

TEST(PlacementFile, ProblemsWithoutAnAnswerSayWhy) {
  const auto reason = [](const std::string& text) {
    Diagnostics diagnostics;
    const auto file = parse_placement_file(text, diagnostics);
    EXPECT_TRUE(file);
    const PlacementResult result = solve_placement(file->problem);
    EXPECT_FALSE(result.feasible);
    EXPECT_FALSE(result.optimal);
    EXPECT_TRUE(result.impossible);
    return result.reason;
  };
  EXPECT_NE(reason(replaced(sound, "\"height\": 3", "\"height\": 5")).find("layer 0"), std::string::npos);
  EXPECT_NE(reason(replaced(sound, "[4, 1]", "[8, 1]")).find("anchor"), std::string::npos);
  EXPECT_NE(reason(replaced(sound, "\"width\": 1.0", "\"width\": 1000")).find("array"), std::string::npos);
  std::string many = "";
  for (int i = 0; i < 9; ++i)
    many += R"({"name": ")" + std::to_string(i) + R"(", "width": 2, "height": 3}, )";
  EXPECT_NE(reason(replaced(sound, "\"layers\": [", "\"layers\": [" + many)).find("room"), std::string::npos);
}

TEST(PlacementFile, NoLayersCostNothing) {
  Diagnostics diagnostics;
  const auto file = parse_placement_file(R"({"grid": {"cols": 8, "rows": 4}, "layers": [], "edges": []})", diagnostics);
  ASSERT_TRUE(file);
  const PlacementResult result = solve_placement(file->problem);
  EXPECT_TRUE(result.feasible && result.optimal);
  EXPECT_EQ(result.cost, 0);
}

} // namespace
} // namespace tilewright::testing
