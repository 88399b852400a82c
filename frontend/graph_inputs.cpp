#include "frontend/graph_inputs.h"

#include "frontend/element_names.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace tilewright {

namespace {

// Whether the data are of this shape, or several of them along the first axis: those run one after the other.
bool is_whole_batches(const Shape& data, const Shape& shape) {
  if (data == shape) return true;
  return !shape.empty() && data.size() == shape.size() && data[0] > 0 && data[0] % shape[0] == 0 &&
         std::equal(data.begin() + 1, data.end(), shape.begin() + 1);
}

class InputBinder {
public:
  InputBinder(const Model& model, const ImportOptions& options, ImportState& state) : options_(options), state_(state) {
    std::set<std::string> initializers;
    for (const ModelTensor& tensor : model.initializers)
      initializers.insert(tensor.name);
    // Files of old IR versions list their initializers among the inputs; those are constants.
    for (const ModelValue& input : model.inputs) {
      if (!initializers.contains(input.name)) inputs_.push_back(&input);
    }
  }

  void bind() {
    check_options();
    sizes_ = options_.bindings;
    if (options_.batch && batch_symbol_ && !batch_symbol_->empty()) sizes_.try_emplace(*batch_symbol_, *options_.batch);
    for (std::size_t i = 0; i < inputs_.size(); ++i)
      take_sizes_from_data(i);
    for (std::size_t i = 0; i < inputs_.size(); ++i)
      add_input(i);
  }

private:
  void report(Severity severity, ProblemKind kind, std::string code, std::string tensor, std::string reason,
              std::string expected = {}, std::string got = {}, std::string hint = {}) {
    Diagnostic diagnostic;
    diagnostic.severity = severity;
    diagnostic.kind = kind;
    diagnostic.code = std::move(code);
    diagnostic.tensor = std::move(tensor);
    diagnostic.reason = std::move(reason);
    diagnostic.expected = std::move(expected);
    diagnostic.got = std::move(got);
    diagnostic.hint = std::move(hint);
    state_.diagnostics().add(std::move(diagnostic));
  }

  const Shape* data_shape(std::size_t input) const {
    return input < options_.input_shapes.size() ? &options_.input_shapes[input] : nullptr;
  }

  void check_options() {
    std::set<std::string> symbols;
    for (const ModelValue* input : inputs_) {
      if (!input->shape || input->shape->empty()) continue;
      for (const ModelDimension& dimension : *input->shape) {
        if (!dimension.size && !dimension.symbol.empty()) symbols.insert(dimension.symbol);
      }
      const ModelDimension& first = input->shape->front();
      if (!first.size && !batch_symbol_) batch_symbol_ = first.symbol;
    }
    for (const auto& [name, size] : options_.bindings) {
      if (!symbols.contains(name)) {
        report(Severity::error, ProblemKind::usage, "import.binding", "",
               fmt::format("no input has a dimension named '{}'", name), fmt::format("{}", fmt::join(symbols, ", ")));
      } else if (size <= 0) {
        report(Severity::error, ProblemKind::usage, "import.binding", "",
               fmt::format("the size of dimension '{}' is not positive", name), "", fmt::format("{}", size));
      }
    }
    if (options_.batch && *options_.batch <= 0) {
      report(Severity::error, ProblemKind::usage, "import.binding", "", "the batch is not positive", "",
             fmt::format("{}", *options_.batch));
    } else if (options_.batch && !batch_symbol_ && !batch_is_fixed_at(*options_.batch)) {
      report(Severity::error, ProblemKind::usage, "import.binding", "",
             "the batch of this model is fixed: no input has a symbolic first dimension", "",
             fmt::format("{}", *options_.batch), "export the model with a dynamic batch axis");
    }
  }

  bool batch_is_fixed_at(std::int64_t batch) const {
    return !inputs_.empty() && std::ranges::all_of(inputs_, [batch](const ModelValue* input) {
      return input->shape && !input->shape->empty() && input->shape->front().size == batch;
    });
  }

  void take_sizes_from_data(std::size_t index) {
    const ModelValue& input = *inputs_[index];
    const Shape* data = data_shape(index);
    if (!data || !input.shape || data->size() != input.shape->size()) return; // reported where the input is added
    for (std::size_t axis = 0; axis < data->size(); ++axis) {
      const ModelDimension& dimension = (*input.shape)[axis];
      if (!dimension.size && !dimension.symbol.empty()) sizes_.try_emplace(dimension.symbol, (*data)[axis]);
    }
  }

