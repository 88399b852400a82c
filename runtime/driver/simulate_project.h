// Runs any ADF project on this machine: built against the host emulator, with its own main().
#pragma once

#include "runtime/driver/adf_project.h"
#include "runtime/driver/context.h"
#include "runtime/driver/host_build.h"
#include "runtime/driver/process.h"

#include <filesystem>
#include <functional>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tilewright {

struct SimulateRequest {
  AdfProjectRequest project;
  std::string target; // empty: what the project says of itself (design.json, aie.cfg), else the default
  std::string device;
  std::filesystem::path input_folder;  // empty: the project's
  std::filesystem::path output_folder; // empty: x86simulator_output in the working folder
  double timeout_seconds = 0;
  bool shared_statics = false; // file-scope variables are the program's, as in AMD's x86 simulator, not the tile's
  std::vector<std::string> arguments; // of the program
  Installation installation;
  BuildCache cache;
  int jobs = 1;
  std::function<void(std::string_view step)> progress;
};

struct Simulation {
  std::string device;
  std::filesystem::path output_folder;
  CommandResult result; // of the program; its exit code is main's own where no diagnostic says otherwise
  double build_seconds = 0;
};

// nullopt with diagnostics when there is nothing to run; how the program ended is a diagnostic too, unless main()
// returned.
std::optional<Simulation> simulate_project(const SimulateRequest& request, CompilerContext& context);

} // namespace tilewright
