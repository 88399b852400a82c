#include "network_builder.h"

#include "ir/ops/concat.h"
#include "ir/ops/gather.h"

#include <fmt/format.h>
#include <numeric>
#include <stdexcept>

namespace tilewright::testing {

NetworkBuilder::NetworkBuilder(const Registries& known, std::string name, unsigned seed)
    : registries(known), graph(std::move(name)), random(seed) {}

ValueId NetworkBuilder::add(std::string_view op, Attributes attributes, std::vector<ValueId> operands) {
  const auto node = graph.add_node(*registries.ops.find(op), std::move(attributes), std::move(operands),
                                   Origin{{fmt::format("/{}/{}", op, graph.order().size())}});
  if (const auto* error = std::get_if<OpError>(&node)) throw std::runtime_error(error->reason);
  return graph.node(std::get<NodeId>(node)).results.front();
}

ValueId NetworkBuilder::input(std::string name, std::int64_t rows, std::int64_t features, ElementType element) {
  return graph.add_input(std::move(name), {element, {rows, features}, {}, {}});
}

ValueId NetworkBuilder::requantize(const RequantizeAttributes& attributes, std::vector<ValueId> operands) {
  return add("requantize", Attributes::of(attributes), std::move(operands));
}

ValueId NetworkBuilder::dense(ValueId x, std::int64_t outputs) {
  std::vector<std::int8_t> weights(static_cast<std::size_t>(features(x) * outputs));
  for (std::int8_t& weight : weights)
    weight = static_cast<std::int8_t>(random());
  const Shape shape{features(x), outputs};
  return add("dense", {}, {x, graph.add_constant("w", Tensor::of(shape, weights))});
}

ValueId NetworkBuilder::layer(ValueId x, std::int64_t outputs, int shift) {
  return requantize({.shift = shift}, {dense(x, outputs)});
}

ValueId NetworkBuilder::concat(std::int64_t axis, std::vector<ValueId> parts) {
  return add("concat", Attributes::of(ConcatAttributes{axis}), std::move(parts));
}

ValueId NetworkBuilder::columns(ValueId x, std::int64_t first, std::int64_t count) {
  GatherAttributes attributes;
  attributes.axis = static_cast<std::int64_t>(graph.type(x).shape.size()) - 1;
  attributes.indices.resize(static_cast<std::size_t>(count));
  std::iota(attributes.indices.begin(), attributes.indices.end(), first);
  return add("gather", Attributes::of(std::move(attributes)), {x});
}

} // namespace tilewright::testing
