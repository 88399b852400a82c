// Files and folders of the host. Functions report failures as a sentence; none of them prints.
#pragma once

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <string_view>

namespace tilewright {

// The whole file; nullopt when it can't be read.
std::optional<std::string> read_file(const std::filesystem::path& file);

// Writes the file and the folders above it. The error, if any.
std::optional<std::string> write_file(const std::filesystem::path& file, std::string_view content);

// Path below a folder -> content.
std::optional<std::string> write_files(const std::filesystem::path& folder,
                                       const std::map<std::string, std::string>& files);

// A new empty folder, removed with everything in it at the end unless `keep` was called.
class ScopedFolder {
public:
  // `<parent>/<prefix>XXXXXX`. `path()` is empty when it could not be made.
  ScopedFolder(const std::filesystem::path& parent, std::string_view prefix);
  // In the system's folder for temporary files.
  explicit ScopedFolder(std::string_view prefix);
  ScopedFolder(const ScopedFolder&) = delete;
  ScopedFolder& operator=(const ScopedFolder&) = delete;
  ~ScopedFolder();
  const std::filesystem::path& path() const { return path_; }
  void keep() { kept_ = true; }

private:
  std::filesystem::path path_;
  bool kept_ = false;
};

// Why `folder` may not become the output, if it may not: it is a file, or not empty and not `forced`. A folder that
// holds the working folder or a Git repository is refused even when forced.
std::optional<std::string> refuse_output(const std::filesystem::path& folder, bool forced);

// Makes `made` (a sibling of `folder`) take the place of `folder`; the old content is removed. The error, if any.
std::optional<std::string> publish(ScopedFolder& made, const std::filesystem::path& folder);

} // namespace tilewright
