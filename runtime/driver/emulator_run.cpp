#include "runtime/driver/emulator_run.h"

#include <fmt/format.h>
#include <sstream>

namespace tilewright {

namespace {

// The emulator gives up by itself at its time limit and says what every kernel waits for; the program is only ended
// from outside when a kernel never returns.
constexpr double grace_seconds = 5;

ProblemKind kind_of(int exit_code) {
  switch (exit_code) {
  case 4:
    return ProblemKind::device;
  case 6:
    return ProblemKind::tool;
  default:
    return ProblemKind::model; // inputs and graph (3), an error inside a kernel (7)
  }
}

} // namespace

CommandResult run_emulator(const EmulatorRun& emulated) {
  Command command{.arguments = {emulated.program.string()}, .folder = emulated.folder};
  command.arguments.insert(command.arguments.end(), emulated.arguments.begin(), emulated.arguments.end());
  command.environment = {{"TILEWRIGHT_ADF_INPUT_DIR", emulated.input_folder.string()},
                         {"TILEWRIGHT_ADF_OUTPUT_DIR", emulated.output_folder.string()},
                         {"TILEWRIGHT_ADF_DUMP", emulated.dump_folder.string()},
                         {"TILEWRIGHT_ADF_TILE_PROGRAM", emulated.tile_program.string()}};
  if (emulated.timeout_seconds > 0) {
    command.environment.emplace_back("TILEWRIGHT_ADF_TIMEOUT", fmt::format("{}", emulated.timeout_seconds));
    command.timeout_seconds = emulated.timeout_seconds + grace_seconds;
  }
  return run(command);
}

void report_emulator_end(const EmulatorRun& emulated, const CommandResult& result, Diagnostics& diagnostics) {
  if (result.succeeded()) return;
  const auto add = [&](ProblemKind kind, std::string reason) {
    diagnostics.add({.kind = kind, .code = "emulator", .reason = std::move(reason)});
  };
  if (result.end != CommandResult::End::exited) {
    const Command command{.arguments = {"the program"}, .timeout_seconds = emulated.timeout_seconds + grace_seconds};
    return add(ProblemKind::tool, "the program " + describe_end(result, command));
  }
  const bool is_emulators = result.code == 3 || result.code == 4 || result.code == 6 || result.code == 7;
  if (!is_emulators) return;
  std::istringstream lines(result.errors);
  bool said_something = false;
  for (std::string line; std::getline(lines, line);) {
    if (line.empty()) continue;
    add(kind_of(result.code), line);
    said_something = true;
  }
  if (!said_something) add(kind_of(result.code), fmt::format("the program exited with code {}", result.code));
}

} // namespace tilewright
