#include "frontend/integer_products.h"

#include "ir/quantization_checks.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

bool is_8_bit(NodeImport& node, std::size_t input) {
  const ElementType element = node.type(input).element;
  if (is_integer(element) && size_in_bytes(element) == 1) return true;
  node.fail({"import.element-type", "the operand is no 8-bit integer", "int8 or uint8", std::string(name_of(element)),
             "", node.input_name(input)});
  return false;
}

} // namespace

std::optional<std::int64_t> zero_point_of(NodeImport& node, std::size_t input) {
  if (!node.has_input(input)) return 0;
  const Tensor* data = node.constant(input, "the zero point");
  if (!data || !is_8_bit(node, input)) return std::nullopt;
  const std::vector<std::int64_t> values = to_int64(*data);
  if (!values.empty() && std::ranges::all_of(values, [&](std::int64_t v) { return v == values.front(); })) {
    return values.front();
  }
  node.fail({"import.zero-point", "zero points of their own for each row of the activations are not supported",
             "one zero point", fmt::format("{}", values.size()), "quantize the activations per tensor",
             node.input_name(input)});
  return std::nullopt;
}

std::optional<Tensor> weights_without_zero_points(NodeImport& node, std::size_t weights, std::size_t zero_point,
                                                  std::size_t axis) {
  const Tensor* data = node.constant(weights, "the weights");
  if (!data || !is_8_bit(node, weights)) return std::nullopt;
  if (!node.has_input(zero_point)) return *data;
  const Tensor* zeros = node.constant(zero_point, "the weights' zero point");
  if (!zeros || !is_8_bit(node, zero_point)) return std::nullopt;
  const std::vector<std::int64_t> offsets = to_int64(*zeros);
  if (offsets.size() != 1 && static_cast<std::int64_t>(offsets.size()) != data->shape()[axis]) {
    node.fail({"import.parameter-shape", "the zero points do not fit the weights",
               fmt::format("1, or {} for axis {}", data->shape()[axis], axis), fmt::format("{}", offsets.size()), "",
               node.input_name(zero_point)});
    return std::nullopt;
  }
  std::vector<std::int64_t> values = to_int64(*data);
  for_each_element(channel_layout(data->shape(), axis), [&](std::size_t i, std::size_t channel) {
    values[i] -= offsets[offsets.size() == 1 ? 0 : channel];
  });
  if (values.empty()) return *data;
  const auto [low, high] = std::ranges::minmax_element(values);
  return from_int64(narrowest_element({*low, *high}), data->shape(), values);
}

std::optional<ValueId> bias_for_zero_point(NodeImport& node, const Tensor& weights, std::size_t axis,
                                           std::int64_t zero_point) {
  if (zero_point == 0 || weights.count() == 0) return std::nullopt;
  const std::int64_t channels = weights.shape()[axis];
  std::vector<std::int64_t> bias(static_cast<std::size_t>(channels));
  const std::vector<std::int64_t> values = to_int64(weights);
  for_each_element(channel_layout(weights.shape(), axis),
                   [&](std::size_t i, std::size_t channel) { bias[channel] -= zero_point * values[i]; });
  const auto [low, high] = std::ranges::minmax_element(bias);
  const bool narrow = storage_range(ElementType::int32).contains({*low, *high});
  return node.add_constant("bias", from_int64(narrow ? ElementType::int32 : ElementType::int64, {channels}, bias));
}

bool require_int32(NodeImport& node, ValueId sums) {
  const ValueType& type = node.type_of(sums);
  if (type.element == ElementType::int32) return true;
  node.fail({"import.overflow", "the sums can leave the 32 bits of the result", "sums within 32 bits",
             fmt::format("{} to {}", range_of(type).min, range_of(type).max), "use fewer inputs or narrower weights"});
  return false;
}

} // namespace tilewright
