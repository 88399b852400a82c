#include "pass_fixture.h"

namespace tilewright::testing_support {
namespace {

using ExpandBroadcasts = PassFixture;

std::string inputs(const std::string& gate_shape) {
  return "graph \"t\" {\n%x = input \"x\" : f32[1x3x2]\n%q = input \"q\" : i8[" + gate_shape +
         "]\n%d = dequantize(%q) " + dequantize_attributes("1/4", 3) + " from [\"d\"] : \"d\" f32[" + gate_shape +
         "]\n";
}

TEST_F(ExpandBroadcasts, GathersAlongTheAxesThatGrow) {
  expect("expand_broadcasts",
         inputs("1x1x2") + "%m = mul(%x, %d) from [\"m\"] : \"m\" f32[1x3x2]\noutput \"y\" = %m\n}",
         inputs("1x1x2") + "%g = gather(%d) {axis = 1, indices = [0, 0, 0]} from [\"m\"] : \"d\" f32[1x3x2]\n"
                           "%m = mul(%x, %g) from [\"m\"] : \"m\" f32[1x3x2]\noutput \"y\" = %m\n}");
}

TEST_F(ExpandBroadcasts, ThroughViewsAndAlongSeveralAxes) {
  const std::string after = run(
      "expand_broadcasts", inputs("1x1x1") + "%r = reshape(%d) {shape = [1, 1, 1]} from [\"r\"] : \"r\" f32[1x1x1]\n"
                                             "%a = add(%x, %r) from [\"a\"] : \"a\" f32[1x3x2]\noutput \"y\" = %a\n}");
  EXPECT_NE(after.find("{axis = 1, indices = [0, 0, 0]}"), std::string::npos) << after;
  EXPECT_NE(after.find("{axis = 2, indices = [0, 0]}"), std::string::npos) << after;
}

TEST_F(ExpandBroadcasts, ConstantsFloatsAndOtherRanksStay) {
  expect_unchanged("expand_broadcasts", inputs("2") +
                                            "%c = constant \"c\" : f32[1x1x2] = [5, 6]\n"
                                            "%a = mul(%x, %c) from [\"a\"] : \"a\" f32[1x3x2]\n"
                                            "%b = mul(%a, %d) from [\"b\"] : \"b\" f32[1x3x2]\n"
                                            "%z = input \"z\" : f32[1x1x2]\n"
                                            "%m = mul(%b, %z) from [\"m\"] : \"m\" f32[1x3x2]\noutput \"y\" = %m\n}");
}

} // namespace
} // namespace tilewright::testing_support
