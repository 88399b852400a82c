#include "passes/integerize_thresholds.h"

#include "passes/pass_support.h"
#include "passes/pass_tracer.h"

#include <algorithm>

namespace tilewright {

namespace {

// The smallest integer of `range` whose real value reaches the threshold; one above the range where none does.
std::int64_t first_reaching(const AffineForm& form, std::size_t channel, const Rational& threshold,
                            const IntegerRange& range) {
  if (form.lower && threshold <= *form.lower) return range.min;
  if (form.upper && threshold > *form.upper) return range.max + 1;
  const Rational first = ((threshold - entry(form.offset, channel)) / entry(form.ratio, channel)).ceil();
  if (first <= Rational(range.min)) return range.min;
  if (first > Rational(range.max)) return range.max + 1;
  return *first.to_int64();
}

class ThresholdIntegerizer {
public:
  ThresholdIntegerizer(Graph& graph, PassContext& context) : graph_(graph), context_(context) {}

  Changed run() {
    std::vector<NodeId> nodes;
    for (const NodeId id : graph_.order()) {
      const Node& node = graph_.node(id);
      // A quantizer with thresholds as its second operand, on real numbers.
      if (node.op->traits.quantizer && node.operands.size() == 2 && is_real(graph_.type(node.operands[0])))
        nodes.push_back(id);
    }
    if (nodes.empty()) return Changed::no;
    const std::vector<NodeId> before = graph_.order();
    values_ = trace_real_values(graph_, context_.ops);
    for (const NodeId id : nodes)
      rewrite(id);
    erase_dead_nodes(graph_); // what tracing added and nothing came to read
    if (graph_.order() == before) return Changed::no;
    update_types(graph_, context_.diagnostics);
    return Changed::yes;
  }

private:
  void report(NodeId id, const TraceResult& why) {
    if (context_.allow_host_islands) return;
    context_.diagnostics.add(problem_at(graph_, id, "integerize.thresholds", why.reason, why.hint));
  }

  void rewrite(NodeId id) {
    const Node node = graph_.node(id);
    const Traced traced = traced_operand(graph_, values_, node.operands[0]);
    if (!traced.result.form) {
      if (traced.device) report(id, traced.result);
      return; // else host work in front of the first integers
    }
    const AffineForm& form = *traced.result.form;
    if (!form.addends.empty())
      return report(id, no_form("the thresholds read a sum", "put a quantizer behind the sum"));
    const Tensor* thresholds = graph_.constant(node.operands[1]);
    if (!form.source) return;
    const std::size_t last = graph_.type(node.operands[0]).shape.size() - 1;
    const bool rising = std::ranges::all_of(form.ratio, [](const Rational& ratio) { return ratio.sign() > 0; });
    if (!thresholds || !rising || (form.axis && *form.axis != last)) {
      return report(id, no_form(!thresholds ? "the thresholds are computed, not constant"
                                : !rising   ? "a factor in front of the thresholds is not positive"
                                            : "per-channel scales do not lie along the thresholds' channels",
                                "put a quantizer in front of the thresholds"));
    }
    const ValueId integers = graph_.add_constant(graph_.value(node.operands[1]).name,
                                                 integer_thresholds(form, *thresholds, last, node.operands[0]));
    const auto added = graph_.add_node(*node.op, node.attributes, {*form.source, integers},
                                       merged(origin_of(graph_, values_, {&node.operands[0], 1}), node.origin), id,
                                       {{graph_.value(node.results[0]).name}});
    if (const OpError* error = std::get_if<OpError>(&added)) return report(id, no_form(error->reason, error->hint));
    graph_.replace_uses(node.results[0], graph_.node(std::get<NodeId>(added)).results[0]);
    graph_.erase_node(id);
  }

  Tensor integer_thresholds(const AffineForm& form, const Tensor& thresholds, std::size_t last, ValueId operand) const {
    const bool per_channel = form.ratio.size() > 1 || form.offset.size() > 1;
    const std::int64_t given = thresholds.shape()[0];
    const std::int64_t steps = thresholds.shape()[1];
    const std::int64_t rows = per_channel ? graph_.type(operand).shape[last] : given;
    const IntegerRange range = range_of(graph_.type(*form.source));
    const std::vector<double> reals = to_double(thresholds);
    std::vector<std::int64_t> integers;
    for (std::int64_t row = 0; row < rows; ++row) {
      for (std::int64_t step = 0; step < steps; ++step) {
        const double real = reals[static_cast<std::size_t>((given == 1 ? 0 : row) * steps + step)];
        integers.push_back(first_reaching(form, static_cast<std::size_t>(row), Rational::from_double(real), range));
      }
    }
    const auto [low, high] = std::ranges::minmax_element(integers);
    const ElementType element =
        integers.empty() ? ElementType::int8 : narrowest_element({std::min<std::int64_t>(*low, 0), *high});
    return from_int64(element, {rows, steps}, integers);
  }

  Graph& graph_;
  PassContext& context_;
  std::map<ValueId, Traced> values_;
};

Changed run(Graph& graph, PassContext& context) { return ThresholdIntegerizer(graph, context).run(); }

} // namespace

void register_integerize_thresholds(PassRegistry& registry) {
  registry.add({"integerize_thresholds", "turns thresholds on real numbers into exact thresholds on integers", run});
}

} // namespace tilewright
