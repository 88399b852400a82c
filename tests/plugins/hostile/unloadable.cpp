#include "runtime/plugin/plugin.h"

void gone();

void tilewright_plugin_v1(tilewright::Registries&) { gone(); }
