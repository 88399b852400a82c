// One node at a time: result types, evaluation and refusals of an op.
#pragma once

#include "ir/graph.h"

#include <fmt/format.h>
#include <gtest/gtest.h>

namespace tilewright::testing_support {

template <class T> Tensor tensor(Shape shape, std::vector<T> values) { return Tensor::of(std::move(shape), values); }
template <class T> std::vector<T> values(const Tensor& tensor) {
  const auto data = tensor.data<T>();
  return {data.begin(), data.end()};
}

struct Operand {
  Tensor data;
  bool constant = false;
  std::optional<Quantization> quantization = {};
  std::optional<IntegerRange> range = {}; // of an operand that is not constant
};

struct Outcome {
  std::optional<OpError> error;
  ValueType type; // of the only result
  Tensor result;
};

class OpFixture : public testing::Test {
protected:
  OpFixture() { register_all_ops(ops_); }

  Outcome run(std::string_view name, const Attributes& attributes, const std::vector<Operand>& operands) {
    Outcome outcome;
    Graph graph("t");
    std::vector<ValueId> ids;
    for (const Operand& operand : operands) {
      ids.push_back(operand.constant
                        ? graph.add_constant("c", operand.data, operand.quantization)
                        : graph.add_input(fmt::format("x{}", ids.size()), {operand.data.element(), operand.data.shape(),
                                                                           operand.quantization, operand.range}));
    }
    const OpDefinition* op = ops_.find(name);
    if (!op) {
      ADD_FAILURE() << "no op " << name;
      return outcome;
    }
    const auto added = graph.add_node(*op, attributes, ids, {{"n"}});
    if (const OpError* error = std::get_if<OpError>(&added)) {
      outcome.error = *error;
      return outcome;
    }
    const Node& node = graph.node(std::get<NodeId>(added));
    outcome.type = graph.type(node.results[0]);
    std::vector<const Tensor*> data;
    for (const Operand& operand : operands)
      data.push_back(&operand.data);
    const auto operand_types = graph.operand_types(std::get<NodeId>(added));
    const auto result_types = graph.result_types(std::get<NodeId>(added));
    outcome.result = op->evaluate({node.attributes, data, operand_types, result_types})[0];
    EXPECT_EQ(outcome.result.element(), outcome.type.element);
    EXPECT_EQ(outcome.result.shape(), outcome.type.shape);
    if (outcome.type.range && outcome.result.count() > 0) {
      EXPECT_TRUE(outcome.type.range->contains(value_range(outcome.result)));
    }
    return outcome;
  }
  Outcome run(std::string_view name, const std::vector<Operand>& operands) {
    return run(name, ops_.find(name)->default_attributes, operands);
  }
  // "reason; expected; got" of a refusal, "" where there is none.
  template <class... Arguments> std::string refusal(Arguments&&... arguments) {
    const Outcome outcome = run(std::forward<Arguments>(arguments)...);
    return outcome.error ? outcome.error->reason + "; " + outcome.error->expected + "; " + outcome.error->got : "";
  }

  OpRegistry ops_;
};

} // namespace tilewright::testing_support
