#include "backends/common/transport.h"

#include "backends/common/blocks.h"
#include "backends/common/names.h"
#include "backends/common/views.h"

#include <algorithm>
#include <fmt/format.h>
#include <numeric>

namespace tilewright {

namespace {

constexpr std::int64_t halves = 2; // every memory-tile buffer is a ping-pong pair

bool fits_memory_tile(std::int64_t features, std::int64_t row_bytes, const Target& target) {
  return halves * features * row_bytes <= target.memory_tile_bytes;
}

// The pattern of port `slice`, `part` of a group within a buffer of features x rows that both begin there.
AccessPattern within_buffer(const PortSet& side, std::int64_t features, std::int64_t rows, std::int64_t part_rows, int slice,
                            int part) {
  return blocked_part(features, rows, slice * side.slice, side.slice, part * part_rows, part_rows, side.block_features,
                      side.block_rows);
}

struct Builder {
  const Graph& graph;
  const Target& target;
  const Device& device;
  const std::vector<Tiling>& tilings;
  PlioPolicy policy;
  Design& design;
  NameTable names;

  std::int64_t row_bytes(ElementType element) const {
    return design.rows_per_iteration * static_cast<std::int64_t>(size_in_bytes(element));
  }

  int add_buffer(const std::string& name, ElementType element, std::int64_t features, std::int64_t rows) {
    design.buffers.push_back({names.unique(name), element, features, rows, {}, {}});
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

  Endpoint add_plio(Plio plio, const std::string& name) {
    plio.name = names.unique(name);
    plio.file = "data/" + plio.name + ".txt";
    design.plios.push_back(std::move(plio));
    return {Endpoint::Kind::plio, static_cast<int>(design.plios.size()) - 1, 0};
  }

  // The ports of one operand, behind those of the operands in front of it.
  struct Reader {
    int group = 0;
    PortSet ports;
    int first_port = 0;
  };

  void connect_direct(int from, const Reader& to) {
    for (int port = 0; port < to.ports.ports * to.ports.batch_parts; ++port) {
      design.connections.push_back(
          {{Endpoint::Kind::group, from, port}, {Endpoint::Kind::group, to.group, to.first_port + port}});
    }
  }

  // Part of a side's ports that one buffer serves: slices and parts of the rows from the first ones on.
  struct Share {
    int first_slice = 0;
    int slices = 1;
    int first_part = 0;
    int parts = 1;
  };

  // Calls connect(endpoint, pattern) for each port of `share`.
  template <class Connect>
  void for_each_port(int group, int first_port, const PortSet& side, const Share& share, const MemoryBuffer& buffer,
                     Connect connect) const {
    const std::int64_t features = buffer.features;
    const std::int64_t rows = buffer.rows;
    for (int slice = 0; slice < share.slices; ++slice) {
      for (int part = 0; part < share.parts; ++part) {
        const int port = first_port + (share.first_slice + slice) * side.batch_parts + share.first_part + part;
        connect(Endpoint{Endpoint::Kind::group, group, port},
                within_buffer(side, features, rows, rows / share.parts, slice, part));
      }
    }
  }

  std::string input_name(int group) const {
    return "buffer_" + design.groups[static_cast<std::size_t>(group)].name + "_input";
  }

  void connect_through_buffers(int from, const Reader& to, ElementType element) {
    const PortSet source = output_ports(tilings[static_cast<std::size_t>(from)]);
    const PortSet& sink = to.ports;
    const BufferCut cut = buffers_between(source, sink, row_bytes(element), target).value();
    for (int column = 0; column < cut.features; ++column) {
      for (int row = 0; row < cut.rows; ++row) {
        const auto share = [&](const PortSet& side) {
          const int slices = side.ports / cut.features;
          const int parts = side.batch_parts / cut.rows;
          return Share{column * slices, slices, row * parts, parts};
        };
        const int buffer = add_buffer(input_name(to.group), element, source.features() / cut.features,
                                      design.rows_per_iteration / cut.rows);
        const MemoryBuffer shape = design.buffers[static_cast<std::size_t>(buffer)];
        for_each_port(from, 0, source, share(source), shape,
                      [&](Endpoint port, AccessPattern pattern) { write(buffer, port, std::move(pattern)); });
        for_each_port(to.group, to.first_port, sink, share(sink), shape,
                      [&](Endpoint port, AccessPattern pattern) { read(buffer, port, std::move(pattern)); });
      }
    }
  }

  // One buffer for parts of values: each producer writes its whole value where there is room for it, and the group reads
  // from the first column that it needs.
  void connect_joined(const GroupInput& input, const Reader& to) {
    const bool single = input.parts.size() == 1;
    std::int64_t room = 0;
    for (const InputPart& part : input.parts) room += part.room;
    const std::int64_t start = single ? window_start({input.parts[0].value, input.parts[0].first, 0}) : 0;
    const std::int64_t features = std::max(room, start + to.ports.features());
    const std::int64_t rows = design.rows_per_iteration;
    const int buffer = add_buffer(input_name(to.group), input.element, features, rows);
    std::int64_t base = 0;
    for (const InputPart& part : input.parts) {
      if (part.producer < 0) {
        const Endpoint plio = add_plio({.direction = Plio::Direction::in,
                                        .value = part.value,
                                        .element = input.element,
                                        .first_feature = 0,
                                        .features = part.room,
                                        .first_row = 0,
                                        .rows = rows},
                                       "in_" + identifier(graph.value(part.value).name));
        write(buffer, plio, row_major(features, rows, base, part.room));
      } else {
        const PortSet source = output_ports(tilings[static_cast<std::size_t>(part.producer)]);
        connect_ports(part.producer, 0, source, base, features, [&](Endpoint port, AccessPattern pattern) {
          write(buffer, port, std::move(pattern));
        });
      }
      base += part.room;
    }
    connect_ports(to.group, to.first_port, to.ports, start, features, [&](Endpoint port, AccessPattern pattern) {
      read(buffer, port, std::move(pattern));
    });
  }

  // All ports of a side, in a buffer of `features` columns in which the side's first one is column `base`.
  template <class Connect>
  void connect_ports(int group, int first_port, const PortSet& side, std::int64_t base, std::int64_t features,
                     Connect connect) const {
    const std::int64_t rows = design.rows_per_iteration;
    const std::int64_t part_rows = rows / side.batch_parts;
    for (int slice = 0; slice < side.ports; ++slice) {
      for (int part = 0; part < side.batch_parts; ++part) {
        connect(Endpoint{Endpoint::Kind::group, group, first_port + slice * side.batch_parts + part},
                blocked_part(features, rows, base + slice * side.slice, side.slice, part * part_rows, part_rows,
                             side.block_features, side.block_rows));
      }
    }
  }

  void connect_input(const GroupInput& input, const Reader& to) {
    if (!input.whole) return connect_joined(input, to);
    const InputPart& part = input.parts.front();
    if (part.producer < 0) return connect_outside(Plio::Direction::in, part.value, input.element, to);
    if (connects_directly(output_ports(tilings[static_cast<std::size_t>(part.producer)]), to.ports)) {
      return connect_direct(part.producer, to);
    }
    connect_through_buffers(part.producer, to, input.element);
  }

  // Buffers between a group's ports and PLIOs, in either direction.
  void connect_outside(Plio::Direction direction, ValueId value, ElementType element, const Reader& ends) {
    const bool in = direction == Plio::Direction::in;
    const KernelGroup& group = design.groups[static_cast<std::size_t>(ends.group)];
    const PortSet& side = ends.ports;
    const int ports = in ? target.memory_tile_dma_out : target.memory_tile_dma_in;
    const PlioCut cut = *plio_cut(side, row_bytes(element), ports, target);
    int plio_channels = in ? target.memory_tile_dma_in : target.memory_tile_dma_out;
    if (policy.most > 0) plio_channels = std::clamp(policy.most / cut.buffers(), 1, plio_channels);
    const std::int64_t rows = design.rows_per_iteration / cut.rows;
    const int parts = side.batch_parts / cut.rows;
    for (int row = 0; row < cut.rows; ++row) {
      int first = 0;
      for (const int count : cut.ports) {
        const std::int64_t features = count * side.slice;
        const int buffer = add_buffer("buffer_" + group.name + (in ? "_input" : "_output"), element, features, rows);
        const MemoryBuffer shape = design.buffers[static_cast<std::size_t>(buffer)];
        const int plios = plios_for(features, rows, element, policy.cycles, plio_channels, target, device);
        for_each_port(ends.group, ends.first_port, side, {first, count, row * parts, parts}, shape,
                      [&](Endpoint port, AccessPattern pattern) {
                        in ? read(buffer, port, std::move(pattern)) : write(buffer, port, std::move(pattern));
                      });
        for (int i = 0; i < plios; ++i) {
          const std::int64_t share = features / plios;
          const Endpoint plio = add_plio({.direction = direction,
                                          .value = value,
                                          .element = element,
                                          .first_feature = first * side.slice + i * share,
                                          .features = share,
                                          .first_row = row * rows,
                                          .rows = rows},
                                         (in ? "in_" : "out_") + identifier(graph.value(value).name));
          AccessPattern pattern = row_major(features, rows, i * share, share);
          in ? write(buffer, plio, std::move(pattern)) : read(buffer, plio, std::move(pattern));
        }
        first += count;
      }
    }
  }
};

} // namespace

PortSet output_ports(const Tiling& tiling) {
  return {tiling.output_ports, tiling.output_slice, tiling.shape.columns, tiling.shape.rows, tiling.batch_parts};
}

PortSet input_ports(const Tiling& tiling) {
  return {tiling.input_ports, tiling.input_slice, tiling.shape.inner, tiling.shape.rows, tiling.batch_parts};
}

bool connects_directly(const PortSet& from, const PortSet& to) { return from == to; }

std::optional<BufferCut> buffers_between(const PortSet& from, const PortSet& to, std::int64_t row_bytes,
                                         const Target& target) {
  if (from.features() < to.features()) return std::nullopt;
  std::optional<BufferCut> best;
  const int most_rows = std::gcd(from.batch_parts, to.batch_parts);
  for (int rows = 1; rows <= most_rows; ++rows) {
    if (most_rows % rows != 0) continue;
    const int most_features = from.features() == to.features() ? std::gcd(from.ports, to.ports) : 1;
    for (int features = 1; features <= most_features; ++features) {
      if (most_features % features != 0) continue;
      if (best && best->buffers() <= rows * features) break;
      const bool fits = from.ports / features * (from.batch_parts / rows) <= target.memory_tile_dma_in &&
                        to.ports / features * (to.batch_parts / rows) <= target.memory_tile_dma_out &&
                        fits_memory_tile(from.features() / features, row_bytes / rows, target);
      if (fits) best = BufferCut{features, rows};
    }
  }
  return best;
}

bool joins(const GroupInput& input, const std::vector<std::optional<PortSet>>& from, const PortSet& to,
           std::int64_t row_bytes, const Target& target) {
  int writers = 0;
  std::int64_t room = 0;
  for (std::size_t i = 0; i < input.parts.size(); ++i) {
    const InputPart& part = input.parts[i];
    writers += from[i] ? from[i]->ports * from[i]->batch_parts : 1;
    if (from[i] && from[i]->features() > part.room) return false;
    room += part.room;
  }
  const std::int64_t start = input.parts.size() == 1 ? window_start({input.parts[0].value, input.parts[0].first, 0}) : 0;
  return writers <= target.memory_tile_dma_in && to.ports * to.batch_parts <= target.memory_tile_dma_out &&
         fits_memory_tile(std::max(room, start + to.features()), row_bytes, target);
}

std::optional<PlioCut> plio_cut(const PortSet& side, std::int64_t row_bytes, int most_ports, const Target& target) {
  // All parts of the rows in one buffer, or each in its own.
  const bool together = side.ports * side.batch_parts <= most_ports &&
                        fits_memory_tile(side.features(), row_bytes, target);
  PlioCut cut{together ? 1 : side.batch_parts, {}};
  int most = together ? side.ports : most_ports;
  while (most > 0 && !fits_memory_tile(most * side.slice, row_bytes / cut.rows, target)) --most;
  if (most == 0) return std::nullopt;
  for (int left = side.ports; left > 0; left -= most) cut.ports.push_back(std::min(left, most));
  return cut;
}

double plio_bytes_per_cycle(const Target& target, const Device& device) {
  const double plio = target.plio_bits / 8 * target.plio_mhz / (device.clock_ghz * 1000);
  return std::min(plio, static_cast<double>(target.timing.stream_bytes));
}

int plios_for(std::int64_t features, std::int64_t rows, ElementType element, std::int64_t cycles, int most,
              const Target& target, const Device& device) {
  const auto bytes = static_cast<std::int64_t>(size_in_bytes(element));
  int best = 1;
  for (int plios = 1; plios <= most; ++plios) {
    const std::int64_t share = features / plios;
    const bool whole = features % plios == 0 && share * bytes % 4 == 0 && share * rows * bytes * 8 % target.plio_bits == 0;
    if (!whole) continue;
    best = plios;
    if (cycles == 0 || static_cast<double>(share * rows * bytes) <= static_cast<double>(cycles) * plio_bytes_per_cycle(target, device)) break;
  }
  return best;
}

void connect_groups(const Graph& graph, const Target& target, const Device& device, const std::vector<Tiling>& tilings,
                    const std::vector<std::vector<GroupInput>>& inputs, const PlioPolicy& plios, Design& design) {
  Builder builder{graph, target, device, tilings, plios, design, {}};
  for (const KernelGroup& group : design.groups) builder.names.unique(group.name);
  for (std::size_t i = 0; i < design.groups.size(); ++i) {
    const int group = static_cast<int>(i);
    const PortSet ports = input_ports(tilings[i]);
    int first_port = 0;
    for (const GroupInput& input : inputs[i]) {
      builder.connect_input(input, {group, ports, first_port});
      first_port += ports.ports * ports.batch_parts;
    }
    const ValueId output = design.groups[i].output;
    const bool leaves = std::ranges::find(design.leaving, output) != design.leaving.end();
    if (leaves) {
      builder.connect_outside(Plio::Direction::out, output, design.groups[i].outputs.front().element,
                              {group, output_ports(tilings[i]), 0});
    }
  }
}

} // namespace tilewright
