// A memory-tile buffer: fill through all inputs, then serve all outputs, once per firing and phase.
//
// Patterns with a packet_port_id move packets: reads of a buffer that leads to a pktsplit say which of its outputs gets
// them; a packet from a pktmerge is written by the next pattern that has the packet's ID.
#pragma once

#include <set>

#include "../adf/packet_stream.hpp"
#include "dump.hpp"
#include "machine.hpp"
#include "tiling.hpp"
#include "undefined_value.hpp"

namespace tilewright::adf {

namespace shared_buffer_detail {
/// One access pattern of a port.
struct Part {
  std::vector<ElementRun> runs;
  std::size_t bytes = 0;
  std::uint32_t phase = 0;
  int packet_id = -1;
};

struct Side {
  PortRuntime runtime;
  StreamReader reader;
  StreamWriter writer;
  std::vector<Part> parts; ///< in order
  bool packets = false;    ///< leads to or comes from a packet switch
  DumpFile dump;
};

inline std::vector<Part> parts_of(const Port& port, const Dimensions& dimension, bool is_read) {
  std::vector<Part> parts;
  std::string error; // Patterns were checked when the design was.
  std::vector<Tiling> tilings = port.tilings;
  if (tilings.empty()) tilings.emplace_back(); // all of it, in order
  for (const Tiling& tiling : tilings) {
    Part part;
    part.runs = expand_tilings({tiling}, dimension, is_read, error);
    for (const ElementRun& run : part.runs)
      part.bytes += run.count * port.element.bytes;
    part.phase = tiling.phase;
    part.packet_id = tiling.packet_port_id;
    parts.push_back(std::move(part));
  }
  return parts;
}
} // namespace shared_buffer_detail

struct SharedBufferProcess final : Process {
  std::vector<std::unique_ptr<shared_buffer_detail::Side>> in, out;
  std::size_t element_bytes = 0;
  std::set<std::uint32_t> phases;
  std::vector<std::vector<std::uint8_t>> copies; ///< ping, pong; unwritten elements keep what they had two fills ago

