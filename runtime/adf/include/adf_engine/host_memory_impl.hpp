// GMIO and external buffers: data between the array and memory of the host program.
//
// A transfer into the array copies its data when it is asked for; one out of the array is done by a process as the data
// arrives, and complete after wait().
#pragma once

#include "../adf/host_memory.hpp"
#include "machine.hpp"

namespace tilewright::adf {

struct HostSinkProcess final : Process {
  PortRuntime runtime;
  StreamReader reader;

  void body(Machine& machine) override {
    for (;;) {
      HostTransfer* transfer = nullptr;
      {
        Lock lock(machine.mutex);
        std::deque<HostTransfer>& queue = machine.host_transfers[port];
        block(machine, lock, *this, ProcessState::idle, [&] { return !queue.empty(); });
        transfer = &queue.front(); // Stays valid: the host only appends, and this process alone removes.
      }
      for (const ElementRun& run : transfer->runs)
        read_stream(runtime, transfer->memory + static_cast<std::size_t>(run.offset) * transfer->element_bytes,
                    run.count * transfer->element_bytes);
      Lock lock(machine.mutex);
      machine.host_transfers[port].pop_front();
    }
  }
};

TILEWRIGHT_ADF_FUNCTION std::unique_ptr<Process> make_host_sink_process(Machine& machine, int port) {
  if (machine.network.net_of_sink[static_cast<std::size_t>(port)] < 0) return nullptr;
  auto process = std::make_unique<HostSinkProcess>();
  process->name = port_name(*machine.design, port);
  process->port = port;
  open_reader(machine, process->runtime, process->reader, port, *process);
  return process;
}

TILEWRIGHT_ADF_FUNCTION void send_from_host(int port, const void* memory, std::size_t bytes) {
  Machine& instance = machine();
  initialize_machine(instance);
  auto chunk = std::make_shared<Chunk>();
  const std::uint8_t* from = static_cast<const std::uint8_t*>(memory);
  const Port& record = instance.design->ports[static_cast<std::size_t>(port)];
  if (record.owner_kind == PortOwner::gmio) {
    chunk->bytes.assign(from, from + bytes);
  } else {
    const HostMemory& buffer = instance.design->host_memories[static_cast<std::size_t>(record.owner)];
    std::string error; // Patterns were checked when the design was.
    for (const ElementRun& run : expand_tilings(record.tilings, buffer.dimension, true, error)) {
      const std::size_t size = run.count * record.element.bytes;
      if (run.offset < 0) {
        chunk->bytes.insert(chunk->bytes.end(), size, 0);
      } else {
        const std::uint8_t* start = from + static_cast<std::size_t>(run.offset) * record.element.bytes;
        chunk->bytes.insert(chunk->bytes.end(), start, start + size);
      }
    }
  }
  Lock lock(instance.mutex);
  StreamWriter writer;
  for (const std::unique_ptr<Channel>& channel : instance.channels)
    if (channel->source_port == port) writer.sinks.push_back(channel.get());
  push_chunk(instance, writer, std::move(chunk));
}

TILEWRIGHT_ADF_FUNCTION void receive_to_host(int port, void* memory, std::size_t bytes) {
  Machine& instance = machine();
  initialize_machine(instance);
  const Port& record = instance.design->ports[static_cast<std::size_t>(port)];
  HostTransfer transfer;
  transfer.memory = static_cast<std::uint8_t*>(memory);
  if (record.owner_kind == PortOwner::gmio) {
    transfer.runs = {{0, static_cast<std::uint32_t>(bytes)}};
  } else {
    std::string error;
    transfer.element_bytes = record.element.bytes;
    transfer.runs = expand_tilings(
        record.tilings, instance.design->host_memories[static_cast<std::size_t>(record.owner)].dimension, false, error);
  }
  Lock lock(instance.mutex);
  instance.host_transfers[port].push_back(std::move(transfer));
  for (const std::unique_ptr<Process>& process : instance.processes)
    if (process->state == ProcessState::idle && !process->has_firings) wake_process(instance, *process);
}

TILEWRIGHT_ADF_FUNCTION void wait_for_host_transfers(int port) {
  Machine& instance = machine();
  initialize_machine(instance);
  Lock lock(instance.mutex);
  wait_until_quiet(instance, lock);
  if (instance.host_transfers[port].empty()) return;
  const Failure found = explain_stop(instance, -1);
  instance.failure = std::make_unique<Failure>(Failure{
      found.code, found.text + "\n  " + port_name(*instance.design, port) + ": a transfer to the host waits for data"});
  exit_on_failure(instance, lock);
}

} // namespace tilewright::adf
