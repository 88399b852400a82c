#include "frontend/import.h"

#include "frontend/graph_inputs.h"
#include "frontend/node_order.h"
#include "frontend/onnx/loader.h"
#include "frontend/operator_index.h"
#include "frontend/unsupported.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace tilewright {

namespace {

// The newest file format that was read; newer ones have added things that can be ignored so far.
constexpr std::int64_t newest_ir_version = 11;

class ModelImporter {
public:
  ModelImporter(const Model& model, const OpRegistry& ops, const ImporterRegistry& importers,
                const ImportOptions& options, Diagnostics& diagnostics)
      : model_(model), options_(options), diagnostics_(diagnostics), operators_(importers), graph_(model.graph_name),
        state_(graph_, ops, options.limits, diagnostics) {
    for (const ModelNode& node : model.nodes)
      produced_.insert(node.outputs.begin(), node.outputs.end());
  }

  std::optional<Graph> run() {
    const std::size_t errors_before = diagnostics_.error_count();
    check_versions();
    import_graph_inputs(model_, options_, state_);
    for (const ModelTensor& tensor : model_.initializers)
      add_initializer(tensor);
    const std::size_t before_order = diagnostics_.error_count();
    const std::vector<std::size_t> order = order_of_nodes(model_, diagnostics_);
    malformed_ = diagnostics_.error_count() > before_order;
    for (const std::size_t node : order)
      import_node(model_.nodes[node]);
    for (const ModelValue& output : model_.outputs)
      add_output(output);
    check_whole_model();
    note_residue();
    if (incomplete_ && !diagnostics_.has_errors()) {
      fail("import.incomplete", "", "an output depends on data that could not be read");
    }
    if (incomplete_ || diagnostics_.error_count() > errors_before) return std::nullopt;
    return std::move(graph_);
  }

private:
  Diagnostic& describe(Diagnostic& diagnostic, std::string code, std::string reason, std::string expected = {},
                       std::string got = {}, std::string hint = {}) {
    diagnostic.code = std::move(code);
    diagnostic.reason = std::move(reason);
    diagnostic.expected = std::move(expected);
    diagnostic.got = std::move(got);
    diagnostic.hint = std::move(hint);
    return diagnostic;
  }
  void fail(std::string code, std::string tensor, std::string reason, std::string expected = {}, std::string got = {},
            std::string hint = {}) {
    Diagnostic diagnostic;
    diagnostic.tensor = std::move(tensor);
    diagnostics_.add(
        describe(diagnostic, std::move(code), std::move(reason), std::move(expected), std::move(got), std::move(hint)));
  }
  void fail(const ModelNode& node, std::string code, std::string tensor, std::string reason, std::string expected = {},
            std::string got = {}, std::string hint = {}) {
    Diagnostic diagnostic;
    diagnostic.node = node.name;
    diagnostic.op = node.op_type;
    diagnostic.tensor = std::move(tensor);
    diagnostics_.add(
        describe(diagnostic, std::move(code), std::move(reason), std::move(expected), std::move(got), std::move(hint)));
  }

  void check_versions() {
    if (model_.ir_version > newest_ir_version) {
      Diagnostic warning;
      warning.severity = Severity::warning;
      diagnostics_.add(describe(warning, "import.ir-version", "the model's format is newer than this compiler",
                                fmt::format("IR version {} or older", newest_ir_version),
                                fmt::format("{}", model_.ir_version)));
    }
    const bool has_standard_nodes =
        std::ranges::any_of(model_.nodes, [](const ModelNode& node) { return node.domain.empty(); });
    if (has_standard_nodes && !model_.opsets.contains("")) {
      fail("import.opset", "", "the model does not say which opset of ONNX it uses",
           "an opset_import of the domain ''");
    }
  }

  // QONNX's domains are often missing among the model's imports, and have had one version only.
  std::optional<std::int64_t> opset_of(const ModelNode& node) const {
    const auto position = model_.opsets.find(node.domain);
    if (position != model_.opsets.end()) return position->second;
    return node.domain.empty() ? std::nullopt : std::optional<std::int64_t>(1);
  }

