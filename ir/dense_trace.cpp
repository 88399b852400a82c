#include "ir/dense_trace.h"

#include "ir/affine_algebra.h"
#include "ir/graph.h"
#include "ir/ops/conv.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace tilewright {

namespace {

// Weights as scale[n] * integers[k, n], and the value that holds the integers.
struct IntegerWeights {
  std::vector<Rational> scale; // one, or one per output
  ValueId value;
};

// multiple[n] * stored[.., n] - zero_point[n] in the narrowest element type.
struct IntegerColumn {
  std::int64_t multiple = 1;
  std::int64_t zero_point = 0;
};
Tensor shifted_columns(const Tensor& stored, const std::vector<IntegerColumn>& columns) {
  const bool changes =
      std::ranges::any_of(columns, [](const IntegerColumn& c) { return c.multiple != 1 || c.zero_point != 0; });
  if (!changes && narrowest_element(value_range(stored)) == stored.element()) return stored;
  std::vector<std::int64_t> values = to_int64(stored);
  for (std::size_t first = 0; first < values.size(); first += columns.size()) {
    for (std::size_t n = 0; n < columns.size(); ++n)
      values[first + n] = values[first + n] * columns[n].multiple - columns[n].zero_point;
  }
  const auto [low, high] = std::ranges::minmax_element(values);
  return from_int64(narrowest_element({*low, *high}), stored.shape(), values);
}

// real = ratio * stored + offset as (ratio / multiple) * (multiple * stored - zero_point). A multiple above 1 is the
// finer step that bipolar numbers need: -s and s are 2 s apart and have no zero point in steps of 2 s.
std::optional<IntegerColumn> integer_column(const Rational& ratio, const Rational& offset) {
  constexpr std::int64_t most = 256;
  const Rational zero_point = -offset / ratio;
  const auto multiple = zero_point.denominator().to_int64();
  const auto integer = zero_point.numerator().to_int64();
  // Beyond 32 bits nothing that a quantizer produces is left, and the subtraction could overflow.
  if (!multiple || *multiple > most || !integer || std::abs(*integer) >> 31 != 0) return std::nullopt;
  return IntegerColumn{*multiple, *integer};
}

// Whether the integers mean the real values that the form says: only then do sums of products inherit a meaning.
bool agrees(const AffineForm& form, const std::optional<Quantization>& quantization) {
  return quantization && quantization->scales.size() == 1 && form.ratio.size() == 1 && form.offset.size() == 1 &&
         quantization->scales[0] == form.ratio[0] &&
         form.offset[0] == form.ratio[0] * Rational(-quantization->zero_points[0]);
}

// Real constants that are small integers as they are: how FINN stores weights.
std::optional<Tensor> whole_numbers(const Tensor& real) {
  constexpr double largest = 32767;
  std::vector<std::int64_t> integers;
  for (const double value : to_double(real)) {
    if (value != std::nearbyint(value) || std::abs(value) > largest) return std::nullopt;
    integers.push_back(static_cast<std::int64_t>(value));
  }
  if (integers.empty() || real.shape().empty()) return std::nullopt;
  const auto [low, high] = std::ranges::minmax_element(integers);
  return from_int64(narrowest_element({*low, *high}), real.shape(), integers);
}

std::variant<IntegerWeights, TraceResult> integer_weights(const TraceContext& context) {
  Graph& graph = context.graph;
  const Node& node = graph.node(context.node);
  const ValueId real = node.operands[1];
  if (const Tensor* constant = graph.constant(real)) {
    if (std::optional<Tensor> integers = whole_numbers(*constant)) {
      return IntegerWeights{{Rational(1)}, graph.add_constant(graph.value(real).name, *std::move(integers))};
    }
  }
  const TraceResult& traced = context.operands[1];
  const std::string& name = graph.value(real).name;
  if (graph.constant(real) || (traced.form && !traced.form->source)) {
    return no_form(fmt::format("the weights '{}' are not quantized", name), "export the model with a weight quantizer");
  }
  if (!traced.form) return traced;
  const AffineForm& form = *traced.form;
  const Tensor* stored = graph.constant(*form.source);
  if (!stored) return no_form("the weights are computed, not constant", "use constant weights");
  if (stored->count() == 0 || stored->shape().empty()) return no_form("the weights are empty");
  if (form.lower || form.upper) {
    return no_form(fmt::format("the weights '{}' are clipped after they were quantized", name),
                   "clip the weights first");
  }
  const std::size_t last_axis = stored->shape().size() - 1;
  if (form.axis && *form.axis != last_axis && stored->shape()[*form.axis] > 1) {
    return no_form("the weights' scales or zero points lie along the summed axis",
                   "quantize the weights per tensor or per output channel");
  }
  std::vector<IntegerColumn> columns;
  std::vector<Rational> scale = form.ratio;
  for (std::size_t n = 0; n < static_cast<std::size_t>(stored->shape().back()); ++n) {
    if (entry(form.ratio, n).sign() == 0) return no_form("the weights are multiplied by zero");
    const auto column = integer_column(entry(form.ratio, n), entry(form.offset, n));
    if (!column) {
      return no_form("a constant is added to the weights that is no multiple of their scale",
                     "add it before the quantizer");
    }
    columns.push_back(*column);
  }
  if (std::ranges::any_of(columns, [](const IntegerColumn& c) { return c.multiple != 1; })) {
    scale.clear();
    for (std::size_t n = 0; n < columns.size(); ++n)
      scale.push_back(entry(form.ratio, n) / Rational(columns[n].multiple));
    if (std::ranges::all_of(scale, [&](const Rational& each) { return each == scale.front(); })) scale.resize(1);
  }
  std::optional<Quantization> quantization;
  const bool positive = std::ranges::all_of(scale, [](const Rational& r) { return r.sign() > 0; });
  const AffineForm* x = context.operands[0].form ? &*context.operands[0].form : nullptr;
  if (positive && x && x->source && agrees(*x, graph.type(*x->source).quantization)) {
    quantization = Quantization{scale, std::vector<std::int64_t>(scale.size(), 0), {}};
    if (scale.size() > 1) quantization->axis = last_axis;
  }
  Tensor integers = shifted_columns(*stored, columns);
  const ValueId value = graph.add_constant(graph.value(*form.source).name, std::move(integers), quantization);
  return IntegerWeights{std::move(scale), value};
}

// sum over k of offset[k] * weights[k, n], for every n; k counts through all axes but the last.
std::vector<Rational> sums_with_offset(const Tensor& weights, const std::vector<Rational>& offset) {
  if (offset.size() == 1 && offset[0].sign() == 0) return {Rational(0)};
  const auto columns = static_cast<std::size_t>(weights.shape().back());
  const std::vector<std::int64_t> w = to_int64(weights);
  std::vector<Rational> sums(columns);
  if (offset.size() > 1) {
    for (std::size_t i = 0; i < w.size(); ++i)
      sums[i % columns] += offset[i / columns] * Rational(w[i]);
    return sums;
  }
  std::vector<std::int64_t> integers(columns);
  for (std::size_t first = 0; first < w.size(); first += columns) {
    for (std::size_t n = 0; n < columns; ++n)
      integers[n] += w[first + n];
  }
  for (std::size_t n = 0; n < columns; ++n)
    sums[n] = offset[0] * Rational(integers[n]);
  return sums;
}

// The integer twin of the node with `attributes`; its operands were found to have forms.
TraceResult trace_sums(const TraceContext& context, const Attributes& attributes, const IntegerWeights& weights) {
  Graph& graph = context.graph;
  const Node node = graph.node(context.node);
  const AffineForm& x = *context.operands[0].form;
  AffineForm form;
  form.axis = graph.type(node.results[0]).shape.size() - 1;
  const std::vector<Rational> sums = sums_with_offset(*graph.constant(weights.value), x.offset);
  const std::size_t entries = std::max(weights.scale.size(), sums.size());
  for (const Rational& scale : weights.scale)
    form.ratio.push_back(x.ratio[0] * scale);
  for (std::size_t n = 0; n < entries; ++n)
    form.offset.push_back(entry(weights.scale, n) * entry(sums, n));

  auto added = graph.add_node(*node.op, attributes, {*x.source, weights.value}, node.origin, context.node,
                              {graph.value(node.results[0]).name + ".int"});
  if (OpError* error = std::get_if<OpError>(&added)) return no_form(error->reason, error->hint);
  form.source = graph.node(std::get<NodeId>(added)).results[0];
  collapse(form);
  if (node.operands.size() < 3) return {std::move(form), {}, {}};

  const TraceResult& bias = context.operands[2];
  if (!bias.form) return bias;
  std::optional<ChannelList> addends = constant_values(graph, *bias.form);
  if (!addends) return no_form("the bias is computed, not constant", "use a constant bias");
  if (addends->axis) addends->axis = graph.type(node.results[0]).shape.size() - 1;
  return shifted(form, *addends);
}

// Why the input has no form that sums can take, or nothing.
std::optional<TraceResult> refused_input(const TraceContext& context) {
  const TraceResult& input = context.operands[0];
  if (!input.form) return input;
  if (!input.form->source || context.graph.constant(*input.form->source))
    return no_form("the input is a constant", "fold the layer into a constant");
  if (input.form->lower || input.form->upper)
    return no_form("the input is bounded without a quantizer", "put a quantizer behind the activation");
  if (input.form->ratio.size() > 1)
    return no_form("the input has scales of its own along the summed axis", "quantize the layer's input per tensor");
  return std::nullopt;
}

} // namespace

