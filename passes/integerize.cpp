#include "passes/integerize.h"

#include "ir/ops/table.h"
#include "passes/pass_landing.h"
#include "passes/pass_positions.h"
#include "passes/pass_rescale.h"
#include "passes/pass_steps.h"
#include "passes/pass_support.h"
#include "passes/pass_table.h"
#include "passes/pass_tracer.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace tilewright {

namespace {

class Integerizer {
public:
  Integerizer(Graph& graph, PassContext& context) : graph_(graph), context_(context) {}

  Changed run() {
    const std::vector<NodeId> before = graph_.order();
    if (!has_integers()) {
      report_unquantized();
      return Changed::no;
    }
    values_ = trace_real_values(graph_, context_.ops);
    const std::size_t errors = context_.diagnostics.error_count();
    for (const NodeId id : before)
      check_contraction(id);
    for (const NodeId id : before)
      rewrite_quantizer(id);
    if (context_.diagnostics.error_count() == errors) {
      land_contractions(graph_, context_.ops, values_);
      erase_dead_nodes(graph_);
      if (graph_.order() != before) update_types(graph_, context_.diagnostics);
    }
    return graph_.order() != before ? Changed::yes : Changed::no;
  }

private:
  bool has_integers() const {
    const auto is_integer_value = [&](ValueId id) { return is_integer(graph_.type(id).element); };
    return std::ranges::any_of(graph_.inputs(), is_integer_value) ||
           std::ranges::any_of(graph_.order(), [&](NodeId id) {
             const Node& node = graph_.node(id);
             return std::ranges::any_of(node.results, is_integer_value) ||
                    std::ranges::any_of(node.operands, is_integer_value);
           });
  }

  void report_unquantized() {
    if (graph_.order().empty()) return;
    Diagnostic problem;
    problem.code = "integerize.not-quantized";
    problem.reason = "the model is not quantized: it has no quantizer and no integer tensor";
    problem.expected =
        "quantizers on inputs, weights and activations (QONNX Quant, or QuantizeLinear and DequantizeLinear)";
    problem.hint = "train or calibrate with Brevitas or with a static quantizer, and export QONNX or QCDQ";
    context_.diagnostics.add(std::move(problem));
  }

  // What stays float in the middle is refused, or left to the host.
  void report(NodeId id, std::string code, const TraceResult& why) {
    if (context_.allow_host_islands || !blamed_.insert(id).second) return;
    context_.diagnostics.add(problem_at(graph_, id, std::move(code), why.reason, why.hint));
  }

  // A sum of products in float is host work only where nothing about it is quantized.
  void check_contraction(NodeId id) {
    const Node& node = graph_.node(id);
    if (!node.op->traits.contraction || node.operands.size() < 2 || !is_real(graph_.type(node.results[0]))) return;
    const Traced& traced = values_.at(node.results[0]);
    if (traced.result.form) return;
    const Traced input = traced_operand(graph_, values_, node.operands[0]);
    const Traced weights = traced_operand(graph_, values_, node.operands[1]);
    const bool weights_are_integers = weights.result.form && weights.result.form->source;
    if (!weights_are_integers && !weights.device) {
      if (!input.device) return;
      report(id, "integerize.weights-not-quantized", traced.result);
    } else if (!input.device) {
      report(
          id, "integerize.input-not-quantized",
          no_form("the weights are quantized but the layer's input is not",
                  "put a quantizer in front of the layer, for example Brevitas' QuantIdentity on the model's input"));
    } else {
      report(traced.blame.value_or(id), "integerize.float-island", traced.result);
    }
  }

  void rewrite_quantizer(NodeId id) {
    const Node& node = graph_.node(id);
    if (!node.op->traits.quantizer || !node.attributes.holds<QuantizeAttributes>()) return;
    const Traced traced = traced_operand(graph_, values_, node.operands[0]);
    if (traced.result.form ? !traced.result.form->source : !traced.device) return; // host work in front of the integers
    if (!traced.result.form) {
      make_table(id, "integerize.float-island", traced.result, traced.blame.value_or(id));
      return;
    }
    if (chooses_wide_integers(id, *traced.result.form) && quantize_operands(id)) return;
    const auto found = rescale_of(*traced.result.form, node.attributes.as<QuantizeAttributes>(),
                                  graph_.type(node.results[0]).shape.size());
    if (const TraceResult* none = std::get_if<TraceResult>(&found)) {
      make_table(id, "integerize.quantizer", *none, id);
      return;
    }
    std::vector<ValueId> sources{current(*traced.result.form->source)};
    for (const AffineTerm& term : traced.result.form->addends)
      sources.push_back(current(term.source));
    replace(id, "rescale", Attributes::of(std::get<RescaleAttributes>(found)), sources);
  }

