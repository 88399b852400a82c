#include "pass_fixture.h"

namespace tilewright::testing_support {
namespace {

using SinkReshapes = PassFixture;

TEST_F(SinkReshapes, AChainOfElementWiseOpsComesFirst) {
  expect("sink_reshapes", R"(graph "t" {
    %x = input "x" : f32[1x2x3x4]
    %half = constant "half" : f32[] = [0.5]
    %f = reshape(%x) {shape = [1, 24]} from ["f"] : "f" f32[1x24]
    %m = mul(%f, %half) {} from ["m"] : "m" f32[1x24]
    %r = relu(%m) {} from ["r"] : "r" f32[1x24]
    output "y" = %r
  })",
         R"(graph "t" {
    %x = input "x" : f32[1x2x3x4]
    %half = constant "half" : f32[] = [0.5]
    %m = mul(%x, %half) {} from ["m"] : "m.image" f32[1x2x3x4]
    %r = relu(%m) {} from ["r"] : "r.image" f32[1x2x3x4]
    %f = reshape(%r) {shape = [1, 24]} from ["r"] : "r" f32[1x24]
    output "y" = %f
  })");
}

TEST_F(SinkReshapes, SumsOfTwoImagesOfOneShape) {
  const std::string after = run("sink_reshapes", R"(graph "t" {
    %x = input "x" : f32[1x2x3x4]
    %z = input "z" : f32[1x2x3x4]
    %f = reshape(%x) {shape = [1, 24]} from ["f"] : "f" f32[1x24]
    %g = reshape(%z) {shape = [1, 24]} from ["g"] : "g" f32[1x24]
    %s = add(%f, %g) {} from ["s"] : "s" f32[1x24]
    output "y" = %s
  })");
  EXPECT_NE(after.find("add(%0, %1)"), std::string::npos) << after;
  EXPECT_NE(after.find("reshape(%2) {shape = [1, 24]}"), std::string::npos) << after;
}

TEST_F(SinkReshapes, TheRestStays) {
  const auto stays = [&](std::string_view body) {
    expect_unchanged("sink_reshapes", "graph \"t\" {\n" + std::string(body) + "\noutput \"y\" = %y\n}");
  };
  // Images of different shapes; a row beside an image; a number for each feature; no image.
  stays(R"(%x = input "x" : f32[1x2x3x4]
    %z = input "z" : f32[1x3x2x4]
    %f = reshape(%x) {shape = [1, 24]} from ["f"] : "f" f32[1x24]
    %g = reshape(%z) {shape = [1, 24]} from ["g"] : "g" f32[1x24]
    %y = add(%f, %g) {} from ["s"] : "s" f32[1x24])");
  stays(R"(%x = input "x" : f32[1x2x3x4]
    %z = input "z" : f32[1x24]
    %f = reshape(%x) {shape = [1, 24]} from ["f"] : "f" f32[1x24]
    %y = add(%f, %z) {} from ["s"] : "s" f32[1x24])");
  stays(R"(%x = input "x" : f32[1x1x2x2]
    %c = constant "c" : f32[4] = [1, 2, 3, 4]
    %f = reshape(%x) {shape = [1, 4]} from ["f"] : "f" f32[1x4]
    %y = mul(%f, %c) {} from ["m"] : "m" f32[1x4])");
  stays(R"(%x = input "x" : f32[1x24]
    %f = reshape(%x) {shape = [1, 2, 3, 4]} from ["f"] : "f" f32[1x2x3x4]
    %y = relu(%f) {} from ["r"] : "r" f32[1x2x3x4])");
}

} // namespace
} // namespace tilewright::testing_support