  std::int64_t size_of(const ModelValue& input, std::size_t axis, const Shape* data) {
    const ModelDimension& dimension = (*input.shape)[axis];
    if (dimension.size) return *dimension.size;
    if (!dimension.symbol.empty()) {
      const auto known = sizes_.find(dimension.symbol);
      if (known != sizes_.end()) return known->second;
    } else {
      if (axis == 0 && options_.batch && batch_symbol_ && batch_symbol_->empty()) return *options_.batch;
      if (data) return (*data)[axis];
    }
    const std::string name = dimension.symbol.empty() ? fmt::format("{}", axis) : fmt::format("'{}'", dimension.symbol);
    const std::string hint =
        dimension.symbol.empty() ? (axis == 0 ? "--batch N" : "") : fmt::format("--bind {}=N", dimension.symbol);
    report(Severity::note, ProblemKind::model, "import.dimension", input.name,
           fmt::format("symbolic dimension {} is taken as 1", name), "", "", hint);
    if (!dimension.symbol.empty()) sizes_.emplace(dimension.symbol, 1); // one note a symbol
    return 1;
  }

  std::optional<Shape> shape_of(std::size_t index) {
    const ModelValue& input = *inputs_[index];
    const Shape* data = data_shape(index);
    if (!input.shape) {
      if (data) return *data;
      report(Severity::error, ProblemKind::model, "import.input", input.name, "the input has no shape", "", "",
             "give input data, or export the model with shapes");
      return std::nullopt;
    }
    if (input.shape->size() > state_.limits().rank) {
      report(Severity::error, ProblemKind::model, "import.limit", input.name, "the input has too many dimensions",
             fmt::format("at most {}", state_.limits().rank), fmt::format("{}", input.shape->size()));
      return std::nullopt;
    }
    if (data && data->size() != input.shape->size()) {
      report(Severity::error, ProblemKind::usage, "import.data-shape", input.name,
             "the data have another number of dimensions than the input", fmt::format("{}", input.shape->size()),
             text_of(*data));
      return std::nullopt;
    }
    Shape shape;
    for (std::size_t axis = 0; axis < input.shape->size(); ++axis)
      shape.push_back(size_of(input, axis, data));
    return shape;
  }

  bool check_shape(const ModelValue& input, const Shape& shape, const Shape* data) {
    const auto count = element_count(shape);
    if (std::ranges::any_of(shape, [](std::int64_t size) { return size <= 0; })) {
      report(Severity::error, ProblemKind::model, "import.input", input.name, "the input has no elements",
             "dimensions above 0", text_of(shape));
    } else if (!count || *count > state_.limits().elements) {
      report(Severity::error, ProblemKind::model, "import.limit", input.name, "the input has too many elements",
             fmt::format("at most {}", state_.limits().elements), text_of(shape));
    } else if (data && !is_whole_batches(*data, shape)) {
      report(Severity::error, ProblemKind::usage, "import.data-shape", input.name,
             "the data have another shape than the input", text_of(shape), text_of(*data));
    } else {
      return true;
    }
    return false;
  }

  void add_input(std::size_t index) {
    const ModelValue& input = *inputs_[index];
    if (state_.is_defined(input.name)) {
      report(Severity::error, ProblemKind::model, "import.duplicate", input.name, "two inputs have this name");
      return;
    }
    state_.define(input.name, std::nullopt);
    const std::optional<ElementType> element = input_element_named(input.type);
    if (!element) {
      report(Severity::error, ProblemKind::model, "import.input", input.name, "the input's type is not supported",
             "float, double, bool, or an integer of 8, 16, 32 or 64 bits",
             input.type.empty() ? "no tensor type" : input.type);
    }
    const std::optional<Shape> shape = shape_of(index);
    if (!shape || !check_shape(input, *shape, data_shape(index)) || !element) return;
    state_.define(input.name, state_.graph().add_input(input.name, ValueType{*element, *shape, {}, {}}));
  }

  const ImportOptions& options_;
  ImportState& state_;
  std::vector<const ModelValue*> inputs_;
  std::map<std::string, std::int64_t> sizes_; // of symbolic dimensions
  std::optional<std::string> batch_symbol_;   // of the first symbolic dimension 0; may be ""
};

} // namespace

void import_graph_inputs(const Model& model, const ImportOptions& options, ImportState& state) {
  InputBinder(model, options, state).bind();
}

} // namespace tilewright
