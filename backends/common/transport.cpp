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

bool fits_memory_tile(std::int64_t features, std::int64_t rows, std::int64_t element_bytes, const Target& target) {
  return halves * features * rows * element_bytes <= target.memory_tile_bytes;
}

std::int64_t bytes_of(ElementType element) { return static_cast<std::int64_t>(size_in_bytes(element)); }

// How many ports of `parts` in a row, and of slices on top of each other, share a buffer with `most` ports.
std::pair<int, int> ports_together(int parts, int most) {
  const int parts_each = std::min(parts, most);
  return {parts_each, std::max(1, most / parts_each)};
}

int count_shares(int slices, int parts, int most) {
  const auto [parts_each, slices_each] = ports_together(parts, most);
  return static_cast<int>(divide_up(slices, slices_each) * divide_up(parts, parts_each));
}

// The ports of `all`, at most `most` to a share, in buffers that begin as one for all of them would.
std::vector<BufferShare> shares_of(const BufferShare& all, int most) {
  const auto [parts_each, slices_each] = ports_together(all.parts, most);
  std::vector<BufferShare> shares;
  for (int slice = 0; slice < all.slices; slice += slices_each) {
    for (int part = 0; part < all.parts; part += parts_each) {
      shares.push_back({all.first_slice + slice, std::min(slices_each, all.slices - slice), all.first_part + part,
                        std::min(parts_each, all.parts - part), all.origin_slice, all.origin_part});
    }
  }
  return shares;
}

// Where part `input` of a window begins in the buffer that holds the whole value.
std::int64_t start_of(const GroupInput& input) {
  if (input.flat || input.parts.size() != 1) return 0;
  return window_start({input.parts[0].value, input.parts[0].first, 0});
}

std::int64_t room_of(const GroupInput& input) {
  std::int64_t room = 0;
  for (const InputPart& part : input.parts)
    room += part.room;
  return room;
}

struct Builder {
  const Graph& graph;
  const Target& target;
  const Device& device;
  const std::vector<LayerPorts>& ports;
  const std::vector<PlioPolicy>& policies;
  Design& design;
  NameTable names;

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

  RowLayout layout_of_value(ValueId value) const { return layout_of(iteration_of(design), graph.type(value).shape); }

  const PortSet& output_of(int group) const { return ports[static_cast<std::size_t>(group)].output; }

  void connect_direct(int from, const Reader& to) {
    for (int port = 0; port < to.ports.streams(); ++port) {
      design.connections.push_back(
          {{Endpoint::Kind::group, from, port}, {Endpoint::Kind::group, to.group, to.first_port + port}});
    }
  }

  // Calls connect(endpoint, pattern) for each port of `share`, in a buffer of features x rows that begins at column
  // `base`.
  template <class Connect>
  void for_each_port(int group, int first_port, const PortSet& side, const BufferShare& share, std::int64_t features,
                     std::int64_t rows, std::int64_t base, Connect connect) const {
    for (int slice = share.first_slice; slice < share.first_slice + share.slices; ++slice) {
      for (int part = share.first_part; part < share.first_part + share.parts; ++part) {
        connect(Endpoint{Endpoint::Kind::group, group, first_port + slice * side.batch_parts + part},
                pattern_of(side, features, rows, slice - share.origin_slice, part - share.origin_part, base));
      }
    }
  }

  std::string input_name(int group) const {
    return "buffer_" + design.groups[static_cast<std::size_t>(group)].name + "_input";
  }

  void connect_through_buffers(int from, const Reader& to, ElementType element) {
    const PortSet& source = output_of(from);
    const PortSet& sink = to.ports;
    const BufferCut cut = buffers_between(source, sink, bytes_of(element), target).value();
    const std::int64_t features = std::max(source.features(), sink.features()) / cut.features;
    const std::int64_t rows = std::max(source.buffer_rows(), sink.buffer_rows()) / cut.rows;
    for (int column = 0; column < cut.features; ++column) {
      for (int row = 0; row < cut.rows; ++row) {
        const auto cell = [&](const PortSet& side) {
          const int slices = side.ports / cut.features;
          const int parts = side.batch_parts / cut.rows;
          return BufferShare{column * slices, slices, row * parts, parts, column * slices, row * parts};
        };
        // Every copy holds the whole cell.
        for (const BufferShare& readers : shares_of(cell(sink), target.memory_tile_dma_out)) {
          const int buffer = add_buffer(input_name(to.group), element, features, rows);
          for_each_port(from, 0, source, cell(source), features, rows, 0,
                        [&](Endpoint port, AccessPattern pattern) { write(buffer, port, std::move(pattern)); });
          for_each_port(to.group, to.first_port, sink, readers, features, rows, 0,
                        [&](Endpoint port, AccessPattern pattern) { read(buffer, port, std::move(pattern)); });
        }
      }
    }
  }

