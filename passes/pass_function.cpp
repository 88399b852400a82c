#include "passes/pass_function.h"

#include "ir/affine_algebra.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace tilewright {

namespace {

// Chains of real operators between two quantizers; a longer one is no function that anybody wrote.
constexpr int longest_chain = 256;

} // namespace

std::string needs_quantizers() {
  return "put quantizers in front of it and behind it, or let the host compute it: --allow-host-islands";
}

RealFunction::RealFunction(const Graph& graph, const std::map<ValueId, Traced>& values, const Rewritten& rewritten,
                           NodeId quantizer)
    : graph_(graph), values_(values), rewritten_(rewritten), result_(graph.node(quantizer).operands[0]),
      shape_(graph.type(graph.node(quantizer).results[0]).shape) {
  collect(result_, 0);
}

bool RealFunction::fail(std::string reason, std::string hint) {
  problem_ = no_form(std::move(reason), std::move(hint));
  return false;
}

bool RealFunction::off_channel() {
  return fail("per-channel scales or constants do not lie along the last axis", "use one scale for the tensor");
}

// A form that stands for itself: integers, a ratio and an offset. Longer sums are followed operand by operand.
const AffineForm* RealFunction::leaf_of(ValueId real) const {
  const auto traced = values_.find(real);
  if (traced == values_.end() || !traced->second.result.form) return nullptr;
  const AffineForm& form = *traced->second.result.form;
  return form.source && form.addends.empty() ? &form : nullptr;
}

ValueId RealFunction::source_of(const AffineForm& leaf) const {
  const auto found = rewritten_.find(*leaf.source);
  return found == rewritten_.end() ? *leaf.source : found->second;
}

// Finds the integers that `real` depends on.
bool RealFunction::collect(ValueId real, int depth) {
  if (!seen_.insert(real).second) return true;
  const Value& value = graph_.value(real);
  const AffineForm* leaf = leaf_of(real);
  if (value.constant || (leaf != nullptr && graph_.constant(*leaf->source))) {
    const TraceResult form = value.constant ? constant_form(*value.constant) : TraceResult{*leaf, {}, {}};
    if (!form.form) return fail(form.reason, form.hint);
    const std::optional<ChannelList> list = constant_values(graph_, *form.form);
    if (!list) return fail("a constant varies along more than one axis", "use one constant per channel");
    if (list->axis && value.type.shape.size() != *list->axis + 1) return off_channel();
    constants_.emplace(real, list->values);
    return true;
  }
  if (value.type.shape != shape_)
    return fail("the tensor changes its shape between the quantizers", needs_quantizers());
  if (leaf != nullptr) {
    if (leaf->axis && *leaf->axis + 1 != shape_.size()) return off_channel();
    leaves_.push_back(leaf);
    sources_.insert(source_of(*leaf));
    return true;
  }
  if (!value.producer)
    return fail(fmt::format("the graph input '{}' is not quantized", value.name), needs_quantizers());
  const Node& node = graph_.node(*value.producer);
  if (node.op->enclose == nullptr) {
    return fail(fmt::format("'{}' of real numbers has no exact integer form", node.op->name), needs_quantizers());
  }
  if (depth == longest_chain)
    return fail("the chain of operators between the quantizers is too long", needs_quantizers());
  return std::ranges::all_of(node.operands, [&](ValueId operand) { return collect(operand, depth + 1); });
}

bool RealFunction::differs_by_channel() const {
  return std::ranges::any_of(constants_, [](const auto& constant) { return constant.second.size() > 1; });
}

Enclosure RealFunction::operator()(const std::function<Enclosure(const AffineForm&)>& leaf, std::size_t channel,
                                   int precision) const {
  std::map<ValueId, Enclosure> known;
  const std::function<Enclosure(ValueId)> enclosed = [&](ValueId real) {
    if (const auto found = known.find(real); found != known.end()) return found->second;
    Enclosure result;
    if (const auto constant = constants_.find(real); constant != constants_.end()) {
      result = entry(constant->second, channel);
    } else if (const AffineForm* form = leaf_of(real)) {
      result = clamped(leaf(*form), form->lower, form->upper);
    } else {
      const Node& node = graph_.node(*graph_.value(real).producer);
      std::vector<Enclosure> operands;
      for (const ValueId operand : node.operands)
        operands.push_back(enclosed(operand));
      result = node.op->enclose(node.attributes, operands, precision);
    }
    known.emplace(real, result);
    return result;
  };
  return enclosed(result_);
}

std::optional<std::int64_t> stored(const Enclosure& x, const QuantizeAttributes& quantizer, std::size_t channel) {
  const std::size_t c = quantizer.scale.size() > 1 ? channel : 0;
  const Rational zero_point(quantizer.zero_point[c]);
  if (x.special) { // as `quantize` does it
    if (std::isnan(*x.special)) return std::clamp(quantizer.zero_point[c], quantizer.range.min, quantizer.range.max);
    return *x.special < 0 ? quantizer.range.min : quantizer.range.max;
  }
  const auto integer_of = [&](const Rational& real) {
    const Rational ratio = real / quantizer.scale[c];
    const Rational rounded = quantizer.round_after_zero_point ? round(ratio + zero_point, quantizer.rounding)
                                                              : round(ratio, quantizer.rounding) + zero_point;
    if (rounded <= Rational(quantizer.range.min)) return quantizer.range.min;
    if (rounded >= Rational(quantizer.range.max)) return quantizer.range.max;
    return *rounded.to_int64();
  };
  const std::int64_t low = integer_of(x.low);
  if (x.exact() || low == integer_of(x.high)) return low;
  return std::nullopt;
}

} // namespace tilewright
