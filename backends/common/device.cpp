#include "backends/common/device.h"

#include <fmt/format.h>

namespace tilewright {

void add_device(TargetRegistry& registry, std::string_view target, Device device, std::source_location where) {
  device.origin = registry.origin_of(where);
  Target* found = registry.edit(target);
  if (found == nullptr) {
    registry.refuse(fmt::format("'{}' is not registered, so the device '{}' of {} can't be added to it", target,
                                device.name, device.origin));
    return;
  }
  for (const Device& other : found->devices) {
    if (other.name != device.name) continue;
    registry.refuse(fmt::format("'{}' has two devices '{}': in {} and in {}", target, device.name,
                                other.origin.empty() ? registry.entries().find(target)->second.origin : other.origin,
                                device.origin));
    return;
  }
  found->devices.push_back(std::move(device));
}

const Device* find_device(const Target& target, std::string_view name) {
  if (name.empty()) return target.devices.empty() ? nullptr : &target.devices.front();
  for (const Device& device : target.devices) {
    if (device.name == name) return &device;
  }
  return nullptr;
}

} // namespace tilewright