  // What is no affine step of integers may be a function of one small one, or one of a wide one that steps here and
  // there. `why` says why it is no affine step, at node `blame`.
  void make_table(NodeId id, const std::string& code, const TraceResult& why, NodeId blame) {
    land_sums(graph_.node(id).operands[0], id);
    const RealFunction function(graph_, values_, rewritten_, id);
    const auto table = table_of(graph_, function, id);
    if (const TableOfQuantizer* found = std::get_if<TableOfQuantizer>(&table)) return add_table(id, *found);
    const auto steps = steps_of(graph_, function, id);
    if (const StepsOfQuantizer* found = std::get_if<StepsOfQuantizer>(&steps)) return add_steps(id, *found);
    if (quantize_operands(id) || quantize_positions(id)) return;
    const bool is_function = blame != id && graph_.node(blame).op->enclose != nullptr;
    const bool is_small = std::ranges::all_of(
        function.sources(), [&](ValueId source) { return size_in_bytes(graph_.type(source).element) == 1; });
    report(blame, code, !is_function ? why : is_small ? std::get<TraceResult>(table) : std::get<TraceResult>(steps));
  }

  // Sums of several tensors in front of a function become integers, where one step is common to all of them.
  void land_sums(ValueId real, NodeId before) {
    const auto traced = values_.find(real);
    if (traced == values_.end()) return;
    std::optional<AffineForm>& form = traced->second.result.form;
    const std::optional<NodeId> producer = graph_.value(real).producer;
    if (form) {
      if (form->addends.empty() || real == graph_.node(before).operands[0]) return;
      auto found = common_step_sum(graph_, *form);
      if (!found) return;
      std::vector<ValueId> sources{current(*form->source)};
      for (const AffineTerm& term : form->addends)
        sources.push_back(current(term.source));
      const Rational step = found->scale[0];
      const auto added =
          graph_.add_node(*context_.ops.find("rescale"), Attributes::of(*std::move(found)), std::move(sources),
                          origin_of(graph_, values_, {&real, 1}), before, {{graph_.value(real).name + ".int"}});
      if (!std::holds_alternative<NodeId>(added)) return;
      form->source = graph_.node(std::get<NodeId>(added)).results[0];
      form->ratio = {step};
      form->addends.clear();
      return;
    }
    if (!producer || graph_.node(*producer).op->enclose == nullptr) return;
    const std::vector<ValueId> operands = graph_.node(*producer).operands;
    for (const ValueId operand : operands)
      land_sums(operand, before);
  }

  // Numbers that are chosen by their order may be quantized first, each by itself.
  bool quantize_operands(NodeId id) {
    const Node node = graph_.node(id);
    const std::optional<NodeId> behind = graph_.value(node.operands[0]).producer;
    if (!behind || !graph_.node(*behind).op->traits.order_only) return false;
    const Node chosen = graph_.node(*behind);
    for (const ValueId operand : chosen.operands) {
      if (graph_.constant(operand) || graph_.type(operand).shape.size() != graph_.type(node.operands[0]).shape.size())
        return false;
    }
    std::vector<NodeId> quantizers;
    std::vector<ValueId> integers;
    for (const ValueId operand : chosen.operands) {
      const auto added =
          graph_.add_node(*node.op, node.attributes, {operand}, node.origin, id,
                          {{fmt::format("{}.part{}", graph_.value(node.results[0]).name, integers.size())}});
      if (!std::holds_alternative<NodeId>(added)) return false; // erased with all else that nobody reads
      quantizers.push_back(std::get<NodeId>(added));
      integers.push_back(graph_.node(quantizers.back()).results[0]);
    }
    replace(id, chosen.op->name, chosen.attributes, std::move(integers));
    for (const NodeId quantizer : quantizers)
      rewrite_quantizer(quantizer);
    return true;
  }

