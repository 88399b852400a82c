#include "runtime/driver/explain_node.h"

#include "backends/common/pieces.h"
#include "runtime/driver/compile_model.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace tilewright {

namespace {

bool stands_for(const Node& node, const std::string& name) {
  return std::ranges::find(node.origin.nodes, name) != node.origin.nodes.end() || text_of(node.origin) == name;
}

std::vector<NodeId> nodes_of(const Graph& graph, const std::string& name) {
  std::vector<NodeId> result;
  std::ranges::copy_if(graph.order(), std::back_inserter(result),
                       [&](NodeId id) { return stands_for(graph.node(id), name); });
  return result;
}

std::string signature_of(const Graph& graph, NodeId id) {
  std::string text;
  for (const ValueType& type : graph.operand_types(id))
    text += (text.empty() ? "" : ", ") + text_of(type);
  std::string results;
  for (const ValueType& type : graph.result_types(id))
    results += (results.empty() ? "" : ", ") + text_of(type);
  return text + " -> " + results;
}

class Explainer {
public:
  Explainer(const TargetChoice& choice, CompilerContext& context) : choice_(choice), context_(context) {}

  Explanation run(const std::string& name, const ModelRequest& request) {
    Explanation result;
    ModelRequest with_import = request;
    with_import.keep_imported = true;
    const std::optional<PreparedModel> model = prepare_model(with_import, context_);
    if (!model) {
      explain_refused(name, request, result);
      return result;
    }
    collect_names(*model->imported, result);
    const Graph& graph = model->graph;
    const std::vector<NodeId> nodes = nodes_of(graph, name);
    result.known = !nodes.empty() || !nodes_of(*model->imported, name).empty();
    if (!result.known) return result;
    if (nodes.empty()) result.outcome = "nothing of it is left to compute: it was folded into constants or neighbours";
    Diagnostics aside; // partition's complaints come again with mapping
    const std::optional<Partition> parts = partition(graph, aside, request.mapping.allow_host_islands);
    const std::optional<Design> design = map_model(graph, choice_, request.mapping, context_);
    result.rows = design ? design->rows_per_iteration : 0;
    for (const NodeId id : nodes)
      result.nodes.push_back(explain(graph, id, parts, design));
    return result;
  }

private:
  static void collect_names(const Graph& graph, Explanation& result) {
    std::set<std::string> names;
    for (const NodeId id : graph.order()) {
      const std::vector<std::string>& origin = graph.node(id).origin.nodes;
      names.insert(origin.begin(), origin.end());
    }
    result.names.assign(names.begin(), names.end());
  }

  // A model that the passes refuse can still be imported, and its problems name nodes.
  void explain_refused(const std::string& name, const ModelRequest& request, Explanation& result) {
    std::size_t here = 0;
    std::size_t others = 0;
    for (const Diagnostic& problem : context_.diagnostics.all()) {
      if (problem.severity != Severity::error) continue;
      problem.node == name ? ++here : ++others;
    }
    Diagnostics ignored;
    const auto imported = import_model(request.file, context_.ops, context_.importers,
                                       {request.bindings, request.batch, request.data_shapes, false, {}}, ignored);
    if (imported) collect_names(*imported, result);
    result.known = here > 0 || !imported || !nodes_of(*imported, name).empty();
    result.outcome = here > 0
                         ? fmt::format("refused: {} of the model's {} problems are this node's", here, here + others)
                         : fmt::format("not reached: the model has {} problems at other nodes", others);
  }

