// ConvTranspose: a convolution, at stride 1 and with its window turned around, over an image whose pixels stand
// `stride` apart with zeros in between. The weights are [C, M / group, window].
#include "frontend/constant_arithmetic.h"
#include "frontend/windows.h"
#include "ir/ops/conv.h"
#include "ir/ops/gather.h"
#include "ir/ops/pad.h"
#include "ir/ops/reshape.h"
#include "ir/ops/transpose.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace tilewright {

namespace {

// One axis of space.
struct Axis {
  std::int64_t size = 0;
  std::int64_t stride = 1;
  std::int64_t begin = 0; // pixels around the spread image; negative: so many are cut off
  std::int64_t end = 0;
  std::int64_t spread() const { return size * stride; }
};

std::optional<std::vector<std::int64_t>> list_of(NodeImport& node, std::string_view name, std::size_t count) {
  constexpr std::int64_t largest = std::int64_t{1} << 28;
  std::vector<std::int64_t> list = node.integers(name).value_or(std::vector<std::int64_t>(count, 0));
  const bool good = list.size() == count &&
                    std::ranges::all_of(list, [](std::int64_t entry) { return entry >= 0 && entry <= largest; });
  if (good && !node.failed()) return list;
  node.fail({"import.window", fmt::format("attribute '{}' does not fit the operand", name),
             fmt::format("{} numbers from 0", count), fmt::format("[{}]", fmt::join(list, ", "))});
  return std::nullopt;
}

// What is cut off the result at both ends, or added at the end, where the attributes say how large it is to be.
void pad_to_shape(Windows& windows, const Shape& shape, const std::vector<std::int64_t>& output_padding,
                  const std::vector<std::int64_t>& wanted, bool upper) {
  for (std::size_t i = 0; i < wanted.size(); ++i) {
    const std::int64_t reach = (windows.kernel[i] - 1) * windows.dilations[i] + 1;
    const std::int64_t total = windows.strides[i] * (shape[i + 2] - 1) + output_padding[i] + reach - wanted[i];
    windows.pads_begin[i] = total < 0 ? 0 : upper ? total / 2 : total - total / 2; // what is missing comes behind it
    windows.pads_end[i] = total - windows.pads_begin[i];
  }
}

std::optional<std::vector<Axis>> axes_of(NodeImport& node, Windows& windows) {
  const Shape& shape = node.type(0).shape;
  const std::size_t rank = shape.size() - 2;
  const auto output_padding = list_of(node, "output_padding", rank);
  const auto wanted = node.integers("output_shape");
  const std::string auto_pad = node.text("auto_pad", "NOTSET");
  if (!output_padding) return std::nullopt;
  if (wanted && wanted->size() < rank) {
    node.fail({"import.window", "output_shape does not fit the operand", fmt::format("{} sizes", rank),
               fmt::format("[{}]", fmt::join(*wanted, ", "))});
    return std::nullopt;
  }
  if (wanted) {
    pad_to_shape(windows, shape, *output_padding, {wanted->end() - static_cast<std::ptrdiff_t>(rank), wanted->end()},
                 auto_pad == "SAME_UPPER");
  } else if (auto_pad.starts_with("SAME")) {
    std::vector<std::int64_t> same;
    for (std::size_t i = 0; i < rank; ++i)
      same.push_back(shape[i + 2] * windows.strides[i]);
    pad_to_shape(windows, shape, *output_padding, same, auto_pad == "SAME_UPPER");
  }
  std::vector<Axis> axes;
  for (std::size_t i = 0; i < rank; ++i) {
    const std::int64_t reach = (windows.kernel[i] - 1) * windows.dilations[i];
    axes.push_back({shape[i + 2], windows.strides[i], reach - windows.pads_begin[i],
                    reach - windows.pads_end[i] + (*output_padding)[i] - (windows.strides[i] - 1)});
    const Axis& axis = axes.back();
    const std::int64_t left =
        axis.spread() + std::min<std::int64_t>(axis.begin, 0) + std::min<std::int64_t>(axis.end, 0);
    if (left < 1 || !node.allows_elements(axis.spread())) {
      node.fail({"import.window", "the result is empty or too large", "", fmt::format("{} pixels", left)});
      return std::nullopt;
    }
  }
  return axes;
}

// Zeros behind every pixel, up to the next one's place.
std::optional<ValueId> spread(NodeImport& node, ValueId image, const std::vector<Axis>& axes) {
  if (std::ranges::all_of(axes, [](const Axis& axis) { return axis.stride == 1; })) return image;
  const Shape shape = node.type_of(image).shape;
  Shape apart{shape[0]};
  Shape result{shape[0]};
  PadAttributes zeros{{0}, {0}, Rational(0)};
  for (const Axis& axis : axes) {
    apart.insert(apart.end(), {axis.size, 1});
    result.push_back(axis.spread());
    zeros.begin.insert(zeros.begin.end(), {0, 0});
    zeros.end.insert(zeros.end.end(), {0, axis.stride - 1});
  }
  apart.push_back(shape.back());
  result.push_back(shape.back());
  zeros.begin.push_back(0);
  zeros.end.push_back(0);
  const auto split = node.add_node("apart", "reshape", Attributes::of(ReshapeAttributes{std::move(apart)}), {image});
  const auto padded = split ? node.add_node("zeros", "pad", Attributes::of(std::move(zeros)), {*split}) : std::nullopt;
  if (!padded) return std::nullopt;
  return node.add_node("spread", "reshape", Attributes::of(ReshapeAttributes{std::move(result)}), {*padded});
}

// Indices [first, last) of an axis, or backwards.
std::optional<ValueId> picked(NodeImport& node, ValueId value, std::int64_t axis, std::int64_t first, std::int64_t last,
                              bool backwards = false) {
  if (!node.reserve_list(last - first)) return std::nullopt;
  GatherAttributes gather{axis, std::vector<std::int64_t>(static_cast<std::size_t>(last - first))};
  std::iota(gather.indices.begin(), gather.indices.end(), first);
  if (backwards) std::ranges::reverse(gather.indices);
  return node.add_node(fmt::format("axis{}", axis), "gather", Attributes::of(std::move(gather)), {value});
}

std::optional<ValueId> cropped(NodeImport& node, ValueId image, const std::vector<Axis>& axes) {
  std::optional<ValueId> result = image;
  for (std::size_t i = 0; i < axes.size() && result; ++i) {
    const std::int64_t first = std::max<std::int64_t>(-axes[i].begin, 0);
    const std::int64_t last = axes[i].spread() + std::min<std::int64_t>(axes[i].end, 0);
    if (first == 0 && last == axes[i].spread()) continue;
    result = picked(node, *result, static_cast<std::int64_t>(i) + 1, first, last);
  }
  return result;
}

// [C, M / group, window] to the window turned around, C / group, M.
std::optional<ValueId> turned_weights(NodeImport& node, std::int64_t groups) {
  const Shape shape = node.type(1).shape;
  const auto axes = static_cast<std::int64_t>(shape.size()) - 2;
  TransposeAttributes last;
  for (std::int64_t i = 0; i < axes; ++i)
    last.permutation.push_back(i + 2);
  last.permutation.insert(last.permutation.end(), {0, 1});
  auto weights = node.add_node("weights", "transpose", Attributes::of(last), {node.input(1)});
  for (std::int64_t i = 0; i < axes && weights; ++i)
    weights = picked(node, *weights, i, 0, shape[static_cast<std::size_t>(i) + 2], true);
  if (groups == 1 || !weights) return weights;
  Shape window(shape.begin() + 2, shape.end());
  Shape split = window;
  split.insert(split.end(), {groups, shape[0] / groups, shape[1]});
  TransposeAttributes inner; // each group's inputs in front of the groups
  for (std::int64_t i = 0; i < axes; ++i)
    inner.permutation.push_back(i);
  inner.permutation.insert(inner.permutation.end(), {axes + 1, axes, axes + 2});
  Shape joined = window;
  joined.insert(joined.end(), {shape[0] / groups, groups * shape[1]});
  weights = node.add_node("groups", "reshape", Attributes::of(ReshapeAttributes{std::move(split)}), {*weights});
  if (weights) weights = node.add_node("group_inputs", "transpose", Attributes::of(std::move(inner)), {*weights});
  if (!weights) return std::nullopt;
  return node.add_node("group_outputs", "reshape", Attributes::of(ReshapeAttributes{std::move(joined)}), {*weights});
}

void import_conv_transpose(NodeImport& node) {
  if (!require_real_operands(node) || !require_image(node, 0) || !require_image(node, 1)) return;
  const Shape& shape = node.type(0).shape;
  const Shape& own = node.type(1).shape;
  const std::int64_t groups = node.integer("group", 1);
  if (own.size() != shape.size() || own[0] != shape[1] || groups < 1 || own[0] % groups != 0) {
    return node.fail({"import.shape", "the weights do not fit the operand",
                      fmt::format("{} channels in whole groups", shape[1]), fmt::format("'{}'", text_of(own)), "",
                      node.input_name(1)});
  }
  auto windows = windows_of(node, shape, std::vector<std::int64_t>(own.begin() + 2, own.end()));
  if (!windows || node.failed()) return;
  const auto axes = axes_of(node, *windows);
  if (!axes) return;
  ConvAttributes attributes;
  attributes.groups = groups;
  attributes.windows = *windows;
  for (std::size_t i = 0; i < axes->size(); ++i) {
    attributes.windows.strides[i] = 1;
    attributes.windows.pads_begin[i] = std::max<std::int64_t>((*axes)[i].begin, 0);
    attributes.windows.pads_end[i] = std::max<std::int64_t>((*axes)[i].end, 0);
  }
  const auto image = to_channels_last(node, node.input(0));
  const auto apart = image ? spread(node, *image, *axes) : std::nullopt;
  const auto cut = apart ? cropped(node, *apart, *axes) : std::nullopt;
  const auto weights = turned_weights(node, groups);
  if (!cut || !weights) return;
  std::vector<ValueId> operands{*cut, *weights};
  if (node.has_input(2)) operands.push_back(node.input(2));
  bind_channels_first(
      node, node.add_node("channels_last_result", "conv", Attributes::of(std::move(attributes)), std::move(operands)));
}

} // namespace

void register_conv_transpose_importer(ImporterRegistry& registry) {
  ImporterDefinition importer;
  importer.name = "conv_transpose";
  importer.import = import_conv_transpose;
  importer.operators = {{"", "ConvTranspose", 1, newest_opset, 2, 3, 1}};
  registry.add(std::move(importer));
}

} // namespace tilewright
