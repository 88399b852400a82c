#include "runtime/driver/comparison.h"

#include "ir/ops/dequantize.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace tilewright {

namespace {

// Where the value's scale comes from: the dequantization that it is a view of, if it is one.
std::optional<NodeId> dequantization_behind(const Graph& graph, ValueId value, std::vector<NodeId>& views) {
  while (const auto producer = graph.value(value).producer) {
    const Node& node = graph.node(*producer);
    if (node.op->traits.dequantizer) return producer;
    if (!node.op->traits.shape_only) return std::nullopt;
    views.push_back(*producer);
    value = node.operands.front();
  }
  return std::nullopt;
}

// The axis as it lies behind `views`, which are listed from the output back to the dequantization.
std::optional<std::size_t> mapped_axis(const Graph& graph, std::size_t axis, const std::vector<NodeId>& views) {
  std::optional<std::size_t> current = axis;
  for (auto view = views.rbegin(); view != views.rend() && current; ++view) {
    const Node& node = graph.node(*view);
    if (node.op->map_axis == nullptr) return std::nullopt;
    const std::vector<ValueType> types = graph.operand_types(*view);
    std::vector<const Tensor*> constants;
    for (const ValueId operand : node.operands) constants.push_back(graph.constant(operand));
    current = node.op->map_axis({node.attributes, types, constants}, *current);
  }
  return current;
}

double unit_at(const OutputUnit& unit, std::int64_t index, std::int64_t inner, double expected) {
  if (unit.kind == OutputUnit::Kind::integer) return 1;
  if (unit.kind == OutputUnit::Kind::real) return 1e-5 * std::max(1.0, std::abs(expected));
  if (unit.scales.size() == 1) return unit.scales.front();
  return unit.scales[static_cast<std::size_t>(index / inner) % unit.scales.size()];
}

} // namespace

std::int64_t count_differences(const Tensor& a, const Tensor& b) {
  const std::size_t size = size_in_bytes(a.element());
  std::int64_t count = 0;
  for (std::int64_t i = 0; i < a.count(); ++i) {
    const std::size_t at = static_cast<std::size_t>(i) * size;
    count += std::memcmp(a.bytes().data() + at, b.bytes().data() + at, size) != 0 ? 1 : 0;
  }
  return count;
}

OutputUnit unit_of_output(const Graph& graph, ValueId output) {
  if (is_integer(graph.type(output).element)) return {OutputUnit::Kind::integer, {}, {}};
  std::vector<NodeId> views;
  const auto dequantization = dequantization_behind(graph, output, views);
  if (!dequantization) return {};
  const Attributes& attributes = graph.node(*dequantization).attributes;
  if (!attributes.holds<DequantizeAttributes>()) return {};
  const auto& scaling = attributes.as<DequantizeAttributes>();
  OutputUnit unit{OutputUnit::Kind::quantized, {}, {}};
  for (const Rational& scale : scaling.scale) unit.scales.push_back(std::abs(scale.to_double()));
  if (unit.scales.size() > 1) {
    unit.axis = mapped_axis(graph, static_cast<std::size_t>(scaling.axis.value_or(0)), views);
    // Views that break the axis up: the smallest scale is the strictest unit.
    if (!unit.axis) unit.scales = {*std::min_element(unit.scales.begin(), unit.scales.end())};
  }
  return unit;
}

std::optional<Difference> difference(const Tensor& actual, const Tensor& expected, const OutputUnit& unit) {
  if (actual.count() != expected.count()) return std::nullopt;
  std::int64_t inner = 1; // elements per index of the axis
  if (unit.axis) {
    for (std::size_t i = *unit.axis + 1; i < actual.shape().size(); ++i) inner *= actual.shape()[i];
  }
  const double allowed = unit.kind == OutputUnit::Kind::real ? 1.0 : 0.5;
  const std::vector<double> a = to_double(actual);
  const std::vector<double> b = to_double(expected);
  Difference result;
  for (std::size_t i = 0; i < a.size(); ++i) {
    if (a[i] == b[i] || (std::isnan(a[i]) && std::isnan(b[i]))) continue;
    double units = std::abs(a[i] - b[i]) / unit_at(unit, static_cast<std::int64_t>(i), inner, b[i]);
    if (!std::isfinite(units)) units = std::numeric_limits<double>::max();
    if (units > allowed) ++result.mismatches;
    result.largest = std::max(result.largest, units);
    result.mean += units / static_cast<double>(a.size());
  }
  return result;
}

bool is_tolerated(const Difference& found, std::int64_t elements, OutputUnit::Kind kind) {
  const double most = std::max(1.0, std::floor(tolerated_part * static_cast<double>(elements)));
  if (static_cast<double>(found.mismatches) > most) return false;
  // What float nodes of the host make of a difference has no bound. Scales are float32: one unit is not exactly 1 here.
  return kind == OutputUnit::Kind::real || found.largest <= 1 + 1e-3;
}

} // namespace tilewright
