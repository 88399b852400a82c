// Running a program that was built against the host emulator (runtime/adf/README.md has its variables and exit codes).
#pragma once

#include "ir/diagnostics.h"
#include "runtime/driver/process.h"

#include <filesystem>
#include <string>
#include <vector>

namespace tilewright {

struct EmulatorRun {
  std::filesystem::path program;
  std::filesystem::path tile_program; // a library: file-scope variables belong to a tile. Empty: all tiles share them
  std::filesystem::path folder;       // where it runs
  std::filesystem::path input_folder; // PLIO files are relative to these
  std::filesystem::path output_folder;
  std::filesystem::path dump_folder; // empty: nothing is dumped
  double timeout_seconds = 0;        // 0: none
  std::vector<std::string> arguments;
};

CommandResult run_emulator(const EmulatorRun& emulated);

// What the program's end means for a user's own project: what does not fit the device, a deadlock or time-out, a wrong
// or missing input. Nothing for success and for exit codes of the program's own.
void report_emulator_end(const EmulatorRun& emulated, const CommandResult& result, Diagnostics& diagnostics);

} // namespace tilewright
