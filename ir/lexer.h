// Words, strings and punctuation of the IR's text form, with their places.
#pragma once

#include <cstddef>
#include <string_view>

namespace tilewright {

struct TextLocation {
  std::size_t line = 1; // both from 1
  std::size_t column = 1;
};

enum class TokenKind { word, string, punctuation, end, bad };

struct Token {
  TokenKind kind = TokenKind::end;
  std::string_view text; // a slice of the source; a string's quotes are part of it
  TextLocation location;
  bool first_on_line = false;
};

// A word is a run of letters, digits and "_ . + - /"; "//" starts a comment up to the end of the line.
class Lexer {
public:
  explicit Lexer(std::string_view text) : text_(text) { advance(); }

  const Token& peek() const { return token_; }
  Token take() {
    const Token current = token_;
    advance();
    return current;
  }
  // Bytes that are not read yet: bounds how many elements can still follow.
  std::size_t remaining() const { return text_.size() - position_ + token_.text.size(); }

private:
  void advance();
  void skip_blanks();

  std::string_view text_;
  std::size_t position_ = 0;
  std::size_t line_ = 1;
  std::size_t line_start_ = 0;
  bool line_has_token_ = false;
  Token token_;
};

} // namespace tilewright
