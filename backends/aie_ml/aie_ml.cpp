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
  target.lookup_bytes = 16;            // [guide] UG1603, parallel lookup tables
  target.tile_dma_in = 2;              // [manual] AM020, S2MM
  target.tile_dma_out = 2;             // [manual] AM020, MM2S
  target.program_memory_bytes = 16384; // [manual] AM020

  target.memory_tile_bytes = 524288; // [manual] AM020
  target.memory_tile_dma_in = 6;     // [manual] AM020
  target.memory_tile_dma_out = 6;    // [manual] AM020
  target.memory_tile_descriptors = 24; // [manual] AM020, 48 of which even and odd channels see one half each
  target.memory_tile_descriptor_words = 1 << 17; // [headers] mlir-aie, 17 bits
  target.memory_tile_dimensions = 4;   // [manual] AM020
  target.tile_descriptor_words = 1 << 14; // [headers] mlir-aie, 14 bits

  target.streams_north = 6;     // [manual] AM020
  target.streams_south = 4;     // [manual] AM020
  target.streams_sideways = 4;  // [manual] AM020
  target.plio_channels_in = 8;  // [manual] AM020
  target.plio_channels_out = 6; // [manual] AM020

  // [schedule] is the open compiler's itinerary of the generation; see docs/cycle_model.md.
  target.timing = {
      .load_ports = 2,            // [manual] AM020
      .load_bytes = 32,           // [manual] AM020
      .store_bytes = 32,          // [manual] AM020
      .vector_bytes = 64,         // [manual] AM020, 512-bit vector registers
      .cascade_bytes = 64,        // [manual] AM020
      .accumulator_bytes = 128,   // [schedule] VACC on a register cm
      .narrowing_lanes = 32,      // [manual] AM020
      .wide_narrowing_lanes = 16, // [manual] AM020
      .accumulator_bits = 9 * 1024, // [schedule] registers cm0 to cm8
      .load_latency = 7,          // [schedule] VLDA, VLDB
      .multiply_latency = 5,      // [schedule] VMAC, result
      .accumulate_latency = 2,    // [schedule] VMAC, accumulator read in cycle 3, written in cycle 5
      .narrowing_latency = 4,     // [schedule] VSRS
      .vector_latency = 2,        // [schedule] VMAX_LT, VSHUFFLE, VMOV
      .cascade_latency = 7,       // [schedule] cascade read
      .loop_setup = 5,            // ? three registers to set, and the distance to the loop's end
      .branch = 6,                // [schedule] five delay slots behind a jump
      .lock = 6,                  // ? [schedule] holds the semaphore for cycles 1 to 5
      .stream_bytes = 4,          // [manual] AM020, 32 bits
      .switch_latency = 4,        // [manual] AM020, 2 cycles a port
      .dma_latency = 12,          // ? lock, descriptor, and a memory access of 5 cycles
  };

  target.plio_bits = 128;  // [peer]
  target.plio_mhz = 312.5; // [peer]

  // [headers] instantiated one by one against AMD's AIE API headers of 2026.1.
  target.mmul_shapes = {
      {4, 8, 8, i8, i8, 32, 1},    // also 2x8x8, 8x8x8, 1x16x8, 2x16x8, 4x16x8, 4x8x4, 4x16x4, 8x8x4
      {4, 4, 8, i16, i8, 32, 1},   // also 4x8x4, 2x8x8, 8x4x8, 4x4x4, 8x4x4
      {4, 4, 8, i16, i16, 64, 2}, // also 2x4x8
      {4, 4, 8, i8, i16, 32, 2, 64}, // no native mode; also 4x4x4
      {4, 16, 8, i8, i8, 32, 1, 0, 4, 2}, // int8 x int4; also 8x16x8, 4x32x8
  };

  target.devices = {{
      .name = "vek280",
      .part = "XCVE2802",
      .platform = "xilinx_vek280_base_202520_1", // [peer]
      .clock_ghz = 1.25,                         // [manual] AMD Vitis Libraries benchmarks
      .columns = 38,                             // [manual]
      .rows = 8,                                 // [manual]
      .memory_tile_rows = 2,                     // [manual] 76 memory tiles
      .pl_columns = 28,                          // [manual] of the 38
  }};
  registry.add(std::move(target));
}

} // namespace tilewright
