// The proof: the emitted project runs in the host emulator, and everything that passes a layer boundary is compared
// with the reference executor, bit for bit; then the outputs are held against what the user expects.
#pragma once

#include "runtime/driver/compile_model.h"
#include "runtime/driver/host_build.h"

#include <cstdint>
#include <functional>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tilewright {

// One output of the graph, over all data sets.
struct OutputReport {
  std::string name;
  Shape shape;                                     // of the graph
  std::int64_t elements = 0;                       // compared
  std::int64_t emulator_mismatches = 0;            // emulator against reference
  std::optional<std::int64_t> expected_mismatches; // reference against the expected output, where one is given
  double max_difference = 0; // of the latter, in units of the output (runtime/driver/comparison.h)
};

struct VerifyReport {
  std::vector<OutputReport> outputs;
  std::int64_t tensors_compared = 0; // layer boundaries, over all data sets
  std::int64_t values_compared = 0;  // elements in them
  double build_seconds = 0;
  double simulate_seconds = 0;
};

struct VerifyOptions {
  Installation installation;
  BuildCache cache;
  int jobs = 1;
  std::function<void(std::string_view step)> progress;
};

// Builds once and runs every data set; `data` may be empty, then random inputs are used. `reference` is that of the
// first set. Differences are diagnostics of kind `numbers`. nullopt when the proof could not be made.
std::optional<VerifyReport> verify_model(const CompiledModel& compiled, std::span<const DataSet> data,
                                         const ExecutionResult& reference, const VerifyOptions& options,
                                         Diagnostics& diagnostics);

} // namespace tilewright
