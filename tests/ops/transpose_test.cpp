#include "op_fixture.h"

#include "ir/ops/transpose.h"

#include <numeric>

namespace tilewright::testing_support {
namespace {

using Transpose = OpFixture;

Attributes by(std::vector<std::int64_t> permutation) {
  return Attributes::of(TransposeAttributes{std::move(permutation)});
}

TEST_F(Transpose, AgainstIndexArithmetic) {
  std::vector<std::int16_t> data(2 * 3 * 4 * 5);
  std::iota(data.begin(), data.end(), std::int16_t{0});
  std::vector<std::int64_t> permutation{0, 1, 2, 3};
  const Shape shape{2, 3, 4, 5};
  do {
    const Outcome outcome = run("transpose", by(permutation), {{tensor<std::int16_t>(shape, data)}});
    const Shape& result = outcome.type.shape;
    const auto moved = values<std::int16_t>(outcome.result);
    for (std::int64_t i = 0; i < static_cast<std::int64_t>(data.size()); ++i) {
      std::int64_t rest = i;
      std::int64_t index[4];
      for (int axis = 3; axis >= 0; --axis) {
        const auto a = static_cast<std::size_t>(axis);
        index[permutation[a]] = rest % result[a];
        rest /= result[a];
      }
      ASSERT_EQ(moved[static_cast<std::size_t>(i)], ((index[0] * 3 + index[1]) * 4 + index[2]) * 5 + index[3]);
    }
  } while (std::next_permutation(permutation.begin(), permutation.end()));
}

TEST_F(Transpose, ScalesFollowTheirAxis) {
  const Operand x{tensor<std::int8_t>({2, 3}, {1, 2, 3, 4, 5, 6}), false,
                  Quantization{{Rational(1), Rational(2)}, {0, 0}, 0}};
  EXPECT_EQ(run("transpose", by({1, 0}), {x}).type.quantization->axis, 1u);
}

TEST_F(Transpose, ScalarsStay) { EXPECT_EQ(run("transpose", by({}), {{tensor<float>({}, {4})}}).type.shape, Shape{}); }

TEST_F(Transpose, Refusals) {
  const Operand x{tensor<float>({2, 3}, std::vector<float>(6))};
  EXPECT_EQ(refusal("transpose", by({0}), std::vector{x}),
            "the permutation does not name every axis once; the axes 0 to 1; [0]");
  EXPECT_EQ(refusal("transpose", by({0, 0}), std::vector{x}),
            "the permutation does not name every axis once; the axes 0 to 1; [0, 0]");
  EXPECT_EQ(refusal("transpose", by({0, 2}), std::vector{x}),
            "the permutation does not name every axis once; the axes 0 to 1; [0, 2]");
}

} // namespace
} // namespace tilewright::testing_support
