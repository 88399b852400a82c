#include "ir/parser.h"

#include "ir/field_parser.h"
#include "ir/literals.h"
#include "ir/printer.h"
#include "ir/type_parser.h"

#include <fmt/format.h>
#include <map>

namespace tilewright {

namespace {

class Parser {
public:
  Parser(std::string_view text, const OpRegistry& ops, Diagnostics& diagnostics, const TextLimits& limits)
      : lexer_(text), ops_(ops), errors_(diagnostics, limits.errors), limits_(limits) {}

  std::optional<Graph> parse() {
    if (!expect(lexer_, errors_, "graph")) return std::nullopt;
    const auto name = parse_name();
    if (!name || !expect(lexer_, errors_, "{")) return std::nullopt;
    graph_ = Graph(*name);
    while (!peeks(lexer_, "}") && lexer_.peek().kind != TokenKind::end && !errors_.full()) {
      if (!parse_statement()) skip_to_next_statement();
    }
    if (!errors_.full() && expect(lexer_, errors_, "}") && lexer_.peek().kind != TokenKind::end) {
      fail("text after the graph", "the end of the text", shown(lexer_.peek()));
    }
    if (errors_.count() > 0) return std::nullopt;
    return std::move(graph_);
  }

private:
  // A value that an earlier statement should have defined but could not is known without an id, so that its readers
  // report nothing.
  struct Defined {
    std::optional<ValueId> id;
  };

  bool fail_at(TextLocation where, std::string reason, std::string expected = {}, std::string got = {}) {
    errors_.add(where, std::move(reason), std::move(expected), std::move(got));
    return false;
  }
  bool fail(std::string reason, std::string expected = {}, std::string got = {}) {
    return fail_at(lexer_.peek().location, std::move(reason), std::move(expected), std::move(got));
  }

  void skip_to_next_statement() {
    while (lexer_.peek().kind != TokenKind::end) {
      const Token& token = lexer_.peek();
      if (token.first_on_line && (token.text == "%" || token.text == "output" || token.text == "}")) return;
      lexer_.take();
    }
  }

  bool parse_statement() {
    if (peeks(lexer_, "output")) return parse_output();
    const TextLocation where = lexer_.peek().location;
    std::vector<std::string> results;
    do {
      if (!results.empty()) lexer_.take();
      const auto number = parse_value_number();
      if (!number) return false;
      results.push_back(*number);
    } while (peeks(lexer_, ","));
    // Defined without an id until the statement turns out to be sound.
    for (const std::string& number : results) {
      if (!values_.try_emplace(number).second) return fail_at(where, fmt::format("%{} is defined twice", number));
    }
    if (!expect(lexer_, errors_, "=")) return false;
    const Token op = lexer_.peek();
    if (op.kind != TokenKind::word) return fail("syntax error", "an op, input or constant", shown(op));
    lexer_.take();
    if (op.text == "input" || op.text == "constant") {
      if (results.size() != 1) return fail_at(where, "only an op has several results");
      return op.text == "input" ? parse_input(results.front()) : parse_constant(results.front());
    }
    return parse_node(op, results);
  }

  std::optional<std::string> parse_name() {
    const Token token = lexer_.peek();
    if (token.kind != TokenKind::string) return fail("syntax error", "a name in quotes", shown(token)), std::nullopt;
    lexer_.take();
    auto name = unquoted(token.text);
    if (!name) fail_at(token.location, "a name is malformed", "\\\", \\\\ and \\xNN as escapes", shown(token));
    return name;
  }

  std::optional<std::string> parse_value_number() {
    if (!expect(lexer_, errors_, "%")) return std::nullopt;
    const Token token = lexer_.peek();
    if (token.kind != TokenKind::word) return fail("syntax error", "a value's name", shown(token)), std::nullopt;
    lexer_.take();
    return std::string(token.text);
  }

  // The value of a reference; `known` is false where the text never defines it, which is an error already reported.
  std::optional<Defined> parse_reference() {
    const TextLocation where = lexer_.peek().location;
    const auto number = parse_value_number();
    if (!number) return std::nullopt;
    const auto position = values_.find(*number);
    if (position != values_.end()) return position->second;
    fail_at(where, fmt::format("%{} is not defined before its use", *number));
    return Defined{};
  }

