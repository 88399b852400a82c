// A kernel's thread: collect inputs, take the tile, run one firing, hand outputs on.
#pragma once

#include <algorithm>
#include <cstdlib>
#include <cstring>
#include <fstream>

#include "../aie_api/report.hpp"
#include "dump.hpp"
#include "machine.hpp"
#include "memory_guard.hpp"
#include "source_line.hpp"
#include "tile_copies.hpp"
#include "tiling.hpp"
#include "write_trap.hpp"

namespace tilewright::adf {

namespace kernel_detail {

struct FreeAligned {
  void operator()(std::uint8_t* pointer) const { std::free(pointer); }
};
using AlignedBytes = std::unique_ptr<std::uint8_t[], FreeAligned>;

/// Kernels that load or store a little beside their buffers go unnoticed on hardware; so they do here, without debug
/// mode.
inline constexpr std::size_t slack_bytes = 1024;

/// Zeroed memory at a 64-byte boundary, the strictest alignment of vector accesses, with slack_bytes on both sides.
inline AlignedBytes allocate_aligned(std::size_t bytes) {
  const std::size_t rounded = bytes / 64 * 64 + 64 + 2 * slack_bytes;
  AlignedBytes storage(static_cast<std::uint8_t*>(std::aligned_alloc(64, rounded)));
  std::memset(storage.get(), 0, rounded);
  return storage;
}

/// One argument of the kernel.
struct Argument {
  int port = -1;
  PortRuntime runtime;
  StreamReader reader;
  StreamWriter writer;
  ParameterCell* parameter = nullptr;
  AlignedBytes storage;           ///< of `memory`, unless debug mode gave that
  std::uint8_t* memory = nullptr; ///< in it: margin, then buffer; or the value of a parameter
  std::size_t buffer_bytes = 0;
  std::size_t element_bytes = 0;
  std::size_t margin_bytes = 0;
  std::vector<ElementRun> runs;         ///< of the access pattern, empty for the linear one
  UndefinedOutput* undefined = nullptr; ///< debug mode: which of its bytes depend on something undefined
  WriteTrap trap;                       ///< for those
  DumpFile dump;
};

} // namespace kernel_detail

struct KernelProcess final : Process {
  int kernel = -1;
  KernelBody* body_of_kernel = nullptr;
  TileState* tile = nullptr;
  std::vector<std::unique_ptr<kernel_detail::Argument>> arguments;
  std::unique_ptr<kernel_detail::Argument> bypass_control;
  std::vector<PortRuntime*> ports;
  Machine* owner = nullptr;

  void body(Machine& machine) override;
  void flush_outputs(Machine& machine) override;

