#include "runtime/plugin/loader.h"

#include "frontend/operator_index.h"
#include "passes/pipeline.h"
#include "runtime/driver/installation.h"
#include "runtime/plugin/plugin.h"

#include <algorithm>
#include <cstdlib>
#include <dlfcn.h>
#include <exception>
#include <fmt/format.h>
#include <fmt/ranges.h>
#include <set>
#include <sstream>

namespace tilewright {

namespace fs = std::filesystem;

namespace {

constexpr const char* entry_name = "tilewright_plugin_v1";
constexpr const char* stamp_name = "tilewright_plugin_stamp";
using Entry = void (*)(Registries&);

std::string loader_words() {
  const char* words = dlerror();
  return words != nullptr ? words : "the loader gives no reason";
}

std::string text_of(const std::array<char, 16>& text) {
  return std::string(text.begin(), std::find(text.begin(), text.end(), '\0'));
}

// "0.1.7" -> "0.1", which has to be equal until 1.0.
std::string interface_of(const std::string& version) { return version.substr(0, version.rfind('.')); }

// Why a plugin with this stamp can't be called, or an empty string.
std::string mismatch(const PluginStamp& stamp) {
  const PluginStamp own = current_stamp();
  if (stamp.mark != own.mark) return fmt::format("its '{}' is not a plugin's stamp", stamp_name);
  if (interface_of(text_of(stamp.version)) != interface_of(text_of(own.version))) {
    return fmt::format("it was built for Tilewright {}, and this is {}", escaped(text_of(stamp.version)),
                       text_of(own.version));
  }
  const auto differs = [](std::string_view what, std::int32_t theirs, std::int32_t ours) {
    return theirs == ours ? std::string()
                          : fmt::format("it was built with {} {}, and Tilewright with {}", what, theirs, ours);
  };
  for (std::string text : {differs("the compiler's ABI version", stamp.compiler, own.compiler),
                           differs("_GLIBCXX_USE_CXX11_ABI =", stamp.strings, own.strings),
                           differs("_GLIBCXX_DEBUG =", stamp.containers, own.containers),
                           differs("other headers of Tilewright, layout", stamp.layout, own.layout)}) {
    if (!text.empty()) return text;
  }
  return {};
}

// Calls the entry; what it throws becomes text before its library can be closed.
std::string call(Entry entry, Registries& registries) {
  try {
    entry(registries);
  } catch (const std::exception& error) {
    return fmt::format("{} threw an exception: {}", entry_name, escaped(error.what()));
  } catch (...) {
    return fmt::format("{} threw something that is no std::exception", entry_name);
  }
  return {};
}

// Empty when the plugin's entries are part of the context's registries.
std::string load(const fs::path& file, CompilerContext& context) {
  // With a slash in the name the loader takes this file and searches nothing.
  const std::shared_ptr<void> library(dlopen(fs::absolute(file).c_str(), RTLD_NOW | RTLD_LOCAL), [](void* handle) {
    if (handle != nullptr) dlclose(handle);
  });
  if (!library) return loader_words();
  const auto* stamp = static_cast<const PluginStamp*>(dlsym(library.get(), stamp_name));
  if (stamp == nullptr) return loader_words();
  if (std::string reason = mismatch(*stamp); !reason.empty()) return reason;
  const auto entry = reinterpret_cast<Entry>(dlsym(library.get(), entry_name));
  if (entry == nullptr) return loader_words();

  // On a copy: a plugin that fails half way leaves nothing behind.
  Registries attempt = context;
  attempt.libraries.push_back(library);
  for_each_registry(attempt, [&](auto& registry, const char*) { registry.set_plugin(file.filename().string()); });
  if (std::string reason = call(entry, attempt); !reason.empty()) return reason;
  std::vector<std::string> refused;
  for_each_registry(attempt, [&](auto& registry, const char* what) {
    registry.set_plugin({});
    for (const std::string& error : registry.errors())
      refused.push_back(fmt::format("{} {}", what, escaped(error)));
  });
  for (const std::string& error : ambiguous_operators(attempt.importers))
    refused.push_back("the importer " + escaped(error));
  const std::vector<std::string> pipeline = pipeline_with(attempt.passes);
  for (const auto& [name, entry] : attempt.passes.entries()) {
    const std::string& after = entry.definition.after;
    if (after.empty() || std::find(pipeline.begin(), pipeline.end(), name) != pipeline.end()) continue;
    refused.push_back(
        fmt::format("pass '{}' is to run behind '{}', which does not run", escaped(name), escaped(after)));
  }
  if (!refused.empty()) return fmt::format("{}", fmt::join(refused, "; "));
  static_cast<Registries&>(context) = std::move(attempt);
  return {};
}

Diagnostic problem(Severity severity, const fs::path& file, std::string reason, std::string hint) {
  return {.severity = severity,
          .kind = ProblemKind::usage,
          .code = "plugin.load",
          .reason = fmt::format("the plugin '{}' is not usable: {}", escaped(file.string()), reason),
          .hint = std::move(hint)};
}

std::vector<fs::path> plugins_in(const fs::path& folder) {
  std::vector<fs::path> files;
  std::error_code error;
  for (const auto& entry : fs::directory_iterator(folder, error)) {
    if (entry.path().extension() == ".so") files.push_back(entry.path());
  }
  std::sort(files.begin(), files.end());
  return files;
}

} // namespace

bool load_plugin(const fs::path& file, CompilerContext& context) {
  std::string reason = load(file, context);
  if (reason.empty()) return true;
  context.diagnostics.add(problem(Severity::error, file, std::move(reason), ""));
  return false;
}

std::vector<fs::path> plugin_folders() {
  std::vector<fs::path> folders;
  const char* list = std::getenv("TILEWRIGHT_PLUGINS");
  std::istringstream names(list != nullptr ? list : "");
  for (std::string name; std::getline(names, name, ':');) {
    if (!name.empty()) folders.emplace_back(name);
  }
  folders.push_back(own_installation().prefix / "lib" / "tilewright" / "plugins");
  return folders;
}

bool load_plugins(const std::vector<fs::path>& files, const std::vector<fs::path>& folders, CompilerContext& context) {
  std::set<std::string> seen;
  bool complete = true;
  for (const fs::path& file : files) {
    seen.insert(file.filename().string());
    complete = load_plugin(file, context) && complete;
  }
  for (const fs::path& folder : folders) {
    for (const fs::path& file : plugins_in(folder)) {
      if (!seen.insert(file.filename().string()).second) continue;
      std::string reason = load(file, context);
      if (reason.empty()) continue;
      context.diagnostics.add(
          problem(Severity::warning, file, std::move(reason), "repair it, or remove it from that folder"));
    }
  }
  return complete;
}

} // namespace tilewright
