#include "ir/lexer.h"

namespace tilewright {

namespace {

bool is_word_character(char c) {
  return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || (c >= '0' && c <= '9') || c == '_' || c == '.' ||
         c == '+' || c == '-' || c == '/';
}

constexpr std::string_view punctuation = "{}()[],=:%";

} // namespace

void Lexer::skip_blanks() {
  while (position_ < text_.size()) {
    const char c = text_[position_];
    if (c == '\n') {
      ++position_;
      ++line_;
      line_start_ = position_;
      line_has_token_ = false;
    } else if (c == ' ' || c == '\t' || c == '\r') {
      ++position_;
    } else if (text_.substr(position_, 2) == "//") {
      const std::size_t end = text_.find('\n', position_);
      position_ = end == std::string_view::npos ? text_.size() : end;
    } else {
      return;
    }
  }
}

void Lexer::advance() {
  skip_blanks();
  token_.location = {line_, position_ - line_start_ + 1};
  token_.first_on_line = !line_has_token_;
  line_has_token_ = true;
  const std::size_t start = position_;
  if (start >= text_.size()) {
    token_.kind = TokenKind::end;
    token_.text = {};
    return;
  }
  const char c = text_[start];
  if (is_word_character(c)) {
    token_.kind = TokenKind::word;
    while (position_ < text_.size() && is_word_character(text_[position_]))
      ++position_;
  } else if (c == '"') {
    // A string never spans lines: a missing quote then spoils one line only.
    token_.kind = TokenKind::bad;
    for (++position_; position_ < text_.size() && text_[position_] != '\n'; ++position_) {
      if (text_[position_] == '\\' && position_ + 1 < text_.size() && text_[position_ + 1] != '\n') {
        ++position_;
      } else if (text_[position_] == '"') {
        ++position_;
        token_.kind = TokenKind::string;
        break;
      }
    }
  } else {
    token_.kind = punctuation.find(c) == std::string_view::npos ? TokenKind::bad : TokenKind::punctuation;
    ++position_;
  }
  token_.text = text_.substr(start, position_ - start);
}

} // namespace tilewright
