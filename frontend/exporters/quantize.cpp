// Quantizers in every rounding mode, and dequantizers.
//
// ONNX's QuantizeLinear divides in float32, rounds half to even, adds the zero point and saturates to its type. What
// differs from that is written with the operators that it is made of, so that every step is the reference executor's:
// quotient, zero point where it comes first, rounding to a whole number, and a QuantizeLinear of scale 1 that has
// nothing left to round.
#include "ir/ops/quantize.h"
#include "frontend/exporter.h"
#include "ir/ops/dequantize.h"

#include <algorithm>

namespace tilewright {

namespace {

constexpr std::int64_t first_opset_with_16_bits = 21;

// `values` along `axis` of a tensor of `rank` axes, or without axes where it is one.
Shape channel_shape(std::size_t count, std::optional<std::int64_t> axis, std::size_t rank) {
  if (!axis || count == 1) return {};
  Shape shape(rank - static_cast<std::size_t>(*axis), 1);
  shape[0] = static_cast<std::int64_t>(count);
  return shape;
}

Tensor real_list(const std::vector<Rational>& values, Shape shape) {
  std::vector<float> list;
  for (const Rational& value : values)
    list.push_back(static_cast<float>(value.to_double()));
  return Tensor::of(std::move(shape), list);
}

class Rounder {
public:
  explicit Rounder(NodeExport& node) : node_(node) {}

  // A whole number in float32; half_even is left to QuantizeLinear. "" for a mode without a form.
  std::string operator()(const std::string& x, Rounding rounding) {
    switch (rounding) {
    case Rounding::half_even:
      return x;
    case Rounding::floor:
      return node_.add("Floor", {x});
    case Rounding::ceil:
      return node_.add("Ceil", {x});
    case Rounding::half_up:
      return half_up(x);
    case Rounding::half_down:
      return half_down(x);
    case Rounding::toward_zero:
      return by_sign(x, [&](const std::string& v) { return node_.add("Floor", {v}); });
    case Rounding::away_from_zero:
      return by_sign(x, [&](const std::string& v) { return node_.add("Ceil", {v}); });
    case Rounding::half_away:
      return by_sign(x, [&](const std::string& v) { return half_up(v); });
    case Rounding::half_toward_zero:
      return by_sign(x, [&](const std::string& v) { return half_down(v); });
    case Rounding::half_odd:
      break;
    }
    return "";
  }

private:
  std::string real(float value) { return node_.scalar(ElementType::float32, static_cast<double>(value)); }

  // floor(x), and one more where the rest is a half at least: floor(2 * rest) is 0, 1, or 2 where the rest of a tiny
  // negative number is rounded up to 1.
  std::string half_up(const std::string& x) {
    const std::string whole = node_.add("Floor", {x});
    const std::string rest = node_.add("Sub", {x, whole});
    const std::string halves = node_.add("Floor", {node_.add("Mul", {rest, real(2)})});
    return node_.add("Add", {whole, node_.add("Clip", {halves, real(0), real(1)})});
  }
  std::string half_down(const std::string& x) { return node_.add("Neg", {half_up(node_.add("Neg", {x}))}); }

  // round(max(x, 0)) - round(max(-x, 0))
  template <class Round> std::string by_sign(const std::string& x, Round round) {
    const std::string positive = round(node_.add("Relu", {x}));
    const std::string negative = round(node_.add("Relu", {node_.add("Neg", {x})}));
    return node_.add("Sub", {positive, negative});
  }

