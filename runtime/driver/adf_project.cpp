#include "runtime/driver/adf_project.h"

#include "runtime/driver/files.h"
#include "runtime/driver/include_scan.h"

#include <algorithm>
#include <cctype>
#include <fmt/format.h>
#include <regex>
#include <sstream>

namespace tilewright {

namespace fs = std::filesystem;

namespace {

struct ProjectConfig { // what aie.cfg says that matters on the host
  std::vector<fs::path> include_folders;
  std::vector<std::string> defines;
  std::string device;
};

std::string trimmed(std::string text) {
  const auto is_filler = [](char c) { return std::isspace(static_cast<unsigned char>(c)) != 0 || c == '"'; };
  while (!text.empty() && is_filler(text.back()))
    text.pop_back();
  text.erase(text.begin(), std::find_if_not(text.begin(), text.end(), is_filler));
  return text;
}

// "include=DIR", "Xpreproc=-DNAME", "part=...", "platform=..."; sections and other keys are not ours.
ProjectConfig read_config(const fs::path& folder) {
  ProjectConfig config;
  std::istringstream lines(read_file(folder / "aie.cfg").value_or(""));
  for (std::string line; std::getline(lines, line);) {
    const std::size_t equals = line.find('=');
    if (equals == std::string::npos || trimmed(line).starts_with('#')) continue;
    const std::string key = trimmed(line.substr(0, equals));
    const std::string value = trimmed(line.substr(equals + 1));
    if (key == "include") config.include_folders.push_back(folder / value);
    if (key == "part" || key == "platform") config.device = value;
    if (key == "Xpreproc") {
      std::istringstream words(value);
      for (std::string word; words >> word;) {
        if (word.starts_with("-D")) config.defines.push_back(word.substr(2));
        if (word.starts_with("-I")) config.include_folders.push_back(folder / word.substr(2));
      }
    }
  }
  return config;
}

bool is_application(const fs::path& file, const std::vector<fs::path>& include_folders) {
  static const std::regex has_main(R"(\bint\s+main\s*\()");
  static const std::regex has_adf(R"(#\s*include\s*[<"]adf(\.h|/new_frontend/adf\.h)[>"])");
  const auto says = [](const fs::path& source, std::string_view word, const std::regex& pattern) {
    const std::string text = read_file(source).value_or("");
    // The plain search first: headers with megabytes of weights are no subject for a regular expression.
    return text.find(word) != std::string::npos && std::regex_search(without_comments(text), pattern);
  };
  if (!says(file, "main", has_main)) return false;
  const IncludeScan scan = reached_files(file, include_folders);
  return std::any_of(scan.files.begin(), scan.files.end(),
                     [&](const fs::path& reached) { return says(reached, "adf.h", has_adf); });
}

std::vector<fs::path> applications_in(const fs::path& folder, const std::vector<fs::path>& include_folders) {
  std::vector<fs::path> found;
  for (const fs::path& candidate : {folder, folder / "src", folder / "aie"}) {
    std::error_code error;
    for (const auto& entry : fs::directory_iterator(candidate, error)) {
      const std::string extension = entry.path().extension().string();
      const bool is_source = extension == ".cpp" || extension == ".cc" || extension == ".cxx" || extension == ".C";
      if (is_source && is_application(entry.path(), include_folders)) found.push_back(entry.path());
    }
  }
  std::sort(found.begin(), found.end());
  return found;
}

void add_usage_error(Diagnostics& diagnostics, std::string code, std::string reason, std::string hint = {}) {
  diagnostics.add(
      {.kind = ProblemKind::usage, .code = std::move(code), .reason = std::move(reason), .hint = std::move(hint)});
}

void add_kernel(AdfProject& project, const std::vector<fs::path>& reached, const fs::path& kernel) {
  const auto is_in = [&](const std::vector<fs::path>& files) {
    return std::find(files.begin(), files.end(), kernel) != files.end();
  };
  std::vector<fs::path>& kernels = is_in(reached) ? project.included_kernels : project.kernels;
  if (!is_in(kernels)) kernels.push_back(kernel);
}

bool find_kernels(AdfProject& project, Diagnostics& diagnostics) {
  static const std::regex from_variable(R"re(\bsource\s*\((?:[^()"]|\([^()"]*\))*\)\s*=\s*[A-Za-z_])re");
  const std::vector<fs::path> reached = reached_files(project.application, project.include_folders).files;
  for (const fs::path& file : reached)
    project.header_folders.push_back(file.parent_path());
  bool all_found = true;
  for (const fs::path& file : reached) {
    const std::string text = read_file(file).value_or("");
    if (text.find("source") == std::string::npos) continue;
    project.has_computed_sources =
        project.has_computed_sources || std::regex_search(without_comments(text), from_variable);
    for (const std::string& name : kernel_sources_named(without_comments(text))) {
      const auto kernel = find_kernel_source(name, project);
      if (!kernel) {
        add_usage_error(diagnostics, "simulate.kernel-not-found",
                        fmt::format("the kernel source '{}' named in '{}' is not there", name, file.string()),
                        "give its folder with -I");
        all_found = false;
      } else {
        add_kernel(project, reached, *kernel);
      }
    }
  }
  return all_found;
}

} // namespace

std::optional<fs::path> find_kernel_source(const std::string& name, const AdfProject& project) {
  std::vector<fs::path> folders = {project.application.parent_path(), project.folder};
  folders.insert(folders.end(), project.include_folders.begin(), project.include_folders.end());
  folders.push_back(project.application.parent_path().parent_path());
  folders.push_back(folders.back().parent_path());
  folders.insert(folders.end(), project.header_folders.begin(), project.header_folders.end());
  for (const fs::path& folder : folders) {
    std::error_code error;
    if (fs::is_regular_file(folder / name, error)) return (folder / name).lexically_normal();
  }
  return std::nullopt;
}

std::vector<std::string> kernel_sources_named(std::string_view text) {
  // One level of parentheses inside source(...) is enough for source(k[f(i)]).
  static const std::regex assignment(R"re(\bsource\s*\((?:[^()"]|\([^()"]*\))*\)\s*=\s*"([^"\n]+)")re");
  std::vector<std::string> names;
  const std::string subject(text);
  for (std::sregex_iterator at(subject.begin(), subject.end(), assignment), end; at != end; ++at) {
    names.push_back((*at)[1]);
  }
  return names;
}

std::optional<AdfProject> find_adf_project(const AdfProjectRequest& request, Diagnostics& diagnostics) {
  std::error_code error;
  const fs::path place = fs::absolute(request.place, error).lexically_normal();
  if (!fs::exists(place, error)) {
    add_usage_error(diagnostics, "simulate.not-found", fmt::format("'{}' does not exist", request.place.string()));
    return std::nullopt;
  }
  const bool is_folder = fs::is_directory(place, error);
  AdfProject project;
  project.folder = is_folder ? place : place.parent_path();
  if (project.folder.filename().empty()) project.folder = project.folder.parent_path(); // a trailing slash
  const std::string last = project.folder.filename().string();
  if (!is_folder && (last == "src" || last == "aie")) project.folder = project.folder.parent_path();

  const ProjectConfig config = read_config(project.folder);
  for (const fs::path& folder : request.include_folders) {
    project.include_folders.push_back(fs::absolute(folder, error).lexically_normal());
  }
  project.include_folders.insert(project.include_folders.end(), config.include_folders.begin(),
                                 config.include_folders.end());
  // Makefiles of projects name these folders with --include.
  for (const char* name : {"", "src", "aie", "kernels", "src/kernels", "aie/kernels"}) {
    const fs::path folder = *name == '\0' ? project.folder : project.folder / name;
    if (fs::is_directory(folder, error)) project.include_folders.push_back(folder);
  }
  project.defines = request.defines;
  project.defines.insert(project.defines.end(), config.defines.begin(), config.defines.end());
  project.device = config.device;

  if (is_folder) {
    const std::vector<fs::path> applications = applications_in(project.folder, project.include_folders);
    if (applications.size() != 1) {
      std::string list;
      for (const fs::path& application : applications)
        list += (list.empty() ? "" : ", ") + application.string();
      add_usage_error(diagnostics, applications.empty() ? "simulate.no-application" : "simulate.several-applications",
                      applications.empty() ? fmt::format("no file with main() that includes adf.h in '{}', its src/ or "
                                                         "its aie/",
                                                         request.place.string())
                                           : fmt::format("several files with main() that include adf.h: {}", list),
                      applications.empty() ? "name the application's file" : "name one of them instead of the folder");
      return std::nullopt;
    }
    project.application = applications.front();
  } else {
    project.application = place;
  }
  Diagnostics problems;
  if (!find_kernels(project, problems) && !project.has_computed_sources) {
    for (const Diagnostic& problem : problems.all())
      diagnostics.add(problem);
    return std::nullopt;
  }
  for (const fs::path& kernel : project.kernels) {
    const fs::path folder = kernel.parent_path();
    std::vector<fs::path>& folders = project.include_folders;
    if (std::find(folders.begin(), folders.end(), folder) == folders.end()) folders.push_back(folder);
  }
  return project;
}

} // namespace tilewright
