// Functions of wide integers become an axis and a table of its steps. The oracle computes every integer of the range in
// long double, from its own definition of the function, and is only believed where that leaves no doubt.
#include "pass_fixture.h"

#include "ir/ops/clip.h"
#include "ir/ops/dequantize.h"
#include "ir/ops/extremum.h"
#include "ir/ops/quantize.h"
#include "ir/ops/unary.h"
#include "runtime/reference/executor.h"

#include <cmath>
#include <functional>
#include <numbers>

namespace tilewright::testing_support {
namespace {

using Real = long double;

class Steps : public PassFixture {
protected:
  ValueId add(std::string_view op, Attributes attributes, std::vector<ValueId> operands) {
    auto added = graph_.add_node(*ops_.find(op), std::move(attributes), std::move(operands), {{std::string(op)}});
    if (const OpError* error = std::get_if<OpError>(&added)) ADD_FAILURE() << op << ": " << error->reason;
    return graph_.node(std::get<NodeId>(added)).results[0];
  }
  // Every integer of `range` in each of the channels.
  void begin(const IntegerRange& range, std::vector<float> scale, std::vector<std::int64_t> zero_point) {
    graph_ = Graph("t");
    diagnostics_ = {};
    range_ = range;
    const auto channels = static_cast<std::int64_t>(scale.size());
    const ValueId x = graph_.add_input("x", {ElementType::int32, {range.max - range.min + 1, channels}, {}, range});
    DequantizeAttributes meaning{{}, std::move(zero_point), {}};
    for (const float each : scale)
      meaning.scale.push_back(Rational::from_double(each));
    if (channels > 1) meaning.axis = 1;
    real_ = add("dequantize", Attributes::of(meaning), {x});
    scale_ = std::move(scale);
    zero_point_ = meaning.zero_point;
  }
  ValueId unary(const std::string& function, ValueId x) {
    return add("unary", Attributes::of(UnaryAttributes{function, {}, {}}), {x});
  }
  ValueId constant(float value) { return graph_.add_constant("c", Tensor::of({}, std::vector<float>{value})); }
  ValueId quantize(ValueId real, float scale, std::int64_t zero_point = 0, ElementType element = ElementType::int8,
                   Rounding rounding = Rounding::half_even) {
    return add("quantize",
               Attributes::of(QuantizeAttributes{
                   {Rational::from_double(scale)}, {zero_point}, {}, element, storage_range(element), rounding, false}),
               {real});
  }
  void integerize() {
    PassContext context{ops_, diagnostics_};
    passes_.find("integerize")->run(graph_, context);
  }
  std::vector<std::string> ops() const {
    std::vector<std::string> names;
    for (const NodeId id : graph_.order())
      names.push_back(graph_.node(id).op->name);
    return names;
  }
  std::string reason() const { return diagnostics_.all().empty() ? "" : diagnostics_.all()[0].reason; }

  // The graph's output for every integer in every channel against `function`; how many were beyond doubt.
  std::size_t judge(const std::function<Real(Real)>& function, float scale, std::int64_t zero_point = 0,
                    ElementType element = ElementType::int8) {
    EXPECT_FALSE(diagnostics_.has_errors()) << all_text(diagnostics_);
    const std::size_t channels = scale_.size();
    std::vector<std::int32_t> x;
    for (std::int64_t value = range_.min; value <= range_.max; ++value)
      x.insert(x.end(), channels, static_cast<std::int32_t>(value));
    const Shape shape{range_.max - range_.min + 1, static_cast<std::int64_t>(channels)};
    const std::vector<Tensor> inputs{Tensor::of(shape, x)};
    const ExecutionResult result = execute(graph_, inputs, diagnostics_);
    EXPECT_TRUE(result.succeeded) << all_text(diagnostics_);
    if (!result.succeeded) return 0;
    const std::vector<std::int64_t> got = to_int64(result.outputs[0]);
    const IntegerRange storage = storage_range(element);
    std::size_t judged = 0;
    for (std::size_t i = 0; i < got.size(); ++i) {
      const std::size_t c = i % channels;
      const Real real = static_cast<Real>(scale_[c]) * (x[i] - static_cast<Real>(zero_point_[c]));
      const Real y = function(real) / static_cast<Real>(scale);
      if (std::fabs(std::fabs(y - std::floor(y)) - Real(0.5)) < 1e-12L) continue;
      const Real wanted =
          std::fmin(static_cast<Real>(storage.max),
                    std::fmax(static_cast<Real>(storage.min), std::nearbyint(y) + static_cast<Real>(zero_point)));
      if (static_cast<Real>(got[i]) != wanted) {
        ADD_FAILURE() << "channel " << c << " at " << x[i] << ": " << got[i] << " instead of " << wanted;
        return judged;
      }
      ++judged;
    }
    return judged;
  }

