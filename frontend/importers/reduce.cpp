// ReduceSum, ReduceMean and ReduceMax. A mean is a sum, divided by a constant; a maximum is a pooling over one window.
#include "frontend/axes.h"
#include "frontend/constant_arithmetic.h"
#include "ir/ops/max_pool.h"
#include "ir/ops/reduce_sum.h"
#include "ir/ops/reshape.h"
#include "ir/ops/transpose.h"

#include <algorithm>
#include <numeric>

namespace tilewright {

namespace {

// The axes to add up; all of them where the model names none, unless it says that none means none.
std::optional<std::vector<std::int64_t>> reduced_axes(NodeImport& node, std::int64_t first_with_input) {
  const std::size_t rank = node.type(0).shape.size();
  std::optional<std::vector<std::int64_t>> axes;
  bool none_means_none = false;
  if (node.opset() < first_with_input) {
    axes = node.integers("axes");
  } else {
    none_means_none = node.integer("noop_with_empty_axes", 0) != 0;
    if (node.has_input(1)) {
      axes = integer_list(node, 1, "the list of axes");
      if (!axes) return std::nullopt;
    }
  }
  if (node.failed()) return std::nullopt;
  if (axes && !axes->empty()) return axes_from_front(node, *std::move(axes), rank);
  std::vector<std::int64_t> all(none_means_none ? 0 : rank);
  std::iota(all.begin(), all.end(), 0);
  return all;
}

Shape reduced_shape(const Shape& from, const std::vector<std::int64_t>& axes, bool keeps) {
  Shape shape;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const bool reduced = std::ranges::binary_search(axes, static_cast<std::int64_t>(i));
    if (!reduced || keeps) shape.push_back(reduced ? 1 : from[i]);
  }
  return shape;
}

void import_reduction(NodeImport& node, std::int64_t first_with_input, bool mean) {
  if (!require_real_operand(node, 0)) return;
  const bool keeps = node.integer("keepdims", 1) != 0;
  const auto axes = reduced_axes(node, first_with_input);
  if (!axes || node.failed()) return;
  if (axes->empty()) return node.bind(0, node.input(0));
  const Shape& from = node.type(0).shape;
  Shape shape = reduced_shape(from, *axes, keeps);
  std::int64_t count = 1;
  for (const std::int64_t axis : *axes)
    count *= from[static_cast<std::size_t>(axis)];
  auto result = node.add_node("sum", "reduce_sum", Attributes::of(ReduceSumAttributes{*axes}), {node.input(0)});
  if (result && mean) {
    const Tensor divisor = node.type(0).element == ElementType::float64
                               ? Tensor::of({}, std::vector<double>{static_cast<double>(count)})
                               : Tensor::of({}, std::vector<float>{static_cast<float>(count)});
    result = node.add_node("mean", "div", {}, {*result, node.add_constant("count", divisor)});
  }
  if (result) node.add_output(0, "reshape", Attributes::of(ReshapeAttributes{std::move(shape)}), {*result});
}

// The axes as a channels-last tensor has them: the first one, what is reduced, and all others as one axis of channels.
void import_reduce_max(NodeImport& node) {
  constexpr std::int64_t first_with_input = 18;
  if (!require_real_operand(node, 0)) return;
  const bool keeps = node.integer("keepdims", 1) != 0;
  const auto axes = reduced_axes(node, first_with_input);
  if (!axes || node.failed()) return;
  if (axes->empty()) return node.bind(0, node.input(0));
  const Shape from = node.type(0).shape;
  std::vector<std::int64_t> order;
  Shape windows{1};
  if (axes->front() != 0) {
    order.push_back(0);
    windows[0] = from[0];
  }
  for (const std::int64_t axis : *axes) {
    order.push_back(axis);
    windows.push_back(from[static_cast<std::size_t>(axis)]);
  }
  std::int64_t channels = 1;
  for (std::int64_t axis = axes->front() == 0 ? 0 : 1; axis < static_cast<std::int64_t>(from.size()); ++axis) {
    if (std::ranges::binary_search(*axes, axis)) continue;
    order.push_back(axis);
    channels *= from[static_cast<std::size_t>(axis)];
  }
  windows.push_back(channels);
  const auto turned =
      node.add_node("turned", "transpose", Attributes::of(TransposeAttributes{std::move(order)}), {node.input(0)});
  if (!turned) return;
  const auto image = node.add_node("image", "reshape", Attributes::of(ReshapeAttributes{windows}), {*turned});
  if (!image) return;
  const auto largest =
      node.add_node("largest", "max_pool", Attributes::of(MaxPoolAttributes{whole_space(windows)}), {*image});
  if (!largest) return;
  node.add_output(0, "reshape", Attributes::of(ReshapeAttributes{reduced_shape(from, *axes, keeps)}), {*largest});
}

void import_reduce_sum(NodeImport& node) { import_reduction(node, 13, false); }
void import_reduce_mean(NodeImport& node) { import_reduction(node, 18, true); }

} // namespace

void register_reduce_importer(ImporterRegistry& registry) {
  ImporterDefinition sum;
  sum.name = "reduce_sum";
  sum.import = import_reduce_sum;
  sum.operators = {{"", "ReduceSum", 1, 12, 1, 1, 1}, {"", "ReduceSum", 13, newest_opset, 1, 2, 1}};
  registry.add(std::move(sum));
  ImporterDefinition mean;
  mean.name = "reduce_mean";
  mean.import = import_reduce_mean;
  mean.operators = {{"", "ReduceMean", 1, 17, 1, 1, 1}, {"", "ReduceMean", 18, newest_opset, 1, 2, 1}};
  registry.add(std::move(mean));
  ImporterDefinition max;
  max.name = "reduce_max";
  max.import = import_reduce_max;
  max.operators = {{"", "ReduceMax", 1, 17, 1, 1, 1}, {"", "ReduceMax", 18, newest_opset, 1, 2, 1}};
  registry.add(std::move(max));
}

} // namespace tilewright
