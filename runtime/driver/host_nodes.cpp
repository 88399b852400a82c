#include "runtime/driver/host_nodes.h"

#include <stdexcept>

namespace tilewright {

const Tensor& tensor_of(const Graph& graph, const Values& values, ValueId id) {
  if (const Tensor* constant = graph.constant(id)) return *constant;
  const auto position = values.find(id);
  if (position == values.end()) throw std::logic_error("no value for '" + graph.value(id).name + "'");
  return position->second;
}

void evaluate_nodes(const Graph& graph, std::span<const NodeId> nodes, Values& values) {
  for (const NodeId id : nodes) {
    const Node& node = graph.node(id);
    std::vector<const Tensor*> operands;
    for (const ValueId operand : node.operands) operands.push_back(&tensor_of(graph, values, operand));
    const std::vector<ValueType> operand_types = graph.operand_types(id);
    const std::vector<ValueType> result_types = graph.result_types(id);
    std::vector<Tensor> results = node.op->evaluate({node.attributes, operands, operand_types, result_types});
    for (std::size_t i = 0; i < results.size(); ++i) values[node.results[i]] = std::move(results[i]);
  }
}

} // namespace tilewright
