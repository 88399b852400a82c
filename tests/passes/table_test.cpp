// Functions of one 8-bit tensor become tables. The oracle computes each entry in long double, from its own definition
// of the function, and is only believed where that leaves no doubt; ties are checked with integers.
#include "pass_fixture.h"

#include "ir/ops/dequantize.h"
#include "ir/ops/extremum.h"
#include "ir/ops/quantize.h"
#include "ir/ops/table.h"
#include "ir/ops/unary.h"

#include <cmath>
#include <functional>
#include <numbers>
#include <random>

namespace tilewright::testing_support {
namespace {

using Real = long double;

Real sigmoid(Real x) { return 1 / (1 + std::exp(-x)); }
Real softplus(Real x) { return x > 0 ? x + std::log1p(std::exp(-x)) : std::log1p(std::exp(x)); }

const std::map<std::string, std::function<Real(Real, Real, Real)>> oracle{
    {"abs", [](Real x, Real, Real) { return x < 0 ? -x : x; }},
    {"cos", [](Real x, Real, Real) { return std::cos(x); }},
    {"elu", [](Real x, Real a, Real) { return x < 0 ? a * std::expm1(x) : x; }},
    {"erf", [](Real x, Real, Real) { return std::erf(x); }},
    {"exp", [](Real x, Real, Real) { return std::exp(x); }},
    {"gelu", [](Real x, Real, Real) { return x / 2 * std::erfc(-x / std::numbers::sqrt2_v<Real>); }},
    {"hard_sigmoid", [](Real x, Real a, Real b) { return std::fmin(1, std::fmax(0, a * x + b)); }},
    {"hard_swish", [](Real x, Real, Real) { return x * std::fmin(1, std::fmax(0, x / 6 + Real(0.5))); }},
    {"log", [](Real x, Real, Real) { return std::log(x); }},
    {"mish", [](Real x, Real, Real) { return x * std::tanh(softplus(x)); }},
    {"reciprocal", [](Real x, Real, Real) { return 1 / x; }},
    {"selu", [](Real x, Real a, Real g) { return g * (x < 0 ? a * std::expm1(x) : x); }},
    {"sigmoid", [](Real x, Real, Real) { return sigmoid(x); }},
    {"sin", [](Real x, Real, Real) { return std::sin(x); }},
    {"softplus", [](Real x, Real, Real) { return softplus(x); }},
    {"softsign", [](Real x, Real, Real) { return x / (1 + std::fabs(x)); }},
    {"sqrt", [](Real x, Real, Real) { return std::sqrt(x); }},
    {"tanh", [](Real x, Real, Real) { return std::tanh(x); }},
    {"thresholded_relu", [](Real x, Real a, Real) { return x > a ? x : 0; }},
};

struct Scales {
  float in = 1;
  std::int64_t in_zero = 0;
  float out = 1;
  std::int64_t out_zero = 0;
};

class Table : public PassFixture {
protected:
  Table() : graph_("t") {}

  ValueId add(std::string_view op, Attributes attributes, std::vector<ValueId> operands) {
    auto added = graph_.add_node(*ops_.find(op), std::move(attributes), std::move(operands), {{std::string(op)}});
    if (const OpError* error = std::get_if<OpError>(&added)) ADD_FAILURE() << op << ": " << error->reason;
    return graph_.node(std::get<NodeId>(added)).results[0];
  }
  ValueId input(ElementType element, Shape shape = {1, 3}, std::optional<IntegerRange> range = {}) {
    return graph_.add_input("x", {element, std::move(shape), {}, range});
  }
  ValueId real_of(ValueId integers, float scale, std::int64_t zero_point = 0) {
    return add("dequantize", Attributes::of(DequantizeAttributes{{Rational::from_double(scale)}, {zero_point}, {}}),
               {integers});
  }
  ValueId unary(const std::string& function, ValueId x, Rational alpha = {}, Rational beta = {}) {
    return add("unary", Attributes::of(UnaryAttributes{function, std::move(alpha), std::move(beta)}), {x});
  }
  ValueId quantize(ValueId real, float scale, std::int64_t zero_point = 0, ElementType element = ElementType::int8) {
    return add("quantize",
               Attributes::of(QuantizeAttributes{{Rational::from_double(scale)},
                                                 {zero_point},
                                                 {},
                                                 element,
                                                 storage_range(element),
                                                 Rounding::half_even,
                                                 false}),
               {real});
  }
  ValueId constant(float value) { return graph_.add_constant("c", Tensor::of({}, std::vector<float>{value})); }

  void integerize() {
    PassContext context{ops_, diagnostics_};
    passes_.find("integerize")->run(graph_, context);
  }
  // The entries of the only table; empty where the graph has another number of them.
  std::vector<std::int64_t> entries() {
    std::vector<std::int64_t> result;
    int tables = 0;
    for (const NodeId id : graph_.order()) {
      const Node& node = graph_.node(id);
      if (node.op->name != "table") continue;
      ++tables;
      result = to_int64(*graph_.constant(node.operands[1]));
    }
    EXPECT_EQ(tables, 1) << all_text(diagnostics_) << text_of(graph_);
    return tables == 1 ? result : std::vector<std::int64_t>();
  }
  std::string reason() const { return diagnostics_.all().empty() ? "" : diagnostics_.all()[0].reason; }

