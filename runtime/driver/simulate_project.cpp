#include "runtime/driver/simulate_project.h"

#include "backends/common/emit.h"
#include "runtime/driver/emulator_run.h"
#include "runtime/driver/files.h"
#include "runtime/driver/include_scan.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <regex>
#include <sstream>

namespace tilewright {

namespace fs = std::filesystem;

namespace {

struct Names {
  std::string target;
  std::string device;
};

// design.json is there in projects that Tilewright wrote.
std::optional<Names> names_in_design(const fs::path& folder) {
  const auto text = read_file(folder / "design.json");
  if (!text) return std::nullopt;
  const auto json = nlohmann::json::parse(*text, nullptr, false);
  if (!json.is_object()) return std::nullopt;
  const auto text_at = [&](const char* key) {
    return json.contains(key) && json[key].is_string() ? json[key].get<std::string>() : std::string();
  };
  return Names{text_at("target"), text_at("device")};
}

// A part ("xcve2802-vsvh1760-2MP-e-S") or platform (".../xilinx_vek280_base_202520_1.xpfm") that one of our devices
// has.
std::optional<Names> names_of_device(const std::string& words, const TargetRegistry& targets) {
  if (words.empty()) return std::nullopt;
  for (const auto& [name, entry] : targets.entries()) {
    for (const Device& device : entry.definition.devices) {
      const bool is_part = !device.part.empty() && words.find(device.part) != std::string::npos;
      if (is_part || words.find(device.name) != std::string::npos) return Names{name, device.name};
    }
  }
  return std::nullopt;
}

std::optional<TargetChoice> choose(const SimulateRequest& request, const AdfProject& project,
                                   CompilerContext& context) {
  Names names{request.target, request.device};
  if (names.target.empty() && names.device.empty()) {
    auto found = names_in_design(project.folder);
    if (!found) found = names_of_device(project.device, context.targets);
    if (found) names = *found;
  } else if (names.target.empty()) {
    if (const auto found = names_of_device(names.device, context.targets)) names = *found;
  }
  return choose_target(names.target, names.device, context);
}

// The twins in check/ instantiate every kernel of a project that Tilewright wrote.
std::vector<fs::path> instantiations(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  if (!fs::exists(folder / "design.json", error)) return files;
  for (const auto& entry : fs::directory_iterator(folder / "check", error)) {
    if (entry.path().extension() == ".cpp") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

// A body of a template is only compiled where its arguments are known: in the unit of the application.
bool has_template(const fs::path& kernel) {
  static const std::regex keyword(R"(\btemplate\b)");
  return std::regex_search(without_comments(read_file(kernel).value_or("")), keyword);
}

// The kernel sources that the program gives its kernels, one a line.
std::vector<std::string> sources_that_it_names(const HostProgram& program, const AdfProject& project,
                                               const fs::path& list) {
  run({.arguments = {program.executable.string()},
       .folder = project.folder,
       .environment = {{"TILEWRIGHT_ADF_SOURCES", list.string()}},
       .timeout_seconds = 60});
  std::istringstream lines(read_file(list).value_or(""));
  std::vector<std::string> names;
  for (std::string name; std::getline(lines, name);)
    names.push_back(name);
  return names;
}

// A unit of the application and the kernels that have to be seen with it.
std::string joined_unit(const AdfProject& project, const std::vector<fs::path>& kernels) {
  std::string unit = fmt::format("#include \"{}\"\n", project.application.string());
  for (const fs::path& kernel : kernels)
    unit += fmt::format("#include \"{}\"\n", kernel.string());
  return unit;
}

class Builder {
public:
  Builder(const SimulateRequest& request, const AdfProject& project, const TargetChoice& choice,
          const fs::path& scratch)
      : request_(request), project_(project), scratch_(scratch) {
    host_.folder = project.folder;
    host_.include_folders = project.include_folders;
    host_.defines = project.defines;
    for (const std::string& define : emulator_defines(*choice.device))
      host_.defines.push_back(define);
    host_.architecture = choice.target->architecture;
  }

  std::optional<HostProgram> operator()(Diagnostics& diagnostics) {
    const std::vector<fs::path> twins = instantiations(project_.folder);
    if (!twins.empty()) {
      host_.sources = {project_.application};
      host_.sources.insert(host_.sources.end(), twins.begin(), twins.end());
      // As in the Makefile that was emitted with it.
      for (const char* folder : {"src/kernels", "src/parameters"})
        host_.include_folders.push_back(project_.folder / folder);
      return attempt("build", diagnostics);
    }
    if (project_.has_computed_sources && !ask_for_sources(diagnostics)) return std::nullopt;
    Diagnostics first;
    auto program = build_kernels_apart(first, diagnostics);
    if (!program && !project_.included_kernels.empty() && says(first, "undefined reference")) {
      // The #include that names them is in a branch that is not taken.
      project_.kernels.insert(project_.kernels.end(), project_.included_kernels.begin(),
                              project_.included_kernels.end());
      project_.included_kernels.clear();
      first = {};
      program = build_kernels_apart(first, diagnostics);
    }
    if (!program && !project_.has_computed_sources && names_fewer_sources()) {
      // Headers of libraries name sources of kernels that this graph does not have, and that may not compile.
      first = {};
      program = build_kernels_apart(first, diagnostics);
    }
    return program ? program : build_kernels_together(std::move(first), diagnostics);
  }

private:
  // Takes the sources that the program gives its kernels instead of those in its text, if these are more.
  bool names_fewer_sources() {
    const std::vector<fs::path> in_text = project_.kernels;
    Diagnostics unseen;
    if (ask_for_sources(unseen) && project_.kernels.size() < in_text.size()) return true;
    project_.kernels = in_text;
    return false;
  }

  // Every kernel source as a unit of its own, those with templates in the application's.
  std::optional<HostProgram> build_kernels_apart(Diagnostics& found, Diagnostics& diagnostics) {
    std::vector<fs::path> joined;
    std::vector<fs::path> separate;
    for (const fs::path& kernel : project_.kernels)
      (has_template(kernel) ? joined : separate).push_back(kernel);
    auto program = attempt_foreign("separate", joined, separate, found, diagnostics);
    if (!program && !joined.empty() && says(found, "redefinition")) {
      // Sources that can't be seen together, headers without guards for example: each may instantiate what it defines.
      Diagnostics apart;
      if (auto other = attempt_foreign("apart", {}, project_.kernels, apart, diagnostics)) return other;
    }
    return program;
  }

  // What one unit defines and another uses without a declaration that links: see all of it as one.
  std::optional<HostProgram> build_kernels_together(Diagnostics first, Diagnostics& diagnostics) {
    const bool has_main = !says(first, "undefined reference to `main'");
    const bool any_apart = !std::ranges::all_of(project_.kernels, has_template);
    if (has_main && any_apart && says(first, "undefined reference")) {
      Diagnostics second;
      if (auto program = attempt_foreign("joined", project_.kernels, {}, second, diagnostics)) return program;
    }
    if (!has_main)
      diagnostics.add({.kind = ProblemKind::usage,
                       .code = "simulate.no-main",
                       .reason = fmt::format("main() of '{}' is not compiled", project_.application.string()),
                       .hint = "it stands behind a condition: -D NAME, for example -D __AIESIM__ or "
                               "-D __ADF_FRONTEND__, makes that true"});
    else
      append(first, diagnostics);
    return std::nullopt;
  }

  // Libraries compute the names of kernel sources, so the program without kernels is asked for them.
  bool ask_for_sources(Diagnostics& diagnostics) {
    host_.sources = {project_.application};
    host_.allow_undefined = true;
    host_.optimized = false;
    const auto program = attempt("sources", diagnostics);
    host_.allow_undefined = false;
    host_.optimized = true;
    if (!program) return false;
    project_.kernels.clear();
    for (const std::string& name : sources_that_it_names(*program, project_, scratch_ / "sources.txt")) {
      if (const auto kernel = find_kernel_source(name, project_)) {
        project_.kernels.push_back(*kernel);
      } else {
        diagnostics.add({.kind = ProblemKind::usage,
                         .code = "simulate.kernel-not-found",
                         .reason = fmt::format("the kernel source '{}' is not there", name),
                         .hint = "give its folder with -I"});
        return false;
      }
    }
    return true;
  }

  std::optional<HostProgram> attempt_foreign(const std::string& name, const std::vector<fs::path>& joined,
                                             const std::vector<fs::path>& separate, Diagnostics& found,
                                             Diagnostics& diagnostics) {
    const fs::path unit = scratch_ / fmt::format("{}_application.cpp", name);
    if (const auto error = write_file(unit, joined_unit(project_, joined))) {
      diagnostics.add({.kind = ProblemKind::tool, .code = "simulate.write", .reason = *error});
      return std::nullopt;
    }
    host_.sources = {unit};
    host_.sources.insert(host_.sources.end(), separate.begin(), separate.end());
    return attempt(name, found);
  }

  std::optional<HostProgram> attempt(const std::string& name, Diagnostics& found) {
    fs::create_directories(scratch_ / name);
    return build_for_host(host_, {request_.installation, request_.cache, request_.jobs, scratch_ / name}, found);
  }

  static bool says(const Diagnostics& diagnostics, std::string_view words) {
    return std::ranges::any_of(diagnostics.all(), [&](const Diagnostic& diagnostic) {
      return diagnostic.reason.find(words) != std::string::npos;
    });
  }

  static void append(const Diagnostics& from, Diagnostics& to) {
    for (const Diagnostic& diagnostic : from.all())
      to.add(diagnostic);
  }

  const SimulateRequest& request_;
  AdfProject project_;
  fs::path scratch_;
  HostBuild host_;
};

} // namespace

std::optional<Simulation> simulate_project(const SimulateRequest& request, CompilerContext& context) {
  const auto project = find_adf_project(request.project, context.diagnostics);
  if (!project) return std::nullopt;
  const auto choice = choose(request, *project, context);
  if (!choice) return std::nullopt;

  const ScopedFolder scratch("tilewright-simulate-");
  if (scratch.path().empty()) {
    context.diagnostics.add(
        {.kind = ProblemKind::tool, .code = "simulate.scratch", .reason = "cannot make a folder for temporary files"});
    return std::nullopt;
  }
  request.progress("building for the host emulator");
  const auto program = Builder(request, *project, *choice, scratch.path())(context.diagnostics);
  if (!program) return std::nullopt;

  Simulation simulation{choice->device->name, {}, {}, program->seconds};
  simulation.output_folder =
      fs::absolute(request.output_folder.empty() ? fs::path("x86simulator_output") : request.output_folder);
  const fs::path input_folder = request.input_folder.empty() ? project->folder : fs::absolute(request.input_folder);
  const EmulatorRun emulated{.program = program->executable,
                             .tile_program = request.shared_statics ? fs::path() : program->tile_program,
                             .folder = project->folder,
                             .input_folder = input_folder,
                             .output_folder = simulation.output_folder,
                             .dump_folder = {},
                             .timeout_seconds = request.timeout_seconds,
                             .arguments = request.arguments};
  request.progress("running");
  simulation.result = run_emulator(emulated);
  report_emulator_end(emulated, simulation.result, context.diagnostics);
  return simulation;
}

} // namespace tilewright
