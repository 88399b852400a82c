#include "runtime/driver/files.h"

#include <cerrno>
#include <cstdlib>
#include <cstring>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

namespace tilewright {

namespace fs = std::filesystem;

std::optional<std::string> read_file(const fs::path& file) {
  std::ifstream stream(file, std::ios::binary);
  if (!stream || fs::is_directory(file)) return std::nullopt;
  std::ostringstream content;
  content << stream.rdbuf();
  return std::move(content).str();
}

std::optional<std::string> write_file(const fs::path& file, std::string_view content) {
  std::error_code error;
  if (file.has_parent_path()) fs::create_directories(file.parent_path(), error);
  if (error) return fmt::format("cannot make the folder '{}': {}", file.parent_path().string(), error.message());
  std::ofstream stream(file, std::ios::binary | std::ios::trunc);
  stream.write(content.data(), static_cast<std::streamsize>(content.size()));
  stream.close();
  if (!stream) return fmt::format("cannot write '{}': {}", file.string(), std::strerror(errno));
  return std::nullopt;
}

std::optional<std::string> write_files(const fs::path& folder, const std::map<std::string, std::string>& files) {
  for (const auto& [name, content] : files) {
    if (auto error = write_file(folder / name, content)) return error;
  }
  return std::nullopt;
}

ScopedFolder::ScopedFolder(const fs::path& parent, std::string_view prefix) {
  std::error_code error;
  fs::create_directories(parent, error);
  std::string name = (parent / fmt::format("{}XXXXXX", prefix)).string();
  if (mkdtemp(name.data()) == nullptr) return;
  path_ = name;
  // mkdtemp makes it private; what is published is as readable as any other folder.
  fs::permissions(path_, fs::perms::owner_all | fs::perms::group_read | fs::perms::group_exec | fs::perms::others_read |
                             fs::perms::others_exec,
                  error);
}

ScopedFolder::ScopedFolder(std::string_view prefix) : ScopedFolder(fs::temp_directory_path(), prefix) {}

ScopedFolder::~ScopedFolder() {
  if (path_.empty() || kept_) return;
  std::error_code error;
  fs::remove_all(path_, error);
}

std::optional<std::string> refuse_output(const fs::path& folder, bool forced) {
  std::error_code error;
  if (!fs::exists(folder, error)) return std::nullopt;
  if (!fs::is_directory(folder, error)) return fmt::format("'{}' is not a folder", folder.string());
  if (fs::is_empty(folder, error)) return std::nullopt;
  if (!forced) return fmt::format("the folder '{}' is not empty", folder.string());
  const fs::path target = fs::canonical(folder, error);
  const fs::path relative = fs::current_path(error).lexically_relative(target);
  if (!relative.empty() && *relative.begin() != "..") {
    return fmt::format("the folder '{}' holds the working folder", folder.string());
  }
  if (fs::exists(target / ".git", error)) return fmt::format("the folder '{}' is a Git repository", folder.string());
  return std::nullopt;
}

std::optional<std::string> publish(ScopedFolder& made, const fs::path& folder) {
  const fs::path parent = made.path().parent_path();
  std::error_code error;
  std::optional<ScopedFolder> old;
  if (fs::exists(folder) && !fs::is_empty(folder, error)) {
    old.emplace(parent, ".tilewright-old-");
    fs::rename(folder, old->path() / "replaced", error);
    if (error) return fmt::format("cannot replace '{}': {}", folder.string(), error.message());
  }
  fs::rename(made.path(), folder, error);
  if (error) {
    const std::string reason = error.message();
    if (old) fs::rename(old->path() / "replaced", folder, error);
    return fmt::format("cannot make '{}': {}", folder.string(), reason);
  }
  made.keep();
  return std::nullopt;
}

} // namespace tilewright
