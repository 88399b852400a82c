#include "ir/ops/pad.h"

#include "ir/affine_algebra.h"
#include "ir/graph.h"
#include "ir/pointwise.h"
#include "ir/registry.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const auto& attributes = context.attributes.as<PadAttributes>();
  ValueType result = context.operands[0];
  const std::size_t rank = result.shape.size();
  if (attributes.begin.size() != rank || attributes.end.size() != rank) {
    return OpError{"the padding has not one entry for each axis", fmt::format("{}", rank),
                   fmt::format("{} and {}", attributes.begin.size(), attributes.end.size()), "", 0};
  }
  for (std::size_t i = 0; i < rank; ++i) {
    std::int64_t& size = result.shape[i];
    if (attributes.begin[i] < 0 || attributes.end[i] < 0 || __builtin_add_overflow(size, attributes.begin[i], &size) ||
        __builtin_add_overflow(size, attributes.end[i], &size)) {
      return OpError{"the padding is negative or too large", "", "", "", 0};
    }
  }
  if (!element_count(result.shape)) return OpError{"the result is too large", "", text_of(result.shape), "", {}};
  if (is_integer(result.element)) {
    const auto value = attributes.value.to_int64();
    if (!value || !storage_range(result.element).contains({*value, *value})) {
      return OpError{"the padding's value does not fit the element type", std::string(name_of(result.element)),
                     attributes.value.text(), "", 0};
    }
    const IntegerRange range = range_of(result);
    result.range = IntegerRange{std::min(range.min, *value), std::max(range.max, *value)};
  } else if (result.element == ElementType::boolean) {
    return OpError{"pad takes numbers", "integers or reals", "bool", "", 0};
  }
  if (result.quantization && result.quantization->axis) {
    const std::size_t axis = *result.quantization->axis;
    if (attributes.begin[axis] + attributes.end[axis] > 0) result.quantization.reset();
  }
  results = {std::move(result)};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const auto& attributes = context.attributes.as<PadAttributes>();
  const Tensor& x = *context.operands[0];
  Tensor result(x.element(), context.result_types[0].shape);
  visit_elements(x, [&]<class T>(std::span<const T> values) {
    const std::span<T> padded = result.mutable_data<T>();
    std::ranges::fill(padded, static_cast<T>(attributes.value.to_double()));
    const Shape& shape = x.shape();
    std::vector<std::int64_t> position(shape.size(), 0);
    for (const T value : values) {
      std::int64_t index = 0;
      for (std::size_t axis = 0; axis < shape.size(); ++axis)
        index = index * result.shape()[axis] + position[axis] + attributes.begin[axis];
      padded[static_cast<std::size_t>(index)] = value;
      for (std::size_t axis = shape.size(); axis-- > 0;) {
        if (++position[axis] < shape[axis]) break;
        position[axis] = 0;
      }
    }
  });
  return {std::move(result)};
}

// The value has to be one that the form can take: then it is padding of integers.
TraceResult trace(const TraceContext& context) {
  if (!context.operands[0].form) return context.operands[0];
  Graph& graph = context.graph;
  AffineForm form = *context.operands[0].form;
  const Node node = graph.node(context.node);
  auto attributes = node.attributes.as<PadAttributes>();
  if (!form.source || graph.constant(*form.source)) return no_form("the padded tensor is a constant");
  if (!form.addends.empty()) return no_form("the padded tensor is a sum", "put a quantizer behind the sum");
  std::optional<std::int64_t> stored;
  for (std::size_t c = 0; c < std::max(form.ratio.size(), form.offset.size()); ++c) {
    const Rational& ratio = entry(form.ratio, c);
    const auto own = ratio.sign() == 0 ? std::nullopt : ((attributes.value - entry(form.offset, c)) / ratio).to_int64();
    if (!own || (stored && stored != own)) {
      return no_form("the padding's value is no step of the tensor's scale", "pad in front of the quantizer");
    }
    stored = own;
  }
  if ((form.lower && attributes.value < *form.lower) || (form.upper && attributes.value > *form.upper)) {
    return no_form("the padding's value lies outside of the bounds in front of it", "pad with 0");
  }
  attributes.value = Rational(*stored);
  auto added = graph.add_node(*node.op, Attributes::of(std::move(attributes)), {*form.source}, node.origin,
                              context.node, {graph.value(node.results[0]).name + ".int"});
  if (OpError* error = std::get_if<OpError>(&added)) return no_form(error->reason, error->hint);
  form.source = graph.node(std::get<NodeId>(added)).results[0];
  return {std::move(form), {}, {}};
}

} // namespace

void register_pad(OpRegistry& registry) {
  OpDefinition op;
  op.name = "pad";
  op.summary = "elements of one value around a tensor";
  op.default_attributes = Attributes::of(PadAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work_of_pointwise;
  op.trace = trace;
  registry.add(std::move(op));
}

} // namespace tilewright
