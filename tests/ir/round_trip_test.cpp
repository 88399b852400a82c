#include "ir/parser.h"
#include "ir/printer.h"
#include "tests/ir/sample_ops.h"

#include <bit>
#include <cmath>
#include <limits>

namespace tilewright {
namespace {

using testing::EveryField;
using testing::sample_ops;

std::string messages(const Diagnostics& diagnostics) {
  std::string all;
  for (const Diagnostic& diagnostic : diagnostics.all())
    all += text_of(diagnostic) + "\n";
  return all;
}

void expect_round_trip(const Graph& graph, const OpRegistry& ops) {
  const std::string text = text_of(graph);
  Diagnostics diagnostics;
  const std::optional<Graph> parsed = parse_graph(text, ops, diagnostics);
  ASSERT_TRUE(parsed) << messages(diagnostics) << text;
  EXPECT_EQ(text_of(*parsed), text);
  EXPECT_TRUE(structurally_equal(graph, *parsed));
}

Graph with_constant(Tensor data, std::optional<Quantization> quantization = {}) {
  Graph graph("g");
  graph.add_input("x", {});
  graph.add_output("c", graph.add_constant("c", std::move(data), std::move(quantization)));
  return graph;
}

TEST(RoundTrip, WholeGraphHasTheDocumentedForm) {
  const std::string text = R"(graph "net" {
  %0 = input "x.1" : i8[2x3] quantization {scale = [1/32], zero_point = [-3]} range [-127, 127]
  %1 = input "scalar" : f32[]
  %2 = constant "w" : i8[3] quantization {scale = [1/2, 3, 5/7], zero_point = [0, 0, 1], axis = 0} range [-1, 2] = [1, -1, 2]
  %3 = both(%0, %2) from ["/a/Add", "b"] : "s" i8[2x3] quantization {scale = [1/32], zero_point = [-3]} range [-127, 127]
  %4, %5 = twin(%1) from ["t"] : "l" f32[], "r" f32[]
  %6 = numbered(%4) {number = -0} from ["n"] : "" f32[]
  output "y" = %3
  output "z" = %5
}
)";
  const OpRegistry ops = sample_ops();
  Diagnostics diagnostics;
  std::string given = text;
  const auto graph = parse_graph(given, ops, diagnostics);
  ASSERT_TRUE(graph) << messages(diagnostics);
  std::string printed = text_of(*graph);
  given.replace(given.find("-0}"), 2, "0");
  EXPECT_EQ(printed, given);
  expect_round_trip(*graph, ops);
}

TEST(RoundTrip, NamesOfAnyBytes) {
  Graph graph(std::string("a\"b\\c\n\0\x80/\xff", 11));
  const ValueId x = graph.add_input("%0 = \"\\x41", {});
  graph.add_output("\t", x);
  expect_round_trip(graph, sample_ops());
}

TEST(RoundTrip, EveryKindOfField) {
  const OpRegistry ops = sample_ops();
  EveryField full;
  full.flag = true;
  full.number = std::numeric_limits<std::int64_t>::min();
  full.maybe_number = std::numeric_limits<std::int64_t>::max();
  full.numbers = {1, -2, 3};
  full.word = "a, b = {\"c\"}";
  full.ratio = Rational(-3, 7);
  full.maybe_ratio = Rational::from_double(0.1);
  full.ratios = {Rational::power_of_two(-200), Rational(5)};
  full.element = ElementType::uint16;
  full.rounding = Rounding::half_toward_zero;
  full.range = {-8, 7};
  for (const EveryField& value : {EveryField{}, full}) {
    const Attributes attributes = Attributes::of(value);
    Diagnostics diagnostics;
    const auto parsed = parse_attributes(text_of(attributes), ops.find("every")->default_attributes, diagnostics);
    ASSERT_TRUE(parsed) << messages(diagnostics);
    EXPECT_TRUE(*parsed == attributes);
    Graph graph("g");
    const ValueId x = graph.add_input("x", {});
    ASSERT_TRUE(std::holds_alternative<NodeId>(graph.add_node(*ops.find("every"), attributes, {x}, {{"n"}})));
    graph.add_output("y", x);
    expect_round_trip(graph, ops);
  }
  EXPECT_FALSE(Attributes::of(full) == Attributes::of(EveryField{}));
  EXPECT_FALSE(Attributes::of(full) == Attributes{});
}