  // Numbers that differ from position to position of an image.
  bool quantize_positions(NodeId id) {
    const Node node = graph_.node(id);
    const Traced traced = traced_operand(graph_, values_, node.operands[0]);
    if (!traced.result.form) return false;
    const std::optional<PositionsOfQuantizer> found = positions_of(graph_, *traced.result.form, id);
    if (!found) return false;
    if (found->deviation != Deviation{}) report_inexact(graph_, id, found->deviation, context_.diagnostics);
    const ValueId sorts = graph_.add_constant(graph_.value(node.results[0]).name + ".sorts", found->sorts);
    replace(id, "requantize_positions", Attributes::of(found->attributes),
            {current(*traced.result.form->source), sorts});
    return true;
  }

  // Integers that are wider than what a kernel compares, as accumulators are.
  bool chooses_wide_integers(NodeId id, const AffineForm& form) const {
    const std::optional<NodeId> behind = graph_.value(graph_.node(id).operands[0]).producer;
    return behind && graph_.node(*behind).op->traits.order_only && size_in_bytes(graph_.type(*form.source).element) > 2;
  }

  void add_table(NodeId id, const TableOfQuantizer& table) {
    const Node& node = graph_.node(id);
    const auto& quantizer = node.attributes.as<QuantizeAttributes>();
    const ValueId entries = graph_.add_constant(graph_.value(node.results[0]).name + ".entries", table.entries);
    replace(id, "table", Attributes::of(TableAttributes{quantizer.scale, quantizer.zero_point, quantizer.axis}),
            {table.source, entries});
  }

  void add_steps(NodeId id, const StepsOfQuantizer& steps) {
    const Node& node = graph_.node(id);
    const std::string name = graph_.value(node.results[0]).name;
    const auto axis = graph_.add_node(*context_.ops.find("requantize"), Attributes::of(steps.axis), {steps.source},
                                      origin_of(graph_, values_, {&node.operands[0], 1}), id, {{name + ".axis"}});
    if (const OpError* error = std::get_if<OpError>(&axis)) {
      return report(id, "integerize.quantizer", no_form(error->reason, error->hint));
    }
    const ValueId edges = graph_.add_constant(name + ".edges", steps.edges);
    const ValueId levels = graph_.add_constant(name + ".levels", steps.levels);
    replace(id, "step_table", Attributes::of(steps.steps),
            {graph_.node(std::get<NodeId>(axis)).results[0], edges, levels});
  }

  // An integer node takes the quantizer's place, and stands for all real ones in front of it.
  void replace(NodeId id, std::string_view op, Attributes attributes, std::vector<ValueId> operands) {
    const Node node = graph_.node(id);
    const auto added = graph_.add_node(*context_.ops.find(op), std::move(attributes), std::move(operands),
                                       merged(origin_of(graph_, values_, {&node.operands[0], 1}), node.origin), id,
                                       {{graph_.value(node.results[0]).name}});
    if (const OpError* error = std::get_if<OpError>(&added)) {
      report(id, "integerize.quantizer", no_form(error->reason, error->hint));
      return;
    }
    const ValueId result = graph_.node(std::get<NodeId>(added)).results[0];
    rewritten_.emplace(node.results[0], result);
    graph_.replace_uses(node.results[0], result);
    graph_.erase_node(id);
  }

  // A quantizer in front may have been rewritten since the values were traced.
  ValueId current(ValueId source) const {
    const auto rewritten = rewritten_.find(source);
    return rewritten != rewritten_.end() ? rewritten->second : source;
  }

  Graph& graph_;
  PassContext& context_;
  std::map<ValueId, Traced> values_;
  std::set<NodeId> blamed_;
  std::map<ValueId, ValueId> rewritten_; // results of quantizers
};

Changed run(Graph& graph, PassContext& context) { return Integerizer(graph, context).run(); }

} // namespace

void register_integerize(PassRegistry& registry) {
  registry.add({"integerize", "turns float arithmetic between quantizers into exact integer rescales", run});
}

} // namespace tilewright
