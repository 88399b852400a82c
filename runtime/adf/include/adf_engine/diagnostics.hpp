// What is wrong with a design, collected so that one run shows everything.
#pragma once

#include <string>
#include <vector>

namespace tilewright::adf {

/// Exit codes of an emulated program. 0 and whatever main() returns otherwise.
enum ExitCode {
  exit_malformed = 3, ///< input files missing, malformed or too short; inconsistent graph
  exit_no_fit = 4,    ///< exceeds the device
  exit_deadlock = 6,  ///< deadlock or time-out
  exit_kernel = 7     ///< a kernel made an error that debug mode detects, or threw
};

struct Diagnostic {
  ExitCode code;
  std::string text;
};

using Diagnostics = std::vector<Diagnostic>;

} // namespace tilewright::adf