  void body(Machine& machine) override;

private:
  using Memory = std::vector<std::uint8_t>;
  void fill(Machine& machine, shared_buffer_detail::Side& side, std::uint32_t phase, Memory& memory) const;
  void serve(Machine& machine, shared_buffer_detail::Side& side, std::uint32_t phase, const Memory& memory) const;
  shared_buffer_detail::Part* part_of_packet(Machine& machine, shared_buffer_detail::Side& side, std::uint32_t phase,
                                             std::set<const shared_buffer_detail::Part*>& done) const;
};

TILEWRIGHT_ADF_FUNCTION std::unique_ptr<Process> make_shared_buffer_process(Machine& machine, int buffer) {
  Design& design = *machine.design;
  const SharedBuffer& record = design.shared_buffers[static_cast<std::size_t>(buffer)];
  auto process = std::make_unique<SharedBufferProcess>();
  process->name = "shared_buffer" + std::to_string(buffer);
  process->port = record.in.empty() ? record.out.empty() ? 0 : record.out.front() : record.in.front();
  process->has_firings = true;
  process->firings_per_iteration = machine.network.buffer_firings[static_cast<std::size_t>(buffer)];
  process->element_bytes = record.element.bytes;
  process->copies.assign(static_cast<std::size_t>(record.num_buffers),
                         std::vector<std::uint8_t>(product(record.dimension) * record.element.bytes,
                                                   machine.debugged ? undefined_value : 0));
  const auto make_side = [&](int id, bool is_read) {
    auto side = std::make_unique<shared_buffer_detail::Side>();
    const Port& port = design.ports[static_cast<std::size_t>(id)];
    side->parts = shared_buffer_detail::parts_of(port, record.dimension, is_read);
    side->packets = leads_to_packet_switch(design, machine.network, id);
    for (const auto& part : side->parts)
      process->phases.insert(part.phase);
    side->dump.open(machine.dump_directory, design, id);
    return side;
  };
  for (const int id : record.in)
    if (machine.network.net_of_sink[static_cast<std::size_t>(id)] >= 0) {
      process->in.push_back(make_side(id, false));
      open_reader(machine, process->in.back()->runtime, process->in.back()->reader, id, *process);
    }
  for (const int id : record.out)
    if (machine.network.net_of_source[static_cast<std::size_t>(id)] >= 0) {
      process->out.push_back(make_side(id, true));
      open_writer(machine, process->out.back()->runtime, process->out.back()->writer, id, *process);
    }
  return process;
}

/// The pattern for the packet whose header comes next.
TILEWRIGHT_ADF_FUNCTION shared_buffer_detail::Part*
SharedBufferProcess::part_of_packet(Machine& machine, shared_buffer_detail::Side& side, std::uint32_t phase,
                                    std::set<const shared_buffer_detail::Part*>& done) const {
  std::uint32_t header = 0;
  read_stream(side.runtime, &header, sizeof header);
  for (auto& part : side.parts)
    if (part.phase == phase && part.packet_id == static_cast<int>(header & 31u) && done.insert(&part).second)
      return &part;
  fail(machine, exit_malformed,
       name + ": a packet has ID " + std::to_string(header & 31u) +
           ", and no access pattern that is left has this packet_port_id");
  throw StopProcess{};
}

TILEWRIGHT_ADF_FUNCTION void SharedBufferProcess::fill(Machine& machine, shared_buffer_detail::Side& side,
                                                       std::uint32_t phase, Memory& memory) const {
  Memory all; // for the dump
  std::set<const shared_buffer_detail::Part*> done;
  for (auto& next : side.parts) {
    if (next.phase != phase) continue;
    const shared_buffer_detail::Part& part = next.packet_id < 0 ? next : *part_of_packet(machine, side, phase, done);
    Memory bytes(part.bytes);
    read_stream(side.runtime, bytes.data(), bytes.size());
    const std::uint8_t* from = bytes.data();
    for (const ElementRun& run : part.runs) {
      const std::size_t size = run.count * element_bytes;
      std::memcpy(memory.data() + static_cast<std::size_t>(run.offset) * element_bytes, from, size);
      from += size;
    }
    all.insert(all.end(), bytes.begin(), bytes.end());
  }
  if (!all.empty()) side.dump.write_line(all.data(), all.size());
}

TILEWRIGHT_ADF_FUNCTION void SharedBufferProcess::serve(Machine& machine, shared_buffer_detail::Side& side,
                                                        std::uint32_t phase, const Memory& memory) const {
  Memory all;
  for (const auto& part : side.parts) {
    if (part.phase != phase) continue;
    const std::size_t header_bytes = part.packet_id < 0 ? 0 : sizeof(std::uint32_t);
    Memory bytes(header_bytes + part.bytes);
    if (header_bytes > 0) {
      const std::uint32_t header = packet_header(0, static_cast<unsigned>(part.packet_id));
      std::memcpy(bytes.data(), &header, sizeof header);
    }
    std::uint8_t* to = bytes.data() + header_bytes;
    for (const ElementRun& run : part.runs) {
      const std::size_t size = run.count * element_bytes;
      if (run.offset < 0)
        std::memset(to, 0, size);
      else
        std::memcpy(to, memory.data() + static_cast<std::size_t>(run.offset) * element_bytes, size);
      to += size;
    }
    all.insert(all.end(), bytes.begin() + static_cast<std::ptrdiff_t>(header_bytes), bytes.end());
    const std::size_t end = bytes.size();
    write_block(machine, side.runtime, std::move(bytes),
                side.packets ? std::vector<std::size_t>{end} : std::vector<std::size_t>{});
  }
  if (!all.empty()) side.dump.write_line(all.data(), all.size());
}

TILEWRIGHT_ADF_FUNCTION void SharedBufferProcess::body(Machine& machine) {
  for (;;) {
    {
      Lock lock(machine.mutex);
      block(machine, lock, *this, ProcessState::idle, [this] { return fired < target; });
    }
    Memory& memory = copies[static_cast<std::size_t>(fired) % copies.size()];
    for (const std::uint32_t phase : phases) {
      for (const auto& side : in)
        fill(machine, *side, phase, memory);
      for (const auto& side : out)
        serve(machine, *side, phase, memory);
    }
    Lock lock(machine.mutex);
    ++fired;
  }
}

} // namespace tilewright::adf
