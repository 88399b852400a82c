// Help, wrong use, and what is listed.
#include "tests/tools/command_line_test.h"

namespace tilewright::testing {

namespace {

using Usage = CommandLineTest;

TEST_F(Usage, HelpTeaches) {
  const CommandResult help = tilewright({"--help"});
  EXPECT_EQ(help.code, 0);
  for (const char* verb : {"check", "compile", "run", "verify", "compare", "explain", "simulate", "estimate", "place", "ops", "targets", "passes"}) {
    EXPECT_NE(help.output.find(verb), std::string::npos) << verb;
    const CommandResult own = tilewright({verb, "--help"});
    EXPECT_EQ(own.code, 0) << verb;
    EXPECT_NE(own.output.find("Example"), std::string::npos) << verb;
    EXPECT_NE(own.output.find("--json"), std::string::npos) << verb;
  }
  EXPECT_NE(help.output.find("Exit codes"), std::string::npos);
}

TEST_F(Usage, VersionIsPrinted) { EXPECT_EQ(tilewright({"--version"}).output.rfind("tilewright ", 0), 0u); }

TEST_F(Usage, MistakesEndWithTwo) {
  const std::string jet = model("mlp_po2_qonnx");
  EXPECT_EQ(tilewright({}).code, 2);
  EXPECT_EQ(tilewright({"frobnicate"}).code, 2);
  EXPECT_EQ(tilewright({"compile", jet}).code, 2); // -o is missing
  EXPECT_EQ(tilewright({"check", jet, "--no-such-option"}).code, 2);
  EXPECT_EQ(tilewright({"check", jet, "--bind", "N"}).code, 2);
  EXPECT_EQ(tilewright({"check", jet, "--bind", "N=0"}).code, 2);
  EXPECT_EQ(tilewright({"check", jet, "--target", "aie"}).code, 2);
  EXPECT_EQ(tilewright({"check", jet, "--target", "aie-ml", "--device", "vek385"}).code, 2);
  EXPECT_EQ(tilewright({"run", jet}).code, 2); // no inputs
  EXPECT_EQ(tilewright({"verify", jet, "--data", "nowhere"}).code, 2);
  EXPECT_EQ(tilewright({"simulate", "nowhere"}).code, 2);
  EXPECT_TRUE(left_behind().empty());
}

TEST_F(Usage, UnknownTargetNamesTheKnownOnes) {
  const CommandResult result = tilewright({"check", model("mlp_po2_qonnx"), "--target", "aie"});
  EXPECT_NE(result.errors.find("there is no target 'aie'; expected aie-ml, aie-mlv2"), std::string::npos) << result.errors;
}

TEST_F(Usage, MissingModelIsSaid) {
  const CommandResult result = tilewright({"check", "nowhere.onnx", "--json"});
  EXPECT_EQ(result.code, 3);
  EXPECT_FALSE(json_of(result)["supported"]);
}

TEST_F(Usage, ListsAreTablesAndJson) {
  EXPECT_NE(tilewright({"ops"}).output.find("| dense "), std::string::npos);
  EXPECT_NE(tilewright({"targets"}).output.find("vek385"), std::string::npos);
  EXPECT_NE(tilewright({"passes"}).output.find("fold_constants"), std::string::npos);
  EXPECT_GE(json_of(tilewright({"ops", "--json"}))["ops"].size(), 10u);
  EXPECT_EQ(json_of(tilewright({"targets", "--json"}))["targets"].size(), 2u);
  EXPECT_GE(json_of(tilewright({"passes", "--json"}))["passes"].size(), 8u);
}

} // namespace

} // namespace tilewright::testing
