// MaxPool, AveragePool and the two global ones. An average is a sum, divided by a constant.
#include "frontend/constant_arithmetic.h"
#include "frontend/windows.h"
#include "ir/ops/max_pool.h"
#include "ir/ops/sum_pool.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

std::optional<ValueId> maximum(NodeImport& node, Windows windows) {
  const auto image = to_channels_last(node, node.input(0));
  if (!image) return std::nullopt;
  return node.add_node("channels_last_result", "max_pool", Attributes::of(MaxPoolAttributes{std::move(windows)}),
                       {*image});
}

void import_max_pool(NodeImport& node) {
  if (!require_image(node, 0)) return;
  if (node.node().outputs.size() > 1 && !node.node().outputs[1].empty()) {
    node.fail({"import.output", "the indices of the largest elements are not supported", "one output", "",
               "remove the second output", node.node().outputs[1]});
    return;
  }
  node.integer("storage_order", 0); // says how the indices count
  const auto windows = windows_of(node, node.type(0).shape);
  if (windows) bind_channels_first(node, maximum(node, *windows));
}

// How many elements each window has inside of the data: the divisors where padding does not count. Each axis counts by
// itself.
std::optional<Tensor> counts_inside(NodeImport& node, const Windows& windows, const Shape& image) {
  Shape shape = window_result(windows, image, 1);
  shape[0] = 1;
  if (!node.reserve_list(element_count(shape).value_or(-1))) return std::nullopt;
  std::vector<float> counts{1};
  for (std::size_t axis = 0; axis < windows.kernel.size(); ++axis) {
    std::vector<float> next;
    next.reserve(counts.size() * static_cast<std::size_t>(shape[axis + 1]));
    for (const float so_far : counts) {
      for (std::int64_t position = 0; position < shape[axis + 1]; ++position) {
        const std::int64_t start = position * windows.strides[axis] - windows.pads_begin[axis];
        const std::int64_t step = windows.dilations[axis];
        // Elements start + k * step for k from 0 to the kernel's size, of those from 0 to the image's size.
        const std::int64_t before = start < 0 ? (-start + step - 1) / step : 0;
        const std::int64_t until =
            std::clamp<std::int64_t>((image[axis + 1] - start + step - 1) / step, 0, windows.kernel[axis]);
        next.push_back(so_far * static_cast<float>(std::max<std::int64_t>(0, until - before)));
      }
    }
    counts = std::move(next);
  }
  return Tensor::of(shape, counts);
}

std::optional<ValueId> average(NodeImport& node, Windows windows, bool counts_padding) {
  const auto image = to_channels_last(node, node.input(0));
  if (!image) return std::nullopt;
  const Shape shape = node.type_of(*image).shape;
  const std::int64_t whole = elements_of_window(windows);
  const auto sum = node.add_node("sum", "sum_pool", Attributes::of(SumPoolAttributes{windows, 0}), {*image});
  if (!sum) return std::nullopt;
  Tensor divisor = Tensor::of({}, std::vector<float>{static_cast<float>(whole)});
  if (has_padding(windows) && !counts_padding) {
    std::optional<Tensor> counts = counts_inside(node, windows, shape);
    if (!counts) return std::nullopt;
    divisor = *std::move(counts);
  }
  if (node.type_of(*sum).element != ElementType::float32) {
    node.fail({"import.element-type", "averages of this type are not supported", "float",
               std::string(name_of(node.type_of(*sum).element))});
    return std::nullopt;
  }
  return node.add_node("channels_last_result", "div", {}, {*sum, node.add_constant("count", std::move(divisor))});
}

void import_average_pool(NodeImport& node) {
  constexpr std::int64_t first_with_ceil = 10;
  if (!require_real_operands(node) || !require_image(node, 0)) return;
  const bool counts_padding = node.integer("count_include_pad", 0) != 0;
  const bool grows = node.opset() >= first_with_ceil && node.integer("ceil_mode", 0) != 0;
  const auto windows = windows_of(node, node.type(0).shape);
  if (!windows) return;
  if (grows && counts_padding && has_padding(*windows)) {
    node.fail({"import.window", "ceil_mode together with count_include_pad is not supported", "one of the two", "",
               "pad in front of the pooling"});
    return;
  }
  bind_channels_first(node, average(node, *windows, counts_padding));
}

void import_global_pool(NodeImport& node) {
  if (!require_real_operands(node) || !require_image(node, 0)) return;
  Shape image = node.type(0).shape;
  std::rotate(image.begin() + 1, image.begin() + 2, image.end());
  const Windows windows = whole_space(image);
  bind_channels_first(node,
                      node.node().op_type == "GlobalMaxPool" ? maximum(node, windows) : average(node, windows, true));
}

} // namespace

void register_pool_importer(ImporterRegistry& registry) {
  ImporterDefinition max;
  max.name = "max_pool";
  max.import = import_max_pool;
  max.operators = {{"", "MaxPool", 1, newest_opset, 1, 1, 2}};
  registry.add(std::move(max));
  ImporterDefinition average;
  average.name = "average_pool";
  average.import = import_average_pool;
  average.operators = {{"", "AveragePool", 1, newest_opset, 1, 1, 1}};
  registry.add(std::move(average));
  ImporterDefinition global;
  global.name = "global_pool";
  global.import = import_global_pool;
  global.operators = {{"", "GlobalAveragePool", 1, newest_opset, 1, 1, 1},
                      {"", "GlobalMaxPool", 1, newest_opset, 1, 1, 1}};
  registry.add(std::move(global));
}

} // namespace tilewright
