#include "runtime/driver/process.h"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <optional>
#include <poll.h>
#include <spawn.h>
#include <sstream>
#include <sys/wait.h>
#include <thread>
#include <unistd.h>

namespace tilewright {

namespace {

using Clock = std::chrono::steady_clock;

struct Pipe {
  int read_end = -1;
  int write_end = -1;
  Pipe() {
    std::array<int, 2> ends{};
    // Close-on-exec: programs started by other threads at the same time must not hold our pipes open.
    if (pipe2(ends.data(), O_CLOEXEC) == 0) {
      read_end = ends[0];
      write_end = ends[1];
    }
  }
  Pipe(const Pipe&) = delete;
  Pipe& operator=(const Pipe&) = delete;
  ~Pipe() {
    close_end(read_end);
    close_end(write_end);
  }
  static void close_end(int& end) {
    if (end >= 0) close(end);
    end = -1;
  }
};

std::vector<std::string> merged_environment(const Command& command) {
  std::vector<std::string> result;
  for (char** entry = environ; *entry != nullptr; ++entry) {
    const std::string_view text = *entry;
    const std::string_view name = text.substr(0, text.find('='));
    const bool replaced = std::any_of(command.environment.begin(), command.environment.end(),
                                      [&](const auto& addition) { return addition.first == name; });
    if (!replaced) result.emplace_back(text);
  }
  for (const auto& [name, value] : command.environment) result.push_back(name + "=" + value);
  return result;
}

std::vector<char*> pointers(std::vector<std::string>& strings) {
  std::vector<char*> result;
  for (std::string& text : strings) result.push_back(text.data());
  result.push_back(nullptr);
  return result;
}

int start(const Command& command, const Pipe& output, const Pipe& errors, pid_t& child) {
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", O_RDONLY, 0);
  posix_spawn_file_actions_adddup2(&actions, output.write_end, STDOUT_FILENO);
  posix_spawn_file_actions_adddup2(&actions, errors.write_end, STDERR_FILENO);
  if (!command.folder.empty()) posix_spawn_file_actions_addchdir_np(&actions, command.folder.c_str());
  std::vector<std::string> arguments = command.arguments;
  std::vector<std::string> environment = merged_environment(command);
  const int error = posix_spawnp(&child, arguments.front().c_str(), &actions, nullptr, pointers(arguments).data(),
                                 pointers(environment).data());
  posix_spawn_file_actions_destroy(&actions);
  return error;
}

// Appends what can be read now. False at the end of the stream.
bool drain(int end, std::string& text) {
  std::array<char, 65536> buffer{};
  const ssize_t count = read(end, buffer.data(), buffer.size());
  if (count < 0) return errno == EINTR || errno == EAGAIN;
  const std::size_t room = captured_limit - std::min(captured_limit, text.size());
  text.append(buffer.data(), std::min(room, static_cast<std::size_t>(count)));
  return count > 0;
}

// Waits for the child, and ends it when the deadline passes. True when it had to be ended.
bool reap(pid_t child, const std::optional<Clock::time_point>& deadline, int& status) {
  bool ended = false;
  std::optional<Clock::time_point> kill_at;
  while (true) {
    const pid_t done = waitpid(child, &status, deadline ? WNOHANG : 0);
    if (done == child || (done < 0 && errno != EINTR)) return ended;
    if (done != 0) continue;
    const auto now = Clock::now();
    if (kill_at && now > *kill_at) {
      kill(child, SIGKILL);
    } else if (!ended && now > *deadline) {
      kill(child, SIGTERM);
      ended = true;
      kill_at = now + std::chrono::seconds(1);
    }
    std::this_thread::sleep_for(std::chrono::milliseconds(2));
  }
}

// Reads both streams until they end or the deadline passes.
void capture(Pipe& output, Pipe& errors, const std::optional<Clock::time_point>& deadline, CommandResult& result) {
  std::array<pollfd, 2> streams{pollfd{output.read_end, POLLIN, 0}, pollfd{errors.read_end, POLLIN, 0}};
  const std::array<std::string*, 2> texts{&result.output, &result.errors};
  while (streams[0].fd >= 0 || streams[1].fd >= 0) {
    int wait = -1;
    if (deadline) {
      const auto left = std::chrono::duration_cast<std::chrono::milliseconds>(*deadline - Clock::now()).count();
      if (left <= 0) return;
      wait = static_cast<int>(std::min<std::int64_t>(left, 1000));
    }
    if (poll(streams.data(), streams.size(), wait) < 0 && errno != EINTR) return;
    for (std::size_t i = 0; i < streams.size(); ++i) {
      if (streams[i].fd >= 0 && streams[i].revents != 0 && !drain(streams[i].fd, *texts[i])) streams[i].fd = -1;
    }
  }
}

} // namespace

CommandResult run(const Command& command) {
  CommandResult result;
  const auto begin = Clock::now();
  Pipe output;
  Pipe errors;
  if (output.read_end < 0 || errors.read_end < 0) {
    result.code = errno;
    return result;
  }
  pid_t child = 0;
  if (const int error = start(command, output, errors, child); error != 0) {
    result.code = error;
    return result;
  }
  Pipe::close_end(output.write_end);
  Pipe::close_end(errors.write_end);
  std::optional<Clock::time_point> deadline;
  if (command.timeout_seconds > 0) {
    deadline = begin + std::chrono::duration_cast<Clock::duration>(std::chrono::duration<double>(command.timeout_seconds));
  }
  capture(output, errors, deadline, result);
  int status = 0;
  const bool ended = reap(child, deadline, status);
  result.seconds = std::chrono::duration<double>(Clock::now() - begin).count();
  if (ended) {
    result.end = CommandResult::End::timed_out;
  } else if (WIFSIGNALED(status)) {
    result.end = CommandResult::End::signaled;
    result.code = WTERMSIG(status);
  } else {
    result.end = CommandResult::End::exited;
    result.code = WEXITSTATUS(status);
  }
  return result;
}

std::string describe_end(const CommandResult& result, const Command& command) {
  switch (result.end) {
  case CommandResult::End::exited: return fmt::format("exited with code {}", result.code);
  case CommandResult::End::signaled:
    return fmt::format("was ended by signal {} ({})", result.code, strsignal(result.code));
  case CommandResult::End::timed_out: return fmt::format("ran longer than {:g} s", command.timeout_seconds);
  case CommandResult::End::not_started: break;
  }
  return fmt::format("could not be started: {}", std::strerror(result.code));
}

std::filesystem::path find_program(const std::string& name) {
  if (name.find('/') != std::string::npos) return access(name.c_str(), X_OK) == 0 ? name : std::string();
  const char* path = std::getenv("PATH");
  std::istringstream folders(path == nullptr ? "" : path);
  for (std::string folder; std::getline(folders, folder, ':');) {
    const std::filesystem::path candidate = std::filesystem::path(folder.empty() ? "." : folder) / name;
    if (access(candidate.c_str(), X_OK) == 0 && std::filesystem::is_regular_file(candidate)) return candidate;
  }
  return {};
}

} // namespace tilewright
