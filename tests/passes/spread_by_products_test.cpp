#include "pass_fixture.h"

namespace tilewright::testing_support {
namespace {

using SpreadByProducts = PassFixture;

// relu(gather(relu(x))) with the gather's attributes and the shapes of its operand and result.
std::string repeated(std::string_view attributes, std::string_view from, std::string_view to) {
  const std::string in(from);
  const std::string out(to);
  return R"(graph "t" {
    %x = input "x" : i8[)" +
         in + R"(] range [0, 100]
    %a = relu(%x) from ["a"] : "a" i8[)" +
         in + R"(] range [0, 100]
    %g = gather(%a) {)" +
         std::string(attributes) + R"(} from ["g"] : "g" i8[)" + out + R"(] range [0, 100]
    %r = relu(%g) from ["r"] : "r" i8[)" +
         out + R"(] range [0, 100]
    output "y" = %r
  })";
}

TEST_F(SpreadByProducts, OneChannelForManyIsAProductWithOnes) {
  const std::string after = run("spread_by_products", repeated("axis = 2, indices = [0, 0, 0]", "2x4x1", "2x4x3"));
  EXPECT_NE(after.find("i8[1x3] range [1, 1] = [1, 1, 1]"), std::string::npos) << after;
  EXPECT_NE(after.find("dense("), std::string::npos) << after;
  EXPECT_NE(after.find("element = i8, range = [0, 100]"), std::string::npos) << after;
  EXPECT_EQ(after.find("gather"), std::string::npos) << after;
}

TEST_F(SpreadByProducts, OtherAxesAndSeveralChannelsStay) {
  for (const std::string& text : {repeated("axis = 1, indices = [0, 0, 0]", "2x1x4", "2x3x4"),
                                  repeated("axis = 2, indices = [0, 1, 0]", "2x4x2", "2x4x3")}) {
    expect_unchanged("spread_by_products", text);
  }
}

} // namespace
} // namespace tilewright::testing_support