  Graph graph_;
};

// Every function, int8 and uint8, at random scales and zero points: 256 entries each, all judged.
TEST_F(Table, EveryEntryIsTheRightRounding) {
  std::mt19937 random(7);
  std::uniform_real_distribution<float> exponent(-6, 1);
  std::size_t judged = 0;
  for (const auto& [name, function] : oracle) {
    for (int round = 0; round < 8; ++round) {
      graph_ = Graph("t");
      diagnostics_ = {};
      const bool is_unsigned = round % 2 == 1;
      const ElementType element = is_unsigned ? ElementType::uint8 : ElementType::int8;
      const Scales s{std::exp2(exponent(random)), is_unsigned ? 100 : -3, std::exp2(exponent(random)),
                     is_unsigned ? 17 : 0};
      const float alpha = name == "selu" ? 1.67326324F : 0.3F;
      const float beta = name == "selu" ? 1.05070102F : 0.5F;
      const ValueId real = unary(name, real_of(input(element), s.in, s.in_zero), Rational::from_double(alpha),
                                 Rational::from_double(beta));
      graph_.add_output("y", real_of(quantize(real, s.out, s.out_zero, element), s.out, s.out_zero));
      integerize();
      ASSERT_FALSE(diagnostics_.has_errors()) << name << all_text(diagnostics_);
      const std::vector<std::int64_t> got = entries();
      ASSERT_EQ(got.size(), 256U) << name;
      const IntegerRange range = storage_range(element);
      for (int column = 0; column < 256; ++column) {
        const Real stored = is_unsigned ? column : static_cast<std::int8_t>(column);
        const Real x = static_cast<Real>(s.in) * (stored - static_cast<Real>(s.in_zero));
        const Real y = function(x, alpha, beta) / static_cast<Real>(s.out);
        if (std::isnan(y)) {
          EXPECT_EQ(got[static_cast<std::size_t>(column)], s.out_zero) << name << " at " << stored;
          continue;
        }
        if (std::fabs(std::fabs(y - std::floor(y)) - Real(0.5)) < 1e-9L) continue; // in doubt
        const Real rounded = std::nearbyint(y) + static_cast<Real>(s.out_zero);
        const Real clamped = std::fmin(static_cast<Real>(range.max), std::fmax(static_cast<Real>(range.min), rounded));
        EXPECT_EQ(static_cast<Real>(got[static_cast<std::size_t>(column)]), clamped) << name << " at " << stored;
        ++judged;
      }
    }
  }
  EXPECT_GT(judged, 30000U);
}

// Below 0, half of x with equal scales: every odd number is a tie.
TEST_F(Table, TiesAreTies) {
  const ValueId x = real_of(input(ElementType::int8), 0.3F);
  const ValueId half = add("mul", {}, {x, constant(0.5F)});
  graph_.add_output("y", quantize(add("extremum", Attributes::of(ExtremumAttributes{}), {x, half}), 0.3F));
  integerize();
  const std::vector<std::int64_t> got = entries();
  ASSERT_EQ(got.size(), 256U);
  for (int x = -128; x < 0; ++x) {
    const int half = x % 2 == 0 ? x / 2 : (x / 2) % 2 == 0 ? x / 2 : x / 2 - 1; // to even
    EXPECT_EQ(got[static_cast<std::size_t>(x + 256)], half) << x;
  }
  EXPECT_EQ(got[5], 5);
}

// x * sigmoid(x), and the same with a quantizer behind the sigmoid: both are functions of x alone.
TEST_F(Table, BranchesOfOneTensorJoin) {
  const ValueId x = real_of(input(ElementType::int8), 0.0625F);
  graph_.add_output("y", quantize(add("mul", {}, {x, unary("sigmoid", x)}), 0.03125F));
  integerize();
  const std::vector<std::int64_t> whole = entries();
  ASSERT_EQ(whole.size(), 256U);
  for (const int i : {-128, -20, -1, 1, 2, 50}) {
    const Real real = i / Real(16);
    EXPECT_EQ(whole[static_cast<std::size_t>(i & 255)], std::min<Real>(127, std::nearbyint(real * sigmoid(real) * 32)));
  }

  graph_ = Graph("t");
  const ValueId y = real_of(input(ElementType::int8), 0.0625F);
  const ValueId inner = real_of(quantize(unary("sigmoid", y), 0.0078125F), 0.0078125F);
  graph_.add_output("y", quantize(add("mul", {}, {y, inner}), 0.03125F));
  integerize();
  ASSERT_FALSE(diagnostics_.has_errors()) << all_text(diagnostics_);
  const std::vector<std::int64_t> joined = entries(); // the inner table is dead, and gone
  ASSERT_EQ(joined.size(), 256U);
  for (const int i : {-128, -20, -1, 1, 2, 50}) {
    const Real real = i / Real(16);
    const Real gate = std::min<Real>(127, std::nearbyint(sigmoid(real) * 128)) / 128;
    EXPECT_EQ(joined[static_cast<std::size_t>(i & 255)], std::min<Real>(127, std::nearbyint(real * gate * 32)));
  }
}

// What PyTorch's exporters write for GELU.
TEST_F(Table, DecomposedFunctionsAreFollowed) {
  const ValueId x = real_of(input(ElementType::uint8), 0.05F, 120);
  const ValueId erf = unary("erf", add("div", {}, {x, constant(1.41421354F)}));
  const ValueId gate = add("add", {}, {erf, constant(1)});
  const ValueId y = add("mul", {}, {add("mul", {}, {x, gate}), constant(0.5F)});
  graph_.add_output("y", quantize(y, 0.04F, 5, ElementType::uint8));
  integerize();
  const std::vector<std::int64_t> got = entries();
  ASSERT_EQ(got.size(), 256U);
  for (int i = 0; i < 256; ++i) {
    const Real real = static_cast<Real>(0.05F) * (i - 120);
    const Real value = real * (std::erf(real / static_cast<Real>(1.41421354F)) + 1) / 2 / static_cast<Real>(0.04F);
    EXPECT_EQ(got[static_cast<std::size_t>(i)], std::clamp<Real>(std::nearbyint(value) + 5, 0, 255)) << i;
  }
}

TEST_F(Table, ChannelsHaveRowsOfTheirOwn) {
  const ValueId x = real_of(input(ElementType::int8, {2, 2}), 0.125F);
  const ValueId bias = graph_.add_constant("b", Tensor::of({2}, std::vector<float>{0, 1}));
  graph_.add_output("y", quantize(unary("tanh", add("add", {}, {x, bias})), 0.0078125F));
  integerize();
  const std::vector<std::int64_t> got = entries();
  ASSERT_EQ(got.size(), 512U);
  for (const int i : {-128, -9, 0, 7}) {
    EXPECT_EQ(got[static_cast<std::size_t>(i & 255)], std::nearbyint(std::tanh(i / Real(8)) * 128));
    EXPECT_EQ(got[static_cast<std::size_t>(256 + (i & 255))],
              std::min<Real>(127, std::nearbyint(std::tanh(i / Real(8) + 1) * 128)));
  }
}

TEST_F(Table, ValuesThatAreNeverTakenCountAsTheNearest) {
  graph_.add_output("y",
                    quantize(unary("exp", real_of(input(ElementType::int8, {1, 3}, IntegerRange{-8, 7}), 0.5F)), 0.5F));
  integerize();
  const std::vector<std::int64_t> got = entries();
  ASSERT_EQ(got.size(), 256U);
  EXPECT_EQ(got[100], got[7]);
  EXPECT_EQ(got[128], got[256 - 8]);
}

TEST_F(Table, InfinityAndNotANumberAreWhatTheQuantizerMakesOfThem) {
  graph_.add_output("y", quantize(unary("reciprocal", real_of(input(ElementType::int8), 0.5F)), 0.5F));
  integerize();
  EXPECT_EQ(entries().at(0), 127); // 1 / 0
  graph_ = Graph("t");
  graph_.add_output("y", quantize(unary("log", real_of(input(ElementType::int8), 0.5F)), 0.5F, 9));
  integerize();
  const auto got = entries();
  EXPECT_EQ(got.at(0), -128); // log 0
  EXPECT_EQ(got.at(255), 9);  // log of a negative number
}

TEST_F(Table, RefusesWideIntegersOnBothSides) {
  graph_.add_output("y",
                    quantize(unary("sigmoid", real_of(input(ElementType::int16), 0.5F)), 0.5F, 0, ElementType::int16));
  integerize();
  EXPECT_EQ(reason(), "a function of wide integers gives i16");
}

TEST_F(Table, RefusesSeveralTensors) {
  const ValueId a = real_of(input(ElementType::int8), 0.5F);
  const ValueId b = real_of(graph_.add_input("z", {ElementType::int8, {1, 3}, {}, {}}), 0.5F);
  graph_.add_output("y", quantize(add("mul", {}, {a, unary("sigmoid", b)}), 0.5F));
  integerize();
  EXPECT_EQ(reason(), "the result depends on several quantized tensors");
}

TEST_F(Table, RefusesWhatIsNeverDecided) {
  // sqrt(2)^2 / 4 is a half, and no number of digits says so.
  const ValueId x = real_of(input(ElementType::int8), 2);
  const ValueId root = unary("sqrt", x);
  graph_.add_output("y", quantize(add("mul", {}, {root, root}), 4));
  integerize();
  EXPECT_EQ(reason(), "the exact result for 1 lies on a rounding boundary, as far as it can be computed");
}

TEST_F(Table, RefusesOtherOperatorsByName) {
  const ValueId x = real_of(input(ElementType::int8), 0.5F);
  graph_.add_output("y", quantize(add("softmax", ops_.find("softmax")->default_attributes, {x}), 0.5F));
  integerize();
  EXPECT_EQ(reason(), "'softmax' of real numbers has no exact integer form");
}

} // namespace
} // namespace tilewright::testing_support
