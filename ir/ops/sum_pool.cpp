#include "ir/ops/sum_pool.h"

#include "ir/graph.h"
#include "ir/pointwise.h"
#include "ir/registry.h"
#include "ir/sums.h"

#include <algorithm>

namespace tilewright {

namespace {

std::optional<OpError> infer(const InferContext& context, std::vector<ValueType>& results) {
  const auto& attributes = context.attributes.as<SumPoolAttributes>();
  const ValueType& x = context.operands[0];
  if (auto error = check_windows(attributes.windows, x.shape)) return error;
  ValueType result{x.element, window_result(attributes.windows, x.shape, x.shape.back()), {}, {}};
  if (!element_count(result.shape)) return OpError{"the result is too large", "", text_of(result.shape), "", {}};
  IntegerRange range = is_integer(x.element) ? range_of(x) : IntegerRange{};
  if (has_padding(attributes.windows)) {
    range = {std::min(range.min, attributes.pad_value), std::max(range.max, attributes.pad_value)};
  }
  if (auto error = set_type_of_sum(result, range, elements_of_window(attributes.windows))) return error;
  results = {std::move(result)};
  return std::nullopt;
}

std::vector<Tensor> evaluate(const EvaluateContext& context) {
  const auto& attributes = context.attributes.as<SumPoolAttributes>();
  const Tensor& x = *context.operands[0];
  return add_up(x, context.result_types[0], [&](auto values, auto sums) {
    using Sum = typename decltype(sums)::value_type;
    const auto channels = static_cast<std::size_t>(x.shape().back());
    const auto images = static_cast<std::size_t>(x.shape()[0]);
    for (std::size_t image = 0; image < images; ++image) {
      const auto from = values.subspan(image * values.size() / images, values.size() / images);
      const auto to = sums.subspan(image * sums.size() / images, sums.size() / images);
      for_each_window(attributes.windows, x.shape(), [&](std::size_t position, std::span<const std::int64_t> elements) {
        for (const std::int64_t element : elements) {
          for (std::size_t c = 0; c < channels; ++c) {
            to[position * channels + c] +=
                element < 0 ? static_cast<Sum>(attributes.pad_value)
                            : static_cast<Sum>(from[static_cast<std::size_t>(element) * channels + c]);
          }
        }
      });
    }
  });
}

TraceResult trace(const TraceContext& context) {
  if (!context.operands[0].form) return context.operands[0];
  const AffineForm& x = *context.operands[0].form;
  const Node& node = context.graph.node(context.node);
  auto attributes = node.attributes.as<SumPoolAttributes>();
  if (has_padding(attributes.windows)) {
    // The padding means 0, so it is the zero point that stands there.
    if (x.offset.size() > 1 || !x.addends.empty()) {
      return no_form("the padding meets zero points of several tensors or channels", "quantize the pooling's input");
    }
    const auto zero_point = x.ratio.size() == 1 && x.ratio[0].sign() != 0 ? (-x.offset[0] / x.ratio[0]).to_int64()
                            : x.offset[0].sign() == 0                     ? std::optional<std::int64_t>(0)
                                                                          : std::nullopt;
    if (!zero_point) return no_form("the padding's 0 is no step of the input's scale", "quantize the pooling's input");
    attributes.pad_value = *zero_point;
  }
  const std::size_t last = context.graph.type(node.operands[0]).shape.size() - 1;
  const std::int64_t count = elements_of_window(attributes.windows);
  return trace_sum_of_elements(context, Attributes::of(std::move(attributes)), count,
                               x.axis == last ? x.axis : std::nullopt);
}

Work work(const EvaluateContext& context) {
  return work_of_windows(context, context.attributes.as<SumPoolAttributes>().windows);
}

} // namespace

void register_sum_pool(OpRegistry& registry) {
  OpDefinition op;
  op.name = "sum_pool";
  op.summary = "the sum of each window";
  op.traits.contraction = true;
  op.default_attributes = Attributes::of(SumPoolAttributes{});
  op.infer = infer;
  op.evaluate = evaluate;
  op.work = work;
  op.trace = trace;
  registry.add(std::move(op));
}

} // namespace tilewright
