#include "passes/pass_tracer.h"

#include "ir/affine_algebra.h"
#include "passes/pass_common_scale.h"
#include "passes/pass_rescale.h"
#include "passes/pass_support.h"

#include <algorithm>
#include <fmt/format.h>
#include <ranges>
#include <set>

namespace tilewright {

namespace {

class Tracer {
public:
  Tracer(Graph& graph, const OpRegistry& ops) : graph_(graph), ops_(ops) {}

  std::map<ValueId, Traced> operator()() {
    const std::vector<NodeId> order = graph_.order();
    for (const NodeId id : order) {
      const Node node = graph_.node(id);
      const bool single = node.results.size() == 1;
      for (const ValueId result : node.results) {
        if (is_real(graph_.type(result))) values_[result] = single ? trace(id) : lost(id, gather(id));
      }
      if (node.op->traits.quantizer && single) settle_constant(id);
    }
    return std::move(values_);
  }

private:
  // A quantizer of what constant integers stand for: computed here, since weights and biases have to be constants when
  // a contraction meets them.
  void settle_constant(NodeId id) {
    const Node node = graph_.node(id);
    if (!node.attributes.holds<QuantizeAttributes>()) return;
    const Traced traced = traced_operand(graph_, values_, node.operands[0]);
    if (!traced.result.form || !traced.result.form->source || !graph_.constant(*traced.result.form->source)) return;
    if (!traced.result.form->addends.empty()) return;
    const ValueId source = *traced.result.form->source;
    const ValueType& type = graph_.type(node.results[0]);
    const auto rescale = rescale_of(*traced.result.form, node.attributes.as<QuantizeAttributes>(), type.shape.size());
    if (!std::holds_alternative<RescaleAttributes>(rescale)) return; // reported where the quantizer is rewritten
    const Attributes attributes = Attributes::of(std::get<RescaleAttributes>(rescale));
    const Tensor* const operand = graph_.constant(source);
    const std::vector<Tensor> computed =
        ops_.find("rescale")->evaluate({attributes, {&operand, 1}, {&graph_.type(source), 1}, {&type, 1}});
    graph_.replace_uses(node.results[0],
                        graph_.add_constant(graph_.value(node.results[0]).name, computed[0], type.quantization));
  }

  std::vector<Traced> gather(NodeId id) const {
    std::vector<Traced> operands;
    for (const ValueId operand : graph_.node(id).operands)
      operands.push_back(traced_operand(graph_, values_, operand));
    return operands;
  }

  // No form, for a reason of the node's own.
  Traced lost(NodeId id, const std::vector<Traced>& operands) const {
    Traced traced;
    for (const Traced& operand : operands)
      traced.device |= operand.device;
    traced.blame = id;
    traced.result =
        no_form(fmt::format("'{}' of real numbers has no exact integer form", graph_.node(id).op->name),
                "put quantizers in front of it and behind it, or let the host compute it: --allow-host-islands");
    return traced;
  }

  Traced trace(NodeId id) {
    std::vector<Traced> operands = gather(id);
    const OpDefinition& op = *graph_.node(id).op;
    Traced traced = lost(id, operands);
    if (!op.trace) {
      inherit_loss(traced, operands);
      return traced;
    }
    if (op.traits.contraction || (op.traits.sum && computed_count(operands) > 1)) land_bounds(id, operands);
    if (op.traits.contraction) {
      if (operands.size() > 1) refuse_sums(operands);
      if (takes_two_tensors(id, operands)) land_zero_points(id, operands);
    } else if (inherit_loss(traced, operands)) {
      return traced;
    }
    if (op.traits.joins) land_scales(id, operands);
    std::vector<TraceResult> results;
    for (const Traced& operand : operands)
      results.push_back(operand.result);
    traced.result = op.trace({graph_, id, results});
    if (!traced.result.form && op.traits.contraction && land_fraction(id, operands)) {
      results[0] = operands[0].result;
      traced.result = op.trace({graph_, id, results});
    }
    if (!traced.result.form) {
      for (const Traced& operand : operands) {
        const bool same = !operand.result.form && operand.result.reason == traced.result.reason;
        if (same && operand.blame) traced.blame = operand.blame;
      }
      return traced;
    }
    traced.blame.reset();
    for (const Traced& operand : operands)
      traced.contraction |= operand.contraction;
    if (op.traits.contraction) {
      traced.contraction = true;
      // The sum stands for its operands' dequantizations too.
      const Origin origin = merged(origin_of(graph_, values_, graph_.node(id).operands), graph_.node(id).origin);
      graph_.set_origin(*graph_.value(*traced.result.form->source).producer, origin);
    }
    return traced;
  }

