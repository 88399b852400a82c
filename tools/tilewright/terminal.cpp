#include "tools/tilewright/terminal.h"

#include <cstdio>
#include <fmt/format.h>
#include <unistd.h>

namespace tilewright {

Terminal::Terminal(bool notes) : notes_(notes), interactive_(isatty(STDERR_FILENO) == 1) {}

Terminal::~Terminal() { clear_line(); }

void Terminal::clear_line() {
  if (line_is_dirty_) fmt::print(stderr, "\r\x1b[K");
  line_is_dirty_ = false;
}

void Terminal::progress(std::string_view step) {
  clear_line();
  if (notes_) {
    fmt::print(stderr, "{} ...\n", step);
  } else if (interactive_) {
    fmt::print(stderr, "{} ...", step);
    std::fflush(stderr);
    line_is_dirty_ = true;
  }
}

void Terminal::show(const Diagnostics& diagnostics, bool with_errors) {
  clear_line();
  for (; shown_ < diagnostics.all().size(); ++shown_) {
    const Diagnostic& diagnostic = diagnostics.all()[shown_];
    if (diagnostic.severity == Severity::error && !with_errors) continue;
    if (diagnostic.severity == Severity::note && !notes_) continue;
    fmt::print(stderr, "{}\n", text_of(diagnostic));
  }
}

} // namespace tilewright