  void add_initializer(const ModelTensor& tensor) {
    if (state_.is_defined(tensor.name)) {
      return fail("import.duplicate", tensor.name, "two initializers have this name", "unique names");
    }
    state_.define(tensor.name, std::nullopt);
    if (!tensor.data) return; // reported when it was read
    const ValueId id = graph_.add_constant(tensor.name, *tensor.data);
    state_.define(tensor.name, id);
    if (tensor.bits != 0) state_.set_narrow_bits(id, tensor.bits);
  }

  // Outputs that nothing bound, so that their readers stay silent.
  void mark_unknown(const ModelNode& node) {
    for (const std::string& output : node.outputs) {
      if (!output.empty() && !state_.is_defined(output)) state_.define(output, std::nullopt);
    }
  }

  bool check_outputs(const ModelNode& node) {
    bool good = std::ranges::any_of(node.outputs, [](const std::string& name) { return !name.empty(); });
    if (!good) fail(node, "import.node", "", "the node has no output");
    std::set<std::string> own;
    for (const std::string& output : node.outputs) {
      const bool taken = state_.is_defined(output) && !undefined_.contains(output);
      if (output.empty() || (own.insert(output).second && !taken)) continue;
      fail(node, "import.duplicate", output, "the tensor is already defined elsewhere", "one producer for each tensor");
      good = false;
    }
    return good;
  }

  bool check_inputs(const ModelNode& node) {
    bool good = true;
    for (const std::string& input : node.inputs) {
      if (input.empty()) continue;
      if (!state_.is_defined(input)) {
        // Once defined as unknown, further readers of the name stay silent. In a cycle the reader is not the mistake.
        if (!produced_.contains(input)) {
          fail(node, "import.undefined", input, "nothing defines this tensor",
               "an input, an initializer or a node's output");
        }
        state_.define(input, std::nullopt);
        undefined_.insert(input);
      }
      good = good && !state_.is_unknown(input);
    }
    return good;
  }

  bool check_attribute_names(const ModelNode& node) {
    std::set<std::string> names;
    bool good = true;
    for (const ModelAttribute& attribute : node.attributes) {
      if (names.insert(attribute.name).second) continue;
      fail(node, "import.attribute", "", fmt::format("attribute '{}' is given twice", attribute.name));
      good = false;
    }
    return good;
  }

  void import_node(const ModelNode& node) {
    const std::optional<std::int64_t> opset = opset_of(node);
    // Each check says something of its own, so all of them run.
    const KnownOperator known = opset ? operators_.find(node, *opset, diagnostics_) : KnownOperator{};
    bool good = known.op && check_arity(node, *known.op, diagnostics_);
    good = check_attribute_names(node) && good;
    good = check_outputs(node) && good;
    good = check_inputs(node) && good;
    if (good) {
      NodeImport import(state_, node, *opset);
      const std::size_t errors_before = diagnostics_.error_count();
      known.importer->import(import);
      if (diagnostics_.error_count() == errors_before) report_unread_attributes(node, import);
    }
    mark_unknown(node);
  }

  // ONNX's own operators have no attributes beside those of their definition; elsewhere exporters add notes of their
  // own.
  void report_unread_attributes(const ModelNode& node, const NodeImport& import) {
    for (const std::string& name : import.unread_attributes()) {
      Diagnostic diagnostic;
      diagnostic.severity = node.domain.empty() ? Severity::error : Severity::warning;
      diagnostic.node = node.name;
      diagnostic.op = node.op_type;
      diagnostics_.add(describe(diagnostic, "import.attribute",
                                node.domain.empty()
                                    ? fmt::format("attribute '{}' is not part of the operator in this opset", name)
                                    : fmt::format("attribute '{}' is not known and was ignored", name)));
    }
  }