  // Buffers for parts of values, or for an image that is read as one row: each producer writes its whole value where
  // there is room for it, and the group reads from the first column that it needs.
  void connect_joined(const GroupInput& input, const Reader& to) {
    const std::int64_t room = room_of(input);
    const std::int64_t start = start_of(input);
    std::int64_t rows = input.flat ? divide_up(to.ports.features() * to.ports.rows(), room) : to.ports.buffer_rows();
    for (const InputPart& part : input.parts) {
      if (part.producer >= 0) rows = std::max(rows, output_of(part.producer).rows());
    }
    const std::int64_t features = input.flat ? room : std::max(room, start + to.ports.features());
    const std::int64_t read_features = input.flat ? to.ports.features() : features;
    const std::int64_t read_rows = input.flat ? to.ports.rows() : rows;
    const BufferShare all{0, to.ports.ports, 0, to.ports.batch_parts};
    for (const BufferShare& readers : shares_of(all, target.memory_tile_dma_out)) {
      const int buffer = add_buffer(input_name(to.group), input.element, features, rows);
      std::int64_t base = 0;
      for (const InputPart& part : input.parts) {
        write_part(buffer, part, input.element, base, features, rows);
        base += part.room;
      }
      for_each_port(to.group, to.first_port, to.ports, readers, read_features, read_rows, start,
                    [&](Endpoint port, AccessPattern pattern) { read(buffer, port, std::move(pattern)); });
    }
  }

  // One of the values that share a buffer of features x rows, from column `base` on.
  void write_part(int buffer, const InputPart& part, ElementType element, std::int64_t base, std::int64_t features,
                  std::int64_t rows) {
    if (part.producer >= 0) {
      const PortSet& source = output_of(part.producer);
      for_each_port(part.producer, 0, source, {0, source.ports, 0, source.batch_parts}, features, rows, base,
                    [&](Endpoint port, AccessPattern pattern) { write(buffer, port, std::move(pattern)); });
      return;
    }
    const std::int64_t sent = layout_of_value(part.value).rows();
    const Endpoint plio = add_plio({.direction = Plio::Direction::in,
                                    .value = part.value,
                                    .element = element,
                                    .first_feature = 0,
                                    .features = part.room,
                                    .first_row = 0,
                                    .rows = sent},
                                   "in_" + identifier(graph.value(part.value).name));
    AccessPattern pattern = row_major(features, rows, base, part.room);
    pattern.tiling_dimension[1] = sent;
    write(buffer, plio, std::move(pattern));
  }

  void connect_input(const GroupInput& input, const Reader& to) {
    if (!input.whole) return connect_joined(input, to);
    const InputPart& part = input.parts.front();
    if (part.producer < 0) return connect_outside(Plio::Direction::in, part.value, input.element, to);
    if (is_direct(input, output_of(part.producer), to.ports)) return connect_direct(part.producer, to);
    connect_through_buffers(part.producer, to, input.element);
  }

