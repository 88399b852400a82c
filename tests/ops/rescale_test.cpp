#include "op_fixture.h"

#include "ir/ops/rescale.h"

namespace tilewright::testing_support {
namespace {

class Rescale : public OpFixture {
protected:
  static RescaleAttributes by(std::vector<Rational> ratio, std::vector<Rational> offset,
                              Rounding rounding = Rounding::half_even) {
    RescaleAttributes attributes;
    attributes.ratio = std::move(ratio);
    attributes.offset = std::move(offset);
    attributes.rounding = rounding;
    return attributes;
  }
  std::vector<std::int64_t> rescaled(const RescaleAttributes& attributes, std::vector<std::int32_t> x) {
    const auto count = static_cast<std::int64_t>(x.size());
    const Outcome outcome = run("rescale", Attributes::of(attributes), {{tensor<std::int32_t>({count}, std::move(x))}});
    EXPECT_FALSE(outcome.error) << outcome.error->reason;
    return to_int64(outcome.result);
  }
};

using Integers = std::vector<std::int64_t>;

TEST_F(Rescale, TiesAreExact) {
  // 3/10 * 5 is 1.5 and no float32 says so; beside it nothing is a tie.
  EXPECT_EQ(rescaled(by({Rational(3, 10)}, {Rational(0)}), {5, 15, 25, -5, 4, 6}), (Integers{2, 4, 8, -2, 1, 2}));
  EXPECT_EQ(rescaled(by({Rational(3, 10)}, {Rational(0)}, Rounding::half_odd), {5, 15, 25, -5}),
            (Integers{1, 5, 7, -1}));
  EXPECT_EQ(rescaled(by({Rational(1, 2)}, {Rational(0)}, Rounding::ceil), {1, 3, -1}), (Integers{1, 2, 0}));
  EXPECT_EQ(rescaled(by({Rational(1, 2)}, {Rational(0)}, Rounding::floor), {1, 3, -1}), (Integers{0, 1, -1}));
}

TEST_F(Rescale, HugeDenominatorsAreExact) {
  // A hair above and below a tie.
  const Rational hair = Rational::power_of_two(-200);
  EXPECT_EQ(rescaled(by({Rational(1)}, {Rational(1, 2) + hair}), {0, 1}), (Integers{1, 2}));
  EXPECT_EQ(rescaled(by({Rational(1)}, {Rational(1, 2) - hair}), {0, 1}), (Integers{0, 1}));
  EXPECT_EQ(rescaled(by({Rational::power_of_two(200)}, {Rational(0)}), {0, 1, -1}), (Integers{0, 127, -128}));
}

TEST_F(Rescale, RangesFollowTheOperandAndTheSign) {
  const Operand x{tensor<std::int32_t>({1, 2}, {-10, 20}), false, {}, IntegerRange{-10, 20}};
  RescaleAttributes attributes = by({Rational(-1), Rational(2)}, {Rational(0)});
  EXPECT_EQ(run("rescale", Attributes::of(attributes), {x}).type.range, (IntegerRange{-20, 40}));
  attributes.range = {-5, 30};
  EXPECT_EQ(run("rescale", Attributes::of(attributes), {x}).type.range, (IntegerRange{-5, 30}));
  EXPECT_EQ(to_int64(run("rescale", Attributes::of(attributes), {x}).result), (Integers{10, 30}));
}

TEST_F(Rescale, SumsRoundOnce) {
  const Operand a{tensor<std::int8_t>({2, 2}, {1, 2, -3, 5}), false, {}, IntegerRange{-3, 5}};
  const Operand b{tensor<std::uint8_t>({2, 2}, {1, 0, 7, 200}), false, {}, IntegerRange{0, 200}};
  // a / 4 + b / 4 + 1/4: each term by itself would round to something else.
  Outcome outcome = run("rescale", Attributes::of(by({Rational(1, 4), Rational(1, 4)}, {Rational(1, 4)})), {a, b});
  EXPECT_EQ(to_int64(outcome.result), (Integers{1, 1, 1, 52})); // 3/4, 3/4, 5/4, 206/4 = 51.5 to even
  EXPECT_EQ(outcome.type.range, (IntegerRange{0, 52}));
  // A ratio for each channel of each operand, negative ones too.
  outcome =
      run("rescale",
          Attributes::of(by({Rational(1), Rational(2), Rational(-1), Rational(1, 2)}, {Rational(0), Rational(10)})),
          {a, b});
  EXPECT_EQ(to_int64(outcome.result), (Integers{0, 14, -10, 120}));
  EXPECT_EQ(outcome.type.range, (IntegerRange{-128, 120}));
}

TEST_F(Rescale, SumsOfHugeDenominatorsAreExact) {
  const Rational hair = Rational::power_of_two(-200);
  const Operand a{tensor<std::int32_t>({2}, {1, -1})};
  const Operand b{tensor<std::int32_t>({2}, {1, 3})};
  EXPECT_EQ(to_int64(run("rescale", Attributes::of(by({Rational(1, 2), hair}, {Rational(0)})), {a, b}).result),
            (Integers{1, 0}));
  EXPECT_EQ(to_int64(run("rescale", Attributes::of(by({Rational(1, 2), -hair}, {Rational(0)})), {a, b}).result),
            (Integers{0, -1}));
}

TEST_F(Rescale, RefusalsOfSums) {
  const Operand a{tensor<std::int8_t>({2, 2}, {1, 2, 3, 4})};
  EXPECT_EQ(refusal("rescale", Attributes::of(by({Rational(1), Rational(1)}, {Rational(0)})),
                    std::vector<Operand>{a, {tensor<std::int8_t>({1, 2}, {1, 2})}}),
            "the operands have different shapes; '2x2'; '1x2'");
  EXPECT_EQ(refusal("rescale", Attributes::of(by({Rational(1), Rational(1), Rational(1)}, {Rational(0)})),
                    std::vector<Operand>{a, a}),
            "'ratio' fits neither the tensor nor its last axis; 2 or 4 entries; 3");
}

TEST_F(Rescale, Refusals) {
  const Operand x{tensor<std::int32_t>({2, 3}, {1, 2, 3, 4, 5, 6})};
  EXPECT_EQ(refusal("rescale", Attributes::of(by({Rational(1), Rational(1)}, {Rational(0)})), std::vector{x}),
            "'ratio' fits neither the tensor nor its last axis; 1 or 3 entries; 2");
  EXPECT_EQ(refusal("rescale", Attributes::of(by({Rational(1)}, {})), std::vector{x}),
            "'offset' fits neither the tensor nor its last axis; 1 or 3 entries; 0");
  EXPECT_EQ(refusal("rescale", Attributes::of(by({Rational(1)}, {Rational(0)})),
                    std::vector<Operand>{{tensor<float>({1}, {1})}}),
            "rescale takes integers; an integer type; f32");
}

} // namespace
} // namespace tilewright::testing_support
