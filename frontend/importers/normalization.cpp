// BatchNormalization as in inference, and LayerNormalization.
#include "frontend/axes.h"
#include "frontend/constant_arithmetic.h"
#include "ir/ops/layer_norm.h"
#include "ir/ops/reduce_sum.h"
#include "ir/ops/unary.h"

#include <cmath>
#include <fmt/format.h>

namespace tilewright {

namespace {

// A vector with one entry a channel, as doubles.
std::optional<std::vector<double>> channel_vector(NodeImport& node, std::size_t input, std::string_view what,
                                                  std::int64_t channels) {
  const Tensor* data = node.constant(input, what);
  if (!data || !node.require_finite(input)) return std::nullopt;
  if (data->shape() == Shape{channels}) return to_double(*data);
  node.fail({"import.shape", fmt::format("{} has not one entry for each channel", what), fmt::format("'{}'", channels),
             fmt::format("'{}'", text_of(data->shape())), "", node.input_name(input)});
  return std::nullopt;
}

ValueId channel_constant(NodeImport& node, std::string_view suffix, const std::vector<double>& values,
                         std::size_t axes_behind) {
  Shape shape{static_cast<std::int64_t>(values.size())};
  shape.insert(shape.end(), axes_behind, 1);
  std::vector<float> rounded(values.begin(), values.end());
  return node.add_constant(suffix, Tensor::of(std::move(shape), rounded));
}

bool is_inference(NodeImport& node) {
  constexpr std::int64_t first_with_mode = 14;
  constexpr std::int64_t last_with_spatial = 8;
  node.real("momentum", 0.9F);
  const bool trains = node.opset() >= first_with_mode && node.integer("training_mode", 0) != 0;
  bool has_statistics = false;
  for (std::size_t i = 1; i < node.node().outputs.size(); ++i)
    has_statistics = has_statistics || !node.node().outputs[i].empty();
  if (trains || has_statistics) {
    node.fail(
        {"import.training", "the model is exported in training mode", "inference", "", "export it in evaluation mode"});
  } else if (node.opset() <= last_with_spatial && node.integer("spatial", 1) == 0) {
    node.fail({"import.attribute", "statistics for each element are not supported", "spatial 1", "0"});
  }
  return !node.failed();
}

// (x - mean) * factor + bias. The factor is the float32 nearest to scale / sqrt(variance + epsilon), whose square root
// no fraction gives; everything else is exact once the passes trace it.
void import_batch_normalization(NodeImport& node) {
  const double epsilon = static_cast<double>(node.real("epsilon", 1e-5F));
  if (!is_inference(node) || !require_real_operands(node)) return;
  const Shape& shape = node.type(0).shape;
  if (shape.size() < 2) {
    node.fail({"import.shape", "the operand has no channels", "two dimensions at least",
               fmt::format("'{}'", text_of(shape)), "", node.input_name(0)});
    return;
  }
  const auto scale = channel_vector(node, 1, "the scale", shape[1]);
  const auto bias = channel_vector(node, 2, "the bias", shape[1]);
  auto mean = channel_vector(node, 3, "the mean", shape[1]);
  const auto variance = channel_vector(node, 4, "the variance", shape[1]);
  if (!scale || !bias || !mean || !variance) return;
  std::vector<double> factor;
  for (std::size_t c = 0; c < scale->size(); ++c) {
    const double spread = (*variance)[c] + epsilon;
    if (!(spread > 0)) {
      node.fail({"import.variance", "a variance is not positive", "above 0", fmt::format("{}", (*variance)[c]),
                 "check the training", node.input_name(4)});
      return;
    }
    factor.push_back((*scale)[c] / std::sqrt(spread));
    (*mean)[c] = -(*mean)[c];
  }
  const std::size_t behind = shape.size() - 2;
  const auto centered =
      node.add_node("centered", "add", {}, {node.input(0), channel_constant(node, "minus_mean", *mean, behind)});
  const auto scaled =
      centered ? node.add_node("scaled", "mul", {}, {*centered, channel_constant(node, "factor", factor, behind)})
               : std::nullopt;
  if (scaled) node.add_output(0, "add", {}, {*scaled, channel_constant(node, "bias", *bias, behind)});
}

bool wants_output(NodeImport& node, std::size_t index) {
  return index < node.node().outputs.size() && !node.node().outputs[index].empty();
}

std::optional<ValueId> mean_from(NodeImport& node, std::string_view suffix, ValueId x, std::int64_t axis) {
  ReduceSumAttributes attributes;
  std::int64_t count = 1;
  const Shape shape = node.type_of(x).shape;
  for (auto i = static_cast<std::size_t>(axis); i < shape.size(); ++i) {
    attributes.axes.push_back(static_cast<std::int64_t>(i));
    count *= shape[i];
  }
  const auto sum =
      node.add_node(fmt::format("{}_sum", suffix), "reduce_sum", Attributes::of(std::move(attributes)), {x});
  if (!sum) return std::nullopt;
  const ValueId divisor =
      node.add_constant(fmt::format("{}_count", suffix), Tensor::of({}, std::vector<float>{static_cast<float>(count)}));
  return node.add_node(suffix, "div", {}, {*sum, divisor});
}

// The statistics that a LayerNormalization may show beside its result.
void bind_statistics(NodeImport& node, std::int64_t axis, float epsilon) {
  if (!wants_output(node, 1) && !wants_output(node, 2)) return;
  const auto mean = mean_from(node, "mean", node.input(0), axis);
  if (!mean) return;
  node.bind(1, *mean);
  if (!wants_output(node, 2)) return;
  const ValueId minus_one = node.add_constant("minus_one", Tensor::of({}, std::vector<float>{-1}));
  const auto negated = node.add_node("negated_mean", "mul", {}, {*mean, minus_one});
  const auto centered = negated ? node.add_node("centered", "add", {}, {node.input(0), *negated}) : std::nullopt;
  const auto square = centered ? node.add_node("square", "mul", {}, {*centered, *centered}) : std::nullopt;
  const auto variance = square ? mean_from(node, "variance", *square, axis) : std::nullopt;
  if (!variance) return;
  const ValueId small = node.add_constant("epsilon", Tensor::of({}, std::vector<float>{epsilon}));
  const auto spread = node.add_node("spread", "add", {}, {*variance, small});
  const auto root = spread ? node.add_node("root", "unary", Attributes::of(UnaryAttributes{"sqrt", {}, {}}), {*spread})
                           : std::nullopt;
  if (root) node.add_output(2, "unary", Attributes::of(UnaryAttributes{"reciprocal", {}, {}}), {*root});
}

void import_layer_normalization(NodeImport& node) {
  const float epsilon = node.real("epsilon", 1e-5F);
  const auto axis = axis_from_front(node, node.integer("axis", -1), node.type(0).shape.size());
  node.integer("stash_type", 1); // how precise the statistics are; ours are double
  if (!axis || node.failed() || !require_real_operands(node)) return;
  if (!std::isfinite(epsilon) || epsilon < 0) {
    return node.fail({"import.attribute", "epsilon is not a number from 0 on", "", fmt::format("{}", epsilon)});
  }
  const auto normal = node.add_node(
      "normal", "layer_norm",
      Attributes::of(LayerNormAttributes{*axis, Rational::from_double(static_cast<double>(epsilon))}), {node.input(0)});
  if (!normal) return;
  bind_statistics(node, *axis, epsilon);
  if (!node.has_input(2)) return void(node.add_output(0, "mul", {}, {*normal, node.input(1)}));
  const auto scaled = node.add_node("scaled", "mul", {}, {*normal, node.input(1)});
  if (scaled) node.add_output(0, "add", {}, {*scaled, node.input(2)});
}

} // namespace

void register_normalization_importer(ImporterRegistry& registry) {
  ImporterDefinition batch;
  batch.name = "batch_normalization";
  batch.import = import_batch_normalization;
  batch.operators = {{"", "BatchNormalization", 7, newest_opset, 5, 5, 5}};
  registry.add(std::move(batch));
  ImporterDefinition layer;
  layer.name = "layer_normalization";
  layer.import = import_layer_normalization;
  layer.operators = {{"", "LayerNormalization", 17, newest_opset, 2, 3, 3}};
  registry.add(std::move(layer));
}

} // namespace tilewright
