#include "runtime/estimate/pipeline_of_design.h"

#include "backends/common/transport.h"

#include <algorithm>
#include <cmath>
#include <cstdlib>
#include <map>
#include <tuple>

namespace tilewright {

namespace {

std::int64_t bytes_of(const Port& port) {
  return touched_count(port.pattern) * static_cast<std::int64_t>(size_in_bytes(port.element));
}

class Builder {
public:
  Builder(const Design& design, const Target& target, const Device& device)
      : design_(design), target_(target), device_(device) {}

  Pipeline run() {
    for (std::size_t i = 0; i < design_.groups.size(); ++i) add_group(static_cast<int>(i));
    memory_buffers_.resize(design_.buffers.size());
    for (int& buffer : memory_buffers_) buffer = pipeline_.buffers++;
    // One stream for everything that comes from one port: it waits for the slowest receiver.
    std::map<std::tuple<int, int, int>, std::vector<const Connection*>> streams;
    for (const Connection& c : design_.connections) {
      streams[{static_cast<int>(c.from.kind), c.from.index, c.from.port}].push_back(&c);
    }
    for (const auto& [from, connections] : streams) add_stream(connections);
    return std::move(pipeline_);
  }

private:
  struct GroupBuffers {
    std::vector<std::vector<int>> inputs; // of each input port, the buffers of the tiles that it feeds
    std::vector<int> outputs;
  };

  void add_group(int index) {
    const KernelGroup& group = design_.groups[static_cast<std::size_t>(index)];
    const int length = group.cascade_length();
    const int parts = group.batch_parts;
    GroupBuffers buffers;
    buffers.inputs.resize(group.inputs.size());
    KernelCycles slowest;
    std::int64_t offset = 0; // from one tile of a cascade to the next
    for (const KernelWork& work : work_of(group, target_)) {
      const KernelCycles cycles = kernel_cycles(work, target_.timing);
      if (cycles.total > slowest.total) slowest = cycles;
      if (work.first_column + work.columns < length) offset = std::max(offset, cycles.first_result + target_.timing.cascade_latency);
    }
    const bool by_tile = static_cast<int>(group.inputs.size()) == length * parts;
    for (std::size_t cascade = 0; cascade < group.outputs.size(); ++cascade) {
      Process process{group.name, group.repetitions * slowest.total, 0, {}, {}};
      for (int tile = 0; tile < length; ++tile) {
        const int buffer = pipeline_.buffers++;
        const std::size_t port = by_tile ? static_cast<std::size_t>(tile * parts + static_cast<int>(cascade) % parts)
                                         : std::min(cascade, group.inputs.size() - 1);
        if (port < buffers.inputs.size()) buffers.inputs[port].push_back(buffer);
        process.reads.push_back({buffer, tile * offset});
      }
      const int output = pipeline_.buffers++;
      process.writes.push_back({output, (length - 1) * offset});
      buffers.outputs.push_back(output);
      pipeline_.processes.push_back(std::move(process));
    }
    groups_.push_back(std::move(buffers));
  }

  // Stream switches between two places; memory tiles and PLIOs are below the array, somewhere near.
  std::int64_t hops(const Endpoint& from, const Endpoint& to) const {
    const auto place = [&](const Endpoint& end) { return design_.groups[static_cast<std::size_t>(end.index)].place; };
    const bool from_group = from.kind == Endpoint::Kind::group;
    const bool to_group = to.kind == Endpoint::Kind::group;
    if (from_group && to_group) {
      return 1 + std::abs(place(from).column - place(to).column) + std::abs(place(from).row - place(to).row);
    }
    std::int64_t count = 1 + device_.memory_tile_rows;
    if (from_group) count += place(from).row;
    if (to_group) count += place(to).row;
    return count;
  }