TEST(RoundTrip, EditChangesOneCopyOnly) {
  struct AddOne final : AttributeVisitor {
    void field(std::string_view, bool&) override {}
    void field(std::string_view, std::int64_t& value) override { ++value; }
    void field(std::string_view, std::optional<std::int64_t>&) override {}
    void field(std::string_view, std::vector<std::int64_t>&) override {}
    void field(std::string_view, std::string&) override {}
    void field(std::string_view, Rational&) override {}
    void field(std::string_view, std::optional<Rational>&) override {}
    void field(std::string_view, std::vector<Rational>&) override {}
    void field(std::string_view, ElementType&) override {}
    void field(std::string_view, Rounding&) override {}
    void field(std::string_view, IntegerRange&) override {}
  } add_one;
  Attributes a = Attributes::of(testing::NumberAttribute{1});
  const Attributes b = a;
  a.edit(add_one);
  EXPECT_EQ(text_of(a), "{number = 2}");
  EXPECT_EQ(text_of(b), "{number = 1}");
}

TEST(RoundTrip, FloatsToTheLastBit) {
  const auto float_of = [](std::uint32_t bits) { return std::bit_cast<float>(bits); };
  using Limits = std::numeric_limits<float>;
  const std::vector<float> floats{0.0F,
                                  -0.0F,
                                  1.5F,
                                  -0.1F,
                                  Limits::denorm_min(),
                                  -Limits::denorm_min(),
                                  Limits::max(),
                                  Limits::min(),
                                  Limits::infinity(),
                                  -Limits::infinity(),
                                  Limits::quiet_NaN(),
                                  float_of(0xffc00000),
                                  float_of(0x7fc12345)};
  expect_round_trip(with_constant(Tensor::of({static_cast<std::int64_t>(floats.size())}, floats)), sample_ops());
  const std::vector<double> doubles{0.1,
                                    -0.0,
                                    std::numeric_limits<double>::denorm_min(),
                                    1e308,
                                    std::numeric_limits<double>::quiet_NaN(),
                                    std::bit_cast<double>(std::uint64_t{0xfff8000000000001})};
  const Tensor data = Tensor::of({2, 3}, doubles);
  const std::string text = text_of(with_constant(data));
  Diagnostics diagnostics;
  const auto parsed = parse_graph(text, sample_ops(), diagnostics);
  ASSERT_TRUE(parsed) << messages(diagnostics);
  EXPECT_TRUE(*parsed->constant(parsed->outputs()[0].value) == data);
}

TEST(RoundTrip, EveryElementTypeWithItsExtremes) {
  for (const ElementType element : {ElementType::int8, ElementType::uint8, ElementType::int16, ElementType::uint16,
                                    ElementType::int32, ElementType::int64}) {
    const IntegerRange range = storage_range(element);
    const std::vector<std::int64_t> values{range.min, 0, range.max};
    expect_round_trip(with_constant(from_int64(element, {1, 3}, values), per_tensor(Rational(1, 3), 1)), sample_ops());
  }
  expect_round_trip(with_constant(Tensor(ElementType::boolean, {2})), sample_ops());
  expect_round_trip(with_constant(Tensor(ElementType::int8, {0, 4})), sample_ops());
}

TEST(RoundTrip, UnreadConstantsAreNotPrinted) {
  Graph graph("g");
  graph.add_output("y", graph.add_input("x", {}));
  graph.add_constant("dead", Tensor(ElementType::int8, {2}));
  EXPECT_EQ(text_of(graph).find("dead"), std::string::npos);
  expect_round_trip(graph, sample_ops());
}

TEST(RoundTrip, ElidedDataIsAHashOfTheContent) {
  const Graph zeros = with_constant(Tensor(ElementType::int8, {9}));
  const Graph ones = with_constant(Tensor::of({9}, std::vector<std::int8_t>(9, 1)));
  PrintOptions options;
  options.elide_above = 8;
  const std::string text = text_of(zeros, options);
  EXPECT_NE(text.find("= elided "), std::string::npos);
  EXPECT_NE(text, text_of(ones, options));
  EXPECT_EQ(text, text_of(with_constant(Tensor(ElementType::int8, {9})), options));
  options.elide_above = 9;
  EXPECT_EQ(text_of(zeros, options), text_of(zeros));
  Diagnostics diagnostics;
  EXPECT_FALSE(parse_graph(text, sample_ops(), diagnostics));
  EXPECT_NE(messages(diagnostics).find("the data of this constant was left out of the text"), std::string::npos);
}

TEST(RoundTrip, DefaultAttributesOfEveryOp) {
  OpRegistry ops;
  register_all_ops(ops);
  for (const auto& [name, entry] : ops.entries()) {
    const Attributes& defaults = entry.definition.default_attributes;
    Diagnostics diagnostics;
    const auto parsed = parse_attributes(text_of(defaults), defaults, diagnostics);
    ASSERT_TRUE(parsed) << name << ": " << messages(diagnostics);
    EXPECT_TRUE(*parsed == defaults) << name;
  }
}

} // namespace
} // namespace tilewright
