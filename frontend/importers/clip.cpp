// Clip: bounds as attributes before opset 11, as inputs since. Between a quantizer and its dequantizer it narrows the
// range of the integers.
#include "ir/ops/clip.h"
#include "frontend/importer.h"

#include <cmath>
#include <fmt/format.h>
#include <limits>

namespace tilewright {

namespace {

// A bound that bounds nothing on its side is none: infinities, and the largest floats, which are old opsets' defaults.
// False, and an error, for what is no bound at all.
bool read_bound(NodeImport& node, double value, bool is_low, std::optional<Rational>& bound) {
  const double side = is_low ? -1 : 1;
  if (std::isnan(value) || value == -side * std::numeric_limits<double>::infinity()) {
    node.fail({"import.bound", "a bound lets no number through", "a number", fmt::format("{}", value)});
    return false;
  }
  if (value * side < std::numeric_limits<float>::max()) bound = Rational::from_double(value);
  return true;
}

bool read_bound(NodeImport& node, std::size_t input, bool is_low, std::optional<Rational>& bound) {
  if (!node.has_input(input)) return true;
  const Tensor* data = node.constant(input, is_low ? "the lower bound" : "the upper bound");
  if (!data) return false;
  if (data->count() != 1) {
    node.fail({"import.bound", "a bound is not a single number", "a scalar",
               fmt::format("'{}'", text_of(data->shape())), "", node.input_name(input)});
    return false;
  }
  if (data->element() == ElementType::int64) {
    bound = Rational(to_int64(*data)[0]);
    return true;
  }
  return read_bound(node, to_double(*data)[0], is_low, bound);
}

void import_clip(NodeImport& node) {
  constexpr std::int64_t first_with_inputs = 11;
  ClipAttributes attributes;
  bool good = true;
  if (node.opset() < first_with_inputs) {
    const float low = node.real("min", std::numeric_limits<float>::lowest());
    const float high = node.real("max", std::numeric_limits<float>::max());
    good = read_bound(node, static_cast<double>(low), true, attributes.low);
    good = read_bound(node, static_cast<double>(high), false, attributes.high) && good;
  } else {
    good = read_bound(node, std::size_t{1}, true, attributes.low);
    good = read_bound(node, std::size_t{2}, false, attributes.high) && good;
  }
  if (!good || node.failed()) return;
  if (!attributes.low && !attributes.high) {
    node.bind(0, node.input(0));
  } else {
    node.add_output(0, "clip", Attributes::of(std::move(attributes)), {node.input(0)});
  }
}

} // namespace

void register_clip_importer(ImporterRegistry& registry) {
  ImporterDefinition importer;
  importer.name = "clip";
  importer.import = import_clip;
  importer.operators = {{"", "Clip", 6, 10, 1, 1, 1}, {"", "Clip", 11, newest_opset, 1, 3, 1}};
  registry.add(std::move(importer));
}

} // namespace tilewright
