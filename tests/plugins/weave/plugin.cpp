// A backend for an array that nobody builds: the Weave has 6 x 6 tiles of 96 KiB on one bus, and multiplies blocks of
// 16 x 4 by 4 x 16. It shares the frontend, the passes, the reference and the verification with the others.
#include "weave_backend.h"

#include "runtime/plugin/plugin.h"

namespace weave {

namespace {

using namespace tilewright;

Target target() {
  Target target;
  target.name = "weave";
  target.summary = "an imaginary array on one bus";
  target.backend = "weave";
  target.multiply_accumulates_per_cycle = block_rows * block_inner * block_columns;
  target.tile_memory_bytes = 96 * 1024;
  target.tile_banks = 1;
  target.plio_bits = 64;
  target.mmul_shapes = {{block_rows, block_inner, block_columns, ElementType::int16, ElementType::int16, 64, true}};
  target.devices = {{.name = "weave36", .clock_ghz = 0.5, .columns = 6, .rows = 6}};
  return target;
}

} // namespace

} // namespace weave

void tilewright_plugin_v1(tilewright::Registries& registries) {
  registries.targets.add(weave::target());
  registries.backends.add(
      {.name = "weave", .summary = "the Weave, programmed as one C++ program", .map = weave::map, .emit = weave::emit});
  tilewright::register_plugin_kernels(registries.kernels);
}
