#include "frontend/quantizer_parameters.h"

#include "ir/quantization_checks.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace tilewright {

namespace {

std::optional<std::vector<Rational>> scales_of(NodeImport& node, std::size_t input) {
  const Tensor* data = node.constant(input, "the scale");
  if (!data) return std::nullopt;
  if (data->element() != ElementType::float32 && data->element() != ElementType::float64) {
    node.fail({"import.scale", "the scale is not a real number", "float", std::string(name_of(data->element())), "",
               node.input_name(input)});
    return std::nullopt;
  }
  std::vector<Rational> scales;
  for (const double value : to_double(*data)) {
    if (!std::isfinite(value) || value <= 0) {
      node.fail({"import.scale", "a scale is not a positive finite number", "a scale above 0", fmt::format("{}", value),
                 "check the calibration or training of this quantizer", node.input_name(input)});
      return std::nullopt;
    }
    scales.push_back(Rational::from_double(value));
  }
  return scales;
}

std::optional<std::vector<std::int64_t>> zero_points_of(NodeImport& node, std::size_t input) {
  const Tensor* data = node.constant(input, "the zero point");
  if (!data) return std::nullopt;
  if (is_integer(data->element())) return to_int64(*data);
  std::vector<std::int64_t> zero_points;
  for (const double value : to_double(*data)) {
    // Far beyond every range; what lies between the range and this is refused where the range is known.
    constexpr double largest = 1e15;
    if (!(std::abs(value) < largest) || value != std::floor(value)) {
      node.fail({"import.zero-point", "a zero point is not an integer", "an integer", fmt::format("{}", value), "",
                 node.input_name(input)});
      return std::nullopt;
    }
    zero_points.push_back(static_cast<std::int64_t>(value));
  }
  return zero_points;
}

// How a parameter lies along a tensor: on no axis, or on one. nullopt: neither; an error says so.
struct Placement {
  std::optional<std::int64_t> axis;
};

std::optional<Placement> placement_of(NodeImport& node, std::size_t input, const Shape& shape) {
  const Shape& own = node.type(input).shape;
  Placement placement;
  bool fits = true;
  for (std::size_t i = 0; i < own.size(); ++i) {
    if (own[i] == 1) continue;
    const auto axis = static_cast<std::int64_t>(shape.size()) - static_cast<std::int64_t>(own.size() - i);
    fits = fits && !placement.axis && axis >= 0 && own[i] == shape[static_cast<std::size_t>(axis)];
    placement.axis = axis;
  }
  if (fits) return placement;
  node.fail({"import.parameter-shape", "a scale or zero point does not fit the tensor",
             fmt::format("one element, or one for each index of one axis of '{}'", text_of(shape)),
             fmt::format("'{}'", text_of(own)), "quantize per tensor or per channel", node.input_name(input)});
  return std::nullopt;
}

// Brings both lists to the longer one's length.
std::optional<QuantizerParameters> joined(NodeImport& node, std::vector<Rational> scales,
                                          std::vector<std::int64_t> zero_points, std::optional<std::int64_t> axis) {
  const std::size_t count = std::max(scales.size(), zero_points.size());
  if (scales.empty() || zero_points.empty()) {
    node.fail({"import.parameter-shape", "a scale or zero point has no elements"});
    return std::nullopt;
  }
  if (scales.size() == 1) scales.resize(count, scales.front());
  if (zero_points.size() == 1) zero_points.resize(count, zero_points.front());
  if (scales.size() != zero_points.size()) {
    node.fail({"import.parameter-shape", "the scale and the zero point have different sizes",
               fmt::format("{} zero points", scales.size()), fmt::format("{}", zero_points.size())});
    return std::nullopt;
  }
  if (count == 1) axis.reset();
  return QuantizerParameters{std::move(scales), std::move(zero_points), axis};
}

// The axis attribute, as an index; nullopt and an error when it is none of the tensor's.
std::optional<std::int64_t> axis_of(NodeImport& node, const Shape& shape) {
  const auto rank = static_cast<std::int64_t>(shape.size());
  const std::int64_t axis = node.integer("axis", 1);
  if (axis >= -rank && axis < rank) return axis < 0 ? axis + rank : axis;
  node.fail({"import.axis", "the quantization axis does not exist", fmt::format("-{} to {}", rank, rank - 1),
             fmt::format("{}", axis)});
  return std::nullopt;
}

} // namespace

