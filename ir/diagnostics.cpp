#include "ir/diagnostics.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

std::string_view word_for(Severity severity) {
  switch (severity) {
  case Severity::note: return "note";
  case Severity::warning: return "warning";
  case Severity::error: break;
  }
  return "error";
}

} // namespace

std::string escaped(std::string_view text) {
  std::string result;
  for (const char c : text) {
    if (c >= 0x20 && c < 0x7f) {
      result += c;
    } else {
      result += fmt::format("\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return result;
}

std::string text_of(const Diagnostic& diagnostic) {
  std::string line = fmt::format("{}: ", word_for(diagnostic.severity));
  if (!diagnostic.node.empty()) {
    line += fmt::format("node '{}'", escaped(diagnostic.node));
    if (!diagnostic.op.empty()) line += fmt::format(" ({})", escaped(diagnostic.op));
  }
  if (!diagnostic.tensor.empty()) {
    line += fmt::format("{}tensor '{}'", diagnostic.node.empty() ? "" : ", ", escaped(diagnostic.tensor));
  }
  if (!diagnostic.node.empty() || !diagnostic.tensor.empty()) line += ": ";
  line += escaped(diagnostic.reason);
  if (!diagnostic.expected.empty()) line += fmt::format("; expected {}", escaped(diagnostic.expected));
  if (!diagnostic.got.empty()) line += fmt::format("; got {}", escaped(diagnostic.got));
  if (!diagnostic.hint.empty()) line += fmt::format("; hint: {}", escaped(diagnostic.hint));
  if (!diagnostic.code.empty()) line += fmt::format(" [{}]", diagnostic.code);
  return line;
}

void Diagnostics::add(Diagnostic diagnostic) {
  if (diagnostic.severity == Severity::error) ++errors_;
  all_.push_back(std::move(diagnostic));
}

int Diagnostics::exit_code() const {
  if (errors_ == 0) return 0;
  ProblemKind first = ProblemKind::tool;
  for (const Diagnostic& diagnostic : all_) {
    if (diagnostic.severity == Severity::error) first = std::min(first, diagnostic.kind);
  }
  return static_cast<int>(first) + 1;
}

} // namespace tilewright
