// The right version, but headers whose structs have another size.
#include "runtime/plugin/stamp.h"

namespace {

constexpr tilewright::PluginStamp other_stamp() {
  tilewright::PluginStamp stamp = tilewright::current_stamp();
  ++stamp.layout;
  return stamp;
}

} // namespace

extern "C" [[gnu::visibility("default")]] const tilewright::PluginStamp tilewright_plugin_stamp = other_stamp();
extern "C" [[gnu::visibility("default")]] void tilewright_plugin_v1(tilewright::Registries&) { __builtin_trap(); }