  ExplainedNode explain(const Graph& graph, NodeId id, const std::optional<Partition>& parts,
                        const std::optional<Design>& design) const {
    const Node& node = graph.node(id);
    ExplainedNode result{node.op->name, text_of(node.origin), signature_of(graph, id), {}, {}};
    if (!parts) {
      result.place = "not decided: the model's nodes cannot be split between array and host";
      return result;
    }
    const auto among = [&](const std::vector<NodeId>& nodes) { return std::ranges::find(nodes, id) != nodes.end(); };
    if (among(parts->host_before)) {
      result.place = "on the host, in front of the array";
    } else if (among(parts->host_between)) {
      result.place = "on the host, between layers of the array";
    } else if (among(parts->host_after)) {
      result.place = "on the host, behind the array";
    } else if (among(parts->views)) {
      result.place = "no work: a view, folded into the way its readers read columns";
    }
    for (const Layer& layer : parts->layers) {
      if (layer.requantize == id) {
        result.place = fmt::format("on the array, in the kernel of '{}'", text_of(graph.node(layer.node).origin));
      }
      if (layer.node != id) continue;
      result.candidates = candidates(graph, layer, *parts, design);
      const bool chosen = std::ranges::any_of(result.candidates, &ExplainedCandidate::chosen);
      result.place = chosen ? "on the array" : "on the array, if the whole network had a mapping";
    }
    return result;
  }

  std::vector<ExplainedCandidate> candidates(const Graph& graph, const Layer& layer, const Partition& parts,
                                             const std::optional<Design>& design) const {
    std::vector<ExplainedCandidate> result;
    const std::int64_t model_rows = matrix_shape(graph.type(parts.layers.front().input()).shape).rows;
    Layer prepared = layer;
    LoweringContext asked{graph, prepared, *choice_.target, *choice_.device, model_rows, true, {false, model_rows, 1}};
    if (design) asked.iteration = iteration_of(*design);
    const KernelGroup* group = nullptr;
    if (design) {
      const auto found = std::ranges::find(design->groups, layer.node, &KernelGroup::node);
      if (found != design->groups.end()) group = &*found;
    }
    for (const Lowering* lowering :
         lowerings_for(context_.lowerings, op_of(graph, layer), choice_.target->backend)) {
      if (lowering->prepare != nullptr) lowering->prepare(asked, prepared);
      Assessment assessment = lowering->assess(asked);
      ExplainedCandidate candidate{lowering, std::move(assessment.refusals), {}, false};
      for (const Tiling& tiling : assessment.tilings)
        candidate.tilings.push_back(explain_tiling(asked, *lowering, tiling, group));
      candidate.chosen = std::ranges::any_of(candidate.tilings, &ExplainedTiling::chosen);
      result.push_back(std::move(candidate));
    }
    return result;
  }

  ExplainedTiling explain_tiling(const LoweringContext& asked, const Lowering& lowering, Tiling tiling,
                                 const KernelGroup* group) const {
    std::optional<Refusal> exceeds;
    if (const std::optional<Tiling> cut = in_pieces(asked, lowering, tiling, exceeds)) {
      tiling = *cut;
    } else if (tiling.piece_rows == 0) {
      // Rows that can't be cut evenly: what the largest part needs, in whole blocks.
      const RowLayout out = layout_of(asked.iteration, asked.graph.type(asked.layer.output).shape);
      tiling.piece_rows = round_up(divide_up(out.rows(), tiling.batch_parts), tiling.shape.rows);
    }
    ExplainedTiling result{tiling, lowering.memory(asked, tiling), 0, {}, false};
    if (lowering.work != nullptr) {
      for (const KernelWork& work : lowering.work(asked, tiling)) {
        const std::int64_t call = kernel_cycles(work, choice_.target->timing).total;
        result.cycles = std::max(result.cycles, tiling.repetitions * call);
      }
    }
    result.refusal = exceeds_banks(result.memory, *choice_.target);
    result.chosen = group != nullptr && group->columns == tiling.columns && group->rows == tiling.rows &&
                    group->strips == tiling.strips && group->batch_parts == tiling.batch_parts &&
                    group->input_in_west == tiling.input_in_west &&
                    std::ssize(group->outputs) == std::int64_t{tiling.output_ports} * tiling.batch_parts;
    return result;
  }

  const TargetChoice& choice_;
  CompilerContext& context_;
};

} // namespace

Explanation explain_node(const std::string& node, const ModelRequest& request, const TargetChoice& choice,
                         CompilerContext& context) {
  return Explainer(choice, context).run(node, request);
}

} // namespace tilewright
