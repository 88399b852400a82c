// What the user asked for: plain data, filled by CLI11. Each verb reads the fields of the options that it added. CLI11
// itself is for command_line.cpp and main.cpp alone: each source that includes it takes four times as long to compile.
#pragma once

#include "backends/common/map_options.h"

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace CLI {
class App;
}

namespace tilewright {

struct CommandLine {
  // Every verb.
  bool json = false;
  bool verbose = false;
  std::string target; // empty: the default, or what a project says
  std::string device;
  std::optional<std::int64_t> batch;
  std::map<std::string, std::int64_t> bindings;
  std::vector<std::string> plugins; // files
  int jobs = 1;

  // Some verbs.
  std::string subject;             // the model, or the project's folder or file
  std::vector<std::string> data;   // folders with input_0.pb ...
  std::vector<std::string> inputs; // single tensor files
  MapOptions mapping;
  std::string config_file;
  std::string output;
  bool force = false;
  bool save_steps = false;
  std::vector<std::string> include_folders;
  std::vector<std::string> defines;
  std::string dump;
  std::string node; // of the model
  std::string input_folder;
  std::string output_folder;
  double timeout_seconds = 0;
  bool shared_statics = false;
  std::vector<std::string> program_arguments;
};

// The options of every verb.
void add_common_options(CLI::App& app, CommandLine& line);

// Options that several verbs share.
void add_model_option(CLI::App& app, CommandLine& line);
void add_mapping_options(CLI::App& app, CommandLine& line);
void add_data_option(CLI::App& app, CommandLine& line);
void add_project_output_options(CLI::App& app, CommandLine& line, bool required);

// An option of one verb. `name` has dashes, or is one of an argument without; `kind` is what help calls the value.
struct OptionText {
  const char* name;
  const char* kind;
  const char* help;
};
void add_text_option(CLI::App& app, OptionText text, std::string& to);
void add_required_option(CLI::App& app, OptionText text, std::string& to);
// Repeatable; `many` values may follow the name each time, or one.
void add_list_option(CLI::App& app, OptionText text, std::vector<std::string>& to, bool many = false);
void add_positive_option(CLI::App& app, OptionText text, double& to);
void add_flag_option(CLI::App& app, const char* name, const char* help, bool& to);

} // namespace tilewright
