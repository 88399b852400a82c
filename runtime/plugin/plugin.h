// What a plugin includes. It is a shared library that defines the one function declared below, which adds to the
// compiler's registries with the same functions that the tree itself uses:
//
//   void tilewright_plugin_v1(tilewright::Registries& registries) { registries.ops.add(...); }
//
// The registries already hold what is built in and what earlier plugins added. A name that is taken, or an exception,
// makes the whole plugin fail: then nothing of it is kept. docs/write_a_plugin.md shows all of it.
#pragma once

#include "runtime/plugin/registries.h"
#include "runtime/plugin/stamp.h"

namespace tilewright {

// Adds the files that tilewright_add_plugin(KERNELS ...) was given; its build writes this function.
void register_plugin_kernels(KernelSourceRegistry& registry);

} // namespace tilewright

extern "C" {

// The number changes when what is handed over does. Visible, whatever the plugin hides.
[[gnu::visibility("default")]] void tilewright_plugin_v1(tilewright::Registries& registries);

} // extern "C"

// The stamp comes with the header. Weak, so that several files of a plugin may include it; not `inline`, which would
// make it one object for all plugins of a process.
extern "C" [[gnu::weak, gnu::visibility("default")]] const tilewright::PluginStamp tilewright_plugin_stamp =
    tilewright::current_stamp();
