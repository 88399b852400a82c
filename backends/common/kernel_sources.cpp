#include "backends/common/kernel_sources.h"

namespace tilewright {

namespace {

void add_with_includes(const KernelSourceRegistry& registry, const std::string& name, std::set<std::string>& files) {
  const KernelSource* source = registry.find(name);
  if (!source || !files.insert(name).second) return;
  constexpr std::string_view directive = "#include \"";
  for (std::size_t at = source->text.find(directive); at != std::string::npos; at = source->text.find(directive, at)) {
    at += directive.size();
    const std::size_t end = source->text.find('"', at);
    if (end == std::string::npos) return;
    add_with_includes(registry, source->text.substr(at, end - at), files);
  }
}

} // namespace

std::set<std::string> files_of_kernel(const KernelSourceRegistry& registry, const std::string& kernel) {
  std::set<std::string> files;
  add_with_includes(registry, kernel + ".cpp", files);
  add_with_includes(registry, kernel + "_graph.h", files);
  return files;
}

} // namespace tilewright
