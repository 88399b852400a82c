#include "op_fixture.h"

#include "ir/ops/requantize.h"

#include <random>

namespace tilewright::testing_support {
namespace {

class Requantize : public OpFixture {
protected:
  static RequantizeAttributes by(std::vector<std::int64_t> multiplier, std::vector<std::int64_t> addend,
                                 std::int64_t shift, Rounding rounding = Rounding::half_even) {
    RequantizeAttributes attributes;
    attributes.multiplier = std::move(multiplier);
    attributes.addend = std::move(addend);
    attributes.shift = shift;
    attributes.rounding = rounding;
    return attributes;
  }
};

TEST_F(Requantize, TheVendorsRoundingTable) {
  // x / 2 for 3, -3, 5, -5, as the hardware's own reference arithmetic has it.
  const std::pair<Rounding, std::vector<std::int64_t>> table[] = {
      {Rounding::floor, {1, -2, 2, -3}},       {Rounding::ceil, {2, -1, 3, -2}},
      {Rounding::toward_zero, {1, -1, 2, -2}}, {Rounding::away_from_zero, {2, -2, 3, -3}},
      {Rounding::half_up, {2, -1, 3, -2}},     {Rounding::half_down, {1, -2, 2, -3}},
      {Rounding::half_away, {2, -2, 3, -3}},   {Rounding::half_toward_zero, {1, -1, 2, -2}},
      {Rounding::half_even, {2, -2, 2, -2}},   {Rounding::half_odd, {1, -1, 3, -3}},
  };
  for (const auto& [mode, expected] : table) {
    const Outcome outcome =
        run("requantize", Attributes::of(by({1}, {0}, 1, mode)), {{tensor<std::int32_t>({4}, {3, -3, 5, -5})}});
    EXPECT_EQ(to_int64(outcome.result), expected) << name_of(mode);
  }
}

// (acc + rc) >> s with the rounding constants that the vendor publishes.
std::int64_t vendor(std::int64_t acc, int s, Rounding mode) {
  if (s == 0) return acc;
  const std::int64_t h = std::int64_t{1} << (s - 1);
  const std::int64_t all = (std::int64_t{1} << s) - 1;
  const bool even = ((acc >> s) & 1) == 0;
  std::int64_t rc = 0;
  switch (mode) {
  case Rounding::floor:
    rc = 0;
    break;
  case Rounding::ceil:
    rc = all;
    break;
  case Rounding::half_up:
    rc = h;
    break;
  case Rounding::half_down:
    rc = h - 1;
    break;
  case Rounding::half_away:
    rc = acc < 0 ? h - 1 : h;
    break;
  case Rounding::half_toward_zero:
    rc = acc < 0 ? h : h - 1;
    break;
  case Rounding::half_even:
    rc = even ? h - 1 : h;
    break;
  case Rounding::half_odd:
    rc = even ? h : h - 1;
    break;
  case Rounding::toward_zero:
    rc = acc < 0 ? all : 0;
    break;
  case Rounding::away_from_zero:
    rc = acc < 0 ? 0 : all;
    break;
  }
  return (acc + rc) >> s;
}

TEST_F(Requantize, AgainstTheVendorsRoundingConstants) {
  std::mt19937_64 random(5);
  for (int i = 0; i < 4000; ++i) {
    const auto mode = static_cast<Rounding>(random() % 10);
    const int shift = static_cast<int>(random() % 40);
    const auto m = static_cast<std::int64_t>(random() % 2001) - 1000;
    const auto c = static_cast<std::int64_t>(random() % (std::uint64_t{1} << 42)) - (std::int64_t{1} << 41);
    const auto x = static_cast<std::int32_t>(random());
    RequantizeAttributes attributes = by({m}, {c}, shift, mode);
    attributes.element = ElementType::int16;
    attributes.range = {-32768, 32767};
    const Outcome outcome = run("requantize", Attributes::of(attributes), {{tensor<std::int32_t>({1}, {x})}});
    const std::int64_t expected = std::clamp<std::int64_t>(vendor(x * m + c, shift, mode), -32768, 32767);
    ASSERT_EQ(to_int64(outcome.result)[0], expected)
        << x << " * " << m << " + " << c << " >> " << shift << " " << name_of(mode);
  }
}

TEST_F(Requantize, ChannelsAlongTheLastAxis) {
  const Outcome outcome = run("requantize", Attributes::of(by({1, 2, -4}, {0, 8, 0}, 2)),
                              {{tensor<std::int32_t>({2, 3}, {8, 8, 8, 100, -300, 40})}});
  EXPECT_EQ(to_int64(outcome.result), (std::vector<std::int64_t>{2, 6, -8, 25, -128, -40}));
}

TEST_F(Requantize, Refusals) {
  const Operand x{tensor<std::int32_t>({2}, {1, 2})};
  EXPECT_EQ(refusal("requantize", Attributes::of(by({1}, {0}, 63)), std::vector{x}),
            "the shift is out of range; 0 to 62; 63");
  EXPECT_EQ(refusal("requantize", Attributes::of(by({1}, {0}, -1)), std::vector{x}),
            "the shift is out of range; 0 to 62; -1");
  EXPECT_EQ(refusal("requantize", Attributes::of(by({std::int64_t{1} << 31}, {0}, 1)), std::vector{x}),
            "a multiplier is out of range; a magnitude below 2^31; 2147483648");
  EXPECT_EQ(refusal("requantize", Attributes::of(by({1}, {std::int64_t{1} << 62}, 1)), std::vector{x}),
            "an addend is out of range; a magnitude below 2^62; 4611686018427387904");
  EXPECT_EQ(refusal("requantize", Attributes::of(by({1, 2, 3}, {0}, 1)), std::vector{x}),
            "'multiplier' fits neither the tensor nor its last axis; 1 or 2 entries; 3");
  EXPECT_EQ(
      refusal("requantize", Attributes::of(by({2}, {0}, 1)), std::vector<Operand>{{tensor<std::int64_t>({1}, {1})}}),
      "x * multiplier + addend can exceed 64 bits; ; ");
}

} // namespace
} // namespace tilewright::testing_support
