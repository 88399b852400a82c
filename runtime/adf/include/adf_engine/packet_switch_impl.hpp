// pktsplit and pktmerge as processes.
//
// Merging on hardware is first come, first served. Here the inputs take turns, and one that has nothing is passed over
// only when nothing else in the machine can move, so the order does not depend on scheduling.
#pragma once

#include "../adf/packet_stream.hpp"
#include "machine.hpp"

namespace tilewright::adf {

namespace packet_detail {
struct Side {
  PortRuntime runtime;
  StreamReader reader;
  StreamWriter writer;
  bool headers = true; ///< the far end sees, or gives, packets with their header word
};

/// Patterns of a memory tile that name the packets they move see their headers.
inline bool names_packets(const Port& port) {
  return !port.tilings.empty() && port.tilings.front().packet_port_id >= 0;
}
/// Buffers and plain streams of kernels, connect<pktstream, stream>, get the payload alone.
inline bool sink_has_headers(const Design& design, int port) {
  const Port& sink = design.ports[static_cast<std::size_t>(port)];
  if (sink.transport == Transport::buffer) return names_packets(sink);
  return !(sink.owner_kind == PortOwner::kernel && sink.transport == Transport::stream);
}
inline bool source_has_headers(const Design& design, int port) {
  const Port& source = design.ports[static_cast<std::size_t>(port)];
  return source.transport != Transport::buffer || names_packets(source);
}
} // namespace packet_detail

struct PacketSwitchProcess final : Process {
  std::vector<std::unique_ptr<packet_detail::Side>> in, out;
  std::size_t turn = 0;
  bool passed_over = false;
  bool ordered = false;

  void body(Machine& machine) override {
    for (;; turn = (turn + 1) % in.size()) {
      packet_detail::Side& from = *in[turn];
      if (in.size() > 1 && !wait_for_packet(machine, from)) continue;
      std::uint32_t header = packet_header(0, static_cast<unsigned>(turn));
      if (from.headers) read_stream(from.runtime, &header, sizeof header);
      const std::size_t target = out.size() > 1 ? header & 31u : 0;
      if (target >= out.size()) {
        fail(machine, exit_malformed,
             name + ": a packet has ID " + std::to_string(target) + ", outputs are 0.." +
                 std::to_string(out.size() - 1));
        return;
      }
      forward(machine, from, *out[target], header);
    }
  }

  bool try_elsewhere(Machine& machine) override {
    if (in.size() < 2 || ordered || state != ProcessState::waits_read) return false;
    for (const auto& side : in)
      if (side->reader.channel != waiting_on && (side->reader.channel->queued > 0 || !side->reader.local.empty() ||
                                                 side->runtime.cursor != side->runtime.limit)) {
        passed_over = true;
        wake_process(machine, *this);
        return true;
      }
    return false;
  }

private:
  /// False if the input was passed over.
  bool wait_for_packet(Machine& machine, packet_detail::Side& side) {
    if (side.runtime.cursor != side.runtime.limit || !side.reader.local.empty()) return true;
    Lock lock(machine.mutex);
    waiting_on = side.reader.channel;
    waiting_port = side.reader.channel->sink_port;
    side.reader.channel->needed = 1;
    block(machine, lock, *this, ProcessState::waits_read,
          [&] { return side.reader.channel->queued > 0 || passed_over; });
    const bool ready = side.reader.channel->queued > 0;
    passed_over = false;
    return ready;
  }

  void forward(Machine& machine, packet_detail::Side& from, packet_detail::Side& to, std::uint32_t header) {
    std::vector<std::uint8_t> bytes;
    const auto append = [&](std::uint32_t word) {
      const std::size_t size = bytes.size();
      bytes.resize(size + sizeof word);
      std::memcpy(bytes.data() + size, &word, sizeof word);
    };
    if (to.headers) append(header);
    do {
      std::uint32_t word;
      read_stream(from.runtime, &word, sizeof word);
      append(word);
    } while (!stream_was_last(from.runtime));
    const std::size_t end = bytes.size();
    write_block(machine, to.runtime, std::move(bytes), {end});
  }
};

TILEWRIGHT_ADF_FUNCTION std::unique_ptr<Process> make_packet_switch_process(Machine& machine, int index) {
  const Design& design = *machine.design;
  const PacketSwitch& record = design.packet_switches[static_cast<std::size_t>(index)];
  auto process = std::make_unique<PacketSwitchProcess>();
  process->name = "packet_switch" + std::to_string(index);
  process->port = record.in.front();
  process->ordered = record.ordered;
  for (const int id : record.in) {
    const int net = machine.network.net_of_sink[static_cast<std::size_t>(id)];
    if (net < 0) return nullptr;
    process->in.push_back(std::make_unique<packet_detail::Side>());
    packet_detail::Side& side = *process->in.back();
    side.headers =
        packet_detail::source_has_headers(design, machine.network.nets[static_cast<std::size_t>(net)].source);
    open_reader(machine, side.runtime, side.reader, id, *process);
  }
  for (const int id : record.out) {
    const int net = machine.network.net_of_source[static_cast<std::size_t>(id)];
    process->out.push_back(std::make_unique<packet_detail::Side>());
    packet_detail::Side& side = *process->out.back();
    if (net >= 0)
      side.headers =
          packet_detail::sink_has_headers(design, machine.network.nets[static_cast<std::size_t>(net)].sinks.front());
    open_writer(machine, side.runtime, side.writer, id, *process);
  }
  return process;
}

} // namespace tilewright::adf
