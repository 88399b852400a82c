#include "pass_fixture.h"

namespace tilewright::testing_support {
namespace {

using NestConcats = PassFixture;

TEST_F(NestConcats, FourAtATime) {
  expect("nest_concats", R"(graph "t" {
    %a = input "a" : i8[2x1]
    %b = input "b" : i8[2x2]
    %c = concat(%a, %b, %a, %b, %b) {axis = 1} from ["c"] : "c" i8[2x8] range [-128, 127]
    output "y" = %c
  })",
         R"(graph "t" {
    %a = input "a" : i8[2x1]
    %b = input "b" : i8[2x2]
    %p = concat(%a, %b, %a, %b) {axis = 1} from ["c"] : "c.part0" i8[2x6] range [-128, 127]
    %c = concat(%p, %b) {axis = 1} from ["c"] : "c" i8[2x8] range [-128, 127]
    output "y" = %c
  })");
}

TEST_F(NestConcats, PartsOfParts) {
  const std::string after = run("nest_concats", R"(graph "t" {
    %a = input "a" : i8[2x1]
    %c = concat(%a, %a, %a, %a, %a, %a, %a, %a, %a, %a, %a, %a, %a, %a, %a, %a, %a) {axis = 1} from ["c"] : "c" i8[2x17] range [-128, 127]
    output "y" = %c
  })");
  EXPECT_NE(after.find("\"c.part4\" i8[2x16]"), std::string::npos) << after; // of parts 0 to 3
}

TEST_F(NestConcats, FourOperandsAndRealNumbersStay) {
  expect_unchanged("nest_concats", R"(graph "t" {
    %a = input "a" : i8[2x1]
    %r = input "r" : f32[2x1]
    %c = concat(%a, %a, %a, %a) {axis = 1} from ["c"] : "c" i8[2x4] range [-128, 127]
    %d = concat(%r, %r, %r, %r, %r) {axis = 1} from ["d"] : "d" f32[2x5]
    output "u" = %c
    output "v" = %d
  })");
}

} // namespace
} // namespace tilewright::testing_support
