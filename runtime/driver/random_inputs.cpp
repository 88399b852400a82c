#include "runtime/driver/random_inputs.h"

#include "ir/ops/quantize.h"

#include <algorithm>
#include <cmath>
#include <random>

namespace tilewright {

namespace {

// The standard's distributions differ between libraries; its generators don't.
double unit_interval(std::mt19937_64& generator) { return static_cast<double>(generator() >> 11) * 0x1p-53; }

struct Interval {
  double min = -1;
  double max = 1;
};

// The real numbers that the first quantizer behind `input` can tell apart, views in between allowed.
Interval quantized_interval(const Graph& graph, ValueId input) {
  for (const NodeId user : graph.users(input)) {
    const Node& node = graph.node(user);
    if (node.op->traits.shape_only) return quantized_interval(graph, node.results.front());
    if (!node.op->traits.quantizer || !node.attributes.holds<QuantizeAttributes>()) continue;
    const auto& quantizer = node.attributes.as<QuantizeAttributes>();
    double largest = 0;
    for (const Rational& scale : quantizer.scale)
      largest = std::max(largest, scale.to_double());
    const auto [low, high] = std::minmax_element(quantizer.zero_point.begin(), quantizer.zero_point.end());
    return {largest * static_cast<double>(quantizer.range.min - *high),
            largest * static_cast<double>(quantizer.range.max - *low)};
  }
  return {};
}

Tensor random_tensor(const Graph& graph, ValueId input, std::mt19937_64& generator) {
  const ValueType& type = graph.type(input);
  Tensor tensor(type.element, type.shape);
  if (is_integer(type.element)) {
    const IntegerRange range = range_of(type);
    std::vector<std::int64_t> values(static_cast<std::size_t>(tensor.count()));
    const double count = static_cast<double>(range.max) - static_cast<double>(range.min) + 1;
    for (std::int64_t& value : values) {
      const double drawn = static_cast<double>(range.min) + std::floor(unit_interval(generator) * count);
      value = std::clamp(static_cast<std::int64_t>(drawn), range.min, range.max);
    }
    return from_int64(type.element, type.shape, values);
  }
  const Interval interval = quantized_interval(graph, input);
  const double middle = (interval.min + interval.max) / 2;
  const double reach = (interval.max - interval.min) / 2 * 1.1;
  const auto draw = [&] { return middle + reach * (2 * unit_interval(generator) - 1); };
  if (type.element == ElementType::float32) {
    for (float& value : tensor.mutable_data<float>())
      value = static_cast<float>(draw());
  } else if (type.element == ElementType::float64) {
    for (double& value : tensor.mutable_data<double>())
      value = draw();
  } else {
    for (bool& value : tensor.mutable_data<bool>())
      value = draw() > 0;
  }
  return tensor;
}

} // namespace

std::vector<Tensor> random_inputs(const Graph& graph, std::uint64_t seed) {
  std::mt19937_64 generator(seed);
  std::vector<Tensor> inputs;
  for (const ValueId input : graph.inputs())
    inputs.push_back(random_tensor(graph, input, generator));
  return inputs;
}

} // namespace tilewright
