#include "frontend/windows.h"

#include "ir/ops/transpose.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr std::int64_t largest = std::int64_t{1} << 28;

// A list attribute with `count` entries between `low` and `largest`.
std::optional<std::vector<std::int64_t>> list_of(NodeImport& node, std::string_view name, std::size_t count,
                                                 std::int64_t low, std::int64_t otherwise) {
  std::vector<std::int64_t> list = node.integers(name).value_or(std::vector<std::int64_t>(count, otherwise));
  const bool good = list.size() == count &&
                    std::ranges::all_of(list, [&](std::int64_t entry) { return entry >= low && entry <= largest; });
  if (good && !node.failed()) return list;
  node.fail({"import.window", fmt::format("attribute '{}' does not fit the operand", name),
             fmt::format("{} numbers from {}", count, low), fmt::format("[{}]", fmt::join(list, ", "))});
  return std::nullopt;
}

// The padding that keeps ceil(size / stride) positions; an odd one goes to the side that `upper` says.
void pad_to_same(Windows& windows, const Shape& shape, bool upper) {
  for (std::size_t i = 0; i < windows.kernel.size(); ++i) {
    const std::int64_t size = shape[i + 2];
    const std::int64_t positions = (size + windows.strides[i] - 1) / windows.strides[i];
    const std::int64_t reach = (windows.kernel[i] - 1) * windows.dilations[i] + 1;
    const std::int64_t missing = std::max<std::int64_t>(0, (positions - 1) * windows.strides[i] + reach - size);
    windows.pads_begin[i] = upper ? missing / 2 : missing - missing / 2;
    windows.pads_end[i] = missing - windows.pads_begin[i];
  }
}

void grow_to_ceil(Windows& windows, const Shape& shape) {
  for (std::size_t i = 0; i < windows.kernel.size(); ++i) {
    const std::int64_t size = shape[i + 2] + windows.pads_begin[i];
    const std::int64_t reach = (windows.kernel[i] - 1) * windows.dilations[i] + 1;
    const std::int64_t beyond = size + windows.pads_end[i] - reach;
    const std::int64_t rest = beyond < 0 ? 0 : beyond % windows.strides[i];
    if (rest == 0) continue;
    const std::int64_t last_start = beyond - rest + windows.strides[i];
    if (last_start < size) windows.pads_end[i] += windows.strides[i] - rest;
  }
}

} // namespace

std::optional<Windows> windows_of(NodeImport& node, const Shape& shape,
                                  std::optional<std::vector<std::int64_t>> kernel) {
  const std::size_t rank = shape.size() - 2;
  Windows windows;
  auto given = node.integers("kernel_shape");
  if (kernel && given && given != kernel) {
    node.fail({"import.window", "kernel_shape differs from the weights", fmt::format("[{}]", fmt::join(*kernel, ", ")),
               fmt::format("[{}]", fmt::join(*given, ", "))});
  }
  if (!kernel && !given) node.fail({"import.window", "attribute 'kernel_shape' is missing"});
  if (!kernel) kernel = std::move(given);
  const auto strides = list_of(node, "strides", rank, 1, 1);
  const auto dilations = list_of(node, "dilations", rank, 1, 1);
  const std::string auto_pad = node.text("auto_pad", "NOTSET");
  const auto pads = list_of(node, "pads", 2 * rank, 0, 0);
  if (!kernel || !strides || !dilations || !pads || node.failed()) return std::nullopt;
  const bool fits = std::ranges::all_of(*kernel, [](std::int64_t size) { return size >= 1 && size <= largest; }) &&
                    std::ranges::all_of(shape, [](std::int64_t size) { return size <= largest; });
  if (kernel->size() != rank || !fits) {
    node.fail({"import.window", "the window does not fit the operand", fmt::format("{} sizes above 0", rank),
               fmt::format("[{}]", fmt::join(*kernel, ", "))});
    return std::nullopt;
  }
  const auto middle = pads->begin() + static_cast<std::ptrdiff_t>(rank);
  windows = {*kernel, *strides, *dilations, {pads->begin(), middle}, {middle, pads->end()}};
  if (auto_pad == "SAME_UPPER" || auto_pad == "SAME_LOWER") {
    pad_to_same(windows, shape, auto_pad == "SAME_UPPER");
  } else if (auto_pad == "VALID") {
    std::ranges::fill(windows.pads_begin, 0);
    std::ranges::fill(windows.pads_end, 0);
  } else if (auto_pad != "NOTSET") {
    node.fail(
        {"import.window", "the automatic padding is not known", "NOTSET, SAME_UPPER, SAME_LOWER or VALID", auto_pad});
    return std::nullopt;
  }
  // Only pooling has it; where it is not an attribute of the operator it stays unread, which is reported.
  const bool is_pool = node.node().op_type.find("Pool") != std::string::npos;
  if (is_pool && node.integer("ceil_mode", 0) != 0) grow_to_ceil(windows, shape);
  if (node.failed()) return std::nullopt;
  return windows;
}

bool require_image(NodeImport& node, std::size_t input) {
  const Shape& shape = node.type(input).shape;
  constexpr std::size_t most = 5;
  if (shape.size() >= 3 && shape.size() <= most) return true;
  node.fail({"import.shape", "the operand has the wrong number of dimensions",
             "batch, channels and 1 to 3 axes of space", fmt::format("'{}'", text_of(shape)), "",
             node.input_name(input)});
  return false;
}

std::optional<ValueId> to_channels_last(NodeImport& node, ValueId value) {
  TransposeAttributes attributes;
  attributes.permutation.push_back(0);
  for (std::size_t i = 2; i < node.type_of(value).shape.size(); ++i)
    attributes.permutation.push_back(static_cast<std::int64_t>(i));
  attributes.permutation.push_back(1);
  return node.add_node("channels_last", "transpose", Attributes::of(std::move(attributes)), {value});
}

namespace {

Attributes channels_first(std::int64_t rank) {
  TransposeAttributes attributes{{0, rank - 1}};
  for (std::int64_t i = 1; i + 1 < rank; ++i)
    attributes.permutation.push_back(i);
  return Attributes::of(std::move(attributes));
}

} // namespace

std::optional<ValueId> to_channels_first(NodeImport& node, ValueId value) {
  const auto rank = static_cast<std::int64_t>(node.type_of(value).shape.size());
  return node.add_node("channels_first", "transpose", channels_first(rank), {value});
}

void bind_channels_first(NodeImport& node, std::optional<ValueId> value) {
  if (!value) return;
  const auto rank = static_cast<std::int64_t>(node.type_of(*value).shape.size());
  node.add_output(0, "transpose", channels_first(rank), {*value});
}

} // namespace tilewright
