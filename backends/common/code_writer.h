// Builds the text of a source file line by line. Owns the indentation.
#pragma once

#include <fmt/format.h>
#include <string>

namespace tilewright {

class CodeWriter {
public:
  // One line at the current depth; an empty one without trailing blanks.
  void line(std::string_view text = {}) {
    if (!text.empty()) text_.append(2 * depth_, ' ').append(text);
    text_ += '\n';
  }
  template <class... Arguments> void line(fmt::format_string<Arguments...> format, Arguments&&... arguments) {
    line(std::string_view(fmt::format(format, std::forward<Arguments>(arguments)...)));
  }
  void open(std::string_view text) {
    line(text);
    ++depth_;
  }
  void close(std::string_view text) {
    --depth_;
    line(text);
  }
  // A label such as "public:", one step to the left.
  void label(std::string_view text) {
    --depth_;
    line(text);
    ++depth_;
  }
  std::string take() { return std::move(text_); }

private:
  std::string text_;
  std::size_t depth_ = 0;
};

} // namespace tilewright
