// What has to be compiled to run an ADF project: the application, its kernels and where their headers lie. Works on
// projects that were written for AMD's tools as they are.
#pragma once

#include "ir/diagnostics.h"

#include <filesystem>
#include <optional>
#include <string>
#include <vector>

namespace tilewright {

struct AdfProjectRequest {
  std::filesystem::path place; // a folder, or the application's own file
  std::vector<std::filesystem::path> include_folders;
  std::vector<std::string> defines;
};

struct AdfProject {
  std::filesystem::path folder;               // the project's: where it runs, and where its "data/..." paths begin
  std::filesystem::path application;          // the one file with `main` that includes adf.h
  std::vector<std::filesystem::path> kernels; // named by source(), in the order of their first mention
  // Named by source(), too, and in an #include of the application's files; whether the preprocessor gets there, only a
  // build can tell.
  std::vector<std::filesystem::path> included_kernels;
  bool has_computed_sources = false; // source(k) = an expression: only the program itself can tell which
  std::vector<std::filesystem::path> include_folders;
  std::vector<std::filesystem::path> header_folders; // of the files that the application includes
  std::vector<std::string> defines;
  std::string device; // what aie.cfg says of it: its `part` or `platform`; empty when it says nothing
};

// Looks in the folder, in src/ and in aie/. None or several applications are problems of usage, several with the list.
std::optional<AdfProject> find_adf_project(const AdfProjectRequest& request, Diagnostics& diagnostics);

// Where AMD's tools look for a kernel's source: beside the application, in the include folders, and in the folder that
// they are started in, which names like "src/kernels/add.cc" tell to be one or two above. What is in none of these may
// still lie beside a header.
std::optional<std::filesystem::path> find_kernel_source(const std::string& name, const AdfProject& project);

// The string literals assigned to `source(...)` in C++ text without comments.
std::vector<std::string> kernel_sources_named(std::string_view text);

} // namespace tilewright
