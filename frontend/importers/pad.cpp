// Pad with a constant, by reflection or with the edge; negative padding cuts off.
#include "ir/ops/pad.h"
#include "frontend/axes.h"
#include "ir/ops/gather.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace tilewright {

namespace {

struct Padding {
  std::vector<std::int64_t> begin; // one entry an axis of the operand
  std::vector<std::int64_t> end;
  Rational value;
};

std::optional<Rational> pad_value(NodeImport& node) {
  if (!node.has_input(2)) return Rational(0);
  const Tensor* data = node.constant(2, "the padding's value");
  if (!data) return std::nullopt;
  const double value = data->count() == 1 ? to_double(*data)[0] : std::nan("");
  if (std::isfinite(value)) return Rational::from_double(value);
  node.fail({"import.operand", "the padding's value is not one finite number", "a scalar", "", "", node.input_name(2)});
  return std::nullopt;
}

std::optional<Padding> padding_of(NodeImport& node) {
  constexpr std::int64_t first_with_inputs = 11;
  constexpr std::int64_t first_with_axes = 18;
  const std::size_t rank = node.type(0).shape.size();
  std::optional<std::vector<std::int64_t>> pads;
  std::optional<std::vector<std::int64_t>> axes;
  std::optional<Rational> value;
  if (node.opset() < first_with_inputs) {
    pads = node.integers("pads");
    const float constant = node.real("value", 0);
    if (std::isfinite(constant)) value = Rational::from_double(static_cast<double>(constant));
  } else {
    pads = integer_list(node, 1, "the padding");
    value = pad_value(node);
    if (node.opset() >= first_with_axes && node.has_input(3)) {
      axes = integer_list(node, 3, "the list of axes");
      if (!axes) return std::nullopt;
    }
  }
  if (!pads || !value || node.failed()) {
    if (!node.failed()) node.fail({"import.attribute", "the padding is missing or not finite"});
    return std::nullopt;
  }
  if (!axes) {
    axes.emplace(rank);
    std::iota(axes->begin(), axes->end(), 0);
  }
  constexpr std::int64_t largest = std::int64_t{1} << 28;
  if (pads->size() != 2 * axes->size() ||
      std::ranges::any_of(*pads, [](std::int64_t pad) { return pad > largest || pad < -largest; })) {
    node.fail({"import.operand", "the padding has not two entries for each axis", fmt::format("{}", 2 * axes->size()),
               fmt::format("{}", pads->size())});
    return std::nullopt;
  }
  Padding padding{std::vector<std::int64_t>(rank, 0), std::vector<std::int64_t>(rank, 0), *std::move(value)};
  for (std::size_t i = 0; i < axes->size(); ++i) {
    const auto axis = axis_from_front(node, (*axes)[i], rank);
    if (!axis) return std::nullopt;
    padding.begin[static_cast<std::size_t>(*axis)] = (*pads)[i];
    padding.end[static_cast<std::size_t>(*axis)] = (*pads)[i + axes->size()];
  }
  return padding;
}

// For each index of the padded axis, the index that stands there; -1 for the constant.
std::optional<std::vector<std::int64_t>> indices_of(NodeImport& node, std::int64_t size, std::int64_t begin,
                                                    std::int64_t end, const std::string& mode) {
  std::vector<std::int64_t> indices;
  const std::int64_t count = size + begin + end;
  if (!node.reserve_list(count)) return std::nullopt;
  for (std::int64_t i = -begin; i < size + end; ++i) {
    std::int64_t at = i;
    if (mode == "edge") {
      at = std::clamp<std::int64_t>(i, 0, size - 1);
    } else if (mode == "wrap") {
      at = size == 0 ? -1 : ((i % size) + size) % size;
    } else if (mode == "reflect") {
      const std::int64_t period = std::max<std::int64_t>(1, 2 * (size - 1));
      const std::int64_t inside = ((i % period) + period) % period;
      at = inside < size ? inside : period - inside;
    }
    indices.push_back(at);
  }
  return indices;
}

// Gathers what stands inside; negative padding cuts off this way too.
std::optional<ValueId> gathered(NodeImport& node, const Padding& padding, const std::string& mode) {
  std::optional<ValueId> value = node.input(0);
  for (std::size_t axis = 0; axis < padding.begin.size() && value; ++axis) {
    const bool constant = mode == "constant";
    const std::int64_t begin = constant ? std::min<std::int64_t>(padding.begin[axis], 0) : padding.begin[axis];
    const std::int64_t end = constant ? std::min<std::int64_t>(padding.end[axis], 0) : padding.end[axis];
    if (begin == 0 && end == 0) continue;
    const auto indices = indices_of(node, node.type_of(*value).shape[axis], begin, end, mode);
    if (!indices) return std::nullopt;
    value = node.add_node(fmt::format("axis{}", axis), "gather",
                          Attributes::of(GatherAttributes{static_cast<std::int64_t>(axis), *indices}), {*value});
  }
  return value;
}

void import_pad(NodeImport& node) {
  const std::string mode = node.text("mode", "constant");
  if (mode != "constant" && mode != "edge" && mode != "reflect" && mode != "wrap") {
    return node.fail({"import.attribute", "the mode of padding is not known", "constant, edge, reflect or wrap", mode});
  }
  auto padding = padding_of(node);
  if (!padding) return;
  const auto inside = gathered(node, *padding, mode);
  if (!inside) return;
  bool rest = false;
  for (auto* list : {&padding->begin, &padding->end}) {
    for (std::int64_t& pad : *list) {
      pad = mode == "constant" ? std::max<std::int64_t>(pad, 0) : 0;
      rest = rest || pad > 0;
    }
  }
  if (!rest) return node.bind(0, *inside);
  node.add_output(0, "pad", Attributes::of(PadAttributes{padding->begin, padding->end, padding->value}), {*inside});
}

} // namespace

void register_pad_importer(ImporterRegistry& registry) {
  ImporterDefinition importer;
  importer.name = "pad";
  importer.import = import_pad;
  importer.operators = {{"", "Pad", 2, 10, 1, 1, 1}, {"", "Pad", 11, newest_opset, 2, 4, 1}};
  registry.add(std::move(importer));
}

} // namespace tilewright
