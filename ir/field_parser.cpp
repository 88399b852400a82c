#include "ir/field_parser.h"

#include "ir/literals.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

// One value of each kind; false when the token is none.
bool read(const Token& token, bool& value) {
  value = token.text == "true";
  return token.kind == TokenKind::word && (token.text == "true" || token.text == "false");
}
bool read(const Token& token, std::int64_t& value) {
  const auto parsed = parse_integer(token.text);
  if (parsed) value = *parsed;
  return token.kind == TokenKind::word && parsed.has_value();
}
bool read(const Token& token, std::string& value) {
  auto parsed = unquoted(token.text);
  if (parsed) value = *std::move(parsed);
  return token.kind == TokenKind::string && parsed.has_value();
}
bool read(const Token& token, Rational& value) {
  auto parsed = Rational::parse(token.text);
  if (parsed) value = *std::move(parsed);
  return token.kind == TokenKind::word && parsed.has_value();
}
bool read(const Token& token, ElementType& value) {
  const auto parsed = element_type_named(token.text);
  if (parsed) value = *parsed;
  return token.kind == TokenKind::word && parsed.has_value();
}
bool read(const Token& token, Rounding& value) {
  const auto parsed = rounding_named(token.text);
  if (parsed) value = *parsed;
  return token.kind == TokenKind::word && parsed.has_value();
}

class Filler final : public AttributeVisitor {
public:
  Filler(const std::vector<RawField>& fields, TextLocation where, TextErrors& errors)
      : fields_(fields), used_(fields.size(), false), where_(where), errors_(errors) {}

  void field(std::string_view name, bool& value) override { scalar(name, value, "true or false"); }
  void field(std::string_view name, std::int64_t& value) override { scalar(name, value, "an integer"); }
  void field(std::string_view name, std::optional<std::int64_t>& value) override {
    optional(name, value, "an integer or none");
  }
  void field(std::string_view name, std::vector<std::int64_t>& value) override {
    list(name, value, "a list of integers");
  }
  void field(std::string_view name, std::string& value) override { scalar(name, value, "a string in quotes"); }
  void field(std::string_view name, Rational& value) override { scalar(name, value, "a rational number"); }
  void field(std::string_view name, std::optional<Rational>& value) override {
    optional(name, value, "a rational number or none");
  }
  void field(std::string_view name, std::vector<Rational>& value) override {
    list(name, value, "a list of rational numbers");
  }
  void field(std::string_view name, ElementType& value) override { scalar(name, value, "an element type"); }
  void field(std::string_view name, Rounding& value) override { scalar(name, value, "a rounding mode"); }
  void field(std::string_view name, IntegerRange& value) override {
    std::vector<std::int64_t> bounds;
    const RawField* field = list(name, bounds, "[min, max]");
    if (!field) return;
    if (bounds.size() != 2) return malformed(*field, field->name, "[min, max]");
    value = {bounds[0], bounds[1]};
  }

  bool finish() {
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (!used_[i]) fail(fields_[i].name.location, fmt::format("unknown field '{}'", fields_[i].name.text));
    }
    return good_;
  }

private:
  void fail(TextLocation where, std::string reason, std::string expected = {}, std::string got = {}) {
    good_ = false;
    errors_.add(where, std::move(reason), std::move(expected), std::move(got));
  }
  void malformed(const RawField& field, const Token& token, std::string expected) {
    fail(token.location, fmt::format("field '{}' is malformed", field.name.text), std::move(expected),
         field.is_list ? "something else" : shown(token));
  }

  const RawField* find(std::string_view name) {
    for (std::size_t i = 0; i < fields_.size(); ++i) {
      if (fields_[i].name.text != name) continue;
      used_[i] = true;
      return &fields_[i];
    }
    fail(where_, fmt::format("field '{}' is missing", name));
    return nullptr;
  }

  template <class T> void scalar(std::string_view name, T& value, std::string_view kind) {
    const RawField* field = find(name);
    if (!field) return;
    if (field->is_list) return malformed(*field, field->name, std::string(kind));
    if (!read(field->values.front(), value)) malformed(*field, field->values.front(), std::string(kind));
  }

  template <class T> void optional(std::string_view name, std::optional<T>& value, std::string_view kind) {
    const RawField* field = find(name);
    if (!field) return;
    value.reset();
    if (field->is_list) return malformed(*field, field->name, std::string(kind));
    if (field->values.front().text == "none") return;
    if (T parsed{}; read(field->values.front(), parsed)) {
      value = std::move(parsed);
    } else {
      malformed(*field, field->values.front(), std::string(kind));
    }
  }

  // The field if it was read.
  template <class T> const RawField* list(std::string_view name, std::vector<T>& value, std::string_view kind) {
    const RawField* field = find(name);
    if (!field) return nullptr;
    value.clear();
    if (!field->is_list) return malformed(*field, field->values.front(), std::string(kind)), nullptr;
    for (const Token& token : field->values) {
      if (T parsed{}; read(token, parsed)) {
        value.push_back(std::move(parsed));
      } else {
        return malformed(*field, token, std::string(kind)), nullptr;
      }
    }
    return field;
  }

  const std::vector<RawField>& fields_;
  std::vector<bool> used_;
  TextLocation where_;
  TextErrors& errors_;
  bool good_ = true;
};

