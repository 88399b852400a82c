// Running another program: captured output, a time limit, no shell in between.
#pragma once

#include <filesystem>
#include <string>
#include <utility>
#include <vector>

namespace tilewright {

struct Command {
  std::vector<std::string> arguments; // [0] is the program, searched for in PATH when it has no slash
  std::filesystem::path folder;       // working folder; empty: the caller's
  std::vector<std::pair<std::string, std::string>> environment; // on top of the caller's
  double timeout_seconds = 0;                                   // 0: no limit
};

struct CommandResult {
  enum class End { exited, signaled, timed_out, not_started };
  End end = End::not_started;
  int code = 0;       // exit code, signal number, or errno of the start
  std::string output; // of both streams, at most `captured_limit` bytes each; what came after is dropped
  std::string errors;
  double seconds = 0;
  bool succeeded() const { return end == End::exited && code == 0; }
};

inline constexpr std::size_t captured_limit = 4 << 20;

// Runs the command to its end. Standard input is empty. At the time limit the program gets SIGTERM, then SIGKILL.
CommandResult run(const Command& command);

// "exited with code 3", "was ended by signal 11 (Segmentation fault)", "ran longer than 10 s", "could not be started: ..."
std::string describe_end(const CommandResult& result, const Command& command);

// Where a program without a slash is found in PATH; empty when it is not.
std::filesystem::path find_program(const std::string& name);

} // namespace tilewright