  std::ptrdiff_t computed_count(const std::vector<Traced>& operands) const {
    return std::ranges::count_if(operands, [&](const Traced& operand) {
      const std::optional<AffineForm>& form = operand.result.form;
      return form && form->source && !graph_.constant(*form->source);
    });
  }

  // A sum of products takes one integer tensor on each side.
  void refuse_sums(std::vector<Traced>& operands) const {
    for (Traced& operand : operands) {
      if (!operand.result.form || operand.result.form->addends.empty()) continue;
      operand.result =
          no_form("the input is a sum of several tensors without a quantizer", "put a quantizer behind the sum");
    }
  }

  // An operand without a form passes its reason on.
  static bool inherit_loss(Traced& traced, const std::vector<Traced>& operands) {
    for (const Traced& operand : operands) {
      if (operand.result.form || operand.result.reason.empty()) continue;
      traced.result = operand.result;
      if (operand.blame) traced.blame = operand.blame; // else a constant or a graph input, met here
      return true;
    }
    return false;
  }

  // A product of two activations, or with a matrix of its own for each of them.
  bool takes_two_tensors(NodeId id, const std::vector<Traced>& operands) const {
    const Node& node = graph_.node(id);
    if (computed_count(operands) > 1) return true;
    return node.op->max_operands == 2 && graph_.type(node.operands[1]).shape.size() > 2;
  }

  // A product of two activations takes integers whose zero point is 0: a rescale subtracts it, with room for that.
  void land_zero_points(NodeId id, std::vector<Traced>& operands) {
    for (std::size_t i = 0; i < operands.size(); ++i) {
      const std::optional<Rational> zero_point = common_zero_point(operands[i]);
      // Else none, or one that the op's own hook refuses.
      if (zero_point && zero_point->is_integer() && zero_point->sign() != 0) centre(id, operands, i, *zero_point);
    }
  }

  // Where 0 lies between two steps of the first operand, as it does for bipolar numbers, its multiples have steps
  // there.
  bool land_fraction(NodeId id, std::vector<Traced>& operands) {
    const std::optional<Rational> zero_point = common_zero_point(operands[0]);
    constexpr std::int64_t finest = 16;
    if (!zero_point || zero_point->is_integer() || zero_point->denominator() > Rational(finest) ||
        graph_.constant(*operands[0].result.form->source)) {
      return false;
    }
    return centre(id, operands, 0, *zero_point);
  }

  std::optional<Rational> common_zero_point(const Traced& operand) const {
    const std::optional<AffineForm>& form = operand.result.form;
    if (!form || !form->source || form->ratio.size() > 1 || form->offset.size() > 1 || form->ratio[0].sign() <= 0) {
      return std::nullopt;
    }
    return -form->offset[0] / form->ratio[0];
  }

  // Operand `i` of the node becomes integers that mean multiples of one step, from 0 on.
  bool centre(NodeId id, std::vector<Traced>& operands, std::size_t i, const Rational& zero_point) {
    const AffineForm& form = *operands[i].result.form;
    const auto finer = zero_point.denominator().to_int64();
    const auto shift = (-zero_point * zero_point.denominator()).to_int64();
    const IntegerRange range = range_of(graph_.type(*form.source));
    IntegerRange centred;
    if (!finer || !shift || __builtin_mul_overflow(range.min, *finer, &centred.min) ||
        __builtin_mul_overflow(range.max, *finer, &centred.max) ||
        __builtin_add_overflow(centred.min, *shift, &centred.min) ||
        __builtin_add_overflow(centred.max, *shift, &centred.max)) {
      return false;
    }
    RescaleAttributes attributes;
    attributes.ratio = {Rational(*finer)};
    attributes.offset = {Rational(*shift)};
    attributes.range = centred;
    attributes.element = narrowest_element(centred);
    attributes.scale = {form.ratio[0] / Rational(*finer)};
    return land(id, operands, i, std::move(attributes), ".centred");
  }

  // Operands of one tensor take one scale: what has another one is multiplied, with room for that. What no such steps
  // make equal is left to the op's own hook to refuse.
  void land_scales(NodeId id, std::vector<Traced>& operands) {
    std::vector<AffineForm> forms;
    bool equal = true;
    for (const Traced& operand : operands) {
      const AffineForm& form = *operand.result.form;
      if (!form.source || !form.addends.empty() || form.ratio.size() > 1 || form.offset.size() > 1) return;
      if (form.lower || form.upper) return;
      forms.push_back(form);
      equal &= form.ratio == forms[0].ratio && form.offset == forms[0].offset &&
               graph_.type(*form.source).element == graph_.type(*forms[0].source).element;
    }
    if (equal) return;
    const auto found = steps_to_common_scale(graph_, forms);
    if (const TraceResult* none = std::get_if<TraceResult>(&found)) {
      operands[0].result = *none;
      operands[0].blame = id;
      return;
    }
    const auto& steps = std::get<std::vector<RescaleAttributes>>(found);
    for (std::size_t i = 0; i < operands.size(); ++i)
      land(id, operands, i, steps[i], ".common");
  }