bool is_value(const Token& token) { return token.kind == TokenKind::word || token.kind == TokenKind::string; }

// After "name =": one value or a list.
bool parse_value(Lexer& lexer, TextErrors& errors, RawField& field) {
  field.is_list = peeks(lexer, "[");
  if (!field.is_list) {
    if (!is_value(lexer.peek())) {
      errors.add(lexer.peek().location, "a value is missing", "a value or a list", shown(lexer.peek()));
      return false;
    }
    field.values.push_back(lexer.take());
    return true;
  }
  lexer.take();
  while (!peeks(lexer, "]")) {
    if (!field.values.empty() && !expect(lexer, errors, ",")) return false;
    if (!is_value(lexer.peek())) {
      errors.add(lexer.peek().location, "a list is malformed", "a value", shown(lexer.peek()));
      return false;
    }
    field.values.push_back(lexer.take());
  }
  lexer.take();
  return true;
}

} // namespace

void TextErrors::add(TextLocation where, std::string reason, std::string expected, std::string got) {
  ++count_;
  if (count_ > limit_) return;
  Diagnostic diagnostic;
  diagnostic.code = "ir.text";
  diagnostic.reason = fmt::format("{}:{}: {}", where.line, where.column, reason);
  diagnostic.expected = std::move(expected);
  diagnostic.got = std::move(got);
  diagnostics_.add(std::move(diagnostic));
}

std::string shown(const Token& token) {
  if (token.kind == TokenKind::end) return "the end of the text";
  constexpr std::size_t longest = 40;
  const bool cut = token.text.size() > longest;
  return fmt::format("'{}{}'", token.text.substr(0, longest), cut ? "..." : "");
}

bool peeks(const Lexer& lexer, std::string_view text) {
  const Token& token = lexer.peek();
  return (token.kind == TokenKind::word || token.kind == TokenKind::punctuation) && token.text == text;
}

bool expect(Lexer& lexer, TextErrors& errors, std::string_view text) {
  if (peeks(lexer, text)) return lexer.take(), true;
  errors.add(lexer.peek().location, "syntax error", fmt::format("'{}'", text), shown(lexer.peek()));
  return false;
}

std::optional<std::vector<RawField>> parse_fields(Lexer& lexer, TextErrors& errors) {
  if (!expect(lexer, errors, "{")) return std::nullopt;
  std::vector<RawField> fields;
  bool good = true;
  while (!peeks(lexer, "}")) {
    if (!fields.empty() && !expect(lexer, errors, ",")) return std::nullopt;
    RawField field;
    field.name = lexer.peek();
    if (field.name.kind != TokenKind::word) {
      errors.add(field.name.location, "syntax error", "the name of a field", shown(field.name));
      return std::nullopt;
    }
    lexer.take();
    if (!expect(lexer, errors, "=") || !parse_value(lexer, errors, field)) return std::nullopt;
    // An op has a handful of fields; the bound keeps this quadratic search harmless for any text.
    constexpr std::size_t most_fields = 64;
    if (fields.size() >= most_fields) {
      errors.add(field.name.location, "too many fields", fmt::format("at most {}", most_fields));
      return std::nullopt;
    }
    if (std::ranges::any_of(fields, [&](const RawField& other) { return other.name.text == field.name.text; })) {
      errors.add(field.name.location, fmt::format("field '{}' is given twice", field.name.text));
      good = false;
    }
    fields.push_back(std::move(field));
  }
  lexer.take();
  if (!good) return std::nullopt;
  return fields;
}

bool fill_attributes(Attributes& attributes, const std::vector<RawField>& fields, TextLocation where,
                     TextErrors& errors) {
  Filler filler(fields, where, errors);
  attributes.edit(filler);
  return filler.finish();
}

} // namespace tilewright
