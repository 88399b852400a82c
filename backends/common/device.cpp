#include "backends/common/device.h"

namespace tilewright {

const Device* find_device(const Target& target, std::string_view name) {
  if (name.empty()) return target.devices.empty() ? nullptr : &target.devices.front();
  for (const Device& device : target.devices) {
    if (device.name == name) return &device;
  }
  return nullptr;
}

} // namespace tilewright
