#include "ir/ops/extremum.h"
#include "tests/ops/op_fixture.h"

#include <cmath>
#include <limits>

namespace tilewright::testing_support {
namespace {

class Extremum : public OpFixture {
protected:
  static Attributes smallest(bool value) { return Attributes::of(ExtremumAttributes{value}); }
};

TEST_F(Extremum, BroadcastsIntegers) {
  const std::vector<Operand> operands{
      {tensor<std::int8_t>({2, 3}, {1, -2, 3, -4, 5, -6}), false, per_tensor(Rational(1, 2), 1), IntegerRange{-6, 7}},
      {tensor<std::int8_t>({3}, {0, -3, 4}), false, per_tensor(Rational(1, 2), 1), IntegerRange{-3, 9}}};
  const Outcome larger = run("extremum", smallest(false), operands);
  EXPECT_EQ(to_int64(larger.result), (std::vector<std::int64_t>{1, -2, 4, 0, 5, 4}));
  EXPECT_EQ(larger.type.element, ElementType::int8);
  EXPECT_EQ(larger.type.range, (IntegerRange{-3, 9}));
  EXPECT_EQ(larger.type.quantization, per_tensor(Rational(1, 2), 1));
  const Outcome smaller = run("extremum", smallest(true), operands);
  EXPECT_EQ(to_int64(smaller.result), (std::vector<std::int64_t>{0, -3, 3, -4, -3, -6}));
  EXPECT_EQ(smaller.type.range, (IntegerRange{-6, 7}));
}

TEST_F(Extremum, IntegersOfTwoKindsTakeOneThatHoldsBoth) {
  const std::vector<Operand> operands{{tensor<std::int8_t>({1}, {-5}), false, {}, IntegerRange{-5, 3}},
                                      {tensor<std::uint8_t>({1}, {200}), false, {}, IntegerRange{0, 200}}};
  EXPECT_EQ(run("extremum", smallest(false), operands).type.element, ElementType::uint8);
  EXPECT_EQ(run("extremum", smallest(true), operands).type.element, ElementType::int8);
}

TEST_F(Extremum, WhatIsNotANumberStaysNone) {
  const float none = std::numeric_limits<float>::quiet_NaN();
  const std::vector<Operand> operands{{tensor<float>({4}, {1, none, 3, -0.5F})}, {tensor<float>({4}, {none, 2, 4, 7})}};
  for (const bool least : {false, true}) {
    const std::vector<float> got = values<float>(run("extremum", smallest(least), operands).result);
    EXPECT_TRUE(std::isnan(got[0]) && std::isnan(got[1]));
    EXPECT_EQ(got[2], least ? 3 : 4);
    EXPECT_EQ(got[3], least ? -0.5F : 7);
  }
}

TEST_F(Extremum, Enclosures) {
  const auto larger = [&](Enclosure a, Enclosure b) {
    return ops_.find("extremum")->enclose(smallest(false), std::vector<Enclosure>{std::move(a), std::move(b)}, 96);
  };
  const Enclosure mixed = larger({Rational(-1), Rational(2)}, {Rational(0), Rational(1)});
  EXPECT_EQ(mixed.low, Rational(0));
  EXPECT_EQ(mixed.high, Rational(2));
  const double infinity = std::numeric_limits<double>::infinity();
  EXPECT_EQ(larger(enclosure_of(infinity), Rational(3)).special, infinity);
  EXPECT_EQ(larger(enclosure_of(-infinity), Rational(3)).low, Rational(3));
}

TEST_F(Extremum, Refusals) {
  EXPECT_EQ(refusal("extremum", smallest(false),
                    std::vector<Operand>{{tensor<float>({2}, {1, 2})}, {tensor<float>({3}, {1, 2, 3})}})
                .substr(0, 8),
            "the oper");
}

} // namespace
} // namespace tilewright::testing_support
