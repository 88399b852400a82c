// The command line. Verbs are in verbs/; this finds the one that is asked for, runs it and turns what it found into
// text, JSON and an exit code.
#include "ir/diagnostics.h"
#include "runtime/driver/context.h"
#include "runtime/driver/files.h"
#include "runtime/plugin/loader.h"
#include "runtime/version.h"
#include "tools/tilewright/command_line.h"
#include "tools/tilewright/json_output.h"
#include "tools/tilewright/terminal.h"
#include "tools/tilewright/verb.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <cstdio>
#include <exception>
#include <fmt/format.h>
#include <new>
#include <nlohmann/json.hpp>

namespace {

using namespace tilewright;

constexpr const char* introduction =
    "Tilewright compiles quantized neural networks (ONNX, QONNX) into AMD AI Engine projects and proves the result bit "
    "for bit on this machine.\n";

constexpr const char* first_steps =
    "First steps:\n"
    "  tilewright check model.onnx                         does it fit, and what is refused and why\n"
    "  tilewright verify model.onnx --data test_data_set_0 compile, run in the emulator, compare\n"
    "  tilewright compile model.onnx -o build/model        write the AI Engine project\n"
    "Each verb explains itself: tilewright VERB --help\n"
    "\n"
    "Exit codes: 0 ok, 1 internal error, 2 usage, 3 model malformed or not supported, 4 does not fit the device,\n"
    "5 numbers differ, 6 an external tool is missing or failed.";

// What --config names becomes part of the options.
bool read_config_option(CommandLine& line, Diagnostics& diagnostics) {
  if (line.config_file.empty()) return true;
  const std::optional<std::string> text = read_file(line.config_file);
  if (!text) {
    diagnostics.add(
        {.kind = ProblemKind::usage, .code = "usage.config", .node = line.config_file, .reason = "cannot be read"});
    return false;
  }
  std::optional<MapConfig> config = read_map_config(*text, line.config_file, diagnostics);
  if (!config) return false;
  line.mapping = with_config(std::move(line.mapping), *std::move(config));
  return true;
}

int run_verb(const Verb& verb, CommandLine& line) {
  Terminal terminal(line.verbose);
  CompilerContext context;
  nlohmann::ordered_json json = nlohmann::ordered_json::object();
  int code = 0;
  const std::vector<std::filesystem::path> plugins(line.plugins.begin(), line.plugins.end());
  if (load_builtins(context) && load_plugins(plugins, plugin_folders(), context) &&
      read_config_option(line, context.diagnostics)) {
    VerbCall call{line, context, terminal, json};
    try {
      code = verb.run(call);
    } catch (const std::bad_alloc&) {
      context.diagnostics.add({.kind = ProblemKind::internal, .code = "internal.memory", .reason = "out of memory"});
    } catch (const std::exception& error) {
      context.diagnostics.add({.kind = ProblemKind::internal,
                               .code = "internal.exception",
                               .reason = fmt::format("{}: {}", verb.name, error.what()),
                               .hint = "this is a mistake in Tilewright, not in your model: please report it"});
    }
  }
  terminal.show(context.diagnostics);
  const int problem_code = context.diagnostics.exit_code();
  if (line.json) {
    if (problem_code != 0 && !json.contains("problems")) json["problems"] = json_of_problems(context.diagnostics);
    fmt::print("{}\n", text_of_json(json));
  }
  return problem_code != 0 ? problem_code : code;
}

int run(int argc, char** argv) {
  CLI::App app(introduction, "tilewright");
  app.set_version_flag("--version", fmt::format("tilewright {}", version));
  app.require_subcommand(1);
  app.footer(first_steps);
  CommandLine line;
  VerbRegistry verbs;
  register_all_verbs(verbs);
  for (const auto& [name, entry] : verbs.entries()) {
    const Verb& verb = entry.definition;
    CLI::App* subcommand = app.add_subcommand(verb.name, verb.summary);
    subcommand->footer(verb.examples);
    if (verb.add_options != nullptr) verb.add_options(*subcommand, line);
    add_common_options(*subcommand, line);
  }
  try {
    app.parse(argc, argv);
  } catch (const CLI::ParseError& error) {
    const bool asked_for_help = error.get_exit_code() == 0;
    app.exit(error);
    return asked_for_help ? 0 : 2;
  }
  return run_verb(*verbs.find(app.get_subcommands().front()->get_name()), line);
}

} // namespace

int main(int argc, char** argv) {
  try {
    return run(argc, argv);
  } catch (const std::exception& error) {
    fmt::print(stderr, "error: internal: {}\n", error.what());
    return 1;
  }
}
