// The running machine: one operating-system thread per kernel, shared buffer and PLIO, as a Kahn process network.
//
// A process blocks only on reading, on a soft-full queue, on a parameter, on its tile or for want of work, so results
// do not depend on scheduling. All shared state is guarded by one mutex; chunks move under it, data is touched outside.
#pragma once

#include <chrono>
#include <condition_variable>
#include <cstdint>
#include <exception>
#include <map>
#include <memory>
#include <mutex>
#include <set>
#include <string>
#include <thread>
#include <vector>

#include "../aie_api/core_state.hpp"
#include "channel.hpp"
#include "network.hpp"
#include "ownership.hpp"
#include "rehearsal.hpp"
#include "tiling.hpp"

namespace tilewright::adf {

enum class ProcessState : unsigned char {
  running,
  waits_read,
  waits_write,
  waits_parameter,
  waits_tile,
  idle,
  finished
};

/// Thrown inside a blocked process when the machine stops, to unwind its thread.
struct StopProcess {};

struct Machine;

struct Process {
  virtual ~Process() = default;
  /// Runs on the process's own thread until the machine stops it.
  virtual void body(Machine& machine) = 0;
  /// Hands partly filled chunks on; called before the process blocks. Caller holds the mutex.
  virtual void flush_outputs(Machine&) {}

  /// The byte that its writer watches is being written to a stream.
  virtual void on_watched_byte(PortRuntime&) {}

  /// Nothing moves: a process that could go on another way does so and returns true. Caller holds the mutex.
  virtual bool try_elsewhere(Machine&) { return false; }

  std::string name;
  int port = -1;            ///< one of its ports: tells the graph it belongs to
  bool writes_file = false; ///< has results to save when the machine stops early
  bool has_firings = false; ///< kernels and shared buffers: counted against the iterations asked for
  std::int64_t firings_per_iteration = 1;
  std::int64_t target = 0; ///< firings asked for so far
  std::int64_t fired = 0;
  ProcessState state = ProcessState::running;
  const Channel* waiting_on = nullptr;
  int waiting_port = -1;
  std::condition_variable wake;
  std::thread thread;
};

/// One compute tile: its control registers, and the right to run on its core.
struct TileState {
  CoreRegisters registers;
  Process* occupant = nullptr;
  std::vector<Process*> waiting;
  std::vector<Process*> order; ///< kernels that take turns, see firing_order.hpp; empty: first come, first served
  std::size_t turn = 0;        ///< index into `order`
  std::int64_t firings_in_turn = 0;

