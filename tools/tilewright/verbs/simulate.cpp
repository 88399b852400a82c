// tilewright simulate: run any ADF project on this machine, as AMD's x86simulator would.
#include "runtime/driver/simulate_project.h"
#include "tools/tilewright/verb.h"

#include <cstdio>
#include <fmt/format.h>
#include <nlohmann/json.hpp>

namespace tilewright {

namespace {

void add_simulate_options(CLI::App& app, CommandLine& line) {
  add_required_option(app, {"PROJECT", "", "The project's folder, or the file with main()"}, line.subject);
  add_list_option(app, {"-I", "DIR", "Folder with headers; repeatable"}, line.include_folders);
  add_list_option(app, {"-D", "NAME", "Macro, NAME or NAME=VALUE; repeatable"}, line.defines);
  add_text_option(app, {"--input-dir", "DIR", "Folder that PLIO input files are relative to; default: the project's"},
                  line.input_folder);
  add_text_option(app, {"--output-dir", "DIR", "Folder for PLIO output files; default: x86simulator_output"},
                  line.output_folder);
  add_positive_option(app, {"--timeout", "S", "Give up, and say what every kernel waits for, after so many seconds"},
                      line.timeout_seconds);
  add_flag_option(app, "--shared-statics",
                  "File-scope variables are shared by all kernels, as in AMD's x86simulator; default: per tile",
                  line.shared_statics);
  add_list_option(app, {"ARGS", "", "Arguments of the program, after --"}, line.program_arguments, true);
}

int run_simulate_verb(VerbCall& call) {
  const CommandLine& line = call.line;
  SimulateRequest request;
  request.project.place = line.subject;
  request.project.include_folders.assign(line.include_folders.begin(), line.include_folders.end());
  request.project.defines = line.defines;
  request.target = line.target;
  request.device = line.device;
  request.input_folder = line.input_folder;
  request.output_folder = line.output_folder;
  request.timeout_seconds = line.timeout_seconds;
  request.shared_statics = line.shared_statics;
  request.arguments = line.program_arguments;
  request.installation = own_installation();
  request.cache = default_cache();
  request.jobs = line.jobs;
  request.progress = [&](std::string_view step) { call.terminal.progress(step); };
  const auto simulation = simulate_project(request, call.context);
  call.json["project"] = line.subject;
  call.json["status"] = "fail";
  if (!simulation) return 0;

  call.terminal.show(call.context.diagnostics);
  // What the program itself says stays what it is; with --json standard output belongs to the object.
  fmt::print(line.json ? stderr : stdout, "{}", simulation->result.output);
  const bool main_returned = !call.context.diagnostics.has_errors();
  if (main_returned) fmt::print(stderr, "{}", simulation->result.errors);
  const bool passed = simulation->result.succeeded();
  call.json["status"] = passed ? "pass" : "fail";
  call.json["device"] = simulation->device;
  call.json["exit_code"] = simulation->result.code;
  call.json["output_dir"] = simulation->output_folder.string();
  call.json["seconds"] = {{"build", simulation->build_seconds}, {"simulate", simulation->result.seconds}};
  if (!line.json && passed) fmt::print(stderr, "Outputs are in {}\n", simulation->output_folder.string());
  return main_returned ? simulation->result.code : 0;
}

} // namespace

void register_simulate_verb(VerbRegistry& registry) {
  registry.add({.name = "simulate",
                .summary = "Run any ADF project in the host emulator",
                .examples =
                    "Examples:\n"
                    "  tilewright simulate build/model\n"
                    "  tilewright simulate project/aie/graph.cpp -I project/kernels -D BATCH=4 --timeout 60\n"
                    "  tilewright simulate project --device vek385 --output-dir results -- 10\n"
                    "In a folder, the one file with main() that includes adf.h is the program, in it, src/ or aie/.\n"
                    "Exit code: main's own; 3 for missing or malformed input, 4 when the design does not fit the\n"
                    "device, 6 for a deadlock, a time-out or a failed build.",
                .add_options = add_simulate_options,
                .run = run_simulate_verb});
}

} // namespace tilewright