  // The operand becomes the result of an exact step of its integers.
  bool land(NodeId id, std::vector<Traced>& operands, std::size_t i, RescaleAttributes step, const char* suffix) {
    AffineForm& form = *operands[i].result.form;
    const ValueId operand = graph_.node(id).operands[i];
    const std::vector<Rational> scale = step.scale;
    const auto added =
        graph_.add_node(*ops_.find("rescale"), Attributes::of(std::move(step)), {*form.source},
                        origin_of(graph_, values_, {&operand, 1}), id, {{graph_.value(operand).name + suffix}});
    if (!std::holds_alternative<NodeId>(added)) return false;
    form.source = graph_.node(std::get<NodeId>(added)).results[0];
    form.ratio = scale;
    form.offset = {Rational(0)};
    return true;
  }

  // Sums take plain integers: an operand's bounds become a rescale that only clamps.
  void land_bounds(NodeId id, std::vector<Traced>& operands) {
    for (std::size_t i = 0; i < operands.size(); ++i) {
      TraceResult& result = operands[i].result;
      if (!result.form || !result.form->source || graph_.constant(*result.form->source)) continue;
      if (!result.form->lower && !result.form->upper) continue;
      const ValueId operand = graph_.node(id).operands[i];
      const auto clamp = clamping_rescale(*result.form, graph_.type(*result.form->source));
      if (const TraceResult* none = std::get_if<TraceResult>(&clamp)) {
        result = *none;
        operands[i].blame = id;
        continue;
      }
      const auto added = graph_.add_node(*ops_.find("rescale"), Attributes::of(std::get<RescaleAttributes>(clamp)),
                                         {*result.form->source}, origin_of(graph_, values_, {&operand, 1}), id,
                                         {{graph_.value(operand).name + ".int"}});
      if (const OpError* error = std::get_if<OpError>(&added)) {
        result = no_form(error->reason, error->hint);
        continue;
      }
      result.form->source = graph_.node(std::get<NodeId>(added)).results[0];
      if (std::get<RescaleAttributes>(clamp).offset != std::vector{Rational(0)}) result.form->offset = {Rational(0)};
      result.form->lower.reset();
      result.form->upper.reset();
      operands[i].contraction = false;
      operands[i].landed = true;
      values_[operand] = operands[i]; // other readers share the clamped integers
    }
  }

  Graph& graph_;
  const OpRegistry& ops_;
  std::map<ValueId, Traced> values_;
};

} // namespace

Origin origin_of(const Graph& graph, const std::map<ValueId, Traced>& values, std::span<const ValueId> reals) {
  constexpr std::size_t longest = 256;
  std::vector<NodeId> found; // readers first, last operands first
  std::set<NodeId> seen;
  std::vector<ValueId> open(reals.begin(), reals.end());
  while (!open.empty() && found.size() < longest) {
    const ValueId value = open.back();
    open.pop_back();
    const std::optional<NodeId> producer = graph.value(value).producer;
    const auto traced = values.find(value);
    if (!producer || !is_real(graph.type(value)) || (traced != values.end() && traced->second.landed)) continue;
    const Node& node = graph.node(*producer);
    if (node.op->traits.contraction || !seen.insert(*producer).second) continue;
    found.push_back(*producer);
    open.insert(open.end(), node.operands.begin(), node.operands.end());
  }
  Origin origin;
  std::set<std::string_view> names;
  for (const NodeId id : std::views::reverse(found)) {
    for (const std::string& name : graph.node(id).origin.nodes) {
      if (names.insert(name).second) origin.nodes.push_back(name);
    }
  }
  return origin;
}

Traced traced_operand(const Graph& graph, const std::map<ValueId, Traced>& values, ValueId id) {
  Traced traced;
  const Value& value = graph.value(id);
  if (!is_real(value.type)) { // a dequantization's operand: its hook looks at the graph, not at this
    traced.device = !value.constant;
    return traced;
  }
  if (value.constant) {
    traced.result = constant_form(*value.constant);
    return traced;
  }
  if (const auto known = values.find(id); known != values.end()) return known->second;
  traced.result =
      no_form(fmt::format("the graph input '{}' is not quantized", value.name), "put a quantizer behind the input");
  return traced;
}

std::map<ValueId, Traced> trace_real_values(Graph& graph, const OpRegistry& ops) { return Tracer(graph, ops)(); }

} // namespace tilewright
