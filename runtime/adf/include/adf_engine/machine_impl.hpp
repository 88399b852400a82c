#pragma once

#include <algorithm>
#include <chrono>
#include <cstdio>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <limits>

#include "firing_order.hpp"
#include "kernel_process_impl.hpp"
#include "legality.hpp"
#include "machine.hpp"
#include "tile_copies.hpp"

namespace tilewright::adf {

TILEWRIGHT_ADF_FUNCTION Machine& machine() {
  // Never destroyed: threads of an unfinished run may still hold on to it while the program ends.
  static Machine& instance = *new Machine;
  return instance;
}

namespace machine_detail {

inline std::string environment(const char* name, const char* otherwise) {
  const char* value = std::getenv(name);
  return value != nullptr ? value : otherwise;
}

inline void read_environment(Machine& machine) {
  machine.input_directory = environment("TILEWRIGHT_ADF_INPUT_DIR", "");
  machine.output_directory = environment("TILEWRIGHT_ADF_OUTPUT_DIR", "x86simulator_output");
  machine.dump_directory = environment("TILEWRIGHT_ADF_DUMP", "");
  machine.statistics_file = environment("TILEWRIGHT_ADF_STATS", "");
  machine.tile_program = environment("TILEWRIGHT_ADF_TILE_PROGRAM", "");
  machine.timeout_seconds = std::atof(environment("TILEWRIGHT_ADF_TIMEOUT", "0").c_str());
}

/// Prints everything that is wrong and ends the program; returns if nothing is. With TILEWRIGHT_ADF_IGNORE_LIMITS=1
/// what exceeds the device is a warning: the numbers are right, and no device can run it.
inline void refuse(Diagnostics diagnostics) {
  if (environment("TILEWRIGHT_ADF_IGNORE_LIMITS", "0") == "1") {
    const auto is_limit = [](const Diagnostic& diagnostic) { return diagnostic.code == exit_no_fit; };
    for (const Diagnostic& diagnostic : diagnostics)
      if (is_limit(diagnostic))
        std::fprintf(stderr, "tilewright-adf: warning: does not fit: %s\n", diagnostic.text.c_str());
    diagnostics.erase(std::remove_if(diagnostics.begin(), diagnostics.end(), is_limit), diagnostics.end());
  }
  if (diagnostics.empty()) return;
  for (const Diagnostic& diagnostic : diagnostics)
    std::fprintf(stderr, "tilewright-adf: %s: %s\n", diagnostic.code == exit_no_fit ? "does not fit" : "error",
                 diagnostic.text.c_str());
  ExitCode code = exit_no_fit;
  for (const Diagnostic& diagnostic : diagnostics)
    if (diagnostic.code == exit_malformed) code = exit_malformed;
  std::fflush(nullptr);
  std::_Exit(code);
}

/// TILEWRIGHT_ADF_SOURCES=FILE: writes the names that source(k) was given, each once, and ends the program.
inline void list_sources(const Design& design) {
  const std::string file = environment("TILEWRIGHT_ADF_SOURCES", "");
  if (file.empty()) return;
  std::vector<std::string> names;
  for (const Kernel& kernel : design.kernels)
    if (!kernel.source.empty() && std::find(names.begin(), names.end(), kernel.source) == names.end())
      names.push_back(kernel.source);
  std::ofstream list(file);
  for (const std::string& name : names)
    list << name << '\n';
  list.close();
  std::fflush(nullptr);
  std::_Exit(0);
}

/// Debug mode: rehearses the program. A rehearsal itself leaves nothing behind but its recording.
inline void begin_debugging(Machine& machine) {
  const auto& kernels = machine.design->kernels;
  machine.debugged =
      std::any_of(kernels.begin(), kernels.end(), [](const Kernel& kernel) { return kernel.body->is_debugged(); });
  if (!machine.debugged) return;
  machine.undefined_outputs = rehearse(*machine.design, machine.network, machine.recording);
  if (machine.recording) machine.dump_directory = machine.statistics_file = "";
  for (UndefinedOutput& output : machine.undefined_outputs) {
    if (machine.design->ports[static_cast<std::size_t>(output.port)].owner_kind != PortOwner::shared_buffer) continue;
    output.reported = true;
    std::fprintf(stderr, "tilewright-adf: warning: %s hands %zu bytes on, from byte %llu on, that nothing wrote\n",
                 port_name(*machine.design, output.port).c_str(), output.positions.size(),
                 static_cast<unsigned long long>(output.first));
  }
}

inline void create_channels(Machine& machine) {
  for (const Net& net : machine.network.nets)
    for (const int sink : net.sinks) {
      auto channel = std::make_unique<Channel>();
      channel->source_port = net.source;
      channel->sink_port = sink;
      machine.channels.push_back(std::move(channel));
    }
}

inline void create_parameters(Machine& machine) {
  for (std::size_t id = 0; id < machine.design->ports.size(); ++id) {
    const Port& port = machine.design->ports[id];
    if (port.owner_kind != PortOwner::kernel || port.transport != Transport::parameter) continue;
    auto cell = std::make_unique<ParameterCell>();
    cell->port = static_cast<int>(id);
    cell->asynchronous = port.asynchronous;
    cell->keeps_results = port.synchronous && port.direction != Direction::in;
    machine.parameters[static_cast<int>(id)] = std::move(cell);
  }
}

/// A dump starts from an empty folder's worth of files and an index of what they hold.
inline void begin_dump(const Machine& machine) {
  if (machine.dump_directory.empty()) return;
  std::error_code ignored;
  std::filesystem::create_directories(machine.dump_directory, ignored);
  std::ofstream index(std::filesystem::path(machine.dump_directory) / "index.txt");
  const Design& design = *machine.design;
  for (std::size_t id = 0; id < design.ports.size(); ++id) {
    const Port& port = design.ports[id];
    const bool kernel_output =
        port.owner_kind == PortOwner::kernel && port.direction == Direction::out && port.transport == Transport::buffer;
    if (!kernel_output && port.owner_kind != PortOwner::shared_buffer) continue;
    int column = -1, row = -1;
    std::string name = "shared_buffer";
    if (kernel_output) {
      const Kernel& kernel = design.kernels[static_cast<std::size_t>(port.owner)];
      column = kernel.column;
      row = kernel.row;
      name = kernel.name;
    }
    index << port_name(design, static_cast<int>(id)) << ".txt " << element_name(port.element.kind) << ' ' << column
          << ' ' << row << ' ' << name << '\n';
  }
}

/// Kernels that share a tile take turns, unless they are of several graphs, which run independently.
inline void give_turns(Machine& machine, const std::vector<std::unique_ptr<Process>>& processes) {
  const std::vector<int> starts = top_level_starts(*machine.design);
  for (const int kernel : firing_order(*machine.design, machine.network)) {
    auto* process = static_cast<KernelProcess*>(processes[static_cast<std::size_t>(kernel)].get());
    process->tile->order.push_back(process);
  }
  for (const auto& [place, tile] : machine.tiles) {
    const bool one_graph = std::all_of(tile->order.begin(), tile->order.end(), [&](const Process* process) {
      return owner_of_port(starts, process->port) == owner_of_port(starts, tile->order.front()->port);
    });
    if (tile->order.size() < 2 || !one_graph) tile->order.clear();
  }
}

inline constexpr int every_graph = -1;

inline bool belongs_to(const std::vector<int>& starts, const Process& process, int graph) {
  return graph == every_graph || owner_of_port(starts, process.port) == graph;
}

/// Endless processes are done whenever nothing moves.
inline bool all_firings_done(const Machine& machine, int graph) {
  const std::vector<int> starts = top_level_starts(*machine.design);
  for (const auto& process : machine.processes)
    if (process->has_firings && process->target != endless && process->fired < process->target &&
        belongs_to(starts, *process, graph))
      return false;
  return true;
}

inline bool wants_to_fire(const Machine& machine) {
  return std::any_of(machine.processes.begin(), machine.processes.end(),
                     [](const auto& process) { return process->has_firings && process->fired < process->target; });
}

/// Raises the capacity of queues whose writers wait. True if there were any: the machine then moves on.
inline bool grow_full_queues(Machine& machine) {
  bool grown = false;
  for (const auto& process : machine.processes)
    if (process->state == ProcessState::waits_write)
      for (const auto& channel : machine.channels)
        if (channel->writer == process.get() && channel->queued > channel->capacity) {
          channel->capacity = 2 * channel->queued;
          wake_process(machine, *process);
          grown = true;
        }
  return grown;
}

/// Graphs that no connection ties to the rest and that main() never controlled were parts of the graph before them
/// after all: they do the iterations that it was asked for.
inline void run_parts(Machine& machine) {
  const std::vector<int> starts = top_level_starts(*machine.design);
  std::int64_t iterations = 0;
  for (std::size_t i = 0; i < starts.size(); ++i) {
    bool controlled = i == 0;
    for (const GraphObject& graph : machine.design->graphs)
      controlled = controlled || (graph.first_port == starts[i] && graph.controlled);
    if (controlled)
      iterations = machine.iterations[starts[i]];
    else if (iterations != 0)
      run_iterations(machine, static_cast<int>(i), iterations);
  }
}

/// atexit: a main() that returns without end() still gets its results.
inline void finish_at_exit() {
  Machine& instance = machine();
  if (!instance.initialized || instance.ended) return;
  run_parts(instance);
  end_graph(instance, every_graph);
}

} // namespace machine_detail

TILEWRIGHT_ADF_FUNCTION void fail(Machine& machine, ExitCode code, const std::string& text) {
  Lock lock(machine.mutex);
  if (!machine.failure) machine.failure = std::make_unique<Failure>(Failure{code, text});
  machine.main_wake.notify_all();
}

TILEWRIGHT_ADF_FUNCTION void exit_on_failure(Machine& machine, Lock& lock) {
  if (!machine.failure) return;
  std::fprintf(stderr, "tilewright-adf: error: %s\n", machine.failure->text.c_str());
  const ExitCode code = machine.failure->code;
  // What was computed so far is worth having in the output files.
  machine.stopping = true;
  for (const auto& process : machine.processes)
    wake_process(machine, *process);
  lock.unlock();
  for (const auto& process : machine.processes)
    if (process->writes_file && process->thread.joinable()) process->thread.join();
  std::fflush(nullptr);
  std::_Exit(code);
}

TILEWRIGHT_ADF_FUNCTION void start_process(Machine& machine, std::unique_ptr<Process> process) {
  if (!process) return;
  Process& started = *process;
  machine.processes.push_back(std::move(process));
  Lock lock(machine.mutex);
  ++machine.running;
  started.thread = std::thread([&machine, &started] {
    try {
      started.body(machine);
    } catch (const StopProcess&) {
    } catch (const std::exception& exception) {
      fail(machine, exit_kernel, "in " + started.name + ": exception: " + exception.what());
    }
    Lock done(machine.mutex);
    if (started.state == ProcessState::running) {
      started.state = ProcessState::finished;
      if (--machine.running == 0) machine.main_wake.notify_all();
    }
    started.state = ProcessState::finished;
  });
}

TILEWRIGHT_ADF_FUNCTION void initialize_machine(Machine& machine) {
  if (machine.initialized) return;
  machine.initialized = true;
  machine_detail::read_environment(machine);
  machine.design = &design();
  machine_detail::list_sources(*machine.design);
  Diagnostics diagnostics;
  machine.network = resolve_network(*machine.design, diagnostics);
  check_buffers(*machine.design, machine.network, diagnostics);
  if (diagnostics.empty()) balance_rates(*machine.design, machine.network, diagnostics);
  check_device(*machine.design, machine.network, diagnostics);
  machine_detail::refuse(diagnostics);
  machine_detail::begin_debugging(machine);
  if (!machine.tile_program.empty()) load_tile_copies(*machine.design, machine.tile_program, diagnostics);
  machine_detail::refuse(diagnostics);

  machine_detail::create_channels(machine);
  machine_detail::create_parameters(machine);
  machine_detail::begin_dump(machine);
  // All ends are attached to their channels before the first thread runs.
  std::vector<std::unique_ptr<Process>> ready;
  for (std::size_t i = 0; i < machine.design->kernels.size(); ++i)
    ready.push_back(make_kernel_process(machine, static_cast<int>(i)));
  for (std::size_t i = 0; i < machine.design->shared_buffers.size(); ++i)
    ready.push_back(make_shared_buffer_process(machine, static_cast<int>(i)));
  for (std::size_t i = 0; i < machine.design->plios.size(); ++i)
    ready.push_back(make_plio_process(machine, static_cast<int>(i)));
  for (std::size_t i = 0; i < machine.design->packet_switches.size(); ++i)
    ready.push_back(make_packet_switch_process(machine, static_cast<int>(i)));
  for (const HostMemory& memory : machine.design->host_memories)
    for (const int port : memory.in)
      ready.push_back(make_host_sink_process(machine, port));
  {
    Lock lock(machine.mutex);
    exit_on_failure(machine, lock);
  }
  machine_detail::give_turns(machine, ready);
  std::atexit(machine_detail::finish_at_exit);
  for (std::unique_ptr<Process>& process : ready)
    start_process(machine, std::move(process));
}

TILEWRIGHT_ADF_FUNCTION int top_level_graph(Machine& machine, int graph) {
  initialize_machine(machine);
  machine.design->graphs[static_cast<std::size_t>(graph)].controlled = true;
  return owner_of_port(top_level_starts(*machine.design), first_port_of(*machine.design, graph));
}

TILEWRIGHT_ADF_FUNCTION void run_iterations(Machine& machine, int graph, std::int64_t iterations) {
  Lock lock(machine.mutex);
  const std::vector<int> starts = top_level_starts(*machine.design);
  std::int64_t& total = machine.iterations[starts[static_cast<std::size_t>(graph)]];
  total = iterations < 0 || total < 0 ? -1 : total + iterations;
  for (const auto& process : machine.processes) {
    if (!machine_detail::belongs_to(starts, *process, graph)) continue;
    if (!process->has_firings)
      process->target = 1; // Input files are read from the first run on.
    else if (iterations < 0)
      process->target = endless;
    else if (process->target != endless)
      process->target += iterations * process->firings_per_iteration;
    if (process->state == ProcessState::idle) wake_process(machine, *process);
  }
}

TILEWRIGHT_ADF_FUNCTION void wait_until_quiet(Machine& machine, Lock& lock) {
  const auto quiet = [&] { return machine.running == 0 || machine.failure != nullptr; };
  for (;;) {
    if (machine.timeout_seconds > 0) {
      if (!machine.main_wake.wait_for(lock, std::chrono::duration<double>(machine.timeout_seconds), quiet)) {
        const std::string report = blocked_report(machine);
        lock.unlock();
        fail(machine, exit_deadlock, "time-out after " + std::to_string(machine.timeout_seconds) + " s\n" + report);
        lock.lock();
      }
    } else {
      machine.main_wake.wait(lock, quiet);
    }
    exit_on_failure(machine, lock);
    if (!machine_detail::wants_to_fire(machine)) return;
    bool moved = machine_detail::grow_full_queues(machine);
    for (const auto& process : machine.processes)
      moved = process->try_elsewhere(machine) || moved;
    if (!moved) return;
  }
}

TILEWRIGHT_ADF_FUNCTION void wait_for_completion(Machine& machine, int graph) {
  Lock lock(machine.mutex);
  wait_until_quiet(machine, lock);
  if (machine_detail::all_firings_done(machine, graph)) return;
  machine.failure = std::make_unique<Failure>(explain_stop(machine, graph));
  exit_on_failure(machine, lock);
}

TILEWRIGHT_ADF_FUNCTION void end_graph(Machine& machine, int graph) {
  if (machine.ended || !machine.initialized) return;
  wait_for_completion(machine, graph);
  {
    Lock lock(machine.mutex);
    machine.ended_graphs.insert(graph);
    const std::vector<int> starts = top_level_starts(*machine.design);
    for (const auto& process : machine.processes)
      if (graph != machine_detail::every_graph && machine.ended_graphs.count(owner_of_port(starts, process->port)) == 0)
        return; // Another graph may still run.
    machine.ended = true;
    machine.stopping = true;
    for (const auto& process : machine.processes)
      wake_process(machine, *process);
  }
  for (const auto& process : machine.processes)
    if (process->thread.joinable()) process->thread.join();
  write_statistics(machine);
  machine.processes.clear(); // closes dump files
}

} // namespace tilewright::adf
