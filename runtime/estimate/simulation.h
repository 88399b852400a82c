// A pipeline of processes and double buffers, iteration by iteration.
//
// A process runs once in an iteration, after itself in the one before. It starts when every buffer that it reads is full and
// every buffer that it writes has a free half, holds its halves for `occupancy` cycles, and what it wrote can be read
// `latency` cycles after that. This is all there is, so the times are exact for the model: a system of maxima and sums.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace tilewright {

// `offset`: cycles after the process's start at which this access begins (the tiles of a cascade start one after another).
struct BufferAccess {
  int buffer = 0;
  std::int64_t offset = 0;
};

struct Process {
  std::string name;
  std::int64_t occupancy = 0;
  std::int64_t latency = 0;
  std::vector<BufferAccess> reads;
  std::vector<BufferAccess> writes;
};

struct Pipeline {
  int buffers = 0; // each with two halves
  std::vector<Process> processes;
};

struct PipelineTimes {
  std::int64_t first = 0;    // when the last process has finished the first iteration
  std::int64_t interval = 0; // from one iteration's end to the next one's, in the long run
  std::vector<std::int64_t> stalls; // by process: cycles of an interval in which it waits for others
};

// Processes may stand in any order; a buffer must not, through processes, depend on itself.
PipelineTimes simulate(const Pipeline& pipeline);

} // namespace tilewright