  Graph graph_{"t"};
  IntegerRange range_;
  ValueId real_;
  std::vector<float> scale_;
  std::vector<std::int64_t> zero_point_;
};

Real sigmoid(Real x) { return 1 / (1 + std::exp(-x)); }

const std::vector<std::string> in_steps{"requantize", "step_table"};

TEST_F(Steps, FunctionsOfAccumulatorsAreExact) {
  const std::map<std::string, std::function<Real(Real)>> functions{
      {"abs", [](Real x) { return std::fabs(x); }},
      {"erf", [](Real x) { return std::erf(x); }},
      {"exp", [](Real x) { return std::exp(x); }},
      {"gelu", [](Real x) { return x / 2 * std::erfc(-x / std::numbers::sqrt2_v<Real>); }},
      {"hard_swish", [](Real x) { return x * std::fmin(1, std::fmax(0, x / 6 + Real(0.5))); }},
      {"sigmoid", sigmoid},
      {"mish", [](Real x) { return x * std::tanh(std::log1p(std::exp(x))); }}, // falls before it rises
      {"tanh", [](Real x) { return std::tanh(x); }},
  };
  for (const auto& [name, function] : functions) {
    SCOPED_TRACE(name);
    begin({-30'000, 25'000}, {0.00031F}, {-77});
    graph_.add_output("y", quantize(unary(name, real_), 0.017F, 3));
    integerize();
    EXPECT_EQ(ops(), in_steps);
    EXPECT_GT(judge(function, 0.017F, 3), 50'000U);
  }
}

// Scales of both signs and several sizes, and one that is nothing: one table for all of them.
TEST_F(Steps, ChannelsShareOneTable) {
  std::vector<float> scale;
  std::vector<std::int64_t> zero_point;
  for (int c = 0; c < 40; ++c) {
    scale.push_back((c % 5 == 0 ? -1.0F : 1.0F) * (0.0011F + 0.000137F * static_cast<float>(c)));
    zero_point.push_back(c * 17 - 300);
  }
  begin({-2000, 2100}, scale, zero_point);
  graph_.add_output("y", quantize(add("mul", {}, {real_, unary("sigmoid", real_)}), 0.031F, 100, ElementType::uint8));
  integerize();
  EXPECT_EQ(ops(), in_steps);
  EXPECT_GT(judge([](Real x) { return x * sigmoid(x); }, 0.031F, 100, ElementType::uint8), 160'000U);
}

// x * clip(x + 3, 0, 6) / 6: two leaves that are different functions of the same integers.
TEST_F(Steps, DecomposedFunctionsAreFollowed) {
  begin({-5000, 5000}, {0.0013F}, {0});
  const ValueId gate =
      add("clip", Attributes::of(ClipAttributes{Rational(0), Rational(6)}), {add("add", {}, {real_, constant(3)})});
  graph_.add_output("y", quantize(add("div", {}, {add("mul", {}, {real_, gate}), constant(6)}), 0.05F));
  integerize();
  EXPECT_EQ(ops(), in_steps);
  EXPECT_EQ(judge([](Real x) { return x * std::fmin(6, std::fmax(0, x + 3)) / 6; }, 0.05F), 10'001U);
}

// What is chosen by its order is quantized first: slopes that differ from channel to channel.
TEST_F(Steps, SlopesAreTheLargerOfTwo) {
  begin({-3000, 3000}, {0.01F, 0.02F}, {0, 0});
  const ValueId slope = graph_.add_constant("s", Tensor::of({2}, std::vector<float>{0.25F, -0.125F}));
  const ValueId scaled = add("mul", {}, {real_, slope});
  graph_.add_output("y", quantize(add("extremum", Attributes::of(ExtremumAttributes{}), {real_, scaled}), 0.5F));
  integerize();
  EXPECT_EQ(ops(), (std::vector<std::string>{"rescale", "rescale", "extremum"}));
  const ExecutionResult result =
      execute(graph_, std::vector<Tensor>{Tensor(ElementType::int32, {6001, 2})}, diagnostics_);
  EXPECT_TRUE(result.succeeded);
}

TEST_F(Steps, Refusals) {
  begin({-30'000, 30'000}, {0.001F, 0.002F}, {0, 0});
  const ValueId shift = graph_.add_constant("s", Tensor::of({2}, std::vector<float>{1, 2}));
  graph_.add_output("y", quantize(unary("tanh", add("add", {}, {unary("sigmoid", real_), shift})), 0.01F));
  integerize();
  EXPECT_EQ(reason(), "a function of wide integers differs from channel to channel");

  begin({-30'000, 30'000}, {0.001F}, {0});
  graph_.add_output("y", quantize(unary("sin", add("mul", {}, {unary("abs", real_), constant(200)})), 0.01F));
  integerize();
  EXPECT_EQ(reason(), "the function has steps that lie closer than 1024 buckets can tell apart");
}

} // namespace
} // namespace tilewright::testing_support