  bool parse_input(const std::string& number) {
    const auto name = parse_name();
    if (!name || !expect(lexer_, errors_, ":")) return false;
    auto type = parse_type(lexer_, errors_, limits_);
    if (!type) return false;
    values_[number].id = graph_.add_input(*name, *std::move(type));
    return true;
  }

  bool parse_constant(const std::string& number) {
    const auto name = parse_name();
    if (!name || !expect(lexer_, errors_, ":")) return false;
    const TextLocation where = lexer_.peek().location;
    auto type = parse_type(lexer_, errors_, limits_);
    if (!type || !expect(lexer_, errors_, "=")) return false;
    if (peeks(lexer_, "elided")) return fail("the data of this constant was left out of the text");
    std::optional<Tensor> data = parse_data(*type, where);
    if (!data) return false;
    const ValueId id = graph_.add_constant(*name, *std::move(data), type->quantization);
    values_[number].id = id;
    if (graph_.type(id) == *type) return true;
    return fail_at(where, "the constant's type is not that of its data", full_text_of(graph_.type(id)),
                   full_text_of(*type));
  }

  std::optional<Tensor> parse_data(const ValueType& type, TextLocation where) {
    if (!expect(lexer_, errors_, "[")) return std::nullopt;
    const std::int64_t count = *element_count(type.shape);
    // An element takes a digit at least, and a comma between two: nothing is allocated for data that cannot be there.
    if (static_cast<std::uint64_t>(count) > lexer_.remaining()) {
      return fail_at(where, "the text ends before the constant's data", fmt::format("{} elements", count)),
             std::nullopt;
    }
    Tensor data(type.element, type.shape);
    for (std::int64_t i = 0; i < count; ++i) {
      if (i > 0 && !expect(lexer_, errors_, ",")) return std::nullopt;
      const Token token = lexer_.peek();
      if (token.kind != TokenKind::word || !store_element(data, i, token.text)) {
        return fail("not an element of this constant", fmt::format("a value of type {}", name_of(type.element)),
                    shown(token)),
               std::nullopt;
      }
      lexer_.take();
    }
    if (!expect(lexer_, errors_, "]")) return std::nullopt;
    return data;
  }

  bool parse_operands(std::vector<Defined>& operands) {
    if (!expect(lexer_, errors_, "(")) return false;
    while (!peeks(lexer_, ")")) {
      if (!operands.empty() && !expect(lexer_, errors_, ",")) return false;
      const auto operand = parse_reference();
      if (!operand) return false;
      operands.push_back(*operand);
    }
    lexer_.take();
    return true;
  }

  bool parse_origin(Origin& origin) {
    if (!expect(lexer_, errors_, "from") || !expect(lexer_, errors_, "[")) return false;
    while (!peeks(lexer_, "]")) {
      if (!origin.nodes.empty() && !expect(lexer_, errors_, ",")) return false;
      const auto name = parse_name();
      if (!name) return false;
      origin.nodes.push_back(*name);
    }
    lexer_.take();
    return true;
  }

  bool parse_node(const Token& name, const std::vector<std::string>& results) {
    const OpDefinition* op = ops_.find(name.text);
    if (!op) return fail_at(name.location, fmt::format("unknown op {}", shown(name)));
    std::vector<Defined> operands;
    if (!parse_operands(operands)) return false;
    Attributes attributes = op->default_attributes;
    std::vector<RawField> fields;
    if (peeks(lexer_, "{")) {
      auto parsed = parse_fields(lexer_, errors_);
      if (!parsed) return false;
      fields = *std::move(parsed);
    }
    // Wrong fields do not keep the rest of the line from being read.
    const bool attributes_good = fill_attributes(attributes, fields, name.location, errors_);
    Origin origin;
    if (!parse_origin(origin) || !expect(lexer_, errors_, ":")) return false;
    std::vector<std::string> result_names;
    std::vector<ValueType> types;
    const TextLocation where = lexer_.peek().location;
    do {
      if (!types.empty()) lexer_.take();
      const auto result_name = parse_name();
      if (!result_name) return false;
      auto type = parse_type(lexer_, errors_, limits_);
      if (!type) return false;
      result_names.push_back(*result_name);
      types.push_back(*std::move(type));
    } while (peeks(lexer_, ","));
    if (types.size() != results.size()) {
      return fail_at(where, "not as many types as results", fmt::format("{}", results.size()),
                     fmt::format("{}", types.size()));
    }
    std::vector<ValueId> ids;
    for (const Defined& operand : operands) {
      if (operand.id) ids.push_back(*operand.id);
    }
    if (!attributes_good || ids.size() != operands.size()) return true;
    return add_node(*op, name.location, where, std::move(attributes), std::move(ids), std::move(origin), results,
                    result_names, types);
  }

