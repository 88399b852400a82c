#include "ir/type_parser.h"

#include "ir/literals.h"
#include "ir/verifier.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

struct ParsedQuantization {
  std::vector<Rational> scale;
  std::vector<std::int64_t> zero_point;
  std::int64_t axis = 0;
  bool has_axis = false;

  void reflect(AttributeVisitor& visit) {
    visit.field("scale", scale);
    visit.field("zero_point", zero_point);
    if (has_axis) visit.field("axis", axis);
  }
};

class TypeParser {
public:
  TypeParser(Lexer& lexer, TextErrors& errors, const TextLimits& limits)
      : lexer_(lexer), errors_(errors), limits_(limits) {}

  std::optional<ValueType> parse() {
    ValueType type;
    const Token element = lexer_.peek();
    const auto known = element_type_named(element.text);
    if (element.kind != TokenKind::word || !known) {
      return fail("unknown element type", "i8, u8, i16, u16, i32, i64, f32, f64 or bool", shown(element)), std::nullopt;
    }
    type.element = *known;
    lexer_.take();
    if (!expect(lexer_, errors_, "[")) return std::nullopt;
    if (lexer_.peek().kind == TokenKind::word) {
      const Token shape = lexer_.take();
      if (!parse_shape(shape.text, shape.location, type.shape)) return std::nullopt;
    }
    if (!expect(lexer_, errors_, "]")) return std::nullopt;
    if (peeks(lexer_, "quantization") && !parse_quantization(type)) return std::nullopt;
    if (peeks(lexer_, "range") && !parse_range(type)) return std::nullopt;
    // Ops are called with this type, so it has to make sense before.
    for (const OpError& error : check_type(type)) {
      return fail_at(element.location, error.reason, error.expected, error.got), std::nullopt;
    }
    return type;
  }

private:
  bool fail_at(TextLocation where, std::string reason, std::string expected = {}, std::string got = {}) {
    errors_.add(where, std::move(reason), std::move(expected), std::move(got));
    return false;
  }
  bool fail(std::string reason, std::string expected = {}, std::string got = {}) {
    return fail_at(lexer_.peek().location, std::move(reason), std::move(expected), std::move(got));
  }

  bool parse_shape(std::string_view text, TextLocation where, Shape& shape) {
    while (!text.empty()) {
      const std::size_t end = std::min(text.find('x'), text.size());
      const auto dimension = parse_integer(text.substr(0, end));
      if (!dimension || *dimension < 0 || end + 1 == text.size()) {
        return fail_at(where, "a shape is malformed", "dimensions with x between them");
      }
      shape.push_back(*dimension);
      if (shape.size() > limits_.rank)
        return fail_at(where, fmt::format("a shape has more than {} dimensions", limits_.rank));
      text.remove_prefix(std::min(end + 1, text.size()));
    }
    const auto count = element_count(shape);
    if (!count || *count > limits_.elements) return fail_at(where, "a shape has too many elements");
    return true;
  }

  bool parse_quantization(ValueType& type) {
    const TextLocation where = lexer_.take().location;
    const auto fields = parse_fields(lexer_, errors_);
    if (!fields) return false;
    ParsedQuantization empty;
    for (const RawField& field : *fields)
      empty.has_axis |= field.name.text == "axis";
    Attributes attributes = Attributes::of(std::move(empty));
    if (!fill_attributes(attributes, *fields, where, errors_)) return false;
    const auto& parsed = attributes.as<ParsedQuantization>();
    if (parsed.has_axis && parsed.axis < 0) return fail_at(where, "the axis of a quantization is negative");
    type.quantization = Quantization{parsed.scale, parsed.zero_point, {}};
    if (parsed.has_axis) type.quantization->axis = static_cast<std::size_t>(parsed.axis);
    return true;
  }

  bool parse_range(ValueType& type) {
    lexer_.take();
    std::int64_t bounds[2] = {0, 0};
    if (!expect(lexer_, errors_, "[")) return false;
    for (int i = 0; i < 2; ++i) {
      const Token token = lexer_.take();
      const auto bound = parse_integer(token.text);
      if (!bound) return fail_at(token.location, "a range is malformed", "an integer", shown(token));
      bounds[i] = *bound;
      if (!expect(lexer_, errors_, i == 0 ? "," : "]")) return false;
    }
    type.range = IntegerRange{bounds[0], bounds[1]};
    return true;
  }

  Lexer& lexer_;
  TextErrors& errors_;
  const TextLimits& limits_;
};

} // namespace

std::optional<ValueType> parse_type(Lexer& lexer, TextErrors& errors, const TextLimits& limits) {
  return TypeParser(lexer, errors, limits).parse();
}

} // namespace tilewright
