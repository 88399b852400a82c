#include "runtime/estimate/simulation.h"

#include <algorithm>
#include <array>

namespace tilewright {

namespace {

// The interval is measured over the second half of these.
constexpr int iterations = 128;
constexpr int halves = 2;

// Every process behind those that fill what it reads.
std::vector<std::size_t> topological_order(const Pipeline& pipeline) {
  std::vector<std::vector<std::size_t>> readers(static_cast<std::size_t>(pipeline.buffers));
  std::vector<int> writers(static_cast<std::size_t>(pipeline.buffers), 0);
  std::vector<std::size_t> waits(pipeline.processes.size(), 0);
  for (std::size_t i = 0; i < pipeline.processes.size(); ++i) {
    for (const BufferAccess& access : pipeline.processes[i].reads) {
      readers[static_cast<std::size_t>(access.buffer)].push_back(i);
      ++waits[i];
    }
    for (const BufferAccess& access : pipeline.processes[i].writes) ++writers[static_cast<std::size_t>(access.buffer)];
  }
  for (std::size_t buffer = 0; buffer < readers.size(); ++buffer) {
    if (writers[buffer] > 0) continue;
    for (const std::size_t reader : readers[buffer]) --waits[reader]; // always full
  }
  std::vector<std::size_t> order;
  for (std::size_t i = 0; i < waits.size(); ++i) {
    if (waits[i] == 0) order.push_back(i);
  }
  for (std::size_t next = 0; next < order.size(); ++next) {
    for (const BufferAccess& access : pipeline.processes[order[next]].writes) {
      const auto buffer = static_cast<std::size_t>(access.buffer);
      if (--writers[buffer] > 0) continue;
      for (const std::size_t reader : readers[buffer]) {
        if (--waits[reader] == 0) order.push_back(reader);
      }
    }
  }
  return order;
}

struct BufferTimes {
  std::int64_t full = 0;                        // in the current iteration
  std::array<std::int64_t, halves> released{}; // by half, when its last reader was done
};

} // namespace

PipelineTimes simulate(const Pipeline& pipeline) {
  const std::vector<std::size_t> order = topological_order(pipeline);
  std::vector<BufferTimes> buffers(static_cast<std::size_t>(pipeline.buffers));
  std::vector<std::int64_t> done(pipeline.processes.size(), 0);
  PipelineTimes result;
  std::int64_t middle = 0;
  std::int64_t end = 0;
  for (int iteration = 0; iteration < iterations; ++iteration) {
    const auto half = static_cast<std::size_t>(iteration % halves);
    for (BufferTimes& buffer : buffers) buffer.full = 0;
    // What the half's readers in this iteration release; the old times are still needed by its writers.
    std::vector<std::int64_t> released(buffers.size(), 0);
    for (const std::size_t i : order) {
      const Process& process = pipeline.processes[i];
      std::int64_t start = done[i];
      for (const BufferAccess& access : process.reads) {
        start = std::max(start, buffers[static_cast<std::size_t>(access.buffer)].full - access.offset);
      }
      for (const BufferAccess& access : process.writes) {
        start = std::max(start, buffers[static_cast<std::size_t>(access.buffer)].released[half] - access.offset);
      }
      done[i] = start + process.occupancy;
      for (const BufferAccess& access : process.reads) {
        std::int64_t& time = released[static_cast<std::size_t>(access.buffer)];
        time = std::max(time, done[i] + access.offset);
      }
      for (const BufferAccess& access : process.writes) {
        std::int64_t& full = buffers[static_cast<std::size_t>(access.buffer)].full;
        full = std::max(full, done[i] + access.offset + process.latency);
      }
      end = std::max(end, done[i] + process.latency);
    }
    for (std::size_t buffer = 0; buffer < buffers.size(); ++buffer) buffers[buffer].released[half] = released[buffer];
    if (iteration == 0) result.first = end;
    if (iteration == iterations / 2 - 1) middle = end;
  }
  constexpr std::int64_t measured = iterations / 2;
  result.interval = (end - middle + measured - 1) / measured;
  for (const Process& process : pipeline.processes) result.stalls.push_back(result.interval - process.occupancy);
  return result;
}

} // namespace tilewright
