// Reshape, Flatten, Squeeze and Unsqueeze: the same elements under another shape.
#include "ir/ops/reshape.h"
#include "frontend/axes.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

void reshape_to(NodeImport& node, Shape shape) {
  if (node.failed()) return;
  if (shape == node.type(0).shape) {
    node.bind(0, node.input(0));
  } else {
    node.add_output(0, "reshape", Attributes::of(ReshapeAttributes{std::move(shape)}), {node.input(0)});
  }
}

// ONNX's rules: 0 copies the input's dimension (unless allowzero is set), and one -1 takes what is left.
void import_reshape(NodeImport& node) {
  constexpr std::int64_t first_with_allowzero = 14;
  const bool copies_zero = node.opset() < first_with_allowzero || node.integer("allowzero", 0) == 0;
  const auto asked = integer_list(node, 1, "the shape");
  if (!asked || node.failed()) return;
  const Shape& from = node.type(0).shape;
  const auto refuse = [&](std::string reason) {
    node.fail({"import.shape", std::move(reason), fmt::format("a shape for '{}'", text_of(from)),
               fmt::format("[{}]", fmt::join(*asked, ", ")), "", node.input_name(1)});
  };
  Shape shape = *asked;
  std::optional<std::size_t> rest;
  std::int64_t known = 1;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 0 && copies_zero) {
      if (i >= from.size()) return refuse("a dimension of the shape copies one that the input does not have");
      shape[i] = from[i];
    }
    if (shape[i] == -1) {
      if (rest) return refuse("the shape has several -1");
      rest = i;
    } else if (shape[i] < 0 || __builtin_mul_overflow(known, shape[i], &known)) {
      return refuse("the shape is malformed");
    }
  }
  if (rest) {
    const std::int64_t count = *element_count(from);
    if (known == 0 || count % known != 0) return refuse("the shape's -1 has no value");
    shape[*rest] = count / known;
  }
  reshape_to(node, std::move(shape));
}

void import_flatten(NodeImport& node) {
  constexpr std::int64_t first_with_negative_axis = 11;
  const Shape& from = node.type(0).shape;
  const auto rank = static_cast<std::int64_t>(from.size());
  std::int64_t axis = node.integer("axis", 1);
  const std::int64_t lowest = node.opset() >= first_with_negative_axis ? -rank : 0;
  if (axis < lowest || axis > rank) {
    node.fail(
        {"import.axis", "the axis does not exist", fmt::format("{} to {}", lowest, rank), fmt::format("{}", axis)});
    return;
  }
  if (axis < 0) axis += rank;
  Shape shape{1, 1};
  for (std::int64_t i = 0; i < rank; ++i)
    shape[i < axis ? 0 : 1] *= from[static_cast<std::size_t>(i)];
  reshape_to(node, std::move(shape));
}

// The axes of Squeeze and Unsqueeze, sorted; nullopt if there are none, or they are wrong and that was reported.
std::optional<std::vector<std::int64_t>> axes_of(NodeImport& node, std::int64_t rank) {
  constexpr std::int64_t first_with_input = 13;
  std::optional<std::vector<std::int64_t>> axes;
  if (node.opset() < first_with_input) {
    axes = node.integers("axes");
  } else if (node.has_input(1)) {
    axes = integer_list(node, 1, "the list of axes");
  }
  if (!axes) return std::nullopt;
  return axes_from_front(node, *std::move(axes), static_cast<std::size_t>(rank));
}

void import_squeeze(NodeImport& node) {
  const Shape& from = node.type(0).shape;
  const auto axes = axes_of(node, static_cast<std::int64_t>(from.size()));
  if (node.failed()) return;
  Shape shape;
  for (std::size_t i = 0; i < from.size(); ++i) {
    const bool named = axes && std::ranges::binary_search(*axes, static_cast<std::int64_t>(i));
    if (named && from[i] != 1) {
      node.fail({"import.axis", "an axis to remove is not of size 1", "1", fmt::format("{}", from[i])});
      return;
    }
    if (axes ? !named : from[i] != 1) shape.push_back(from[i]);
  }
  reshape_to(node, std::move(shape));
}

void import_unsqueeze(NodeImport& node) {
  constexpr std::size_t most_axes = 16;
  const Shape& from = node.type(0).shape;
  // The axes count in the result, whose rank depends on how many there are.
  const std::size_t count = node.has_input(1) ? static_cast<std::size_t>(element_count(node.type(1).shape).value_or(0))
                                              : node.integers("axes").value_or(std::vector<std::int64_t>{}).size();
  if (count > most_axes) {
    node.fail({"import.limit", "too many axes", fmt::format("at most {}", most_axes), fmt::format("{}", count)});
    return;
  }
  const std::size_t rank = from.size() + count;
  const auto axes = axes_of(node, static_cast<std::int64_t>(rank));
  if (!axes) {
    if (!node.failed()) node.fail({"import.node", "the axes are missing"});
    return;
  }
  Shape shape;
  std::size_t next = 0;
  for (std::size_t i = 0; i < rank; ++i) {
    shape.push_back(std::ranges::binary_search(*axes, static_cast<std::int64_t>(i)) ? 1 : from[next++]);
  }
  reshape_to(node, std::move(shape));
}

} // namespace

void register_reshape_importer(ImporterRegistry& registry) {
  const auto add = [&registry](std::string name, void (*import)(NodeImport&), std::vector<ImportedOperator> operators) {
    ImporterDefinition importer;
    importer.name = std::move(name);
    importer.import = import;
    importer.operators = std::move(operators);
    registry.add(std::move(importer));
  };
  add("reshape", import_reshape, {{"", "Reshape", 5, newest_opset, 2, 2, 1}});
  add("flatten", import_flatten, {{"", "Flatten", 1, newest_opset, 1, 1, 1}});
  add("squeeze", import_squeeze, {{"", "Squeeze", 1, 12, 1, 1, 1}, {"", "Squeeze", 13, newest_opset, 1, 2, 1}});
  add("unsqueeze", import_unsqueeze, {{"", "Unsqueeze", 1, 12, 1, 1, 1}, {"", "Unsqueeze", 13, newest_opset, 2, 2, 1}});
}

} // namespace tilewright