  /// Whether the core is free for a process.
  bool free_for(const Process& process) const {
    return occupant == nullptr && (order.empty() || order[turn] == &process);
  }
};

/// The value of a runtime parameter as the host and the kernel exchange it.
struct ParameterCell {
  int port = -1;
  bool asynchronous = false;
  bool has_value = false;
  std::vector<std::uint8_t> value;               ///< last value
  std::deque<std::vector<std::uint8_t>> updates; ///< synchronous: one per firing
  bool keeps_results = false;
  std::deque<std::vector<std::uint8_t>> results; ///< synchronous outputs: what firings gave and the host has not read
  Process* waiting = nullptr;
};

/// A transfer out of the array that the host has asked for.
struct HostTransfer {
  std::uint8_t* memory = nullptr;
  std::vector<ElementRun> runs;
  std::size_t element_bytes = 1;
};

struct Failure {
  ExitCode code;
  std::string text;
};

struct Machine {
  Design* design = nullptr;
  Network network;
  std::mutex mutex;
  std::condition_variable main_wake;
  int running = 0; ///< processes that are not blocked
  bool stopping = false;
  bool initialized = false;
  bool ended = false;
  std::set<int> ended_graphs;             ///< top-level graphs by number, see ownership.hpp
  std::map<int, std::int64_t> iterations; ///< asked for so far, by first port of the graph; negative: endless
  std::unique_ptr<Failure> failure;
  std::vector<std::unique_ptr<Process>> processes;
  std::vector<std::unique_ptr<Channel>> channels;
  std::map<std::pair<int, int>, std::unique_ptr<TileState>> tiles; ///< kernels without a place have keys (-1, index)
  std::map<int, std::unique_ptr<ParameterCell>> parameters;        ///< by leaf port
  std::map<int, std::deque<HostTransfer>> host_transfers;          ///< outstanding, by sink port
  double timeout_seconds = 0;
  std::chrono::steady_clock::time_point started = std::chrono::steady_clock::now();
  bool debugged = false;                          ///< some kernel was compiled in debug mode
  std::unique_ptr<Recording> recording;           ///< this run is a rehearsal
  std::vector<UndefinedOutput> undefined_outputs; ///< what the rehearsals found
  std::string input_directory, output_directory, dump_directory, statistics_file, tile_program;
};

Machine& machine();

using Lock = std::unique_lock<std::mutex>;

/// Blocks the calling process until `ready()`; flushes its outputs first. Throws StopProcess if the machine stops.
template <typename Ready> void block(Machine& machine, Lock& lock, Process& process, ProcessState state, Ready ready) {
  if (ready() && !machine.stopping) return;
  process.flush_outputs(machine);
  while (!ready()) {
    if (machine.stopping) throw StopProcess{};
    process.state = state;
    if (--machine.running == 0) machine.main_wake.notify_all();
    // Whoever wakes the process counts it as running again, so `running` is never 0 while a wake-up is under way.
    process.wake.wait(lock, [&] { return process.state == ProcessState::running; });
  }
  if (machine.stopping) throw StopProcess{};
}

/// Marks a blocked process as running and wakes its thread. Caller holds the mutex.
void wake_process(Machine& machine, Process& process);

/// Puts a chunk into the queues of all sinks and wakes readers that can go on. Caller holds the mutex. Never blocks.
void push_chunk(Machine& machine, StreamWriter& writer, ChunkPointer chunk);
/// Blocks while a sink's queue is over its capacity.
void wait_for_room(Machine& machine, Lock& lock, Process& process, StreamWriter& writer);

void open_reader(Machine& machine, PortRuntime& port, StreamReader& reader, int sink_port, Process& process);
void open_writer(Machine& machine, PortRuntime& port, StreamWriter& writer, int source_port, Process& process);
/// Pushes what the port's window holds, if anything. Caller holds the mutex.
void flush_writer(Machine& machine, PortRuntime& port);
/// A whole block at once; `last` are offsets behind words that carry TLAST.
void write_block(Machine& machine, PortRuntime& port, std::vector<std::uint8_t> bytes,
                 std::vector<std::size_t> last = {});

/// Ends the program with the failure's report and exit code. The first failure wins.
void fail(Machine& machine, ExitCode code, const std::string& text);
/// For the host's thread: reports and exits if something failed.
void exit_on_failure(Machine& machine, Lock& lock);

void start_process(Machine& machine, std::unique_ptr<Process> process);
std::unique_ptr<Process> make_kernel_process(Machine& machine, int kernel);
std::unique_ptr<Process> make_shared_buffer_process(Machine& machine, int buffer);
std::unique_ptr<Process> make_plio_process(Machine& machine, int plio);
std::unique_ptr<Process> make_packet_switch_process(Machine& machine, int index);
/// One process per input of host memories; outputs are driven by the host's own thread.
std::unique_ptr<Process> make_host_sink_process(Machine& machine, int port);

/// Elaborates, checks, constructs the kernels and starts all processes. Idempotent.
void initialize_machine(Machine& machine);

/// Target of processes that run until their input is used up.
inline constexpr std::int64_t endless = INT64_MAX;

/// Number of the top-level graph that a graph object is or is part of. Marks it as controlled by the program.
int top_level_graph(Machine& machine, int graph);
/// Adds `iterations` to what the processes of a top-level graph have to do; negative: until the input is used up.
void run_iterations(Machine& machine, int graph, std::int64_t iterations);
/// Waits until all firings asked for are done, or reports why that can't happen.
void wait_for_completion(Machine& machine, int graph);
/// Waits until nothing moves, done or not.
void wait_until_quiet(Machine& machine, Lock& lock);
/// Completes a top-level graph; with the last one all threads end.
void end_graph(Machine& machine, int graph);

/// Why nothing moves although firings are outstanding: too little input, or a deadlock. Caller holds the mutex.
Failure explain_stop(Machine& machine, int graph);
/// What every process waits for, one line each. Caller holds the mutex.
std::string blocked_report(Machine& machine);
void write_statistics(const Machine& machine);

} // namespace tilewright::adf
