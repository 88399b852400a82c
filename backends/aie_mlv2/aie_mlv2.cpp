// AIE-MLv2: facts of the generation and of its devices.
#include "backends/common/device.h"

namespace tilewright {

namespace {

constexpr ElementType i8 = ElementType::int8;
constexpr ElementType i16 = ElementType::int16;

} // namespace

void register_aie_mlv2_target(TargetRegistry& registry) {
  Target target;
  target.name = "aie-mlv2";
  target.summary = "AMD AI Engine-ML v2 (Versal AI Edge Series Gen 2)";
  target.architecture = 22;                    // [headers] __AIE_ARCH__; 21 is another machine
  target.multiply_accumulates_per_cycle = 512; // [manual] AM027, int8 x int8

  target.tile_memory_bytes = 65536;    // [manual] AM027
  target.tile_banks = 4;               // [manual] AM027
  target.lookup_bytes = 32;            // [guide] UG1603, parallel lookup tables
  target.tile_dma_in = 2;              // [manual] AM027, S2MM
  target.tile_dma_out = 2;             // [manual] AM027, MM2S
  target.program_memory_bytes = 16384; // [manual] AM027

  target.memory_tile_bytes = 524288; // [manual] AM027
  target.memory_tile_dma_in = 6;     // [manual] AM027
  target.memory_tile_dma_out = 6;    // [manual] AM027
  target.memory_tile_descriptors = 24; // [manual] AM027, 48 of which even and odd channels see one half each
  target.memory_tile_descriptor_words = 1 << 17; // [headers] mlir-aie, 17 bits
  target.memory_tile_dimensions = 4;   // [manual] AM027
  target.tile_descriptor_words = 1 << 14; // [headers] mlir-aie, 14 bits

  target.streams_north = 6;     // [manual] AM027
  target.streams_south = 4;     // [manual] AM027
  target.streams_sideways = 4;  // [manual] AM027
  target.plio_channels_in = 8;  // [manual] AM027
  target.plio_channels_out = 6; // [manual] AM027

  // Latencies are AIE-ML's where nothing is known (?). [schedule] is the open compiler's itinerary of the generation; see docs/cycle_model.md.
  target.timing = {
      .load_ports = 2,            // [manual] AM027
      .load_bytes = 64,           // [manual] AM027
      .store_bytes = 64,          // [manual] AM027
      .vector_bytes = 64,         // [manual] AM027
      .cascade_bytes = 64,        // [manual] AM027
      .accumulator_bytes = 256,   // [schedule] on a register dm
      .narrowing_lanes = 64,      // ? twice AIE-ML, as its accumulator lanes
      .wide_narrowing_lanes = 32, // ?
      .accumulator_bits = 5 * 2048, // [schedule] registers dm0 to dm4
      .load_latency = 7,          // ?
      .multiply_latency = 5,      // ?
      .accumulate_latency = 2,    // ?
      .narrowing_latency = 4,     // ?
      .vector_latency = 2,        // ?
      .cascade_latency = 7,       // ?
      .loop_setup = 5,            // ? three registers to set, and the distance to the loop's end
      .branch = 6,                // ?
      .lock = 6,                  // ? [schedule] holds the semaphore for cycles 1 to 5
      .stream_bytes = 8,          // [manual] AM027, 64 bits
      .switch_latency = 4,        // [manual] AM027, 2 cycles a port
      .dma_latency = 12,          // ? lock, descriptor, and a memory access of 5 cycles
  };

  target.plio_bits = 128;  // [peer]
  target.plio_mhz = 312.5; // [peer]

  // [headers] instantiated one by one against AMD's AIE API headers of 2026.1.
  target.mmul_shapes = {
      {8, 8, 8, i8, i8, 32, 1},    // also 4x8x8 (half filled), 2x8x8, 4x16x8
      {4, 4, 8, i16, i8, 64, 1},  // sums in 64 bits under either tag; also 8x2x8, 8x4x8, 4x8x8
      {4, 4, 8, i16, i16, 64, 1}, // also 2x4x8 with 64 bits; 4x4x8 is native with 32
      {8, 8, 8, i8, i8, 32, 1, 0, 4}, // int8 x int4; also 4x16x16
      // int8 x int16 is left out: 4x4x8 sums in 64 bits under a 32-bit tag, 8x2x8 reads less than a 32-bit word a row.
  };

  target.devices = {{
      .name = "vek385",
      .part = "XC2VE3858",
      .platform = "vek385_base", // [peer]
      .clock_ghz = 1.05,         // [manual] AMD Vitis Libraries benchmarks
      .columns = 36,             // [manual]
      .rows = 4,                 // [manual]
      .memory_tile_rows = 1,     // ? 1 or 2: the smaller number is safe
  }};
  registry.add(std::move(target));
}

} // namespace tilewright