  void add_output(const ModelValue& output) {
    if (!output_names_.insert(output.name).second) {
      return fail("import.duplicate", output.name, "two graph outputs have this name", "unique names");
    }
    if (!state_.is_defined(output.name)) {
      return fail("import.undefined", output.name, "no node produces this graph output",
                  "an input, an initializer or a node's output");
    }
    if (state_.is_unknown(output.name)) {
      incomplete_ = true;
      return;
    }
    const ValueId id = state_.value(output.name);
    check_declared_shape(output, graph_.type(id).shape);
    graph_.add_output(output.name, id);
  }

  void check_declared_shape(const ModelValue& output, const Shape& shape) {
    if (!output.shape) return;
    bool same = output.shape->size() == shape.size();
    std::string declared;
    for (std::size_t i = 0; i < output.shape->size(); ++i) {
      const ModelDimension& dimension = (*output.shape)[i];
      if (i > 0) declared += 'x';
      declared += dimension.size ? fmt::format("{}", *dimension.size) : "?";
      same = same && (!dimension.size || *dimension.size == shape[i]);
    }
    if (same) return;
    Diagnostic warning;
    warning.severity = Severity::warning;
    warning.tensor = output.name;
    diagnostics_.add(describe(warning, "import.output-shape", "the model declares another shape for this output",
                              text_of(shape), declared));
  }

  void check_whole_model() {
    if (model_.outputs.empty()) fail("import.no-output", "", "the graph has no output");
    // A type of small integers at an input or among the constants is a quantized model too.
    const bool quantized = std::ranges::any_of(model_.nodes, is_quantization_operator) ||
                           std::ranges::any_of(model_.inputs, [](const ModelValue& input) {
                             return input.type == "int8" || input.type == "uint8" || input.type == "int16";
                           });
    if (model_.nodes.empty() || quantized || malformed_ || !options_.require_quantizers) return;
    fail("import.not-quantized", "", "the model is not quantized: it has no quantizer at all",
         "Quant or QuantizeLinear nodes", "",
         "quantize it first, with Brevitas or with static quantization of PyTorch or ONNX Runtime");
  }

  // Float weights that are quantized inside the model are rounded there; whoever expects exported integers wants to
  // know.
  void note_residue() {
    const ImportState::Residue& residue = state_.residue();
    if (residue.tensors == 0) return;
    Diagnostic note;
    note.severity = Severity::note;
    note.tensor = residue.tensor;
    diagnostics_.add(
        describe(note, "import.residue",
                 fmt::format("{} constants are not multiples of their scale and are rounded; this one by up to "
                             "{:.3g} of a step",
                             residue.tensors, residue.steps)));
  }

  const Model& model_;
  const ImportOptions& options_;
  Diagnostics& diagnostics_;
  OperatorIndex operators_;
  bool incomplete_ = false; // an output is unknown; why, was reported here or by the loader
  bool malformed_ = false;  // then the model's nodes say little about what it is
  Graph graph_;
  ImportState state_;
  std::set<std::string> output_names_;
  // Names that some node produces: to tell a tensor in a cycle from one that nothing defines.
  std::set<std::string> produced_;
  // Names that were only given up on, which does not keep a later node from producing them.
  std::set<std::string> undefined_;
};

} // namespace

std::optional<Graph> import_model(const Model& model, const OpRegistry& ops, const ImporterRegistry& importers,
                                  const ImportOptions& options, Diagnostics& diagnostics) {
  return ModelImporter(model, ops, importers, options, diagnostics).run();
}

std::optional<Graph> import_model(const std::filesystem::path& file, const OpRegistry& ops,
                                  const ImporterRegistry& importers, const ImportOptions& options,
                                  Diagnostics& diagnostics, ModelSummary* summary) {
  const std::size_t errors_before = diagnostics.error_count();
  std::optional<Model> model = load_model(file, options.limits, diagnostics);
  if (!model) return std::nullopt;
  if (summary) *summary = {model->nodes.size(), model->ir_version, model->producer, model->opsets};
  std::optional<Graph> graph = import_model(*model, ops, importers, options, diagnostics);
  if (diagnostics.error_count() > errors_before) return std::nullopt;
  return graph;
}

} // namespace tilewright
