// AIE-ML: facts of the generation and of its devices.
#include "backends/common/device.h"

namespace tilewright {

namespace {

constexpr ElementType i8 = ElementType::int8;
constexpr ElementType i16 = ElementType::int16;

} // namespace

void register_aie_ml_target(TargetRegistry& registry) {
  Target target;
  target.name = "aie-ml";
  target.summary = "AMD AI Engine-ML (Versal AI Edge)";
  target.architecture = 20;                    // [headers] __AIE_ARCH__
  target.multiply_accumulates_per_cycle = 256; // [manual] AM020, int8 x int8

  target.tile_memory_bytes = 65536;    // [manual] AM020
  target.tile_banks = 4;               // [manual] AM020, as the programmer sees them
  target.tile_dma_in = 2;              // [manual] AM020, S2MM
  target.tile_dma_out = 2;             // [manual] AM020, MM2S
  target.program_memory_bytes = 16384; // [manual] AM020

  target.memory_tile_bytes = 524288; // [manual] AM020
  target.memory_tile_dma_in = 6;     // [manual] AM020
  target.memory_tile_dma_out = 6;    // [manual] AM020

  target.plio_bits = 128;  // [peer]
  target.plio_mhz = 312.5; // [peer]

  // [headers] instantiated one by one against AMD's AIE API headers of 2026.1.
  target.mmul_shapes = {
      {4, 8, 8, i8, i8, 32, true},    // also 2x8x8, 8x8x8, 1x16x8, 2x16x8, 4x16x8, 4x8x4, 4x16x4, 8x8x4
      {4, 4, 8, i16, i8, 32, true},   // also 4x8x4, 2x8x8, 8x4x8, 4x4x4, 8x4x4
      {4, 4, 8, i16, i16, 64, false}, // also 2x4x8
      {4, 4, 8, i8, i16, 32, false},  // no native mode; also 4x4x4
  };

  target.devices = {{
      .name = "vek280",
      .part = "XCVE2802",
      .platform = "xilinx_vek280_base_202520_1", // [peer]
      .clock_ghz = 1.25,                         // [manual] AMD Vitis Libraries benchmarks
      .columns = 38,                             // [manual]
      .rows = 8,                                 // [manual]
      .memory_tile_rows = 2,                     // [manual] 76 memory tiles
  }};
  registry.add(std::move(target));
}

} // namespace tilewright
