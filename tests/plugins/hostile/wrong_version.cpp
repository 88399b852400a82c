// Built for another version: its own stamp takes the place of the header's.
#include "runtime/plugin/stamp.h"

namespace {

constexpr tilewright::PluginStamp stamp_of_tomorrow() {
  tilewright::PluginStamp stamp = tilewright::current_stamp();
  stamp.version = {'9', '.', '9', '.', '0'};
  return stamp;
}

} // namespace

extern "C" [[gnu::visibility("default")]] const tilewright::PluginStamp tilewright_plugin_stamp = stamp_of_tomorrow();
extern "C" [[gnu::visibility("default")]] void tilewright_plugin_v1(tilewright::Registries&) { __builtin_trap(); }
