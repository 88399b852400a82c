#include "backends/common/transport.h"

#include "backends/common/blocks.h"
#include "backends/common/names.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr std::int64_t halves = 2; // every memory-tile buffer is a ping-pong pair

bool fits_memory_tile(std::int64_t features, std::int64_t row_bytes, const Target& target) {
  return halves * features * row_bytes <= target.memory_tile_bytes;
}

// The pattern of one port of a group within a buffer that starts at feature `first`.
AccessPattern within_buffer(const PortSet& side, std::int64_t features, std::int64_t rows, int port_in_buffer) {
  return blocked(features, rows, port_in_buffer * side.slice, side.slice, side.block_features, side.block_rows);
}

struct Builder {
  const Graph& graph;
  const Target& target;
  const std::vector<Tiling>& tilings;
  Design& design;
  NameTable names;

  std::int64_t row_bytes(ElementType element) const {
    return design.rows_per_iteration * static_cast<std::int64_t>(size_in_bytes(element));
  }

  int add_buffer(const std::string& name, ElementType element, std::int64_t features) {
    design.buffers.push_back({names.unique(name), element, features, design.rows_per_iteration, {}, {}});
    return static_cast<int>(design.buffers.size()) - 1;
  }

  void write(int buffer, Endpoint from, AccessPattern pattern) {
    std::vector<AccessPattern>& writes = design.buffers[static_cast<std::size_t>(buffer)].writes;
    design.connections.push_back({from, {Endpoint::Kind::buffer, buffer, static_cast<int>(writes.size())}});
    writes.push_back(std::move(pattern));
  }

  void read(int buffer, Endpoint to, AccessPattern pattern) {
    std::vector<AccessPattern>& reads = design.buffers[static_cast<std::size_t>(buffer)].reads;
    design.connections.push_back({{Endpoint::Kind::buffer, buffer, static_cast<int>(reads.size())}, to});
    reads.push_back(std::move(pattern));
  }

  Endpoint add_plio(Plio::Direction direction, ValueId value, ElementType element, std::int64_t first,
                    std::int64_t features, const std::string& name) {
    const std::string unique = names.unique(name);
    design.plios.push_back({direction, unique, "data/" + unique + ".txt", value, element, first, features});
    return {Endpoint::Kind::plio, static_cast<int>(design.plios.size()) - 1, 0};
  }

  void connect_direct(int from, int to) {
    for (int port = 0; port < tilings[static_cast<std::size_t>(to)].input_ports; ++port) {
      design.connections.push_back({{Endpoint::Kind::group, from, port}, {Endpoint::Kind::group, to, port}});
    }
  }

  void connect_through_buffers(int from, int to, ElementType element) {
    const PortSet source = output_ports(tilings[static_cast<std::size_t>(from)]);
    const PortSet sink = input_ports(tilings[static_cast<std::size_t>(to)]);
    const int parts = buffers_between(source, sink, row_bytes(element), target).value();
    const std::int64_t features = source.features() / parts;
    const int writers = source.ports / parts;
    const int readers = sink.ports / parts;
    for (int part = 0; part < parts; ++part) {
      const int buffer = add_buffer("buffer_" + design.groups[static_cast<std::size_t>(to)].name + "_input", element, features);
      for (int i = 0; i < writers; ++i) {
        write(buffer, {Endpoint::Kind::group, from, part * writers + i},
              within_buffer(source, features, design.rows_per_iteration, i));
      }
      for (int i = 0; i < readers; ++i) {
        read(buffer, {Endpoint::Kind::group, to, part * readers + i},
             within_buffer(sink, features, design.rows_per_iteration, i));
      }
    }
  }

