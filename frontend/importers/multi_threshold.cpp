// FINN's MultiThreshold(x, thresholds): out_scale * (how many thresholds x reaches) + out_bias. Channels are axis 1 in
// NCHW, else the last one.
#include "frontend/constant_arithmetic.h"
#include "frontend/qonnx.h"
#include "frontend/windows.h"
#include "ir/ops/dequantize.h"

#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace tilewright {

namespace {

// Thresholds in the operand's own real type, which is how the comparison is defined.
std::optional<ValueId> thresholds_like(NodeImport& node, ElementType element) {
  const Tensor* data = node.constant(1, "the list of thresholds");
  if (!data || !node.require_finite(1)) return std::nullopt;
  if (data->element() == element) return node.input(1);
  if (element == ElementType::float64)
    return node.add_constant("thresholds", Tensor::of(data->shape(), to_double(*data)));
  // Rounded up: a float32 reaches a threshold exactly if it reaches the next float32 from there on.
  std::vector<float> rounded;
  for (const double threshold : to_double(*data)) {
    auto near = static_cast<float>(threshold);
    if (static_cast<double>(near) < threshold) near = std::nextafter(near, std::numeric_limits<float>::infinity());
    rounded.push_back(near);
  }
  return node.add_constant("thresholds", Tensor::of(data->shape(), rounded));
}

void import_multi_threshold(NodeImport& node) {
  constexpr std::size_t image_rank = 4;
  node.text("out_dtype", "");
  const float scale = node.real("out_scale", 1);
  const float bias = node.real("out_bias", 0);
  const std::string layout = node.text("data_layout", "NCHW");
  if (!(scale > 0) || !std::isfinite(scale) || !std::isfinite(bias)) {
    node.fail({"import.scale", "the output's scale or bias is not one", "a positive finite scale, a finite bias",
               fmt::format("{} and {}", scale, bias)});
  }
  if (node.failed() || !require_real_operand(node, 0)) return;
  const bool channels_first = node.type(0).shape.size() == image_rank && layout == "NCHW";
  const auto thresholds = thresholds_like(node, node.type(0).element);
  const auto x = channels_first ? to_channels_last(node, node.input(0)) : std::optional(node.input(0));
  if (!thresholds || !x) return;
  const auto count = node.add_node("count", "multi_threshold", {}, {*x, *thresholds});
  if (!count) return;
  const DequantizeAttributes steps{{Rational::from_double(static_cast<double>(scale))}, {0}, {}};
  auto real = node.add_node("real", "dequantize", Attributes::of(steps), {*count});
  if (real && bias != 0) {
    real = node.add_node("biased", "add", {},
                         {*real, node.add_constant("bias", Tensor::of({}, std::vector<float>{bias}))});
  }
  if (!real) return;
  if (channels_first) return bind_channels_first(node, real);
  node.graph().set_name(*real, node.node().outputs[0]);
  node.bind(0, *real);
}

} // namespace

void register_multi_threshold_importer(ImporterRegistry& registry) {
  ImporterDefinition importer;
  importer.name = "multi_threshold";
  importer.import = import_multi_threshold;
  for (const std::string_view domain : qonnx_domains)
    importer.operators.push_back({std::string(domain), "MultiThreshold", 1, 2, 2, 2, 1});
  registry.add(std::move(importer));
}

} // namespace tilewright
