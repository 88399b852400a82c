#include "runtime/plugin/plugin.h"

#include <stdexcept>

void tilewright_plugin_v1(tilewright::Registries&) { throw std::runtime_error("there is no licence"); }
