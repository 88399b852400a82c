// A device of each generation that is smaller than those the tree knows: an imaginary part, for tests.
#include "runtime/plugin/plugin.h"

void tilewright_plugin_v1(tilewright::Registries& registries) {
  for (const char* target : {"aie-ml", "aie-mlv2"}) {
    tilewright::add_device(registries.targets, target,
                           {.name = "small",
                            .part = "",
                            .platform = "",
                            .clock_ghz = 1.0,
                            .columns = 12,
                            .rows = 4,
                            .memory_tile_rows = 1});
  }
}
