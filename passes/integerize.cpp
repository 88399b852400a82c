#include "passes/integerize.h"

#include "ir/ops/table.h"
#include "passes/pass_landing.h"
#include "passes/pass_rescale.h"
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

  void report(NodeId id, std::string code, const TraceResult& why) {
    if (!blamed_.insert(id).second) return;
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

  // What is no affine step of integers may be a function of one small one. `why` says why it is none, at node `blame`.
  void make_table(NodeId id, const std::string& code, const TraceResult& why, NodeId blame) {
    const auto found = table_of(graph_, values_, rewritten_, id);
    if (const TraceResult* none = std::get_if<TraceResult>(&found)) {
      const bool is_function = blame != id && graph_.node(blame).op->enclose != nullptr;
      report(blame, code, is_function ? *none : why);
      return;
    }
    const auto& table = std::get<TableOfQuantizer>(found);
    const Node& node = graph_.node(id);
    const auto& quantizer = node.attributes.as<QuantizeAttributes>();
    const ValueId entries = graph_.add_constant(graph_.value(node.results[0]).name + ".entries", table.entries);
    replace(id, "table", Attributes::of(TableAttributes{quantizer.scale, quantizer.zero_point, quantizer.axis}),
            {table.source, entries});
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