  void connect_input(int to) {
    const KernelGroup& group = design.groups[static_cast<std::size_t>(to)];
    const ElementType element = group.inputs.front().element;
    const PortSet sink = input_ports(tilings[static_cast<std::size_t>(to)]);
    int first = 0;
    const std::vector<int> counts = *ports_per_plio(sink, row_bytes(element), target.memory_tile_dma_out, target);
    for (const int count : counts) {
      const std::int64_t features = count * sink.slice;
      const int buffer = add_buffer("buffer_" + group.name + "_input", element, features);
      const Endpoint plio = add_plio(Plio::Direction::in, group.input, element, first * sink.slice, features,
                                     "in_" + identifier(graph.value(group.input).name));
      write(buffer, plio, row_major(features, design.rows_per_iteration, 0, features));
      for (int i = 0; i < count; ++i) {
        read(buffer, {Endpoint::Kind::group, to, first + i}, within_buffer(sink, features, design.rows_per_iteration, i));
      }
      first += count;
    }
  }

  void connect_output(int from) {
    const KernelGroup& group = design.groups[static_cast<std::size_t>(from)];
    const ElementType element = group.outputs.front().element;
    const PortSet source = output_ports(tilings[static_cast<std::size_t>(from)]);
    int first = 0;
    const std::vector<int> counts = *ports_per_plio(source, row_bytes(element), target.memory_tile_dma_in, target);
    for (const int count : counts) {
      const std::int64_t features = count * source.slice;
      const int buffer = add_buffer("buffer_" + group.name + "_output", element, features);
      for (int i = 0; i < count; ++i) {
        write(buffer, {Endpoint::Kind::group, from, first + i},
              within_buffer(source, features, design.rows_per_iteration, i));
      }
      const Endpoint plio = add_plio(Plio::Direction::out, group.output, element, first * source.slice, features,
                                     "out_" + identifier(graph.value(group.output).name));
      read(buffer, plio, row_major(features, design.rows_per_iteration, 0, features));
      first += count;
    }
  }
};

} // namespace

PortSet output_ports(const Tiling& tiling) {
  return {tiling.output_ports, tiling.output_slice, tiling.shape.columns, tiling.shape.rows};
}

PortSet input_ports(const Tiling& tiling) {
  return {tiling.input_ports, tiling.input_slice, tiling.shape.inner, tiling.shape.rows};
}

bool connects_directly(const PortSet& from, const PortSet& to) { return from == to; }

std::optional<int> buffers_between(const PortSet& from, const PortSet& to, std::int64_t row_bytes,
                                   const Target& target) {
  if (from.features() < to.features()) return std::nullopt;
  for (int parts = 1; parts <= std::min(from.ports, to.ports); ++parts) {
    if (from.ports % parts != 0 || to.ports % parts != 0) continue;
    if (parts > 1 && from.features() != to.features()) return std::nullopt;
    if (from.ports / parts <= target.memory_tile_dma_in && to.ports / parts <= target.memory_tile_dma_out &&
        fits_memory_tile(from.features() / parts, row_bytes, target)) {
      return parts;
    }
  }
  return std::nullopt;
}

std::optional<std::vector<int>> ports_per_plio(const PortSet& side, std::int64_t row_bytes, int most_ports,
                                               const Target& target) {
  int most = most_ports;
  while (most > 0 && !fits_memory_tile(most * side.slice, row_bytes, target)) --most;
  if (most == 0) return std::nullopt;
  std::vector<int> counts;
  for (int left = side.ports; left > 0; left -= most) counts.push_back(std::min(left, most));
  return counts;
}

void connect_groups(const Graph& graph, const Target& target, const std::vector<Tiling>& tilings,
                    const std::vector<int>& producers, Design& design) {
  Builder builder{graph, target, tilings, design, {}};
  for (const KernelGroup& group : design.groups) builder.names.unique(group.name);
  for (std::size_t i = 0; i < design.groups.size(); ++i) {
    const int to = static_cast<int>(i);
    const int from = producers[i];
    if (from < 0) {
      builder.connect_input(to);
    } else if (connects_directly(output_ports(tilings[static_cast<std::size_t>(from)]), input_ports(tilings[i]))) {
      builder.connect_direct(from, to);
    } else {
      builder.connect_through_buffers(from, to, design.groups[i].inputs.front().element);
    }
    const bool leaves = std::ranges::find(design.leaving, design.groups[i].output) != design.leaving.end();
    if (leaves) builder.connect_output(to);
  }
}

} // namespace tilewright
