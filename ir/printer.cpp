#include "ir/printer.h"

#include "ir/literals.h"

#include <fmt/format.h>
#include <iterator>
#include <map>

namespace tilewright {

namespace {

std::string text_of(const Quantization& quantization) {
  std::string scales;
  for (const Rational& scale : quantization.scales) {
    if (!scales.empty()) scales += ", ";
    scales += scale.text();
  }
  const std::string axis = quantization.axis ? fmt::format(", axis = {}", *quantization.axis) : "";
  return fmt::format("quantization {{scale = [{}], zero_point = [{}]{}}}", scales,
                     fmt::join(quantization.zero_points, ", "), axis);
}

std::string text_of_names(const Origin& origin) {
  std::string result;
  for (const std::string& name : origin.nodes) {
    if (!result.empty()) result += ", ";
    result += quoted(name);
  }
  return fmt::format("[{}]", result);
}

class Printer {
public:
  Printer(const Graph& graph, const PrintOptions& options) : graph_(graph), options_(options) {}

  std::string print() {
    out_ = fmt::format("graph {} {{\n", quoted(graph_.name()));
    for (const ValueId id : graph_.inputs()) {
      append("  {} = input {} : {}\n", define(id), quoted(graph_.value(id).name), full_text_of(graph_.type(id)));
    }
    for (const NodeId id : graph_.order())
      print_node(graph_.node(id));
    for (const GraphOutput& output : graph_.outputs())
      print_constant_once(output.value);
    for (const GraphOutput& output : graph_.outputs()) {
      append("  output {} = {}\n", quoted(output.name), number_of(output.value));
    }
    out_ += "}\n";
    return std::move(out_);
  }

private:
  template <class... Values> void append(fmt::format_string<Values...> format, Values&&... values) {
    fmt::format_to(std::back_inserter(out_), format, std::forward<Values>(values)...);
  }

  std::string define(ValueId id) {
    const std::size_t number = numbers_.size();
    numbers_.try_emplace(id, number);
    return fmt::format("%{}", numbers_.at(id));
  }

  // A broken graph has to print too: that is when one looks at it.
  std::string number_of(ValueId id) const {
    const auto position = numbers_.find(id);
    return position == numbers_.end() ? fmt::format("%undefined_{}", id.index) : fmt::format("%{}", position->second);
  }

  void print_node(const Node& node) {
    for (const ValueId id : node.operands)
      print_constant_once(id);
    std::string operands;
    for (const ValueId id : node.operands)
      operands += (operands.empty() ? "" : ", ") + number_of(id);
    std::string numbers;
    std::string types;
    for (const ValueId id : node.results) {
      const std::string_view separator = numbers.empty() ? "" : ", ";
      numbers += fmt::format("{}{}", separator, define(id));
      types += fmt::format("{}{} {}", separator, quoted(graph_.value(id).name), full_text_of(graph_.type(id)));
    }
    const std::string attributes = tilewright::text_of(node.attributes);
    append("  {} = {}({}){}{} from {} : {}\n", numbers, node.op->name, operands, attributes.empty() ? "" : " ",
           attributes, text_of_names(node.origin), types);
  }

  void print_constant_once(ValueId id) {
    if (id.index >= graph_.value_count() || numbers_.contains(id)) return;
    const Tensor* data = graph_.constant(id);
    if (!data) return;
    append("  {} = constant {} : {} = ", define(id), quoted(graph_.value(id).name), full_text_of(graph_.type(id)));
    if (options_.elide_above && data->count() > *options_.elide_above) {
      append("elided {:016x}\n", content_hash(*data));
      return;
    }
    out_ += '[';
    for (std::int64_t i = 0; i < data->count(); ++i) {
      if (i > 0) out_ += ", ";
      append_element(out_, *data, i);
    }
    out_ += "]\n";
  }

  const Graph& graph_;
  const PrintOptions& options_;
  std::map<ValueId, std::size_t> numbers_;
  std::string out_;
};

} // namespace

std::string full_text_of(const ValueType& type) {
  std::string result = text_of(type);
  if (type.quantization) result += ' ' + text_of(*type.quantization);
  if (type.range) result += fmt::format(" range [{}, {}]", type.range->min, type.range->max);
  return result;
}

std::string text_of(const Graph& graph, const PrintOptions& options) { return Printer(graph, options).print(); }

std::string text_of(const Graph& graph, NodeId id) {
  const Node& node = graph.node(id);
  const auto name_of_value = [&graph](ValueId value) {
    return value.index < graph.value_count() ? quoted(graph.value(value).name) : std::string("undefined");
  };
  std::string operands;
  for (const ValueId value : node.operands)
    operands += (operands.empty() ? "" : ", ") + name_of_value(value);
  std::string results;
  for (const ValueId value : node.results) {
    results +=
        fmt::format("{}{} {}", results.empty() ? "" : ", ", name_of_value(value), full_text_of(graph.type(value)));
  }
  return fmt::format("{}({}) {} from {} : {}", node.op->name, operands, text_of(node.attributes),
                     text_of_names(node.origin), results);
}

bool structurally_equal(const Graph& a, const Graph& b) { return text_of(a) == text_of(b); }

} // namespace tilewright
