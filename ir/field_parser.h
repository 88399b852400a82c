// "{name = value, ...}": the part that attributes and quantization share. Internal to the parser.
#pragma once

#include "ir/attributes.h"
#include "ir/diagnostics.h"
#include "ir/lexer.h"

#include <optional>
#include <string>
#include <vector>

namespace tilewright {

// Adds located errors to diagnostics, up to a limit.
class TextErrors {
public:
  TextErrors(Diagnostics& diagnostics, std::size_t limit) : diagnostics_(diagnostics), limit_(limit) {}

  void add(TextLocation where, std::string reason, std::string expected = {}, std::string got = {});
  std::size_t count() const { return count_; }
  bool full() const { return count_ >= limit_; }

private:
  Diagnostics& diagnostics_;
  std::size_t limit_;
  std::size_t count_ = 0;
};

// What a token is called in a message.
std::string shown(const Token& token);
// Takes the token if it is this punctuation or word; an error otherwise.
bool expect(Lexer& lexer, TextErrors& errors, std::string_view text);
bool peeks(const Lexer& lexer, std::string_view text);

struct RawField {
  Token name;
  bool is_list = false;
  std::vector<Token> values; // exactly one unless a list
};

// Reads the braces and what is inside; a name given twice is an error. nullopt: the text went wrong, and errors say so.
std::optional<std::vector<RawField>> parse_fields(Lexer& lexer, TextErrors& errors);

// A visitor that fills fields of a struct from `fields`, and reports missing, unknown and malformed ones. `where` is
// the place for a missing one. Returns whether all went well.
bool fill_attributes(Attributes& attributes, const std::vector<RawField>& fields, TextLocation where,
                     TextErrors& errors);

} // namespace tilewright
