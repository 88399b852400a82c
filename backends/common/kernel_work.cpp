#include "backends/common/kernel_work.h"

#include <algorithm>
#include <array>
#include <utility>

namespace tilewright {

namespace {

std::int64_t divided_up(std::int64_t value, std::int64_t unit) { return (value + unit - 1) / unit; }

struct SlotTime {
  std::int64_t cycles = 0;
  const char* name = "";
};

SlotTime slowest_slot(const Instructions& i, const Timing& timing) {
  const std::array<SlotTime, 8> slots{{{i.multiplies, "multiply"},
                                       {divided_up(i.loads, timing.load_ports), "load"},
                                       {i.stores, "store"},
                                       {i.narrowings, "shift-round-saturate"},
                                       {i.vector_alu, "vector ALU"},
                                       {i.shuffles, "shuffle"},
                                       {i.cascade_reads, "cascade read"},
                                       {i.cascade_writes, "cascade write"}}};
  return *std::ranges::max_element(slots, {}, &SlotTime::cycles);
}

} // namespace

Instructions& Instructions::operator+=(const Instructions& other) {
  loads += other.loads;
  stores += other.stores;
  multiplies += other.multiplies;
  vector_alu += other.vector_alu;
  narrowings += other.narrowings;
  shuffles += other.shuffles;
  cascade_reads += other.cascade_reads;
  cascade_writes += other.cascade_writes;
  return *this;
}

Instructions operator*(std::int64_t count, const Instructions& a) {
  return {count * a.loads,      count * a.stores,   count * a.multiplies,    count * a.vector_alu,
          count * a.narrowings, count * a.shuffles, count * a.cascade_reads, count * a.cascade_writes};
}

std::int64_t issue_cycles(const Instructions& instructions, const Timing& timing) {
  return slowest_slot(instructions, timing).cycles;
}

std::int64_t depth(const Instructions& i, const Timing& timing) {
  std::int64_t cycles = 0;
  if (i.loads > 0 || i.cascade_reads > 0) {
    cycles += std::max(i.loads > 0 ? timing.load_latency : 0, i.cascade_reads > 0 ? timing.cascade_latency : 0);
  }
  if (i.shuffles > 0) cycles += timing.vector_latency;
  if (i.multiplies > 0) cycles += timing.multiply_latency;
  if (i.narrowings > 0) cycles += timing.narrowing_latency;
  if (i.vector_alu > 0) cycles += timing.vector_latency;
  return cycles;
}

KernelCycles kernel_cycles(const KernelWork& work, const Timing& timing) {
  KernelCycles result;
  result.call = 2 * timing.branch + 2 * work.locks * timing.lock;
  result.straight = issue_cycles(work.straight, timing) + depth(work.straight, timing);
  result.issued = work.straight;
  result.bound = slowest_slot(work.straight, timing).name;
  result.first_result = result.straight;
  std::int64_t longest = result.straight;
  for (const LoopWork& loop : work.loops) {
    const SlotTime slowest = slowest_slot(loop.body, timing);
    const bool recurs = loop.recurrence > slowest.cycles;
    const std::int64_t interval = std::max(slowest.cycles, loop.recurrence);
    const std::int64_t steady = loop.entries * loop.iterations * interval;
    const std::int64_t once = depth(loop.body, timing);
    const std::int64_t ramp = loop.pipelined ? loop.entries * (timing.loop_setup + once)
                                             : loop.entries * loop.iterations * (timing.branch + once);
    result.steady += steady;
    result.ramp += ramp;
    result.issued += loop.entries * loop.iterations * loop.body;
    // The first group of results has passed the loops inside once and the loop itself for one iteration.
    const bool inner = loop.entries > 1;
    result.first_result += inner ? (steady + ramp) / loop.entries : interval + timing.loop_setup + once;
    if (steady + ramp > longest) {
      longest = steady + ramp;
      result.bound = ramp > steady ? "ramp" : recurs ? "recurrence" : slowest.name;
    }
  }
  result.total = result.call + result.straight + result.ramp + result.steady;
  return result;
}

std::int64_t program_bytes(const KernelWork& work, const Timing& timing) {
  constexpr std::int64_t instruction = 16; // the longest form
  constexpr std::int64_t frame = 2048;     // start-up, main, locks
  std::int64_t bytes = frame + instruction * (issue_cycles(work.straight, timing) + depth(work.straight, timing));
  for (const LoopWork& loop : work.loops) {
    const std::int64_t body = issue_cycles(loop.body, timing) + (loop.pipelined ? 0 : depth(loop.body, timing));
    bytes += instruction * (loop.pipelined ? 3 * body + depth(loop.body, timing) : body);
  }
  return bytes;
}

std::int64_t loads_of(std::int64_t bytes, const Timing& timing) { return divided_up(bytes, timing.load_bytes); }
std::int64_t stores_of(std::int64_t bytes, const Timing& timing) { return divided_up(bytes, timing.store_bytes); }
std::int64_t vector_instructions_of(std::int64_t bytes, const Timing& timing) {
  return divided_up(bytes, timing.vector_bytes);
}
std::int64_t placing_work(std::int64_t bytes, const Timing& timing) { return bytes < timing.vector_bytes ? 1 : 0; }
std::int64_t cascade_words_of(std::int64_t bytes, const Timing& timing) {
  return divided_up(bytes, timing.cascade_bytes);
}

} // namespace tilewright
