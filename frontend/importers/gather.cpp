// Gather, Slice and Split: each picks indices of axes that are known when the model is read.
#include "ir/ops/gather.h"
#include "frontend/axes.h"
#include "ir/ops/reshape.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace tilewright {

namespace {

void import_gather(NodeImport& node) {
  const Shape shape = node.type(0).shape;
  const auto axis = axis_from_front(node, node.integer("axis", 0), shape.size());
  const Tensor* data = node.constant(1, "the list of indices");
  if (!axis || !data || node.failed()) return;
  if (!is_integer(data->element())) {
    return node.fail({"import.operand", "the indices are not integers", "int64", std::string(name_of(data->element())),
                      "", node.input_name(1)});
  }
  if (!node.reserve_list(data->count())) return;
  const std::int64_t size = shape[static_cast<std::size_t>(*axis)];
  std::vector<std::int64_t> indices = to_int64(*data);
  for (std::int64_t& index : indices) {
    if (index < -size || index >= size) {
      return node.fail({"import.index", "an index lies outside of the axis", fmt::format("{} to {}", -size, size - 1),
                        fmt::format("{}", index), "", node.input_name(1)});
    }
    if (index < 0) index += size;
  }
  GatherAttributes attributes{*axis, std::move(indices)};
  if (data->shape().size() == 1) {
    return void(node.add_output(0, "gather", Attributes::of(std::move(attributes)), {node.input(0)}));
  }
  // The axis gives way to those of the indices.
  Shape result(shape.begin(), shape.begin() + *axis);
  result.insert(result.end(), data->shape().begin(), data->shape().end());
  result.insert(result.end(), shape.begin() + *axis + 1, shape.end());
  const auto row = node.add_node("row", "gather", Attributes::of(std::move(attributes)), {node.input(0)});
  if (row) node.add_output(0, "reshape", Attributes::of(ReshapeAttributes{std::move(result)}), {*row});
}

struct SliceLists {
  std::vector<std::int64_t> starts;
  std::vector<std::int64_t> ends;
  std::vector<std::int64_t> axes;
  std::vector<std::int64_t> steps;
};

std::optional<SliceLists> slice_lists(NodeImport& node) {
  constexpr std::int64_t first_with_inputs = 10;
  SliceLists lists;
  if (node.opset() < first_with_inputs) {
    lists.starts = node.integers("starts").value_or(std::vector<std::int64_t>{});
    lists.ends = node.integers("ends").value_or(std::vector<std::int64_t>{});
    lists.axes = node.integers("axes").value_or(std::vector<std::int64_t>{});
  } else {
    const auto list = [&](std::size_t input, std::string_view what) -> std::optional<std::vector<std::int64_t>> {
      if (!node.has_input(input)) return std::vector<std::int64_t>{};
      return integer_list(node, input, what);
    };
    const auto starts = list(1, "the list of starts");
    const auto ends = list(2, "the list of ends");
    const auto axes = list(3, "the list of axes");
    const auto steps = list(4, "the list of steps");
    if (!starts || !ends || !axes || !steps) return std::nullopt;
    lists = {*starts, *ends, *axes, *steps};
  }
  if (lists.axes.empty()) {
    lists.axes.resize(lists.starts.size());
    std::iota(lists.axes.begin(), lists.axes.end(), 0);
  }
  if (lists.steps.empty()) lists.steps.assign(lists.starts.size(), 1);
  const bool same = lists.ends.size() == lists.starts.size() && lists.axes.size() == lists.starts.size() &&
                    lists.steps.size() == lists.starts.size();
  if (!same || node.failed()) {
    node.fail({"import.operand", "the lists of a slice have different lengths"});
    return std::nullopt;
  }
  return lists;
}

// What a slice takes of an axis of `size`; bounds beyond the axis stop at it, as ONNX has it.
std::vector<std::int64_t> sliced(std::int64_t size, std::int64_t start, std::int64_t end, std::int64_t step) {
  const std::int64_t lowest = step < 0 ? -1 : 0;
  const std::int64_t highest = step < 0 ? size - 1 : size;
  const auto bound = [&](std::int64_t at) {
    // Adding the size cannot overflow: it happens to negative numbers only.
    return std::clamp(at < 0 ? at + size : at, lowest, highest);
  };
  std::vector<std::int64_t> indices;
  const std::int64_t last = bound(end);
  for (std::int64_t i = bound(start); step < 0 ? i > last : i < last;) {
    indices.push_back(i);
    if (__builtin_add_overflow(i, step, &i)) break;
  }
  return indices;
}

void import_slice(NodeImport& node) {
  const auto lists = slice_lists(node);
  if (!lists) return;
  const Shape shape = node.type(0).shape;
  const std::size_t count = lists->axes.size();
  std::vector<std::int64_t> axes = lists->axes;
  for (std::int64_t& axis : axes) {
    const auto from_front = axis_from_front(node, axis, shape.size());
    if (!from_front) return;
    axis = *from_front;
  }
  if (!axes_from_front(node, axes, shape.size())) return;
  std::vector<GatherAttributes> gathers;
  for (std::size_t i = 0; i < count; ++i) {
    if (lists->steps[i] == 0) return node.fail({"import.operand", "a slice has step 0", "any other step"});
    const std::int64_t size = shape[static_cast<std::size_t>(axes[i])];
    if (!node.reserve_list(size)) return;
    std::vector<std::int64_t> indices = sliced(size, lists->starts[i], lists->ends[i], lists->steps[i]);
    const bool whole = static_cast<std::int64_t>(indices.size()) == size && lists->steps[i] > 0;
    if (!whole) gathers.push_back({axes[i], std::move(indices)});
  }
  if (gathers.empty()) return node.bind(0, node.input(0));
  std::optional<ValueId> value = node.input(0);
  for (std::size_t i = 0; i + 1 < gathers.size() && value; ++i) {
    value = node.add_node(fmt::format("axis{}", gathers[i].axis), "gather", Attributes::of(gathers[i]), {*value});
  }
  if (value) node.add_output(0, "gather", Attributes::of(gathers.back()), {*value});
}

// Sizes as a list, or the number of outputs says how many equal ones; the last may be smaller since opset 18.
std::optional<std::vector<std::int64_t>> split_sizes(NodeImport& node, std::int64_t size) {
  constexpr std::int64_t first_with_input = 13;
  constexpr std::int64_t first_with_count = 18;
  const auto outputs = static_cast<std::int64_t>(node.node().outputs.size());
  std::optional<std::vector<std::int64_t>> sizes;
  if (node.opset() < first_with_input) {
    sizes = node.integers("split");
  } else if (node.has_input(1)) {
    sizes = integer_list(node, 1, "the list of sizes");
    if (!sizes) return std::nullopt;
  }
  if (node.opset() >= first_with_count && node.integer("num_outputs", outputs) != outputs) {
    node.fail({"import.attribute", "num_outputs differs from the number of outputs", fmt::format("{}", outputs)});
  }
  if (node.failed()) return std::nullopt;
  if (!sizes) {
    const std::int64_t each = (size + outputs - 1) / outputs;
    sizes.emplace(static_cast<std::size_t>(outputs), each);
    sizes->back() = size - each * (outputs - 1);
    if (node.opset() < first_with_count && sizes->back() != each) sizes->back() = -1;
  }
  const bool fits = static_cast<std::int64_t>(sizes->size()) == outputs &&
                    std::ranges::all_of(*sizes, [&](std::int64_t each) { return each >= 0 && each <= size; }) &&
                    std::accumulate(sizes->begin(), sizes->end(), std::int64_t{0}) == size;
  if (fits) return sizes;
  node.fail({"import.split", "the parts do not add up to the axis", fmt::format("{} parts of {}", outputs, size),
             fmt::format("[{}]", fmt::join(*sizes, ", "))});
  return std::nullopt;
}

void import_split(NodeImport& node) {
  const Shape shape = node.type(0).shape;
  const auto axis = axis_from_front(node, node.integer("axis", 0), shape.size());
  if (!axis) return;
  const auto sizes = split_sizes(node, shape[static_cast<std::size_t>(*axis)]);
  if (!sizes || !node.reserve_list(shape[static_cast<std::size_t>(*axis)])) return;
  std::int64_t first = 0;
  for (std::size_t i = 0; i < sizes->size(); ++i) {
    std::vector<std::int64_t> indices(static_cast<std::size_t>((*sizes)[i]));
    std::iota(indices.begin(), indices.end(), first);
    first += (*sizes)[i];
    if (node.node().outputs[i].empty()) continue;
    if (!node.add_output(i, "gather", Attributes::of(GatherAttributes{*axis, std::move(indices)}), {node.input(0)}))
      return;
  }
}

} // namespace

void register_gather_importer(ImporterRegistry& registry) {
  const auto add = [&registry](std::string name, void (*import)(NodeImport&), std::vector<ImportedOperator> operators) {
    ImporterDefinition importer;
    importer.name = std::move(name);
    importer.import = import;
    importer.operators = std::move(operators);
    registry.add(std::move(importer));
  };
  constexpr std::size_t most_parts = 10'000;
  add("gather", import_gather, {{"", "Gather", 1, newest_opset, 2, 2, 1}});
  add("slice", import_slice, {{"", "Slice", 1, 9, 1, 1, 1}, {"", "Slice", 10, newest_opset, 3, 5, 1}});
  add("split", import_split,
      {{"", "Split", 2, 12, 1, 1, most_parts}, {"", "Split", 13, newest_opset, 1, 2, most_parts}});
}

} // namespace tilewright