  bool add_node(const OpDefinition& op, TextLocation op_location, TextLocation type_location, Attributes attributes,
                std::vector<ValueId> operands, Origin origin, const std::vector<std::string>& results,
                const std::vector<std::string>& names, const std::vector<ValueType>& types) {
    const auto added = graph_.add_node(op, std::move(attributes), std::move(operands), std::move(origin));
    if (const auto* error = std::get_if<OpError>(&added)) {
      return fail_at(op_location, fmt::format("{}: {}", op.name, error->reason), error->expected, error->got);
    }
    const Node& node = graph_.node(std::get<NodeId>(added));
    if (node.results.size() != results.size()) {
      return fail_at(op_location, fmt::format("{} has another number of results", op.name),
                     fmt::format("{}", node.results.size()), fmt::format("{}", results.size()));
    }
    for (std::size_t i = 0; i < results.size(); ++i) {
      const ValueId id = node.results[i];
      graph_.set_name(id, names[i]);
      values_[results[i]].id = id;
      if (graph_.type(id) == types[i]) continue;
      fail_at(type_location, fmt::format("the type of %{} is not what {} computes", results[i], op.name),
              full_text_of(graph_.type(id)), full_text_of(types[i]));
    }
    return true;
  }

  bool parse_output() {
    lexer_.take();
    const auto name = parse_name();
    if (!name || !expect(lexer_, errors_, "=")) return false;
    const auto value = parse_reference();
    if (!value) return false;
    if (value->id) graph_.add_output(*name, *value->id);
    return true;
  }

  Lexer lexer_;
  const OpRegistry& ops_;
  TextErrors errors_;
  TextLimits limits_;
  Graph graph_;
  std::map<std::string, Defined> values_;
};

} // namespace

std::optional<Graph> parse_graph(std::string_view text, const OpRegistry& ops, Diagnostics& diagnostics,
                                 const TextLimits& limits) {
  if (text.size() > limits.bytes) {
    TextErrors(diagnostics, 1)
        .add({}, "the text is too long", fmt::format("at most {} bytes", limits.bytes), fmt::format("{}", text.size()));
    return std::nullopt;
  }
  return Parser(text, ops, diagnostics, limits).parse();
}

std::optional<Attributes> parse_attributes(std::string_view text, const Attributes& defaults,
                                           Diagnostics& diagnostics) {
  Lexer lexer(text);
  TextErrors errors(diagnostics, TextLimits{}.errors);
  std::vector<RawField> fields;
  if (lexer.peek().kind != TokenKind::end) {
    auto parsed = parse_fields(lexer, errors);
    if (!parsed) return std::nullopt;
    fields = *std::move(parsed);
    if (lexer.peek().kind != TokenKind::end) {
      errors.add(lexer.peek().location, "text after the attributes", "the end of the text", shown(lexer.peek()));
    }
  }
  Attributes attributes = defaults;
  fill_attributes(attributes, fields, {}, errors);
  if (errors.count() > 0) return std::nullopt;
  return attributes;
}

std::optional<Attributes> parse_attributes(std::string_view text, const Attributes& defaults) {
  Diagnostics diagnostics;
  return parse_attributes(text, defaults, diagnostics);
}

} // namespace tilewright
