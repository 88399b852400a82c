#include "tests/ops/op_fixture.h"

namespace tilewright::testing_support {
namespace {

class Matmul : public OpFixture {};

TEST_F(Matmul, BatchesBroadcast) {
  const Tensor a = tensor<std::int8_t>({2, 1, 2, 2}, {1, 2, 3, 4, 5, 6, 7, 8});
  const Tensor b = tensor<std::int8_t>({3, 2, 1}, {1, 0, 0, 1, 1, 1});
  const Outcome outcome = run("matmul", {{a, false, {}, IntegerRange{1, 8}}, {b, false, {}, IntegerRange{0, 1}}});
  EXPECT_EQ(outcome.type.shape, (Shape{2, 3, 2, 1}));
  EXPECT_EQ(to_int64(outcome.result), (std::vector<std::int64_t>{1, 3, 2, 4, 3, 7, 5, 7, 6, 8, 11, 15}));
  EXPECT_EQ(outcome.type.range, (IntegerRange{0, 16})); // two products of at most 8
}

TEST_F(Matmul, Refusals) {
  const Operand matrix{tensor<float>({1, 2}, {1, 2})};
  EXPECT_EQ(refusal("matmul", std::vector<Operand>{matrix, matrix}),
            "the operands' shapes do not go together; ..xIxK and ..xKxJ; '1x2' and '1x2'");
  EXPECT_EQ(refusal("matmul", std::vector<Operand>{matrix, {tensor<float>({2}, {1, 2})}}),
            "an operand is no matrix; two axes at least; '2'");
}

} // namespace
} // namespace tilewright::testing_support
