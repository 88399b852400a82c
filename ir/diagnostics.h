// What the user is told: collected, so that one run shows every problem.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace tilewright {

enum class Severity { note, warning, error };

// Whose problem it is; errors of each kind have their own exit code.
enum class ProblemKind {
  internal, // a mistake of ours: exit code 1
  usage,    // the command line or a configuration: 2
  model,    // malformed or not supported: 3
  device,   // does not fit the device: 4
  numbers,  // results differ: 5
  tool,     // an external tool is missing or failed: 6
};

struct Diagnostic {
  Severity severity = Severity::error;
  ProblemKind kind = ProblemKind::model;
  std::string code;   // stable, dotted by area: "import.unknown-op", "device.memory"
  std::string node;   // name in the model, or what stands for it
  std::string op;     // as the model spells it
  std::string tensor; // the value concerned, if one is
  std::string reason; // one sentence
  std::string expected;
  std::string got;
  std::string hint; // the smallest change that helps
};

// One line: "error: node 'x' (Op), tensor 't': reason; expected E, got G; hint: H [code]". Control characters of the
// model's text are escaped.
std::string text_of(const Diagnostic& diagnostic);
// Printable ASCII as it is; everything else as \xNN.
std::string escaped(std::string_view text);

class Diagnostics {
public:
  void add(Diagnostic diagnostic);
  bool has_errors() const { return errors_ > 0; }
  std::size_t error_count() const { return errors_; }
  const std::vector<Diagnostic>& all() const { return all_; }
  // Exit code of the first error by severity of kind (internal before usage before model ...); 0 without errors.
  int exit_code() const;

private:
  std::vector<Diagnostic> all_;
  std::size_t errors_ = 0;
};

} // namespace tilewright