  void enter_tile(Machine& machine);
  void leave_tile(Machine& machine);
  void acquire(Machine& machine, kernel_detail::Argument& argument);
  void release(Machine& machine, kernel_detail::Argument& argument);
  void take_parameter(Machine& machine, kernel_detail::Argument& argument);
  void give_parameter(Machine& machine, kernel_detail::Argument& argument);
  bool is_bypassed(Machine& machine);
  void pass_buffers_on(Machine& machine);
  CoreCascade cascade_of_kernel() const;
  void prepare_memory(Machine& machine); // debug mode: debug_memory_impl.hpp
  void check_memory(Machine& machine);
  void watch_undefined_outputs(); // debug mode: undefined_output_impl.hpp
  void explain_undefined_output(kernel_detail::Argument& argument);
  void on_watched_byte(PortRuntime& port) override;
};

/// The kernel whose code this thread runs, for error reports.
inline thread_local KernelProcess* current_kernel = nullptr;

/// Debug mode: an access outside of buffers is reported as the kernel's error.
TILEWRIGHT_ADF_FUNCTION void catch_access_errors();

namespace kernel_detail {
/// The input of a pktmerge that an output leads to, else 0.
inline unsigned packet_id_of(const Machine& machine, int port) {
  const int net = machine.network.net_of_source[static_cast<std::size_t>(port)];
  if (net < 0) return 0;
  const Port& sink =
      machine.design
          ->ports[static_cast<std::size_t>(machine.network.nets[static_cast<std::size_t>(net)].sinks.front())];
  return sink.owner_kind == PortOwner::packet_switch ? static_cast<unsigned>(sink.index) : 0;
}
/// "kernel k0 (function, tile 3,2), firing 0"
inline std::string place_of(const KernelProcess& process) {
  return "kernel " + process.name + ", firing " + std::to_string(process.fired);
}
[[noreturn]] inline void report_error_in_kernel(const char* message) {
  KernelProcess& process = *current_kernel;
  const std::string line = source_line_of_caller(process.owner->tile_program);
  fail(*process.owner, exit_kernel, "in " + place_of(process) + (line.empty() ? "" : ", " + line) + ": " + message);
  throw StopProcess{};
}
} // namespace kernel_detail

TILEWRIGHT_ADF_FUNCTION std::unique_ptr<Process> make_kernel_process(Machine& machine, int kernel) {
  Design& design = *machine.design;
  Kernel& record = design.kernels[static_cast<std::size_t>(kernel)];
  auto process = std::make_unique<KernelProcess>();
  process->kernel = kernel;
  process->port = record.ports.empty() ? 0 : record.ports.front();
  process->name = kernel_name(design, kernel);
  process->body_of_kernel = record.body.get();
  process->owner = &machine;
  process->has_firings = true;
  process->firings_per_iteration = machine.network.kernel_firings[static_cast<std::size_t>(kernel)];

  const std::pair<int, int> place = record.placed ? std::pair{record.column, record.row} : std::pair{-1, kernel};
  std::unique_ptr<TileState>& tile = machine.tiles[place];
  if (!tile) tile = std::make_unique<TileState>();
  process->tile = tile.get();

  for (const int id : record.ports) {
    Port& port = design.ports[static_cast<std::size_t>(id)];
    auto argument = std::make_unique<kernel_detail::Argument>();
    argument->port = id;
    argument->element_bytes = port.element.bytes;
    argument->buffer_bytes = port.elements * port.element.bytes;
    argument->margin_bytes = port.margin * port.element.bytes;
    argument->runtime.elements = port.elements;
    argument->runtime.margin = port.margin;
    if (port.transport == Transport::buffer || port.transport == Transport::parameter) {
      const std::size_t bytes = argument->margin_bytes + argument->buffer_bytes;
      if (record.body->is_debugged()) {
        argument->memory = allocate_before_page(bytes);
      } else {
        argument->storage = kernel_detail::allocate_aligned(bytes);
        argument->memory = argument->storage.get() + kernel_detail::slack_bytes;
      }
      argument->runtime.data = argument->runtime.base = argument->memory;
    }
    if (port.transport == Transport::parameter) {
      argument->parameter = machine.parameters[id].get();
    } else if (port.direction == Direction::in) {
      open_reader(machine, argument->runtime, argument->reader, id, *process);
    } else {
      open_writer(machine, argument->runtime, argument->writer, id, *process);
      argument->runtime.packet_id = kernel_detail::packet_id_of(machine, id);
      if (port.transport == Transport::buffer) argument->dump.open(machine.dump_directory, design, id);
    }
    for (UndefinedOutput& output : machine.undefined_outputs)
      if (output.port == id) argument->undefined = &output;
    if (!port.tilings.empty()) {
      std::string error;
      argument->runs = expand_tilings(port.tilings, {static_cast<std::uint32_t>(port.elements)},
                                      port.direction == Direction::out, error);
    }
    process->ports.push_back(&argument->runtime);
    process->arguments.push_back(std::move(argument));
  }

  if (record.bypass_control >= 0) {
    process->bypass_control = std::make_unique<kernel_detail::Argument>();
    process->bypass_control->port = record.bypass_control;
    process->bypass_control->buffer_bytes = sizeof(std::int32_t);
    process->bypass_control->storage = kernel_detail::allocate_aligned(sizeof(std::int32_t));
    process->bypass_control->memory = process->bypass_control->storage.get();
    process->bypass_control->parameter = machine.parameters[record.bypass_control].get();
  }

  // Constructors write the modes of their tile; they run here one after the other, in the order of creation, so that
  // kernels that share a tile leave it in a defined state.
  current_kernel = process.get();
  kernel_error_handler = kernel_detail::report_error_in_kernel;
  std::swap(core_registers, process->tile->registers);
  record.body->construct();
  if (!record.initialization_function.empty()) {
    if (const InitializationFunction initialize = find_initialization_function(record))
      initialize();
    else
      fail(machine, exit_malformed,
           "initialization_function \"" + record.initialization_function + "\" of " + kernel_name(design, kernel) +
               " is not an exported function of the program without arguments; link with "
               "-rdynamic");
  }
  std::swap(core_registers, process->tile->registers);
  kernel_error_handler = nullptr;
  current_kernel = nullptr;
  return process;
}

TILEWRIGHT_ADF_FUNCTION void KernelProcess::flush_outputs(Machine& machine) {
  for (const auto& argument : arguments)
    if (argument->writer.current) flush_writer(machine, argument->runtime);
}

TILEWRIGHT_ADF_FUNCTION void KernelProcess::enter_tile(Machine& machine) {
  Lock lock(machine.mutex);
  if (!tile->free_for(*this)) {
    tile->waiting.push_back(this);
    block(machine, lock, *this, ProcessState::waits_tile, [this] { return tile->occupant == this; });
  }
  tile->occupant = this;
  core_registers = tile->registers;
}

TILEWRIGHT_ADF_FUNCTION void KernelProcess::leave_tile(Machine& machine) {
  Lock lock(machine.mutex);
  tile->registers = core_registers;
  tile->occupant = nullptr;
  if (!tile->order.empty() && ++tile->firings_in_turn == firings_per_iteration) {
    tile->turn = (tile->turn + 1) % tile->order.size();
    tile->firings_in_turn = 0;
  }
  const auto next = std::find_if(tile->waiting.begin(), tile->waiting.end(),
                                 [this](const Process* waiting) { return tile->free_for(*waiting); });
  if (next == tile->waiting.end()) return;
  tile->occupant = *next;
  tile->waiting.erase(next);
  wake_process(machine, *tile->occupant);
}

TILEWRIGHT_ADF_FUNCTION void KernelProcess::take_parameter(Machine& machine, kernel_detail::Argument& argument) {
  ParameterCell& cell = *argument.parameter;
  const Port& port = machine.design->ports[static_cast<std::size_t>(argument.port)];
  Lock lock(machine.mutex);
  if (port.direction == Direction::inout && !cell.has_value && cell.updates.empty())
    return; // The kernel owns it; the host may never write it.
  cell.waiting = this;
  waiting_port = argument.port;
  block(machine, lock, *this, ProcessState::waits_parameter, [&] {
    return cell.asynchronous || port.direction == Direction::inout ? cell.has_value : !cell.updates.empty();
  });
  cell.waiting = nullptr;
  if (!cell.asynchronous && !cell.updates.empty()) {
    cell.value = std::move(cell.updates.front());
    cell.updates.pop_front();
    cell.has_value = true;
  }
  std::memcpy(argument.memory, cell.value.data(), std::min(cell.value.size(), argument.buffer_bytes));
}

TILEWRIGHT_ADF_FUNCTION void KernelProcess::give_parameter(Machine& machine, kernel_detail::Argument& argument) {
  explain_undefined_output(argument);
  Lock lock(machine.mutex);
  argument.writer.handed_on += argument.buffer_bytes;
  if (machine.recording) machine.recording->add(argument.port, argument.memory, argument.buffer_bytes);
  argument.parameter->value.assign(argument.memory, argument.memory + argument.buffer_bytes);
  argument.parameter->has_value = true;
  if (argument.parameter->keeps_results) argument.parameter->results.push_back(argument.parameter->value);
  const int net = machine.network.net_of_source[static_cast<std::size_t>(argument.port)];
  if (net < 0) return;
  for (const int sink : machine.network.nets[static_cast<std::size_t>(net)].sinks) {
    ParameterCell& cell = *machine.parameters[sink];
    if (cell.asynchronous) {
      cell.value = argument.parameter->value;
      cell.has_value = true;
    } else {
      cell.updates.push_back(argument.parameter->value);
    }
    if (cell.waiting != nullptr && cell.waiting->state == ProcessState::waits_parameter)
      wake_process(machine, *cell.waiting);
  }
}

/// Whether this firing only passes the buffers on.
TILEWRIGHT_ADF_FUNCTION bool KernelProcess::is_bypassed(Machine& machine) {
  if (!bypass_control) return false;
  take_parameter(machine, *bypass_control);
  std::int32_t control = 0;
  std::memcpy(&control, bypass_control->memory, sizeof control);
  return (control != 0) != machine.design->kernels[static_cast<std::size_t>(kernel)].bypass_negated;
}

/// Input buffers correspond to output buffers one to one, in order [UG1079 kernel bypass].
TILEWRIGHT_ADF_FUNCTION void KernelProcess::pass_buffers_on(Machine& machine) {
  const auto has = [&](const auto& argument, Direction direction) {
    const Port& port = machine.design->ports[static_cast<std::size_t>(argument->port)];
    return port.transport == Transport::buffer && port.direction == direction;
  };
  auto in = arguments.begin();
  for (const auto& out : arguments) {
    if (!has(out, Direction::out)) continue;
    in = std::find_if(in, arguments.end(), [&](const auto& argument) { return has(argument, Direction::in); });
    if (in == arguments.end()) return;
    std::memcpy(out->memory + out->margin_bytes, (*in)->memory + (*in)->margin_bytes,
                std::min(out->buffer_bytes, (*in)->buffer_bytes));
    ++in;
  }
}

TILEWRIGHT_ADF_FUNCTION void KernelProcess::acquire(Machine& machine, kernel_detail::Argument& argument) {
  std::uint8_t* memory = argument.memory;
  if (argument.margin_bytes > 0) std::memmove(memory, memory + argument.buffer_bytes, argument.margin_bytes);
  std::uint8_t* fresh = memory + argument.margin_bytes;
  if (argument.runs.empty()) {
    read_stream(argument.runtime, fresh, argument.buffer_bytes);
    return;
  }
  (void)machine;
  for (const ElementRun& run : argument.runs)
    read_stream(argument.runtime, fresh + static_cast<std::size_t>(run.offset) * argument.element_bytes,
                run.count * argument.element_bytes);
}

TILEWRIGHT_ADF_FUNCTION void KernelProcess::release(Machine& machine, kernel_detail::Argument& argument) {
  explain_undefined_output(argument);
  const std::uint8_t* memory = argument.memory + argument.margin_bytes;
  std::vector<std::uint8_t> bytes;
  if (argument.runs.empty()) {
    bytes.assign(memory, memory + argument.buffer_bytes);
  } else {
    for (const ElementRun& run : argument.runs) {
      const std::size_t size = run.count * argument.element_bytes;
      if (run.offset < 0) {
        bytes.insert(bytes.end(), size, 0);
      } else {
        const std::uint8_t* from = memory + static_cast<std::size_t>(run.offset) * argument.element_bytes;
        bytes.insert(bytes.end(), from, from + size);
      }
    }
  }
  argument.dump.write_line(bytes.data(), bytes.size());
  const std::size_t end = bytes.size(); // A buffer that enters a packet stream is one packet.
  write_block(machine, argument.runtime, std::move(bytes), {end});
}

TILEWRIGHT_ADF_FUNCTION CoreCascade KernelProcess::cascade_of_kernel() const {
  CoreCascade cascade;
  for (const auto& argument : arguments) {
    const Port& port = owner->design->ports[static_cast<std::size_t>(argument->port)];
    if (port.transport == Transport::cascade)
      (port.direction == Direction::in ? cascade.in : cascade.out) = &argument->runtime;
  }
  return cascade;
}

TILEWRIGHT_ADF_FUNCTION void KernelProcess::body(Machine& machine) {
  const Design& design = *machine.design;
  current_kernel = this;
  kernel_error_handler = kernel_detail::report_error_in_kernel;
  if (body_of_kernel->is_debugged()) catch_access_errors();
  const auto port_of = [&](const kernel_detail::Argument& argument) -> const Port& {
    return design.ports[static_cast<std::size_t>(argument.port)];
  };
  for (;;) {
    {
      Lock lock(machine.mutex);
      block(machine, lock, *this, ProcessState::idle, [this] { return fired < target; });
    }
    for (const auto& argument : arguments) {
      const Port& port = port_of(*argument);
      if (port.transport == Transport::parameter)
        take_parameter(machine, *argument);
      else if (port.transport == Transport::buffer && port.direction == Direction::in && !port.asynchronous)
        acquire(machine, *argument);
    }
    const bool bypassed = is_bypassed(machine);
    enter_tile(machine);
    core_cascade = cascade_of_kernel();
    if (body_of_kernel->is_debugged()) {
      prepare_memory(machine);
      watch_undefined_outputs();
    }
    if (bypassed)
      pass_buffers_on(machine);
    else
      body_of_kernel->run(ports.data());
    for (const auto& argument : arguments)
      disarm_write_trap(argument->trap);
    if (body_of_kernel->is_debugged()) check_memory(machine);
    for (const auto& argument : arguments) {
      const Port& port = port_of(*argument);
      if (port.transport == Transport::parameter && port.direction != Direction::in) give_parameter(machine, *argument);
    }
    leave_tile(machine);
    for (const auto& argument : arguments) {
      const Port& port = port_of(*argument);
      if (port.transport == Transport::buffer && port.direction != Direction::in && !port.asynchronous)
        release(machine, *argument);
    }
    Lock lock(machine.mutex);
    flush_outputs(machine);
    ++fired;
  }
}

TILEWRIGHT_ADF_FUNCTION const char* name_of_running_kernel() {
  return current_kernel != nullptr ? current_kernel->name.c_str() : "";
}

TILEWRIGHT_ADF_FUNCTION int rows_below_compute_tiles() { return 1 + design().device->memory_tile_rows; }

TILEWRIGHT_ADF_FUNCTION int id_of_running_core() {
  if (current_kernel == nullptr) return 0;
  const Design& design = *current_kernel->owner->design;
  const Kernel& record = design.kernels[static_cast<std::size_t>(current_kernel->kernel)];
  if (!record.placed) return 0;
  return record.column << 16 | (record.row + rows_below_compute_tiles());
}

TILEWRIGHT_ADF_FUNCTION void acquire_buffer(PortRuntime& port) {
  for (const auto& argument : current_kernel->arguments)
    if (&argument->runtime == &port && port.reader != nullptr)
      current_kernel->acquire(*current_kernel->owner, *argument);
}

TILEWRIGHT_ADF_FUNCTION void release_buffer(PortRuntime& port) {
  for (const auto& argument : current_kernel->arguments)
    if (&argument->runtime == &port && port.writer != nullptr)
      current_kernel->release(*current_kernel->owner, *argument);
}

} // namespace tilewright::adf
