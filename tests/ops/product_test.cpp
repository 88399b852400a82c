#include "ir/ops/product.h"
#include "op_fixture.h"

namespace tilewright::testing_support {
namespace {

class Product : public OpFixture {
protected:
  static Attributes zero_points(std::vector<std::int64_t> zero_point) {
    return Attributes::of(ProductAttributes{std::move(zero_point)});
  }
};

TEST_F(Product, OfIntegersWithoutTheirZeroPoints) {
  const Outcome outcome =
      run("product", zero_points({1, 200}),
          {{tensor<std::int8_t>({2, 2}, {-128, 1, 5, 127})}, {tensor<std::uint8_t>({2, 2}, {0, 7, 255, 200})}});
  EXPECT_EQ(outcome.type.element, ElementType::int32);
  EXPECT_EQ(to_int64(outcome.result), (std::vector<std::int64_t>{-129 * -200, 0, 4 * 55, 0}));
}

TEST_F(Product, RangesAreThoseOfTheCorners) {
  const Outcome outcome = run("product", zero_points({2, 0}),
                              {{tensor<std::int8_t>({1}, {-5}), false, {}, IntegerRange{-5, 3}},
                               {tensor<std::int8_t>({1}, {-7}), false, {}, IntegerRange{-7, 2}}});
  EXPECT_EQ(outcome.type.range, (IntegerRange{-14, 49}));
}

TEST_F(Product, Refusals) {
  const Operand x{tensor<std::int8_t>({1}, {1})};
  EXPECT_EQ(refusal("product", zero_points({0}), std::vector<Operand>{x, x}),
            "there is not one zero point for each operand; 2; 1");
  const Operand wide{tensor<std::int32_t>({1}, {1})};
  EXPECT_EQ(refusal("product", std::vector<Operand>{x, wide}),
            "an operand or its zero point has more than 16 bits; ; i32[1]");
  const Operand large{tensor<std::uint16_t>({1}, {1})};
  EXPECT_EQ(refusal("product", std::vector<Operand>{large, large}),
            "the products may exceed 32 bits; ; 0 to 4294836225");
}

} // namespace
} // namespace tilewright::testing_support
