#include "op_fixture.h"

#include "ir/ops/cast.h"

#include <limits>

namespace tilewright::testing_support {
namespace {

class Cast : public OpFixture {
protected:
  static Attributes to(ElementType element) { return Attributes::of(CastAttributes{element}); }
};

TEST_F(Cast, EveryTypeBecomesReal) {
  const auto as_double = [&](const Operand& x) {
    return values<double>(run("cast", to(ElementType::float64), {x}).result);
  };
  EXPECT_EQ(as_double({tensor<std::int8_t>({2}, {-128, 127})}), (std::vector<double>{-128, 127}));
  EXPECT_EQ(as_double({tensor<std::uint16_t>({1}, {65535})}), (std::vector<double>{65535}));
  EXPECT_EQ(as_double({tensor<std::int32_t>({1}, {std::numeric_limits<std::int32_t>::max()})}),
            (std::vector<double>{2147483647.0})); // no float32
  EXPECT_EQ(as_double({tensor<float>({1}, {0.1F})}), (std::vector<double>{static_cast<double>(0.1F)}));
}

TEST_F(Cast, RoundsToNearest) {
  const Outcome outcome = run("cast", to(ElementType::float32), {{tensor<double>({3}, {0.1, 1e300, 16777217})}});
  EXPECT_EQ(values<float>(outcome.result),
            (std::vector<float>{0.1F, std::numeric_limits<float>::infinity(), 16777216}));
}

TEST_F(Cast, Refusals) {
  const Operand x{tensor<float>({1}, {1})};
  EXPECT_EQ(refusal("cast", to(ElementType::int8), std::vector<Operand>{x}), "cast gives real numbers; f32 or f64; i8");
  EXPECT_EQ(refusal("cast", to(ElementType::float32), std::vector<Operand>{{Tensor(ElementType::boolean, {1})}}),
            "cast takes numbers; integers or reals; bool");
}

} // namespace
} // namespace tilewright::testing_support
