// process_bench [--runs N] [--limits]
//
// Whole processes of `tilewright`, as a user starts them: CPU seconds of the process and of those it starts, wall-clock
// seconds and peak memory, each the median of N runs (default 5). With --limits the exit code is 1 when a figure is
// above its limit in `run_all`.
#include "mlp_model.h"

#include "runtime/driver/files.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <cstring>
#include <fcntl.h>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <spawn.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <unistd.h>
#include <vector>

namespace tilewright::testing {
namespace {

namespace fs = std::filesystem;

struct Usage {
  double cpu_seconds = 0;
  double wall_seconds = 0;
  double peak_megabytes = 0;
};

// Runs a command to its end without its output; ends the benchmark when it fails.
Usage measure(const std::vector<std::string>& command) {
  std::vector<char*> arguments;
  for (const std::string& argument : command)
    arguments.push_back(const_cast<char*>(argument.c_str()));
  arguments.push_back(nullptr);
  posix_spawn_file_actions_t actions;
  posix_spawn_file_actions_init(&actions);
  posix_spawn_file_actions_addopen(&actions, STDOUT_FILENO, "/dev/null", O_WRONLY, 0);
  const auto start = std::chrono::steady_clock::now();
  pid_t process = 0;
  int status = posix_spawn(&process, arguments[0], &actions, nullptr, arguments.data(), environ);
  posix_spawn_file_actions_destroy(&actions);
  rusage usage{};
  if (status != 0 || wait4(process, &status, 0, &usage) != process || status != 0) {
    fmt::print(stderr, "failed: {}\n", fmt::join(command, " "));
    std::exit(1);
  }
  const auto seconds = [](const timeval& time) {
    return static_cast<double>(time.tv_sec) + 1e-6 * static_cast<double>(time.tv_usec);
  };
  const std::chrono::duration<double> wall = std::chrono::steady_clock::now() - start;
  return {seconds(usage.ru_utime) + seconds(usage.ru_stime), wall.count(), static_cast<double>(usage.ru_maxrss) / 1024};
}

double median(std::vector<Usage> runs, double Usage::*figure) {
  std::ranges::sort(runs, {}, figure);
  return runs[runs.size() / 2].*figure;
}

struct Case {
  std::string name;
  std::vector<std::string> arguments; // of tilewright
  Usage limit = {1e9, 1e9, 1e9};
};

// `caches` is a folder for build caches: each run has a new one, because the host compiler is part of `verify`.
bool run_case(const Case& entry, int count, const fs::path& caches) {
  std::vector<std::string> command{TILEWRIGHT_BINARY_DIR "/bin/tilewright"};
  command.insert(command.end(), entry.arguments.begin(), entry.arguments.end());
  std::vector<Usage> runs;
  for (int i = 0; i < count; ++i) {
    setenv("XDG_CACHE_HOME", (caches / fmt::format("{}-{}", entry.name, i)).c_str(), 1);
    runs.push_back(measure(command));
  }
  const Usage usage{median(runs, &Usage::cpu_seconds), median(runs, &Usage::wall_seconds),
                    median(runs, &Usage::peak_megabytes)};
  const bool good = usage.cpu_seconds <= entry.limit.cpu_seconds && usage.wall_seconds <= entry.limit.wall_seconds &&
                    usage.peak_megabytes <= entry.limit.peak_megabytes;
  fmt::print("| {} | {:.3f} | {:.2f} | {:.0f} |{}\n", entry.name, usage.cpu_seconds, usage.wall_seconds,
             usage.peak_megabytes, good ? "" : " above its limit");
  std::fflush(stdout);
  return good;
}

int run_all(int count, bool limits) {
  const ScopedFolder folder("tilewright-bench-");
  const std::string out = folder.path() / "out";
  const auto compile_of = [&](int layers, int width, Usage limit) {
    const std::string file = folder.path() / fmt::format("mlp_{}x{}.onnx", layers, width);
    if (write_file(file, mlp_model(layers, width, 16))) std::exit(1);
    return Case{fmt::format("compile, {} layers of {}", layers, width), {"compile", file, "-o", out, "--force"}, limit};
  };
  const fs::path jet = fs::path(TILEWRIGHT_SOURCE_DIR) / "models/jet_mlp_w8a8_po2__qonnx";
  const fs::path instances = fs::path(TILEWRIGHT_SOURCE_DIR) / "tests/placement/instances";
  const Usage free = {1e9, 1e9, 1e9};
  const std::vector<Case> cases = {
      {"targets (start of the process)", {"targets"}, free},
      compile_of(7, 128, free),
      compile_of(7, 256, free),
      compile_of(7, 512, {0.2, 1e9, 150}),
      // The project of the case before, 112 tiles: built with -O2, one compiler at a time, and run.
      {"simulate, 7 layers of 512",
       {"simulate", out, "--output-dir", folder.path() / "sim", "-j", "1"},
       {15, 1e9, 1e9}},
      compile_of(14, 512, free),
      compile_of(100, 64, {2, 1e9, 1e9}),
      {"place, 40 boxes", {"place", instances / "chain_40_single.json"}, {1, 1e9, 1e9}},
      {"place, two networks", {"place", instances / "two_networks.json"}, {1, 1e9, 1e9}},
      {"verify, jet tagger",
       {"verify", jet / "model.onnx", "--data", jet / "test_data_set_0", "-o", out, "--force"},
       {1e9, 10, 1e9}},
  };
  fmt::print("| process | CPU s | wall s | peak MB |\n|---|---|---|---|\n");
  bool good = true;
  for (const Case& entry : cases)
    good = run_case(entry, count, folder.path()) && good;
  return good || !limits ? 0 : 1;
}

} // namespace
} // namespace tilewright::testing

int main(int count, char** arguments) {
  int runs = 5;
  bool limits = false;
  for (int i = 1; i < count; ++i) {
    const std::string argument = arguments[i];
    if (argument == "--limits") {
      limits = true;
    } else if (argument == "--runs" && i + 1 < count && std::atoi(arguments[i + 1]) > 0) {
      runs = std::atoi(arguments[++i]);
    } else {
      std::fputs("usage: process_bench [--runs N] [--limits]\n", stderr);
      return 2;
    }
  }
  return tilewright::testing::run_all(runs, limits);
}
