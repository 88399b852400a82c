#include "ir/verifier.h"

#include "tests/ir/sample_ops.h"

namespace tilewright {

// Breaks what Graph's own functions keep whole.
struct GraphTestAccess {
  static Node& node(Graph& graph, NodeId id) { return graph.nodes_[id.index]; }
  static Value& value(Graph& graph, ValueId id) { return graph.values_[id.index]; }
  static std::vector<NodeId>& order(Graph& graph) { return graph.order_; }
};

namespace {

class VerifierTest : public ::testing::Test {
protected:
  VerifierTest() {
    x = graph.add_input("x", {ElementType::int8, {2}, {}, {}});
    c = graph.add_constant("c", from_int64(ElementType::int8, {2}, std::vector<std::int64_t>{3, 4}));
    first = std::get<NodeId>(graph.add_node(*ops.find("both"), {}, {x, c}, {{"first"}}, {}, {"f"}));
    f = graph.node(first).results[0];
    second = std::get<NodeId>(graph.add_node(*ops.find("same"), {}, {f}, {{"second"}}, {}, {"s"}));
    s = graph.node(second).results[0];
    graph.add_output("y", s);
  }

  std::vector<std::string> problems() const {
    std::vector<std::string> result;
    for (const Diagnostic& problem : verify(graph)) {
      EXPECT_EQ(problem.kind, ProblemKind::internal);
      EXPECT_EQ(problem.severity, Severity::error);
      result.push_back(text_of(problem));
    }
    return result;
  }
  void expect(std::vector<std::string> expected) const { EXPECT_EQ(problems(), expected); }

