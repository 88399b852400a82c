// explain: every candidate of a node, with what was chosen and why the others were not.
#include "tests/tools/command_line_test.h"

#include <algorithm>

namespace tilewright::testing {

namespace {

using Explain = CommandLineTest;

TEST_F(Explain, NamesTheChosenTilingAmongTheOthers) {
  const auto json =
      json_of(tilewright({"explain", model("jet_mlp_w8a8_po2__qonnx"), "--node", "/f/f.1/Gemm", "--json"}));
  const auto dense = std::ranges::find(json["nodes"], "dense", [](const auto& node) { return node["op"]; });
  ASSERT_NE(dense, json["nodes"].end()) << json;
  EXPECT_EQ((*dense)["place"], "on the array");
  EXPECT_EQ((*dense)["signature"], "i8[8x16], i8[16x64], i32[64] -> i32[8x64]");
  const auto& candidate = (*dense)["candidates"].at(0);
  EXPECT_EQ(candidate["lowering"], "dense");
  EXPECT_TRUE(candidate["chosen"]);
  const auto& tilings = candidate["tilings"];
  EXPECT_GT(tilings.size(), 10u);
  EXPECT_EQ(std::ranges::count(tilings, true, [](const auto& tiling) { return tiling["chosen"].template get<bool>(); }),
            1);
  for (const auto& tiling : tilings)
    EXPECT_EQ(tiling["tiles"].get<int>(), tiling["columns"].get<int>() * tiling["rows"].get<int>());
}

TEST_F(Explain, ComparesTheOthersWithTheChosenOne) {
  const CommandResult text = tilewright({"explain", model("jet_mlp_w8a8_po2__qonnx"), "--node", "/f/f.3/Gemm"});
  EXPECT_NE(text.output.find("candidate 'dense': "), std::string::npos) << text.output;
  EXPECT_NE(text.output.find("| chosen "), std::string::npos) << text.output;
  EXPECT_NE(text.output.find("more tile"), std::string::npos) << text.output;
  EXPECT_NE(text.output.find("--verbose shows all"), std::string::npos) << text.output;
}

TEST_F(Explain, HostNodesAndFoldedNodesSayWhatBecameOfThem) {
  const std::string net = model("jet_mlp_w8a8_po2__qonnx");
  const auto host = json_of(tilewright({"explain", net, "--node", "/f/f.0/act_quant/export_handler/Quant", "--json"}));
  EXPECT_EQ(host["nodes"].at(0)["op"], "quantize");
  EXPECT_EQ(host["nodes"].at(0)["place"], "on the host, in front of the array");
  EXPECT_TRUE(host["nodes"].at(0)["candidates"].empty());
}

TEST_F(Explain, AnUnknownNameListsTheModelsNodes) {
  const CommandResult result = tilewright({"explain", model("jet_mlp_w8a8_po2__qonnx"), "--node", "nope"});
  EXPECT_EQ(result.code, 2);
  EXPECT_NE(result.errors.find("node 'nope': the model has no node of this name; expected one of "), std::string::npos);
  EXPECT_NE(result.errors.find("/f/f.1/Gemm"), std::string::npos) << result.errors;
}

} // namespace

} // namespace tilewright::testing