  // Buffers between a group's ports and PLIOs, in either direction.
  void connect_outside(Plio::Direction direction, ValueId value, ElementType element, const Reader& ends) {
    const bool in = direction == Plio::Direction::in;
    const KernelGroup& group = design.groups[static_cast<std::size_t>(ends.group)];
    const PlioPolicy& policy = policies[static_cast<std::size_t>(ends.group)];
    const PortSet& side = ends.ports;
    const int most_ports = in ? target.memory_tile_dma_out : target.memory_tile_dma_in;
    const std::vector<BufferShare> shares = *plio_shares(side, bytes_of(element), most_ports, target);
    int plio_channels = in ? target.memory_tile_dma_in : target.memory_tile_dma_out;
    if (policy.most > 0) plio_channels = std::clamp(policy.most / static_cast<int>(shares.size()), 1, plio_channels);
    for (const BufferShare& share : shares) {
      const std::int64_t features = share.slices * side.slice;
      const std::int64_t rows = rows_of_share(share, side);
      const std::int64_t first_row = share.origin_part * side.repetitions * side.piece_rows;
      const int buffer = add_buffer("buffer_" + group.name + (in ? "_input" : "_output"), element, features, rows);
      const int plios = plios_for(features, rows, element, policy.cycles, plio_channels, target, device);
      for_each_port(ends.group, ends.first_port, side, share, features, rows, 0,
                    [&](Endpoint port, AccessPattern pattern) {
                      in ? read(buffer, port, std::move(pattern)) : write(buffer, port, std::move(pattern));
                    });
      for (int i = 0; i < plios; ++i) {
        const std::int64_t columns = features / plios;
        const Endpoint plio = add_plio({.direction = direction,
                                        .value = value,
                                        .element = element,
                                        .first_feature = share.first_slice * side.slice + i * columns,
                                        .features = columns,
                                        .first_row = first_row,
                                        .rows = rows},
                                       (in ? "in_" : "out_") + identifier(graph.value(value).name));
        AccessPattern pattern = row_major(features, rows, i * columns, columns);
        in ? write(buffer, plio, std::move(pattern)) : read(buffer, plio, std::move(pattern));
      }
    }
  }
};

} // namespace

LayerPorts ports_of(const Tiling& tiling, const std::optional<WindowReads>& reads) {
  PortSet input{tiling.input_ports,
                tiling.input_slice,
                tiling.shape.block_inner(),
                tiling.batch_parts,
                tiling.repetitions,
                tiling.piece_rows,
                reads};
  PortSet output{tiling.output_ports, tiling.output_slice, tiling.shape.columns,
                 tiling.batch_parts,  tiling.repetitions,  tiling.piece_rows};
  return {input, output};
}

AccessPattern pattern_of(const PortSet& side, std::int64_t features, std::int64_t rows, int slice, int part,
                         std::int64_t base) {
  const std::int64_t first = base + slice * side.slice;
  const std::int64_t piece = static_cast<std::int64_t>(part) * side.repetitions;
  if (side.windows) {
    return windows_of_image(*side.windows, features, rows, first, side.slice, side.block_features, piece,
                            side.repetitions);
  }
  return blocked(features, rows, first, side.slice, side.block_features, piece * side.piece_rows, side.piece_rows,
                 side.repetitions);
}

bool connects_directly(const PortSet& from, const PortSet& to) { return from == to; }

bool is_direct(const GroupInput& input, const PortSet& from, const PortSet& to) {
  return input.transport != Transport::memory_tile && connects_directly(from, to);
}

std::optional<BufferCut> buffers_between(const PortSet& from, const PortSet& to, std::int64_t element_bytes,
                                         const Target& target) {
  const std::int64_t all_features = std::max(from.features(), to.features());
  const std::int64_t all_rows = std::max(from.buffer_rows(), to.buffer_rows());
  const bool cuts_rows = !to.windows && from.rows() == to.rows();
  const int most_rows = cuts_rows ? std::gcd(from.batch_parts, to.batch_parts) : 1;
  const int most_features = from.features() == to.features() ? std::gcd(from.ports, to.ports) : 1;
  std::optional<BufferCut> best;
  for (int rows = 1; rows <= most_rows; ++rows) {
    if (most_rows % rows != 0) continue;
    for (int features = 1; features <= most_features; ++features) {
      if (most_features % features != 0) continue;
      if (best && best->buffers() <= features * rows) break; // more features only make more
      const int copies = count_shares(to.ports / features, to.batch_parts / rows, target.memory_tile_dma_out);
      const BufferCut cut{features, rows, copies};
      const bool fits = from.ports / features * (from.batch_parts / rows) <= target.memory_tile_dma_in &&
                        fits_memory_tile(all_features / features, all_rows / rows, element_bytes, target);
      if (fits && (!best || cut.buffers() < best->buffers())) best = cut;
    }
  }
  return best;
}