std::optional<QuantizerParameters> onnx_parameters(NodeImport& node, const Shape& shape, std::size_t scale,
                                                   std::size_t zero_point) {
  constexpr std::int64_t first_with_axis = 13;
  constexpr std::int64_t first_with_blocks = 21;
  if (node.opset() >= first_with_blocks && node.integer("block_size", 0) != 0) {
    node.fail({"import.blocks", "block-wise scales are not supported", "one scale, or one for each channel", "",
               "quantize per tensor or per channel"});
    return std::nullopt;
  }
  const Shape& scale_shape = node.type(scale).shape;
  const std::int64_t scale_count = element_count(scale_shape).value_or(0);
  // An axis matters only with several scales; a wrong one that does not matter is left alone, as everywhere.
  std::optional<std::int64_t> axis;
  if (scale_count == 1) {
    if (node.opset() >= first_with_axis) node.integer("axis", 1);
  } else if (node.opset() < first_with_axis || scale_shape.size() != 1) {
    node.fail(
        {"import.parameter-shape", "the scale is neither a scalar nor a vector along one axis",
         node.opset() < first_with_axis ? "a scalar (scales along an axis came with opset 13)" : "one axis at most",
         fmt::format("'{}'", text_of(scale_shape)), "", node.input_name(scale)});
    return std::nullopt;
  } else {
    axis = axis_of(node, shape);
    if (!axis) return std::nullopt;
    if (shape[static_cast<std::size_t>(*axis)] != scale_count) {
      node.fail({"import.parameter-shape", "the number of scales differs from the size of the quantization axis",
                 fmt::format("{} for axis {} of '{}'", shape[static_cast<std::size_t>(*axis)], *axis, text_of(shape)),
                 fmt::format("{}", scale_count), "", node.input_name(scale)});
      return std::nullopt;
    }
  }
  auto scales = scales_of(node, scale);
  if (!node.has_input(zero_point)) {
    return scales ? joined(node, *std::move(scales), {0}, axis) : std::nullopt;
  }
  auto zero_points = zero_points_of(node, zero_point);
  if (!scales || !zero_points) return std::nullopt;
  if (zero_points->size() != 1 && zero_points->size() != scales->size()) {
    node.fail({"import.parameter-shape", "the scale and the zero point have different sizes",
               fmt::format("{}", scales->size()), fmt::format("{}", zero_points->size()), "",
               node.input_name(zero_point)});
    return std::nullopt;
  }
  return joined(node, *std::move(scales), *std::move(zero_points), axis);
}

std::optional<QuantizerParameters> operand_parameters(NodeImport& node, const Shape& shape, std::size_t scale,
                                                      std::size_t zero_point, std::optional<std::int64_t> axis) {
  auto scales = scales_of(node, scale);
  auto zero_points =
      node.has_input(zero_point) ? zero_points_of(node, zero_point) : std::optional(std::vector<std::int64_t>{0});
  if (!scales || !zero_points) return std::nullopt;
  const std::size_t channels = axis ? static_cast<std::size_t>(shape[static_cast<std::size_t>(*axis)]) : 1;
  for (const auto& [input, count] : {std::pair(scale, scales->size()), std::pair(zero_point, zero_points->size())}) {
    if (count == 1 || count == channels) continue;
    node.fail({"import.parameter-shape", "a scale or zero point does not fit the operand",
               axis ? fmt::format("1, or {} for axis {} of '{}'", channels, *axis, text_of(shape)) : "one number",
               fmt::format("{}", count), axis ? "" : "quantize this operand per tensor", node.input_name(input)});
    return std::nullopt;
  }
  return joined(node, *std::move(scales), *std::move(zero_points), axis);
}

std::optional<QuantizerParameters> qonnx_parameters(NodeImport& node, const Shape& shape, std::size_t scale,
                                                    std::size_t zero_point) {
  const auto scale_placement = placement_of(node, scale, shape);
  const auto zero_placement = placement_of(node, zero_point, shape);
  if (!scale_placement || !zero_placement) return std::nullopt;
  auto scales = scales_of(node, scale);
  auto zero_points = zero_points_of(node, zero_point);
  if (!scales || !zero_points) return std::nullopt;
  if (scale_placement->axis && zero_placement->axis && scale_placement->axis != zero_placement->axis) {
    node.fail({"import.parameter-shape", "the scale and the zero point lie along different axes", "one axis", "",
               "quantize per tensor or per channel", node.input_name(zero_point)});
    return std::nullopt;
  }
  return joined(node, *std::move(scales), *std::move(zero_points),
                scale_placement->axis ? scale_placement->axis : zero_placement->axis);
}

std::optional<QuantizerParameters> qonnx_scale(NodeImport& node, const Shape& shape, std::size_t scale) {
  const auto placement = placement_of(node, scale, shape);
  auto scales = placement ? scales_of(node, scale) : std::nullopt;
  if (!scales) return std::nullopt;
  return joined(node, *std::move(scales), {0}, placement->axis);
}

void note_residue(NodeImport& node, std::size_t input, const QuantizerParameters& parameters,
                  const IntegerRange& range) {
  if (!node.is_constant(input)) return;
  const Tensor* data = node.constant(input, "the weights");
  if (!data || data->element() != ElementType::float32) return;
  std::vector<float> scales;
  for (const Rational& scale : parameters.scale)
    scales.push_back(static_cast<float>(scale.to_double()));
  const auto axis = parameters.axis ? std::optional(static_cast<std::size_t>(*parameters.axis)) : std::nullopt;
  const std::span<const float> values = data->data<float>();
  float largest = 0;
  for_each_element(channel_layout(data->shape(), axis), [&](std::size_t i, std::size_t channel) {
    const float ratio = values[i] / scales[channel];
    const float stored = ratio + static_cast<float>(parameters.zero_point[channel]);
    if (stored < static_cast<float>(range.min) || stored > static_cast<float>(range.max)) return;
    largest = std::max(largest, std::abs(ratio - std::nearbyint(ratio)));
  });
  constexpr float noticeable = 1e-3F;
  if (largest > noticeable) node.add_residue(input, static_cast<double>(largest));
}

} // namespace tilewright
