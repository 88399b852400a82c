// A pass that would never run.
#include "runtime/plugin/plugin.h"

void tilewright_plugin_v1(tilewright::Registries& registries) {
  registries.passes.add({.name = "lost",
                         .summary = "does nothing",
                         .run = [](tilewright::Graph&, tilewright::PassContext&) { return tilewright::Changed::no; },
                         .after = "a_pass_of_another_plugin"});
}
