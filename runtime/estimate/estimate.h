// How long a Design takes: an estimate, from the instructions of its kernels and the rates of what connects them. Cycles are
// the array's. docs/cycle_model.md has the model, its constants and how far to trust it.
#pragma once

#include "backends/common/design.h"
#include "backends/common/device.h"
#include "backends/common/kernel_work.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tilewright {

struct LayerEstimate {
  std::string name;   // of the model's node
  std::string op;
  int tiles = 0;
  std::int64_t cycles = 0; // its slowest tile or stream is busy for this long, for one inference
  std::string bound;       // what it is busy with: a slot of the kernel, "ramp", "call", "input stream", "output stream"
  // Of one call (one iteration).
  KernelCycles kernel; // of the slowest tile
  std::int64_t input_cycles = 0;  // of the stream that fills its largest input buffer
  std::int64_t output_cycles = 0;
  std::int64_t multiply_accumulates = 0; // of the model
};

struct Estimate {
  double clock_ghz = 0;
  std::int64_t first_output_cycles = 0; // until the first iteration's last result has left the array
  std::int64_t interval_cycles = 0;     // from one inference to the next
  std::int64_t multiply_accumulates = 0; // of one inference
  int tiles = 0;
  int memory_tiles = 0;
  double tops = 0;
  double peak_fraction = 0;       // of the device
  double tiles_peak_fraction = 0; // of the tiles used
  std::string bound; // the process that sets the interval
  std::vector<LayerEstimate> layers;
};

Estimate estimate(const Design& design, const Target& target, const Device& device);

} // namespace tilewright
