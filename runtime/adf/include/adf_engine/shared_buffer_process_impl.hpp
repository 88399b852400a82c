// A memory-tile buffer: fill through all inputs, then serve all outputs, once per firing.
#pragma once

#include "dump.hpp"
#include "machine.hpp"
#include "tiling.hpp"

namespace tilewright::adf {

namespace shared_buffer_detail {
struct Side {
  int port = -1;
  PortRuntime runtime;
  StreamReader reader;
  StreamWriter writer;
  std::vector<ElementRun> runs;
  std::size_t bytes = 0; ///< moved in one firing
  DumpFile dump;
};
} // namespace shared_buffer_detail

struct SharedBufferProcess final : Process {
  std::vector<std::unique_ptr<shared_buffer_detail::Side>> in, out;
  std::size_t element_bytes = 0;
  std::vector<std::vector<std::uint8_t>> copies; ///< ping, pong; unwritten elements keep what they had two fills ago

  void body(Machine& machine) override;
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
                         std::vector<std::uint8_t>(product(record.dimension) * record.element.bytes, 0));
  const auto make_side = [&](int id, bool is_read) {
    auto side = std::make_unique<shared_buffer_detail::Side>();
    const Port& port = design.ports[static_cast<std::size_t>(id)];
    std::string error; // Patterns were checked when the design was.
    side->port = id;
    side->runs = expand_tilings(port.tilings, record.dimension, is_read, error);
    side->bytes = firing_bytes(design, port);
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

TILEWRIGHT_ADF_FUNCTION void SharedBufferProcess::body(Machine& machine) {
  for (;;) {
    {
      Lock lock(machine.mutex);
      block(machine, lock, *this, ProcessState::idle, [this] { return fired < target; });
    }
    std::vector<std::uint8_t>& memory = copies[static_cast<std::size_t>(fired) % copies.size()];
    for (const auto& side : in) {
      std::vector<std::uint8_t> block_bytes(side->bytes);
      read_stream(side->runtime, block_bytes.data(), block_bytes.size());
      const std::uint8_t* from = block_bytes.data();
      for (const ElementRun& run : side->runs) {
        const std::size_t size = run.count * element_bytes;
        std::memcpy(memory.data() + static_cast<std::size_t>(run.offset) * element_bytes, from, size);
        from += size;
      }
      side->dump.write_line(block_bytes.data(), block_bytes.size());
    }
    for (const auto& side : out) {
      std::vector<std::uint8_t> block_bytes(side->bytes);
      std::uint8_t* to = block_bytes.data();
      for (const ElementRun& run : side->runs) {
        const std::size_t size = run.count * element_bytes;
        if (run.offset < 0)
          std::memset(to, 0, size);
        else
          std::memcpy(to, memory.data() + static_cast<std::size_t>(run.offset) * element_bytes, size);
        to += size;
      }
      side->dump.write_line(block_bytes.data(), block_bytes.size());
      write_block(machine, side->runtime, std::move(block_bytes));
    }
    Lock lock(machine.mutex);
    ++fired;
  }
}

} // namespace tilewright::adf
