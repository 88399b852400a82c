#include "tools/tilewright/command_line.h"

#include <CLI/App.hpp>
#include <CLI/Config.hpp>
#include <CLI/Formatter.hpp>
#include <algorithm>
#include <charconv>
#include <map>
#include <thread>

namespace tilewright {

namespace {

// "NAME=N" with N > 0.
void parse_binding(const std::string& text, CommandLine& line) {
  const std::size_t equals = text.rfind('=');
  std::int64_t value = 0;
  const char* begin = text.data() + (equals == std::string::npos ? text.size() : equals + 1);
  const char* end = text.data() + text.size();
  const auto parsed = std::from_chars(begin, end, value);
  if (equals == std::string::npos || equals == 0 || parsed.ec != std::errc() || parsed.ptr != end || value <= 0) {
    throw CLI::ValidationError("--bind", "'" + text + "' is not NAME=N with N > 0");
  }
  line.bindings[text.substr(0, equals)] = value;
}

} // namespace

void add_common_options(CLI::App& app, CommandLine& line) {
  line.jobs = std::max(1, static_cast<int>(std::thread::hardware_concurrency()));
  app.add_flag("--json", line.json, "Print one JSON object on standard output, and nothing else there");
  app.add_option("--target", line.target, "Generation to compile for (see `tilewright targets`); default aie-ml")
      ->type_name("NAME");
  app.add_option("--device", line.device, "Device of that generation; default: its first")->type_name("NAME");
  app.add_option("--batch", line.batch, "Size of the batch, where the model leaves it open")
      ->type_name("N")
      ->check(CLI::Range(std::int64_t{1}, std::int64_t{1} << 31));
  app.add_option_function<std::vector<std::string>>(
         "--bind",
         [&line](const std::vector<std::string>& texts) {
           for (const std::string& text : texts)
             parse_binding(text, line);
         },
         "Value of a symbolic dimension of the model; repeatable")
      ->type_name("NAME=N")
      ->allow_extra_args(false);
  app.add_option("--plugin", line.plugins, "Shared library that adds ops, kernels, devices or backends; repeatable")
      ->type_name("FILE")
      ->allow_extra_args(false);
  app.add_option("-j,--jobs", line.jobs, "How many compilations to run at a time; default: the number of cores")
      ->type_name("N")
      ->check(CLI::Range(1, 1024));
  app.add_flag("-v,--verbose", line.verbose, "Say what is being done, and print notes");
}

void add_model_option(CLI::App& app, CommandLine& line) {
  app.add_option("MODEL", line.subject, "The model: an .onnx file, ONNX or QONNX")->required()->type_name("");
  app.add_flag("--allow-host-islands", line.mapping.allow_host_islands,
               "Let the host compute what is float between layers, instead of refusing it");
}

void add_mapping_options(CLI::App& app, CommandLine& line) {
  app.add_option("--config", line.config_file, "A file that fixes parts of the mapping, see docs/config.md")
      ->type_name("FILE");
  const std::map<std::string, Objective> objectives{
      {"tiles", Objective::tiles}, {"throughput", Objective::throughput}, {"latency", Objective::latency}};
  app.add_option("--optimize", line.mapping.objective,
                 "What the mapping aims at: tiles (as few as the weights allow; the default), throughput or latency")
      ->type_name("GOAL")
      ->transform(CLI::CheckedTransformer(objectives).description(""));
  app.add_option("--max-tiles", line.mapping.most_tiles, "Use at most so many tiles; default: all of the device")
      ->type_name("N")
      ->check(CLI::Range(1, 1 << 16));
  app.add_option("--plio", line.mapping.plios,
                 "Streams to and from programmable logic, at most so many for each tensor that a layer reads or sends")
      ->type_name("N")
      ->check(CLI::Range(1, 1 << 10));
}

void add_data_option(CLI::App& app, CommandLine& line) {
  app.add_option("--data", line.data, "Folder with input_0.pb ... and, where known, output_0.pb ...; repeatable")
      ->type_name("DIR")
      ->allow_extra_args(false);
}

void add_project_output_options(CLI::App& app, CommandLine& line, bool required) {
  app.add_option("-o,--output", line.output, "Folder to write the project to")->type_name("DIR")->required(required);
  app.add_flag("--force", line.force, "Replace the folder if it is not empty");
  app.add_flag("--save-steps", line.save_steps, "Also write the graph after every pass to DIR/steps, as text");
}

void add_text_option(CLI::App& app, OptionText text, std::string& to) {
  app.add_option(text.name, to, text.help)->type_name(text.kind);
}

void add_required_option(CLI::App& app, OptionText text, std::string& to) {
  app.add_option(text.name, to, text.help)->type_name(text.kind)->required();
}

void add_list_option(CLI::App& app, OptionText text, std::vector<std::string>& to, bool many) {
  app.add_option(text.name, to, text.help)->type_name(text.kind)->allow_extra_args(many);
}

void add_positive_option(CLI::App& app, OptionText text, double& to) {
  app.add_option(text.name, to, text.help)->type_name(text.kind)->check(CLI::PositiveNumber);
}

void add_flag_option(CLI::App& app, const char* name, const char* help, bool& to) { app.add_flag(name, to, help); }

} // namespace tilewright
