// The project's own files, for tests that hold its structure.
#pragma once

#include <filesystem>
#include <string>
#include <vector>

namespace tilewright::testing {

// The root of the source tree.
std::filesystem::path source_root();
// The build tree, where bin/tilewright is.
std::filesystem::path build_root();

// Files below the root's `folders` (all of the project's for an empty list) whose names end with one of `endings`,
// relative to the root, sorted. Build trees and hidden folders are left out.
std::vector<std::filesystem::path> project_files(const std::vector<std::string>& folders,
                                                 const std::vector<std::string>& endings);

// Content of a file of the project.
std::string content_of(const std::filesystem::path& relative);

} // namespace tilewright::testing
