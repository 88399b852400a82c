// ReduceSum and ReduceMean. A mean is a sum, divided by a constant.
#include "frontend/axes.h"
#include "frontend/constant_arithmetic.h"
#include "ir/ops/reduce_sum.h"
#include "ir/ops/reshape.h"

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

void import_reduction(NodeImport& node, std::int64_t first_with_input, bool mean) {
  if (!require_real_operand(node, 0)) return;
  const bool keeps = node.integer("keepdims", 1) != 0;
  const auto axes = reduced_axes(node, first_with_input);
  if (!axes || node.failed()) return;
  if (axes->empty()) return node.bind(0, node.input(0));
  Shape shape;
  std::int64_t count = 1;
  const Shape& from = node.type(0).shape;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const bool summed = std::ranges::binary_search(*axes, static_cast<std::int64_t>(i));
    if (summed) count *= from[i];
    if (!summed || keeps) shape.push_back(summed ? 1 : from[i]);
  }
  auto result = node.add_node("sum", "reduce_sum", Attributes::of(ReduceSumAttributes{*axes}), {node.input(0)});
  if (result && mean) {
    const Tensor divisor = node.type(0).element == ElementType::float64
                               ? Tensor::of({}, std::vector<double>{static_cast<double>(count)})
                               : Tensor::of({}, std::vector<float>{static_cast<float>(count)});
    result = node.add_node("mean", "div", {}, {*result, node.add_constant("count", divisor)});
  }
  if (result) node.add_output(0, "reshape", Attributes::of(ReshapeAttributes{std::move(shape)}), {*result});
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
}

} // namespace tilewright