  OpRegistry ops = testing::sample_ops();
  Graph graph{"g"};
  ValueId x, c, f, s;
  NodeId first, second;
};

TEST_F(VerifierTest, SoundGraph) { expect({}); }

TEST_F(VerifierTest, TopologicalOrder) {
  std::swap(GraphTestAccess::order(graph)[0], GraphTestAccess::order(graph)[1]);
  expect(
      {"error: node 'second' (same), tensor 'f': an operand is not computed before the node [ir.topological-order]"});
}

TEST_F(VerifierTest, NodeTwiceInTheOrder) {
  GraphTestAccess::order(graph).push_back(first);
  expect({"error: node 'first' (both): the node stands in the order twice [ir.topological-order]"});
}

TEST_F(VerifierTest, Cycle) {
  GraphTestAccess::node(graph, first).operands = {s};
  expect({"error: node 'first' (both), tensor 's': an operand is not computed before the node [ir.topological-order]"});
}

TEST_F(VerifierTest, OperandDoesNotExist) {
  GraphTestAccess::node(graph, second).operands = {ValueId{77}};
  expect({"error: node 'second' (same): an operand does not exist; expected an id below 4; got 77 [ir.operand-id]"});
}

TEST_F(VerifierTest, OperandCount) {
  GraphTestAccess::node(graph, second).operands = {f, f};
  expect({"error: node 'second' (same): the number of operands is not the op's; expected 1 to 1; got 2 "
          "[ir.operand-count]"});
}

TEST_F(VerifierTest, SingleProducer) {
  GraphTestAccess::node(graph, second).results = {f};
  graph.set_output(0, f);
  expect({"error: node 'second' (same), tensor 'f': a result is also defined elsewhere [ir.single-producer]"});
}

TEST_F(VerifierTest, ResultThatIsAConstant) {
  GraphTestAccess::node(graph, second).results = {c};
  graph.set_output(0, f);
  EXPECT_NE(problems().at(0).find("tensor 'c': a result is also defined elsewhere"), std::string::npos);
}

TEST_F(VerifierTest, ResultDoesNotExist) {
  GraphTestAccess::node(graph, second).results = {ValueId{77}};
  graph.set_output(0, f);
  expect({"error: node 'second' (same): a result does not exist [ir.single-producer]"});
}

TEST_F(VerifierTest, ResultCount) {
  GraphTestAccess::node(graph, second).op = ops.find("twin");
  expect({"error: node 'second' (twin): the number of results is not what the op computes; expected 2; got 1 "
          "[ir.result-type]"});
}

TEST_F(VerifierTest, AttributesOfAnotherOp) {
  GraphTestAccess::node(graph, second).attributes = Attributes::of(testing::NumberAttribute{});
  expect({"error: node 'second' (same): the node's attributes are those of another op [ir.attribute-type]"});
}

TEST_F(VerifierTest, OpRefusesItsOperands) {
  GraphTestAccess::node(graph, second).op = ops.find("numbered");
  GraphTestAccess::node(graph, second).attributes = Attributes::of(testing::NumberAttribute{-1});
  expect({"error: node 'second' (numbered): the number is negative; expected 0 or more; got -1 [ir.result-type]"});
}

TEST_F(VerifierTest, ResultType) {
  graph.override_type(s, {ElementType::int8, {3}, {}, {}});
  expect({"error: node 'second' (same), tensor 's': a result's type is not what the op computes; expected i8[2]; got "
          "i8[3] [ir.result-type]"});
}

TEST_F(VerifierTest, QuantizationWithoutAxis) {
  graph.override_type(x, {ElementType::int8, {2}, Quantization{{Rational(1), Rational(2)}, {0, 0}, {}}, {}});
  EXPECT_EQ(problems().at(0),
            "error: tensor 'x': several scales without an axis; expected one scale, or an axis; got 2 "
            "scales [ir.quantization]");
}

TEST_F(VerifierTest, QuantizationOfTheWrongLength) {
  graph.override_type(x, {ElementType::int8, {2}, Quantization{{Rational(1)}, {0}, 0}, {}});
  EXPECT_EQ(problems().at(0), "error: tensor 'x': the number of scales differs from the size of the quantization axis; "
                              "expected 2 scales for axis 0 of 2; got 1 [ir.quantization]");
}

TEST_F(VerifierTest, QuantizationOfAFloat) {
  graph.override_type(x, {ElementType::float32, {2}, per_tensor(Rational(1)), {}});
  EXPECT_EQ(problems().at(0), "error: tensor 'x': only integers have a quantization; got f32 [ir.quantization]");
}

TEST_F(VerifierTest, ScaleOfZero) {
  graph.override_type(x, {ElementType::int8, {2}, per_tensor(Rational(0)), {}});
  EXPECT_EQ(problems().at(0),
            "error: tensor 'x': a scale is not positive; expected a scale above 0; got 0 [ir.quantization]");
}

TEST_F(VerifierTest, RangeOutsideOfStorage) {
  graph.override_type(x, {ElementType::int8, {2}, {}, IntegerRange{0, 128}});
  EXPECT_EQ(problems().at(0), "error: tensor 'x': the range does not fit the element type; expected a range within "
                              "[-128, 127] (i8); got [0, 128] [ir.range]");
}

TEST_F(VerifierTest, RangeOfAFloat) {
  graph.override_type(x, {ElementType::float32, {2}, {}, IntegerRange{0, 1}});
  EXPECT_EQ(problems().at(0), "error: tensor 'x': only integers have a range; got f32 [ir.range]");
}

TEST_F(VerifierTest, ShapeThatOverflows) {
  graph.override_type(x, {ElementType::int8, {std::int64_t{1} << 62, 4}, {}, {}});
  EXPECT_EQ(problems().at(0),
            "error: tensor 'x': a shape is negative or too large; got 4611686018427387904x4 [ir.shape]");
}

TEST_F(VerifierTest, ConstantLeavesItsRange) {
  graph.override_type(c, {ElementType::int8, {2}, {}, IntegerRange{0, 3}});
  expect({"error: tensor 'c': a constant's data leave its range; expected [0, 3]; got [3, 4] [ir.constant]"});
}

TEST_F(VerifierTest, ConstantOfAnotherType) {
  graph.override_type(c, {ElementType::int16, {2}, {}, {}});
  expect({"error: tensor 'c': a constant's type is not that of its data; expected i8[2]; got i16[2] [ir.constant]"});
}

TEST_F(VerifierTest, OriginMissing) {
  graph.set_origin(second, {});
  expect({"error: node '#1' (same): the node does not say where it came from [ir.origin]"});
  graph.set_origin(second, {{""}});
  expect({"error: node '#1' (same): the origin has an empty name [ir.origin]"});
}

TEST_F(VerifierTest, InputWithData) {
  GraphTestAccess::value(graph, x).constant = Tensor(ElementType::int8, {2});
  EXPECT_EQ(problems().at(0), "error: tensor 'x': a graph input has a producer or data [ir.input]");
}

TEST_F(VerifierTest, NamesOfInputsAndOutputsAreUnique) {
  graph.add_input("x", {});
  graph.add_output("y", f);
  expect({"error: tensor 'x': two graph inputs share a name [ir.input]",
          "error: tensor 'y': two graph outputs share a name [ir.output]"});
}

TEST_F(VerifierTest, Outputs) {
  graph.set_output(0, ValueId{77});
  expect({"error: tensor 'y': a graph output names a value that does not exist [ir.output]"});
  graph.set_output(0, s);
  std::erase(GraphTestAccess::order(graph), second);
  expect({"error: tensor 'y': nothing in the graph defines this output [ir.output]"});
  Graph empty;
  EXPECT_EQ(verify(empty).size(), 1U);
}

} // namespace
} // namespace tilewright
