#include "ir/quantization_checks.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

std::optional<OpError> check_quantization(const std::vector<Rational>& scale,
                                          const std::vector<std::int64_t>& zero_point, std::optional<std::int64_t> axis,
                                          const Shape& shape, bool scale_is_positive) {
  if (scale.empty() || scale.size() != zero_point.size()) {
    return OpError{"the numbers of scales and zero points differ",
                   fmt::format("{} zero points", scale.size()),
                   fmt::format("{}", zero_point.size()),
                   "",
                   {}};
  }
  for (const Rational& s : scale) {
    if (s.sign() == 0 || (scale_is_positive && s.sign() < 0)) {
      return OpError{"a scale is not positive", "a scale above 0", s.text(), "export the quantizer with its scale", {}};
    }
  }
  if (!axis) {
    if (scale.size() == 1) return std::nullopt;
    return OpError{
        "several scales without an axis", "one scale, or an axis", fmt::format("{} scales", scale.size()), "", {}};
  }
  if (*axis < 0 || *axis >= static_cast<std::int64_t>(shape.size())) {
    return OpError{"the quantization axis does not exist",
                   fmt::format("an axis below {}", shape.size()),
                   fmt::format("{}", *axis),
                   "",
                   {}};
  }
  const std::int64_t channels = shape[static_cast<std::size_t>(*axis)];
  if (static_cast<std::int64_t>(scale.size()) != channels) {
    return OpError{"the number of scales differs from the size of the quantization axis",
                   fmt::format("{} scales for axis {} of {}", channels, *axis, text_of(shape)),
                   fmt::format("{}", scale.size()),
                   "",
                   {}};
  }
  return std::nullopt;
}

Quantization quantization_of(const std::vector<Rational>& scale, const std::vector<std::int64_t>& zero_point,
                             std::optional<std::int64_t> axis) {
  Quantization result{scale, zero_point, {}};
  if (axis) result.axis = static_cast<std::size_t>(*axis);
  return result;
}

std::optional<OpError> check_storage(ElementType element, const IntegerRange& range) {
  if (!is_integer(element)) {
    return OpError{"the result's element type is no integer", "an integer type", std::string(name_of(element)), "", {}};
  }
  const IntegerRange storage = storage_range(element);
  if (range.min > range.max || !storage.contains(range)) {
    return OpError{"the range does not fit the element type",
                   fmt::format("a range within [{}, {}] ({})", storage.min, storage.max, name_of(element)),
                   fmt::format("[{}, {}]", range.min, range.max),
                   "",
                   {}};
  }
  return std::nullopt;
}

std::optional<OpError> check_channel_list(std::string_view name, std::size_t entries, const Shape& shape,
                                          std::size_t operands) {
  if (entries == operands) return std::nullopt;
  const std::int64_t all = shape.empty() ? 1 : static_cast<std::int64_t>(operands) * shape.back();
  if (static_cast<std::int64_t>(entries) == all && entries != 0) return std::nullopt;
  return OpError{fmt::format("'{}' fits neither the tensor nor its last axis", name),
                 shape.empty() && operands == 1 ? "1 entry" : fmt::format("{} or {} entries", operands, all),
                 fmt::format("{}", entries),
                 "",
                 {}};
}

std::optional<OpError> check_terms(std::string_view op, std::span<const ValueType> operands) {
  for (std::size_t i = 0; i < operands.size(); ++i) {
    if (!is_integer(operands[i].element)) {
      return OpError{fmt::format("{} takes integers", op), "an integer type", std::string(name_of(operands[i].element)),
                     "", i};
    }
    if (operands[i].shape != operands[0].shape) {
      return OpError{"the operands have different shapes", fmt::format("'{}'", text_of(operands[0].shape)),
                     fmt::format("'{}'", text_of(operands[i].shape)), "", i};
    }
  }
  return std::nullopt;
}

ChannelLayout channel_layout(const Shape& shape, std::optional<std::size_t> axis) {
  ChannelLayout layout;
  if (!axis) {
    layout.inner = element_count(shape).value_or(0);
    return layout;
  }
  for (std::size_t i = 0; i < shape.size(); ++i) {
    (i < *axis ? layout.outer : i == *axis ? layout.channels : layout.inner) *= shape[i];
  }
  return layout;
}

} // namespace tilewright
