// What a kernel issues in one call, instruction slot by instruction slot, and how many cycles that takes. A closed
// form: the search asks it for every candidate, and the estimate reads it from the Design. docs/cycle_model.md explains
// it.
#pragma once

#include "backends/common/device.h"

#include <cstdint>
#include <string>
#include <vector>

namespace tilewright {

// Instructions by slot. A slot issues one a cycle, the load slot one a port.
struct Instructions {
  std::int64_t loads = 0;
  std::int64_t stores = 0;
  std::int64_t multiplies = 0; // also additions of accumulators
  std::int64_t vector_alu = 0;
  std::int64_t narrowings = 0; // shift, round, saturate
  std::int64_t shuffles = 0;   // also moves between registers
  std::int64_t cascade_reads = 0;
  std::int64_t cascade_writes = 0;

  Instructions& operator+=(const Instructions& other);
  friend Instructions operator+(Instructions a, const Instructions& b) { return a += b; }
  friend Instructions operator*(std::int64_t count, const Instructions& a);
  friend bool operator==(const Instructions&, const Instructions&) = default;
};

struct LoopWork {
  std::string name;
  std::int64_t entries = 1;    // in one call
  std::int64_t iterations = 1; // of one entry
  Instructions body;           // of one iteration, without the loops inside
  std::int64_t recurrence = 1; // cycles from one iteration to the next that its results need
  bool pipelined = true;       // iterations overlap; otherwise each one waits for the one before
};

// The tiles [first_column, first_column + columns) of every cascade of a group do the same.
struct KernelWork {
  int first_column = 0;
  int columns = 1;
  int locks = 0;         // buffers and runtime parameters: each acquired and released
  Instructions straight; // outside of loops
  std::vector<LoopWork> loops;
};

// Cycles of one call, and what they are spent on: total = call + straight + ramp + steady.
struct KernelCycles {
  std::int64_t total = 0;
  std::int64_t call = 0;         // call and return, locks
  std::int64_t straight = 0;     // code outside of loops
  std::int64_t ramp = 0;         // entering and leaving loops
  std::int64_t steady = 0;       // the loops' iterations
  std::int64_t first_result = 0; // from the first instruction behind the call's overhead to the first result
  Instructions issued;
  std::string bound; // the slot that sets the pace of the longest loop: "multiply", ..., or "recurrence"
};

KernelCycles kernel_cycles(const KernelWork& work, const Timing& timing);

// Bytes of program memory, roughly: every loop's body, three times where it is pipelined (before, in and behind the
// loop), and the rest of the program.
std::int64_t program_bytes(const KernelWork& work, const Timing& timing);

// The least cycles in which these can be issued.
std::int64_t issue_cycles(const Instructions& instructions, const Timing& timing);
// From the first instruction to the last result along load, shuffle, multiply, narrow, store.
std::int64_t depth(const Instructions& instructions, const Timing& timing);

// Instructions to load, store or move `bytes`, each piece of a whole number of instructions.
std::int64_t loads_of(std::int64_t bytes, const Timing& timing);
std::int64_t stores_of(std::int64_t bytes, const Timing& timing);
std::int64_t vector_instructions_of(std::int64_t bytes, const Timing& timing);
// Moves that put a part of `bytes` into a larger vector: whole registers stay where they are.
std::int64_t placing_work(std::int64_t bytes, const Timing& timing);
std::int64_t cascade_words_of(std::int64_t bytes, const Timing& timing);

} // namespace tilewright
