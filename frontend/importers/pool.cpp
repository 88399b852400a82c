// MaxPool, AveragePool and the two global ones. An average is a sum, divided by a constant.
#include "frontend/averages.h"
#include "frontend/constant_arithmetic.h"
#include "frontend/windows.h"
#include "ir/ops/max_pool.h"

#include <algorithm>

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

void import_average_pool(NodeImport& node) {
  if (!require_real_operands(node) || !require_image(node, 0)) return;
  const auto windows = windows_of(node, node.type(0).shape);
  const auto image = windows ? to_channels_last(node, node.input(0)) : std::nullopt;
  if (image) bind_channels_first(node, average_of(node, *image, *windows, counted_padding(node, *windows)));
}

void import_global_pool(NodeImport& node) {
  if (!require_real_operands(node) || !require_image(node, 0)) return;
  Shape image = node.type(0).shape;
  std::rotate(image.begin() + 1, image.begin() + 2, image.end());
  const Windows windows = whole_space(image);
  if (node.node().op_type == "GlobalMaxPool") return bind_channels_first(node, maximum(node, windows));
  const auto space = to_channels_last(node, node.input(0));
  if (space) bind_channels_first(node, average_of(node, *space, windows, {windows.pads_begin, windows.pads_end}));
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
