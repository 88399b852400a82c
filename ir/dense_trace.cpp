#include "ir/dense_trace.h"

#include "ir/affine_algebra.h"
#include "ir/graph.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

// Weights as scale[n] * integers[k, n], and the value that holds the integers.
struct IntegerWeights {
  std::vector<Rational> scale; // one, or one per output
  ValueId value;
};

Tensor without_zero_points(const Tensor& stored, const std::vector<std::int64_t>& zero_points) {
  const bool changes = std::ranges::any_of(zero_points, [](std::int64_t z) { return z != 0; });
  if (!changes && narrowest_element(value_range(stored)) == stored.element()) return stored;
  const std::size_t columns = zero_points.size();
  std::vector<std::int64_t> values = to_int64(stored);
  for (std::size_t first = 0; first < values.size(); first += columns) {
    for (std::size_t n = 0; n < columns; ++n)
      values[first + n] -= zero_points[n];
  }
  const auto [low, high] = std::ranges::minmax_element(values);
  return from_int64(narrowest_element({*low, *high}), stored.shape(), values);
}

// Whether the integers mean the real values that the form says: only then do sums of products inherit a meaning.
bool agrees(const AffineForm& form, const std::optional<Quantization>& quantization) {
  return quantization && quantization->scales.size() == 1 && form.ratio.size() == 1 && form.offset.size() == 1 &&
         quantization->scales[0] == form.ratio[0] &&
         form.offset[0] == form.ratio[0] * Rational(-quantization->zero_points[0]);
}

std::variant<IntegerWeights, TraceResult> integer_weights(const TraceContext& context) {
  Graph& graph = context.graph;
  const Node& node = graph.node(context.node);
  const ValueId real = node.operands[1];
  const TraceResult& traced = context.operands[1];
  const std::string& name = graph.value(real).name;
  if (graph.constant(real) || (traced.form && !traced.form->source)) {
    return no_form(fmt::format("the weights '{}' are not quantized", name), "export the model with a weight quantizer");
  }
  if (!traced.form) return traced;
  const AffineForm& form = *traced.form;
  const Tensor* stored = graph.constant(*form.source);
  if (!stored) return no_form("the weights are computed, not constant", "use constant weights");
  if (stored->count() == 0) return no_form("the weights are empty");
  if (form.lower || form.upper) {
    return no_form(fmt::format("the weights '{}' are clipped after they were quantized", name),
                   "clip the weights first");
  }
  if (form.axis == std::size_t{0} && stored->shape()[0] > 1) {
    return no_form("the weights' scales or zero points lie along the summed axis",
                   "quantize the weights per tensor or per output channel");
  }
  std::vector<std::int64_t> zero_points;
  for (std::size_t n = 0; n < static_cast<std::size_t>(stored->shape()[1]); ++n) {
    if (entry(form.ratio, n).sign() == 0) return no_form("the weights are multiplied by zero");
    const auto zero_point = (-entry(form.offset, n) / entry(form.ratio, n)).to_int64();
    // Beyond 32 bits nothing that a quantizer produces is left, and the subtraction could overflow.
    if (!zero_point || std::abs(*zero_point) >> 31 != 0) {
      return no_form("a constant is added to the weights that is no multiple of their scale",
                     "add it before the quantizer");
    }
    zero_points.push_back(*zero_point);
  }
  std::optional<Quantization> quantization;
  const bool positive = std::ranges::all_of(form.ratio, [](const Rational& r) { return r.sign() > 0; });
  const AffineForm* x = context.operands[0].form ? &*context.operands[0].form : nullptr;
  if (positive && x && x->source && agrees(*x, graph.type(*x->source).quantization)) {
    quantization = Quantization{form.ratio, std::vector<std::int64_t>(form.ratio.size(), 0), {}};
    if (form.ratio.size() > 1) quantization->axis = 1;
  }
  Tensor integers = without_zero_points(*stored, zero_points);
  return IntegerWeights{form.ratio,
                        graph.add_constant(graph.value(*form.source).name, std::move(integers), quantization)};
}

// sum over k of offset[k] * weights[k, n], for every n.
std::vector<Rational> sums_with_offset(const Tensor& weights, const std::vector<Rational>& offset) {
  const auto columns = static_cast<std::size_t>(weights.shape()[1]);
  const std::vector<std::int64_t> w = to_int64(weights);
  std::vector<Rational> sums(columns);
  if (offset.size() > 1) {
    for (std::size_t i = 0; i < w.size(); ++i)
      sums[i % columns] += offset[i / columns] * Rational(w[i]);
    return sums;
  }
  if (offset[0].sign() == 0) return {Rational(0)};
  std::vector<std::int64_t> integers(columns);
  for (std::size_t first = 0; first < w.size(); first += columns) {
    for (std::size_t n = 0; n < columns; ++n)
      integers[n] += w[first + n];
  }
  for (std::size_t n = 0; n < columns; ++n)
    sums[n] = offset[0] * Rational(integers[n]);
  return sums;
}

} // namespace

TraceResult trace_dense(const TraceContext& context) {
  Graph& graph = context.graph;
  const Node node = graph.node(context.node);
  auto found = integer_weights(context);
  const TraceResult& input = context.operands[0];
  // The weights first: without quantized weights nothing about the input matters.
  if (TraceResult* none = std::get_if<TraceResult>(&found)) return *none;
  if (!input.form) return input;
  const AffineForm& x = *input.form;
  if (!x.source || graph.constant(*x.source))
    return no_form("the input is a constant", "fold the layer into a constant");
  if (x.lower || x.upper)
    return no_form("the input is bounded without a quantizer", "put a quantizer behind the activation");
  const std::size_t last = graph.type(node.operands[0]).shape.size() - 1;
  if (x.ratio.size() > 1 || (x.offset.size() > 1 && x.axis != last)) {
    return no_form("the input has scales of its own along the summed axis", "quantize the layer's input per tensor");
  }
  const IntegerWeights& weights = std::get<IntegerWeights>(found);

  AffineForm form;
  form.axis = graph.type(node.results[0]).shape.size() - 1;
  const std::vector<Rational> sums = sums_with_offset(*graph.constant(weights.value), x.offset);
  const std::size_t entries = std::max(weights.scale.size(), sums.size());
  for (const Rational& scale : weights.scale)
    form.ratio.push_back(x.ratio[0] * scale);
  for (std::size_t n = 0; n < entries; ++n)
    form.offset.push_back(entry(weights.scale, n) * entry(sums, n));

  auto added = graph.add_node(*node.op, node.attributes, {*x.source, weights.value}, node.origin, context.node,
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

} // namespace tilewright
