#include "tools/tilewright/model_options.h"

#include "runtime/driver/files.h"

#include <filesystem>

namespace tilewright {

namespace fs = std::filesystem;

std::optional<std::vector<DataSet>> read_data_option(VerbCall& call) {
  std::vector<DataSet> sets;
  bool complete = true;
  for (const std::string& folder : call.line.data) {
    if (auto data = read_data_set(folder, call.context.diagnostics)) {
      sets.push_back(*std::move(data));
    } else {
      complete = false;
    }
  }
  if (!complete) return std::nullopt;
  return sets;
}

ModelRequest model_request(const CommandLine& line, const std::vector<DataSet>& data) {
  ModelRequest request{.file = line.subject,
                       .bindings = line.bindings,
                       .batch = line.batch,
                       .data_shapes = {},
                       .save_steps = line.save_steps,
                       .keep_imported = false,
                       .mapping = line.mapping};
  if (!data.empty()) request.data_shapes = input_shapes(data.front());
  return request;
}

bool output_is_free(VerbCall& call) {
  if (call.line.output.empty()) return true;
  const auto reason = refuse_output(call.line.output, call.line.force);
  if (!reason) return true;
  call.context.diagnostics.add(
      {.kind = ProblemKind::usage,
       .code = "usage.output",
       .reason = *reason,
       .hint = call.line.force ? "choose another folder" : "choose another folder, or add --force"});
  return false;
}

void write_project(VerbCall& call, const std::map<std::string, std::string>& files) {
  fs::path output = fs::absolute(call.line.output).lexically_normal();
  if (output.filename().empty()) output = output.parent_path(); // a trailing slash
  ScopedFolder made(output.parent_path(), ".tilewright-new-");
  std::optional<std::string> error;
  if (made.path().empty()) {
    error = "cannot make a folder in '" + output.parent_path().string() + "'";
  } else {
    error = write_files(made.path(), files);
  }
  if (!error) error = publish(made, output);
  if (error) call.context.diagnostics.add({.kind = ProblemKind::usage, .code = "usage.write", .reason = *error});
}

} // namespace tilewright