TraceResult trace_dense(const TraceContext& context) {
  auto found = integer_weights(context);
  // The weights first: without quantized weights nothing about the input matters.
  if (TraceResult* none = std::get_if<TraceResult>(&found)) return *none;
  if (const auto refused = refused_input(context)) return *refused;
  const AffineForm& x = *context.operands[0].form;
  const Node& node = context.graph.node(context.node);
  const std::size_t last = context.graph.type(node.operands[0]).shape.size() - 1;
  if (x.offset.size() > 1 && x.axis != last) {
    return no_form("the input has scales of its own along the summed axis", "quantize the layer's input per tensor");
  }
  return trace_sums(context, node.attributes, std::get<IntegerWeights>(found));
}

TraceResult trace_conv(const TraceContext& context) {
  auto found = integer_weights(context);
  if (TraceResult* none = std::get_if<TraceResult>(&found)) return *none;
  if (const auto refused = refused_input(context)) return *refused;
  const AffineForm& x = *context.operands[0].form;
  if (x.offset.size() > 1) {
    return no_form("the input has zero points of its own for each channel", "quantize the layer's input per tensor");
  }
  auto attributes = context.graph.node(context.node).attributes.as<ConvAttributes>();
  if (has_padding(attributes.windows)) {
    // The padding means 0, so it is the zero point that stands there.
    const auto zero_point = (-x.offset[0] / x.ratio[0]).to_int64();
    if (!zero_point) return no_form("the padding's 0 is no step of the input's scale", "quantize the layer's input");
    attributes.pad_value = *zero_point;
  }
  return trace_sums(context, Attributes::of(std::move(attributes)), std::get<IntegerWeights>(found));
}

} // namespace tilewright