std::optional<int> joined_buffers(const GroupInput& input, const std::vector<std::optional<PortSet>>& from,
                                  const PortSet& to, const Target& target) {
  int writers = 0;
  std::int64_t rows = input.flat ? divide_up(to.features() * to.rows(), room_of(input)) : to.buffer_rows();
  for (std::size_t i = 0; i < input.parts.size(); ++i) {
    writers += from[i] ? from[i]->streams() : 1;
    if (!from[i]) continue;
    if (from[i]->features() > input.parts[i].room) return std::nullopt;
    rows = std::max(rows, from[i]->rows());
  }
  const std::int64_t room = room_of(input);
  const std::int64_t features = input.flat ? room : std::max(room, start_of(input) + to.features());
  if (writers > target.memory_tile_dma_in || !fits_memory_tile(features, rows, bytes_of(input.element), target)) {
    return std::nullopt;
  }
  return count_shares(to.ports, to.batch_parts, target.memory_tile_dma_out);
}

std::int64_t least_plio_buffer(const PortSet& side, std::int64_t element_bytes) {
  const std::int64_t rows = side.windows ? side.buffer_rows() : side.repetitions * side.piece_rows;
  return halves * side.slice * rows * element_bytes;
}

std::optional<std::vector<BufferShare>> plio_shares(const PortSet& side, std::int64_t element_bytes, int most_ports,
                                                    const Target& target) {
  // All parts of the rows in one buffer, or each in its own; windows of several parts overlap and need all rows.
  const std::int64_t all_rows = side.buffer_rows();
  const auto fits = [&](int slices, std::int64_t rows) {
    return fits_memory_tile(slices * side.slice, rows, element_bytes, target);
  };
  const bool together = side.streams() <= most_ports && fits(side.ports, all_rows);
  if (together) return std::vector<BufferShare>{{0, side.ports, 0, side.batch_parts}};
  const int parts = side.windows ? std::min(side.batch_parts, most_ports) : 1;
  const std::int64_t rows = side.windows ? all_rows : side.repetitions * side.piece_rows;
  int slices = std::min(side.ports, most_ports / parts);
  while (slices > 0 && !fits(slices, rows))
    --slices;
  if (slices == 0) return std::nullopt;
  std::vector<BufferShare> shares;
  for (int part = 0; part < side.batch_parts; part += parts) {
    for (int slice = 0; slice < side.ports; slice += slices) {
      shares.push_back({slice, std::min(slices, side.ports - slice), part, std::min(parts, side.batch_parts - part),
                        slice, side.windows ? 0 : part});
    }
  }
  return shares;
}

std::int64_t rows_of_share(const BufferShare& share, const PortSet& side) {
  return side.windows ? side.buffer_rows() : share.parts * side.repetitions * side.piece_rows;
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
    const bool whole =
        features % plios == 0 && share * bytes % 4 == 0 && share * rows * bytes * 8 % target.plio_bits == 0;
    if (!whole) continue;
    best = plios;
    if (cycles == 0 ||
        static_cast<double>(share * rows * bytes) <= static_cast<double>(cycles) * plio_bytes_per_cycle(target, device))
      break;
  }
  return best;
}

void connect_groups(const Graph& graph, const Target& target, const Device& device,
                    const std::vector<LayerPorts>& ports, const std::vector<std::vector<GroupInput>>& inputs,
                    const std::vector<PlioPolicy>& plios, Design& design) {
  Builder builder{graph, target, device, ports, plios, design, {}};
  for (const KernelGroup& group : design.groups)
    builder.names.unique(group.name);
  for (std::size_t i = 0; i < design.groups.size(); ++i) {
    const int group = static_cast<int>(i);
    int first_port = 0;
    for (const GroupInput& input : inputs[i]) {
      builder.connect_input(input, {group, ports[i].input, first_port});
      first_port += ports[i].input.streams();
    }
    const ValueId output = design.groups[i].output;
    const bool leaves = std::ranges::find(design.leaving, output) != design.leaving.end();
    if (leaves) {
      builder.connect_outside(Plio::Direction::out, output, design.groups[i].outputs.front().element,
                              {group, ports[i].output, 0});
    }
  }
}

} // namespace tilewright
