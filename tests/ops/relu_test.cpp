#include "op_fixture.h"

#include <cmath>

namespace tilewright::testing_support {
namespace {

using Relu = OpFixture;

TEST_F(Relu, Reals) {
  const Outcome outcome = run("relu", {{tensor<float>({4}, {-1, 0, 2.5f, std::nanf("")})}});
  EXPECT_EQ(values<float>(outcome.result)[0], 0);
  EXPECT_EQ(values<float>(outcome.result)[2], 2.5f);
  EXPECT_TRUE(std::isnan(values<float>(outcome.result)[3]));
}

TEST_F(Relu, IntegersWithTheirRange) {
  const Outcome outcome = run("relu", {{tensor<std::int8_t>({3}, {-5, 0, 7}), false, {}, IntegerRange{-5, 7}}});
  EXPECT_EQ(to_int64(outcome.result), (std::vector<std::int64_t>{0, 0, 7}));
  EXPECT_EQ(outcome.type.range, (IntegerRange{0, 7}));
}

TEST_F(Relu, Refusals) {
  EXPECT_EQ(refusal("relu", std::vector<Operand>{{Tensor(ElementType::boolean, {1})}}),
            "relu takes numbers; integers or reals; bool");
}

} // namespace
} // namespace tilewright::testing_support