  NodeExport& node_;
};

// The last step: saturation to the element type by the quantizer, to a narrower range behind it.
void write_saturated(NodeExport& node, std::vector<std::string> inputs, const QuantizeAttributes& attributes,
                     std::vector<ModelAttribute> axis) {
  if (size_in_bytes(attributes.element) > 1) node.require_opset(first_opset_with_16_bits);
  const bool whole_type = attributes.range == storage_range(attributes.element);
  if (whole_type) return node.result("QuantizeLinear", std::move(inputs), std::move(axis));
  const auto bound = [&](std::int64_t value) {
    return node.constant(from_int64(attributes.element, {}, std::vector<std::int64_t>{value}));
  };
  const std::string stored = node.add("QuantizeLinear", std::move(inputs), std::move(axis));
  node.result("Clip", {stored, bound(attributes.range.min), bound(attributes.range.max)});
}

void write_quantize(NodeExport& node) {
  const auto& a = node.node().attributes.as<QuantizeAttributes>();
  if (node.type(0).element != ElementType::float32) return node.refuse("a quantizer of double precision");
  if (size_in_bytes(a.element) > 2) return node.refuse("a quantizer to more than 16 bits");
  const std::size_t rank = node.type(0).shape.size();
  const auto zero_points = [&](Shape shape) { return from_int64(a.element, std::move(shape), a.zero_point); };
  std::vector<ModelAttribute> axis;
  if (a.axis) axis.push_back({"axis", *a.axis});
  const bool zero = std::ranges::all_of(a.zero_point, [](std::int64_t value) { return value == 0; });
  const bool plain = a.rounding == Rounding::half_even && (zero || !a.round_after_zero_point);
  const IntegerRange storage = storage_range(a.element);
  const bool storable = std::ranges::all_of(a.zero_point, [&](std::int64_t z) { return storage.contains({z, z}); });
  if (plain && storable) {
    const Shape list = a.axis ? Shape{static_cast<std::int64_t>(a.scale.size())} : Shape{};
    return write_saturated(node,
                           {node.operand(0), node.constant(real_list(a.scale, list)), node.constant(zero_points(list))},
                           a, std::move(axis));
  }
  const Shape aligned = channel_shape(a.scale.size(), a.axis, rank);
  const auto shifts = [&] {
    std::vector<Rational> values(a.zero_point.begin(), a.zero_point.end());
    return node.constant(real_list(values, aligned));
  };
  std::string x = node.add("Div", {node.operand(0), node.constant(real_list(a.scale, aligned))});
  if (a.round_after_zero_point && !zero) x = node.add("Add", {x, shifts()});
  if (a.rounding == Rounding::half_even && !a.round_after_zero_point)
    return node.refuse("a zero point beyond its type");
  x = Rounder(node)(x, a.rounding);
  if (x.empty()) return node.refuse("its rounding mode has no ONNX form");
  if (!a.round_after_zero_point && !zero) x = node.add("Add", {x, shifts()});
  write_saturated(
      node,
      {x, node.scalar(ElementType::float32, 1), node.constant(from_int64(a.element, {}, std::vector<std::int64_t>{0}))},
      a, {});
}

// DequantizeLinear for 8 bits; wider integers in double precision, as the reference computes them.
void write_dequantize(NodeExport& node) {
  const auto& a = node.node().attributes.as<DequantizeAttributes>();
  const ElementType element = node.type(0).element;
  const bool scales_are_floats = std::ranges::all_of(a.scale, [](const Rational& scale) {
    return Rational::from_double(static_cast<double>(static_cast<float>(scale.to_double()))) == scale &&
           scale.sign() > 0;
  });
  const IntegerRange storage = storage_range(element);
  const bool storable = std::ranges::all_of(a.zero_point, [&](std::int64_t z) { return storage.contains({z, z}); });
  if (size_in_bytes(element) == 1 && scales_are_floats && storable) {
    const Shape list = a.axis ? Shape{static_cast<std::int64_t>(a.scale.size())} : Shape{};
    std::vector<ModelAttribute> axis;
    if (a.axis) axis.push_back({"axis", *a.axis});
    return node.result("DequantizeLinear",
                       {node.operand(0), node.constant(real_list(a.scale, list)),
                        node.constant(from_int64(element, list, a.zero_point))},
                       std::move(axis));
  }
  const Shape aligned = channel_shape(a.scale.size(), a.axis, node.type(0).shape.size());
  std::vector<double> scales;
  std::vector<double> zero_points;
  for (std::size_t c = 0; c < a.scale.size(); ++c) {
    scales.push_back(a.scale[c].to_double());
    zero_points.push_back(static_cast<double>(a.zero_point[c]));
  }
  std::string x = node.add("Cast", {node.operand(0)}, {{"to", onnx_number_of(ElementType::float64)}});
  x = node.add("Sub", {x, node.constant(Tensor::of(aligned, zero_points))});
  x = node.add("Mul", {x, node.constant(Tensor::of(aligned, scales))});
  node.result("Cast", {x}, {{"to", onnx_number_of(ElementType::float32)}});
}

} // namespace

void register_quantize_exporter(ExporterRegistry& registry) {
  registry.add({"quantize", write_quantize});
  registry.add({"dequantize", write_dequantize});
}

} // namespace tilewright
