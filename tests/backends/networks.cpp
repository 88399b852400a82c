#include "networks.h"

#include <fmt/format.h>
#include <random>
#include <stdexcept>

namespace tilewright::testing {

namespace {

ValueId add(Graph& graph, const OpDefinition& op, Attributes attributes, std::vector<ValueId> operands,
            const std::string& origin) {
  const auto added = graph.add_node(op, std::move(attributes), std::move(operands), Origin{{origin}});
  if (const auto* error = std::get_if<OpError>(&added)) throw std::runtime_error(error->reason);
  return graph.node(std::get<NodeId>(added)).results.front();
}

Tensor random_tensor(std::mt19937& random, ElementType element, Shape shape, IntegerRange range) {
  std::uniform_int_distribution<std::int64_t> pick(range.min, range.max);
  std::vector<std::int64_t> values(static_cast<std::size_t>(*element_count(shape)));
  for (std::int64_t& value : values)
    value = pick(random);
  return from_int64(element, std::move(shape), values);
}

} // namespace

Registries::Registries() {
  register_all_ops(ops);
  register_all_lowerings(lowerings);
  register_all_targets(targets);
  register_all_kernel_sources(kernels);
}

Graph make_network(const Registries& registries, const NetworkSpec& spec) {
  std::mt19937 random(spec.seed);
  Graph graph("network");
  ValueId value = graph.add_input("x", {spec.input, {spec.rows, spec.inputs}, {}, {}});
  std::int64_t inputs = spec.inputs;
  for (std::size_t i = 0; i < spec.layers.size(); ++i) {
    const LayerSpec& layer = spec.layers[i];
    const std::string name = layer.name.empty() ? fmt::format("/layers/{}", i) : layer.name;
    std::vector<ValueId> operands{value};
    operands.push_back(
        graph.add_constant("weights", random_tensor(random, layer.weights, {inputs, layer.outputs},
                                                    layer.weight_range.value_or(storage_range(layer.weights)))));
    if (layer.biased) {
      operands.push_back(
          graph.add_constant("bias", random_tensor(random, ElementType::int32, {layer.outputs}, {-5000, 5000})));
    }
    value = add(graph, *registries.ops.find("dense"), {}, operands, name);
    if (layer.requantized) {
      value = add(graph, *registries.ops.find("requantize"), Attributes::of(layer.requantize), {value}, name + "/act");
    }
    inputs = layer.outputs;
  }
  graph.add_output("y", value);
  return graph;
}

NetworkSpec mlp(std::int64_t rows, const std::vector<std::int64_t>& widths) {
  NetworkSpec spec;
  spec.rows = rows;
  spec.inputs = widths.front();
  for (std::size_t i = 1; i < widths.size(); ++i) {
    LayerSpec layer;
    layer.outputs = widths[i];
    spec.layers.push_back(layer);
  }
  return spec;
}

MapResult map(const Registries& registries, const Graph& graph, const std::string& target_name,
              const MapOptions& options) {
  const Target& target = registries.target(target_name);
  MapResult result;
  result.design = map_graph(graph, target, *find_device(target, ""), registries.lowerings, result.diagnostics, options);
  return result;
}

} // namespace tilewright::testing
