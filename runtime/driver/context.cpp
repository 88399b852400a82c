#include "runtime/driver/context.h"

#include <fmt/format.h>
#include <fmt/ranges.h>

namespace tilewright {

namespace {

template <class Definition>
void add_duplicates(const Registry<Definition>& registry, std::string_view what, Diagnostics& diagnostics) {
  for (const std::string& error : registry.errors()) {
    diagnostics.add({.kind = ProblemKind::internal,
                     .code = "registry.duplicate",
                     .reason = fmt::format("{} {}", what, error),
                     .hint = "rename one of them"});
  }
}

template <class Definition> std::string names_of(const Registry<Definition>& registry) {
  std::vector<std::string> names;
  for (const auto& entry : registry.entries())
    names.push_back(entry.first);
  return fmt::format("{}", fmt::join(names, ", "));
}

std::string names_of(const std::vector<Device>& devices) {
  std::vector<std::string> names;
  for (const Device& device : devices)
    names.push_back(device.name);
  return fmt::format("{}", fmt::join(names, ", "));
}

} // namespace

bool load_builtins(CompilerContext& context) {
  register_all_ops(context.ops);
  register_all_importers(context.importers);
  register_all_exporters(context.exporters);
  register_all_passes(context.passes);
  register_all_lowerings(context.lowerings);
  register_all_targets(context.targets);
  register_all_backends(context.backends);
  register_all_kernel_sources(context.kernels);
  return report_duplicates(context);
}

bool report_duplicates(CompilerContext& context) {
  const std::size_t before = context.diagnostics.error_count();
  for_each_registry(
      context, [&](const auto& registry, const char* what) { add_duplicates(registry, what, context.diagnostics); });
  return context.diagnostics.error_count() == before;
}

std::optional<TargetChoice> choose_target(const std::string& target, const std::string& device,
                                          CompilerContext& context) {
  const std::string name = target.empty() ? default_target : target;
  TargetChoice choice;
  choice.target = context.targets.find(name);
  if (choice.target == nullptr) {
    context.diagnostics.add({.kind = ProblemKind::usage,
                             .code = "usage.target",
                             .reason = fmt::format("there is no target '{}'", name),
                             .expected = names_of(context.targets)});
    return std::nullopt;
  }
  choice.device = find_device(*choice.target, device);
  if (choice.device == nullptr) {
    context.diagnostics.add({.kind = ProblemKind::usage,
                             .code = "usage.device",
                             .reason = fmt::format("the target '{}' has no device '{}'", name, device),
                             .expected = names_of(choice.target->devices)});
    return std::nullopt;
  }
  choice.backend = context.backends.find(choice.target->backend);
  if (choice.backend == nullptr) {
    context.diagnostics.add({.kind = ProblemKind::usage,
                             .code = "usage.backend",
                             .reason = fmt::format("the target '{}' needs the backend '{}', which is not there", name,
                                                   choice.target->backend),
                             .expected = names_of(context.backends)});
    return std::nullopt;
  }
  return choice;
}

} // namespace tilewright
