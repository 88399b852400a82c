#include "backends/common/rearrangement.h"

#include "ir/ops/pad.h"

#include <numeric>

namespace tilewright {

namespace {

// Indices begin here, so that what padding adds is told from them.
constexpr std::int64_t first_index = std::int64_t{1} << 40;

ValueType index_type(const Graph& graph, ValueId value) {
  return {ElementType::int64, graph.type(value).shape, {}, {}};
}

std::optional<std::int64_t> padding_of(const Node& node) {
  if (!node.attributes.holds<PadAttributes>()) return std::nullopt;
  return node.attributes.as<PadAttributes>().value.to_int64();
}

} // namespace

bool moves_elements(const OpDefinition& op) {
  return op.traits.shape_only || op.default_attributes.holds<PadAttributes>();
}

ValueId source_of_views(const Graph& graph, ValueId value, const std::set<NodeId>& host) {
  for (;;) {
    const std::optional<NodeId> producer = graph.value(value).producer;
    if (!producer || host.contains(*producer)) return value;
    const Node& node = graph.node(*producer);
    if (!moves_elements(*node.op) || node.operands.size() != 1) return value;
    value = node.operands[0];
  }
}

std::vector<std::optional<std::int64_t>> moved_indices(const Graph& graph, const Node& view) {
  std::vector<Tensor> indices;
  std::vector<ValueType> types;
  std::int64_t first = first_index;
  for (const ValueId operand : view.operands) {
    types.push_back(index_type(graph, operand));
    std::vector<std::int64_t> values(static_cast<std::size_t>(*element_count(types.back().shape)));
    std::iota(values.begin(), values.end(), first);
    first += static_cast<std::int64_t>(values.size());
    indices.push_back(Tensor::of(types.back().shape, values));
  }
  std::vector<const Tensor*> operands;
  for (const Tensor& tensor : indices)
    operands.push_back(&tensor);
  const ValueType result = index_type(graph, view.results[0]);
  std::vector<std::optional<std::int64_t>> moved;
  for (const std::int64_t index : to_int64(view.op->evaluate({view.attributes, operands, types, {&result, 1}})[0])) {
    moved.push_back(index < first_index ? std::nullopt : std::optional(index - first_index));
  }
  return moved;
}

std::optional<Rearrangement> rearrangement_between(const Graph& graph, ValueId source, ValueId value) {
  const Shape& from = graph.type(source).shape;
  const Shape& to = graph.type(value).shape;
  if (from.empty() || to.empty() || from[0] != to[0] || from[0] < 1) return std::nullopt;
  Rearrangement result;
  std::vector<std::int64_t> moved(static_cast<std::size_t>(*element_count(to)));
  std::iota(moved.begin(), moved.end(), 0);
  bool padded = false;
  for (ValueId at = value; at != source;) {
    const Node& view = graph.node(*graph.value(at).producer);
    const std::vector<std::optional<std::int64_t>> step = moved_indices(graph, view);
    if (const std::optional<std::int64_t> fill = padding_of(view)) {
      if (padded && *fill != result.fill) return std::nullopt;
      result.fill = *fill;
      padded = true;
    }
    for (std::int64_t& index : moved) {
      if (index >= 0) index = step[static_cast<std::size_t>(index)].value_or(-1);
    }
    at = view.operands[0];
  }
  const std::int64_t share = *element_count(from) / from[0];
  const std::size_t each = moved.size() / static_cast<std::size_t>(to[0]);
  for (std::size_t i = 0; i < moved.size(); ++i) {
    const auto sample = static_cast<std::int64_t>(i / each);
    const std::int64_t index = moved[i] < 0 ? -1 : moved[i] - sample * share;
    if (index >= share || (moved[i] >= 0 && index < 0)) return std::nullopt;
    if (sample == 0) {
      result.source.push_back(index);
    } else if (result.source[i % each] != index) {
      return std::nullopt;
    }
  }
  return result;
}

} // namespace tilewright
