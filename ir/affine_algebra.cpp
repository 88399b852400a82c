#include "ir/affine_algebra.h"

#include "ir/graph.h"
#include "ir/quantization_checks.h"

#include <algorithm>
#include <cassert>
#include <cmath>
#include <fmt/format.h>
#include <functional>

namespace tilewright {

namespace {

bool all_equal(const std::vector<Rational>& values) {
  return std::ranges::all_of(values, [&](const Rational& value) { return value == values.front(); });
}

// a[c] op b[c], as short as its operands allow.
template <class Operation>
std::vector<Rational> combined(const std::vector<Rational>& a, const std::vector<Rational>& b, Operation operation) {
  std::vector<Rational> result;
  const std::size_t size = std::max(a.size(), b.size());
  for (std::size_t i = 0; i < size; ++i)
    result.push_back(operation(entry(a, i), entry(b, i)));
  return result;
}

std::optional<Rational> clamped(const std::optional<Rational>& value, const std::optional<Rational>& low,
                                const std::optional<Rational>& high, const std::optional<Rational>& otherwise) {
  if (!value) return otherwise;
  if (low && *value < *low) return low;
  if (high && *value > *high) return high;
  return value;
}

bool takes_other_axis(const AffineForm& form, const ChannelList& list) {
  return list.values.size() > 1 && form.axis && form.axis != list.axis;
}

// The axis along which a constant varies, if it is one.
struct VaryingAxis {
  std::optional<std::size_t> axis;
  bool several = false;
};
VaryingAxis varying_axis(const Shape& shape) {
  VaryingAxis found;
  for (std::size_t i = 0; i < shape.size(); ++i) {
    if (shape[i] == 1) continue;
    if (found.axis) found.several = true;
    found.axis = i;
  }
  if (found.several && shape.front() == 1 && shape.back() == 1) return {positions_axis, false};
  return found;
}

TraceResult other_axis() {
  return no_form("two per-channel constants lie along different axes",
                 "keep per-channel scales and constants on one axis");
}

TraceResult bound_per_channel() {
  return no_form("a per-channel constant follows an activation's bound, which would differ from channel to channel",
                 "put a quantizer between the activation and the per-channel operation");
}

} // namespace

void collapse(AffineForm& form) {
  if (form.ratio.size() > 1 && all_equal(form.ratio)) form.ratio.resize(1);
  if (form.offset.size() > 1 && all_equal(form.offset)) form.offset.resize(1);
  for (AffineTerm& term : form.addends) {
    if (term.ratio.size() > 1 && all_equal(term.ratio)) term.ratio.resize(1);
  }
  const bool uniform = std::ranges::all_of(form.addends, [](const AffineTerm& term) { return term.ratio.size() == 1; });
  if (form.ratio.size() <= 1 && form.offset.size() <= 1 && uniform) form.axis.reset();
}

TraceResult scaled(const AffineForm& form, const ChannelList& gain) {
  if (takes_other_axis(form, gain)) return other_axis();
  AffineForm result = form;
  if (gain.values.size() > 1) result.axis = gain.axis;
  if (form.source) result.ratio = combined(form.ratio, gain.values, std::multiplies<>());
  for (AffineTerm& term : result.addends)
    term.ratio = combined(term.ratio, gain.values, std::multiplies<>());
  result.offset = combined(form.offset, gain.values, std::multiplies<>());
  if (form.lower || form.upper) {
    const auto is_zero = [](const std::optional<Rational>& bound) { return !bound || bound->sign() == 0; };
    const bool positive = std::ranges::all_of(gain.values, [](const Rational& g) { return g.sign() > 0; });
    // Zero times any positive gain is zero, so relu's bound may stay although the gains differ.
    const bool kept = positive && is_zero(form.lower) && is_zero(form.upper);
    if (!all_equal(gain.values) && !kept) return bound_per_channel();
    const Rational& g = gain.values.front();
    if (form.lower) result.lower = *form.lower * g;
    if (form.upper) result.upper = *form.upper * g;
    if (g.sign() < 0) std::swap(result.lower, result.upper);
    if (g.sign() == 0) { // 0 everywhere
      result.lower.reset();
      result.upper.reset();
    }
  }
  collapse(result);
  return {std::move(result), {}, {}};
}

TraceResult shifted(const AffineForm& form, const ChannelList& offset) {
  if (takes_other_axis(form, offset)) return other_axis();
  AffineForm result = form;
  if (offset.values.size() > 1) result.axis = offset.axis;
  result.offset = combined(form.offset, offset.values, std::plus<>());
  if (form.lower || form.upper) {
    if (!all_equal(offset.values)) return bound_per_channel();
    if (form.lower) result.lower = *form.lower + offset.values.front();
    if (form.upper) result.upper = *form.upper + offset.values.front();
  }
  collapse(result);
  return {std::move(result), {}, {}};
}

TraceResult summed(const AffineForm& a, const AffineForm& b) {
  if (a.axis && b.axis && a.axis != b.axis) return other_axis();
  if (a.lower || a.upper || b.lower || b.upper) {
    return no_form("a sum's operand is bounded without a quantizer", "put a quantizer behind the activation");
  }
  AffineForm result = a;
  if (b.axis) result.axis = b.axis;
  result.offset = combined(a.offset, b.offset, std::plus<>());
  std::vector<AffineTerm> terms = b.addends;
  terms.insert(terms.begin(), {*b.source, b.ratio});
  for (AffineTerm& term : terms) {
    const auto same = std::ranges::find(result.addends, term.source, &AffineTerm::source);
    if (term.source == *result.source) {
      result.ratio = combined(result.ratio, term.ratio, std::plus<>());
    } else if (same != result.addends.end()) {
      same->ratio = combined(same->ratio, term.ratio, std::plus<>());
    } else {
      result.addends.push_back(std::move(term));
    }
  }
  collapse(result);
  return {std::move(result), {}, {}};
}

TraceResult bounded(const TraceResult& traced, std::optional<Rational> low, std::optional<Rational> high) {
  if (!traced.form) return traced;
  TraceResult result = traced;
  result.form->lower = clamped(traced.form->lower, low, high, low);
  result.form->upper = clamped(traced.form->upper, low, high, high);
  return result;
}

TraceResult constant_form(const Tensor& constant) {
  const Shape& shape = constant.shape();
  std::vector<double> values = to_double(constant);
  if (values.empty()) return no_form("a constant is empty");
  if (!std::ranges::all_of(values, [](double v) { return std::isfinite(v); })) {
    return no_form("a constant holds infinity or NaN", "export finite parameters");
  }
  AffineForm form;
  if (std::ranges::all_of(values, [&](double v) { return v == values.front(); })) {
    form.offset = {Rational::from_double(values.front())};
    return {std::move(form), {}, {}};
  }
  const VaryingAxis varying = varying_axis(shape);
  if (varying.several) return no_form("a constant varies along more than one axis", "use one constant per channel");
  form.axis = varying.axis;
  for (const double value : values)
    form.offset.push_back(Rational::from_double(value));
  return {std::move(form), {}, {}};
}

std::optional<ChannelList> constant_values(const Graph& graph, const AffineForm& form) {
  ChannelList list;
  const auto clamp = [&](Rational value) {
    if (form.lower && value < *form.lower) return *form.lower;
    return form.upper && value > *form.upper ? *form.upper : value;
  };
  if (!form.source) {
    list.axis = form.axis;
    for (const Rational& value : form.offset)
      list.values.push_back(clamp(value));
    return list;
  }
  const Tensor* stored = graph.constant(*form.source);
  if (!stored || stored->count() == 0 || !form.addends.empty()) return std::nullopt;
  const VaryingAxis varying = varying_axis(stored->shape());
  if (varying.several) return std::nullopt;
  list.axis = varying.axis;
  if (form.axis && list.axis && form.axis != list.axis) return std::nullopt;
  const std::vector<std::int64_t> integers = to_int64(*stored);
  for (std::size_t i = 0; i < integers.size(); ++i) {
    list.values.push_back(clamp(entry(form.ratio, i) * Rational(integers[i]) + entry(form.offset, i)));
  }
  return list;
}

TraceResult trace_with_list(const TraceContext& context, std::size_t variable, ChannelList list,
                            TraceResult (*combine)(const AffineForm& form, const ChannelList& constant)) {
  const Node& node = context.graph.node(context.node);
  const Shape& shape = context.graph.type(node.operands[variable]).shape;
  const Shape& constant_shape = context.graph.type(node.operands[1 - variable]).shape;
  if (context.graph.type(node.results[0]).shape != shape) {
    return no_form("the constant enlarges the tensor by broadcasting",
                   "give the constant one entry, or one per channel");
  }
  if (list.axis == positions_axis && constant_shape.size() != shape.size()) {
    return no_form("a constant varies along more than one axis", "use one constant per channel");
  }
  // Broadcasting aligns the last axes.
  if (list.axis && list.axis != positions_axis) list.axis = shape.size() - (constant_shape.size() - *list.axis);
  return combine(*context.operands[variable].form, list);
}

TraceResult trace_with_constant(const TraceContext& context,
                                TraceResult (*combine)(const AffineForm& form, const ChannelList& constant)) {
  for (const TraceResult& operand : context.operands) {
    if (!operand.form) return operand;
  }
  std::optional<ChannelList> constants[2];
  for (std::size_t i = 0; i < 2; ++i)
    constants[i] = constant_values(context.graph, *context.operands[i].form);
  if (!constants[0] && !constants[1]) {
    return no_form("both operands are computed", "put a quantizer behind the operation's operands and its result");
  }
  const std::size_t constant = constants[1] ? 1 : 0;
  return trace_with_list(context, 1 - constant, *std::move(constants[constant]), combine);
}

TraceResult trace_same_form(const TraceContext& context) {
  Graph& graph = context.graph;
  const Node node = graph.node(context.node);
  std::vector<ValueId> sources;
  for (const TraceResult& operand : context.operands) {
    if (!operand.form) return operand;
    AffineForm form = *operand.form;
    if (!form.source) return no_form("an operand is a constant that no quantizer made", "quantize the constant");
    if (!form.addends.empty()) {
      return no_form("an operand is a sum of several tensors without a quantizer", "put a quantizer behind the sum");
    }
    sources.push_back(*form.source);
    form.source = context.operands[0].form->source;
    const AffineForm& first = *context.operands[0].form;
    if (form.ratio != first.ratio || form.offset != first.offset || form.axis != first.axis ||
        form.lower != first.lower || form.upper != first.upper) {
      return no_form("the operands have different scales", "give the operands one scale");
    }
  }
  auto added = graph.add_node(*node.op, node.attributes, sources, node.origin, context.node,
                              {graph.value(node.results[0]).name + ".int"});
  if (OpError* error = std::get_if<OpError>(&added)) return no_form(error->reason, error->hint);
  AffineForm form = *context.operands[0].form;
  form.source = graph.node(std::get<NodeId>(added)).results[0];
  return {std::move(form), {}, {}};
}

TraceResult trace_sum(const TraceContext& context) {
  const Graph& graph = context.graph;
  const Node& node = graph.node(context.node);
  for (const TraceResult& operand : context.operands) {
    if (!operand.form) return operand;
  }
  const AffineForm& a = *context.operands[0].form;
  const AffineForm& b = *context.operands[1].form;
  if (constant_values(graph, a) || constant_values(graph, b)) return trace_with_constant(context, shifted);
  if (!a.source || !b.source) return no_form("a constant varies along more than one axis");
  const Shape& left = graph.type(node.operands[0]).shape;
  const Shape& right = graph.type(node.operands[1]).shape;
  if (left != right) {
    return no_form(fmt::format("a sum of two computed tensors broadcasts '{}' and '{}'", text_of(left), text_of(right)),
                   "add tensors of one shape");
  }
  return summed(a, b);
}

TraceResult trace_view(const TraceContext& context) {
  Graph& graph = context.graph;
  const Node node = graph.node(context.node);
  if (!context.operands[0].form) return context.operands[0];
  AffineForm form = *context.operands[0].form;
  const std::vector<ValueType> types = graph.operand_types(context.node);
  if (form.axis) {
    const std::vector<const Tensor*> constants(types.size(), nullptr);
    if (form.axis == positions_axis) {
      form.axis.reset();
    } else {
      form.axis = node.op->map_axis({node.attributes, types, constants}, *form.axis);
    }
    if (!form.axis) {
      return no_form(fmt::format("per-channel scales do not survive the {}", node.op->name),
                     "keep the channels one axis, or quantize per tensor in front of it");
    }
  }
  std::vector<ValueId*> sources;
  if (form.source) sources.push_back(&*form.source);
  for (AffineTerm& term : form.addends)
    sources.push_back(&term.source);
  for (ValueId* const source : sources) {
    if (const Tensor* stored = graph.constant(*source)) {
      const ValueType type = graph.type(*source);
      const ValueType result{type.element, graph.type(node.results[0]).shape, {}, {}};
      const std::vector<Tensor> moved = node.op->evaluate({node.attributes, {&stored, 1}, {&type, 1}, {&result, 1}});
      *source = graph.add_constant(graph.value(*source).name, moved[0]);
      continue;
    }
    auto added = graph.add_node(*node.op, node.attributes, {*source}, node.origin, context.node,
                                {graph.value(node.results[0]).name + ".int"});
    if (OpError* error = std::get_if<OpError>(&added)) return no_form(error->reason, error->hint);
    *source = graph.node(std::get<NodeId>(added)).results[0];
  }
  return {std::move(form), {}, {}};
}

} // namespace tilewright