  std::int64_t occupancy(const Endpoint& from, const Endpoint& to) const {
    const auto cycles = [&](std::int64_t bytes, double rate) { return static_cast<std::int64_t>(std::ceil(static_cast<double>(bytes) / rate)); };
    for (const Endpoint* end : {&from, &to}) {
      if (end->kind != Endpoint::Kind::plio) continue;
      const Plio& plio = design_.plios[static_cast<std::size_t>(end->index)];
      return cycles(plio.features * plio.rows * static_cast<std::int64_t>(size_in_bytes(plio.element)), plio_bytes_per_cycle(target_, device_));
    }
    if (from.kind == Endpoint::Kind::group) {
      return stream_cycles(design_.groups[static_cast<std::size_t>(from.index)].outputs[static_cast<std::size_t>(from.port)], target_);
    }
    const MemoryBuffer& buffer = design_.buffers[static_cast<std::size_t>(from.index)];
    return stream_cycles({buffer.element, buffer.reads[static_cast<std::size_t>(from.port)]}, target_);
  }

  void add_stream(const std::vector<const Connection*>& connections) {
    const Endpoint& from = connections.front()->from;
    const Timing& timing = target_.timing;
    Process process;
    if (from.kind == Endpoint::Kind::group) {
      process.reads.push_back({groups_[static_cast<std::size_t>(from.index)].outputs[static_cast<std::size_t>(from.port)], 0});
    } else if (from.kind == Endpoint::Kind::buffer) {
      process.reads.push_back({memory_buffers_[static_cast<std::size_t>(from.index)], 0});
    }
    process.name = "stream to " + name_of_receiver(connections.front()->to);
    for (const Connection* connection : connections) {
      const Endpoint& to = connection->to;
      process.occupancy = std::max(process.occupancy, occupancy(from, to));
      process.latency = std::max(process.latency, 2 * timing.dma_latency + hops(from, to) * timing.switch_latency);
      if (to.kind == Endpoint::Kind::group) {
        for (const int buffer : groups_[static_cast<std::size_t>(to.index)].inputs[static_cast<std::size_t>(to.port)]) {
          process.writes.push_back({buffer, 0});
        }
      } else if (to.kind == Endpoint::Kind::buffer) {
        process.writes.push_back({memory_buffers_[static_cast<std::size_t>(to.index)], 0});
      }
    }
    pipeline_.processes.push_back(std::move(process));
  }

  std::string name_of_receiver(const Endpoint& end) const {
    const auto index = static_cast<std::size_t>(end.index);
    switch (end.kind) {
    case Endpoint::Kind::plio: return design_.plios[index].name;
    case Endpoint::Kind::group: return design_.groups[index].name;
    case Endpoint::Kind::buffer: break;
    }
    return design_.buffers[index].name;
  }

  const Design& design_;
  const Target& target_;
  const Device& device_;
  Pipeline pipeline_;
  std::vector<GroupBuffers> groups_;
  std::vector<int> memory_buffers_;
};

} // namespace

std::int64_t stream_cycles(const Port& port, const Target& target) {
  return (bytes_of(port) + target.timing.stream_bytes - 1) / target.timing.stream_bytes;
}

std::vector<KernelWork> work_of(const KernelGroup& group, const Target& target) {
  if (!group.work.empty()) return group.work;
  // Every vector of the inputs and outputs once, and one instruction of the ALU for each of either.
  std::int64_t in = 0;
  std::int64_t out = 0;
  for (const Port& port : group.inputs) in = std::max(in, bytes_of(port));
  for (const Port& port : group.outputs) out = std::max(out, bytes_of(port));
  const int inputs = std::max(1, static_cast<int>(group.inputs.size() / std::max<std::size_t>(1, group.outputs.size())));
  const Timing& timing = target.timing;
  LoopWork loop{.name = "vectors", .iterations = std::max<std::int64_t>(1, vector_instructions_of(std::max(in, out), timing))};
  loop.body.loads = inputs * loads_of(timing.vector_bytes, timing);
  loop.body.stores = stores_of(timing.vector_bytes, timing);
  loop.body.vector_alu = 1 + inputs;
  return {{.columns = group.cascade_length(), .locks = 2 + inputs, .loops = {loop}}};
}

Pipeline pipeline_of(const Design& design, const Target& target, const Device& device) {
  return Builder(design, target, device).run();
}

} // namespace tilewright
