// What the command line shows besides its result: diagnostics, and progress when someone is watching.
#pragma once

#include "ir/diagnostics.h"

#include <string_view>

namespace tilewright {

class Terminal {
public:
  // `notes`: also show notes, and every step on a line of its own.
  explicit Terminal(bool notes);
  ~Terminal();
  Terminal(const Terminal&) = delete;
  Terminal& operator=(const Terminal&) = delete;

  // What is being done now; one line that the next one overwrites, on a terminal only (or with `notes`).
  void progress(std::string_view step);
  // Shows the diagnostics that were not shown yet, on standard error.
  void show(const Diagnostics& diagnostics) { show(diagnostics, true); }
  // The same without errors, which the caller shows in its own way.
  void show_notes(const Diagnostics& diagnostics) { show(diagnostics, false); }

private:
  void show(const Diagnostics& diagnostics, bool with_errors);
  void clear_line();
  bool notes_ = false;
  bool interactive_ = false;
  bool line_is_dirty_ = false;
  std::size_t shown_ = 0;
};

} // namespace tilewright
