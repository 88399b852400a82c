#include "pass_fixture.h"

namespace tilewright::testing_support {
namespace {

using EliminateDeadCode = PassFixture;

TEST_F(EliminateDeadCode, RemovesWholeChains) {
  expect("eliminate_dead_code", R"(graph "t" {
    %x = input "x" : f32[2]
    %a = relu(%x) from ["a"] : "a" f32[2]
    %b = add(%a, %a) from ["b"] : "b" f32[2]
    %c = relu(%x) from ["c"] : "c" f32[2]
    %d = mul(%b, %c) from ["d"] : "d" f32[2]
    output "y" = %c
  })",
         R"(graph "t" {
    %x = input "x" : f32[2]
    %c = relu(%x) from ["c"] : "c" f32[2]
    output "y" = %c
  })");
}

TEST_F(EliminateDeadCode, InputsStayAlthoughUnread) {
  expect_unchanged("eliminate_dead_code", R"(graph "t" {
    %x = input "x" : f32[2]
    %z = input "z" : f32[2]
    output "y" = %x
  })");
}

TEST_F(EliminateDeadCode, WhatOnlyAnOutputReadsIsAlive) {
  expect_unchanged("eliminate_dead_code", R"(graph "t" {
    %x = input "x" : f32[2]
    %a = relu(%x) from ["a"] : "a" f32[2]
    %b = relu(%a) from ["b"] : "b" f32[2]
    output "y" = %b
    output "inner" = %a
  })");
}

TEST_F(EliminateDeadCode, SharedOperandsLiveThroughTheirLivingReader) {
  expect("eliminate_dead_code", R"(graph "t" {
    %x = input "x" : f32[2]
    %a = relu(%x) from ["a"] : "a" f32[2]
    %b = add(%a, %x) from ["b"] : "b" f32[2]
    %c = mul(%a, %x) from ["c"] : "c" f32[2]
    output "y" = %c
  })",
         R"(graph "t" {
    %x = input "x" : f32[2]
    %a = relu(%x) from ["a"] : "a" f32[2]
    %c = mul(%a, %x) from ["c"] : "c" f32[2]
    output "y" = %c
  })");
}

} // namespace
} // namespace tilewright::testing_support
