#pragma once

#include <fstream>
#include <limits>

#include "kernel_process_impl.hpp"
#include "machine.hpp"

namespace tilewright::adf {

namespace report_detail {

inline const char* verb(ProcessState state) {
  switch (state) {
  case ProcessState::running:
    return "runs";
  case ProcessState::waits_read:
    return "waits for data on ";
  case ProcessState::waits_write:
    return "waits for room on ";
  case ProcessState::waits_parameter:
    return "waits for an update of parameter ";
  case ProcessState::waits_tile:
    return "waits for its tile: ";
  case ProcessState::idle:
    return "is done";
  case ProcessState::finished:
    return "has ended";
  }
  return "";
}

inline std::string line_of(Machine& machine, const Process& process) {
  std::string text = "  " + process.name + ": ";
  if (process.has_firings && process.target != endless)
    text += "firing " + std::to_string(process.fired) + " of " + std::to_string(process.target) + ", ";
  text += verb(process.state);
  switch (process.state) {
  case ProcessState::waits_read:
    text += port_name(*machine.design, process.waiting_port) + " from " +
            port_name(*machine.design, process.waiting_on->source_port) + ": needs " +
            std::to_string(process.waiting_on->needed - process.waiting_on->queued) + " more bytes";
    if (process.waiting_on->exhausted) text += ", and the input is used up";
    break;
  case ProcessState::waits_write:
  case ProcessState::waits_parameter:
    text += port_name(*machine.design, process.waiting_port);
    break;
  case ProcessState::waits_tile:
    if (const auto* kernel = dynamic_cast<const KernelProcess*>(&process))
      text += kernel->tile->occupant != nullptr ? kernel->tile->occupant->name
              : kernel->tile->order.empty()     ? "nobody"
                                                : kernel->tile->order[kernel->tile->turn]->name + ", whose turn it is";
    break;
  default:
    break;
  }
  return text + "\n";
}

} // namespace report_detail

TILEWRIGHT_ADF_FUNCTION std::string blocked_report(Machine& machine) {
  std::string text;
  for (const auto& process : machine.processes)
    if (process->has_firings) text += report_detail::line_of(machine, *process);
  if (!text.empty()) text.pop_back();
  return text;
}

TILEWRIGHT_ADF_FUNCTION Failure explain_stop(Machine& machine, int graph) {
  const std::vector<int> starts = top_level_starts(*machine.design);
  std::string exhausted;
  for (const auto& channel : machine.channels) {
    const bool starving = channel->exhausted && channel->reader != nullptr &&
                          channel->reader->state == ProcessState::waits_read &&
                          channel->reader->waiting_on == channel.get() && channel->reader->has_firings &&
                          (graph < 0 || owner_of_port(starts, channel->sink_port) == graph);
    if (!starving) continue;
    const Port& source = machine.design->ports[static_cast<std::size_t>(channel->source_port)];
    if (source.owner_kind != PortOwner::plio) continue;
    const Plio& plio = machine.design->plios[static_cast<std::size_t>(source.owner)];
    const Port& sink = machine.design->ports[static_cast<std::size_t>(channel->sink_port)];
    const std::size_t element = sink.element.bytes != 0 ? sink.element.bytes : 4;
    exhausted += "\n  " + port_name(*machine.design, channel->source_port) + ": input file " + plio.file + " holds " +
                 std::to_string(channel->total / element) + " values; " +
                 port_name(*machine.design, channel->sink_port) + " needs " +
                 std::to_string((channel->needed - channel->queued) / element) + " more for firing " +
                 std::to_string(channel->reader->fired) + " of " + std::to_string(channel->reader->target);
  }
  if (!exhausted.empty())
    return {exit_malformed,
            "too little input for the iterations asked for" + exhausted + "\n" + blocked_report(machine)};
  return {exit_deadlock, "deadlock: nothing can go on\n" + blocked_report(machine)};
}

TILEWRIGHT_ADF_FUNCTION void write_statistics(const Machine& machine) {
  if (machine.statistics_file.empty()) return;
  std::int64_t kernels = 0, firings = 0;
  std::uint64_t bytes = 0;
  for (const auto& process : machine.processes)
    if (dynamic_cast<const KernelProcess*>(process.get()) != nullptr) {
      ++kernels;
      firings += process->fired;
    }
  for (const auto& channel : machine.channels)
    bytes += channel->total;
  const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - machine.started).count();
  std::ofstream file(machine.statistics_file);
  file << "{\"seconds\": " << seconds << ", \"kernels\": " << kernels
       << ", \"shared_buffers\": " << machine.design->shared_buffers.size() << ", \"firings\": " << firings
       << ", \"words\": " << bytes / 4 << "}\n";
}

} // namespace tilewright::adf
