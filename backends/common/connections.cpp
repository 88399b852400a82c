#include "backends/common/connections.h"

#include "backends/common/blocks.h"
#include "backends/common/names.h"

#include <algorithm>

namespace tilewright {

namespace {

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

  // Calls connect(endpoint, pattern) for each port of `share`, in a buffer of `features` that begins at column `base`.
  template <class Connect>
  void for_each_port(int group, int first_port, const PortSet& side, const BufferShare& share, std::int64_t features,
                     std::int64_t base, Connect connect) const {
    for (int slice = share.first_slice; slice < share.first_slice + share.slices; ++slice) {
      for (int part = share.first_part; part < share.first_part + share.parts; ++part) {
        connect(Endpoint{Endpoint::Kind::group, group, first_port + slice * side.batch_parts + part},
                pattern_of(side, features, share.rows, slice - share.origin_slice, part, base));
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
    const int most_readers = ports_in_buffer(sink, target.memory_tile_dma_out, target);
    const std::int64_t features = std::max(source.features(), sink.features()) / cut.features;
    for (int column = 0; column < cut.features; ++column) {
      for (int row = 0; row < cut.rows; ++row) {
        const BufferCell cell = cell_of(source, sink, cut, column, row).value();
        // Every copy holds the whole cell.
        for (const BufferShare& readers : shares_of(cell.readers, most_readers)) {
          const int buffer = add_buffer(input_name(to.group), element, features, cell.writers.rows.count);
          for_each_port(from, 0, source, cell.writers, features, 0,
                        [&](Endpoint port, AccessPattern pattern) { write(buffer, port, std::move(pattern)); });
          for_each_port(to.group, to.first_port, sink, readers, features, 0,
                        [&](Endpoint port, AccessPattern pattern) { read(buffer, port, std::move(pattern)); });
        }
      }
    }
  }

  // Buffers for parts of values, or for an image that is read as one row: each producer writes its value where there is
  // room for it, and the group reads from the first column that it needs.
  void connect_joined(const GroupInput& input, const Reader& to) {
    std::vector<std::optional<PortSet>> from;
    for (const InputPart& part : input.parts)
      from.push_back(part.producer >= 0 ? std::optional(output_of(part.producer)) : std::nullopt);
    const JoinedCut cut = joined_buffers(input, from, to.ports, target).value();
    const std::int64_t read_features = input.flat ? to.ports.features() : cut.features;
    for (const JoinedCell& cell : cut.cells) {
      for (const BufferShare& readers : shares_of(cell.readers, cut.most_readers)) {
        const int buffer = add_buffer(input_name(to.group), input.element, cut.features, cell.rows.count);
        std::int64_t base = 0;
        for (std::size_t i = 0; i < input.parts.size(); ++i) {
          const InputPart& part = input.parts[i];
          if (part.producer >= 0) {
            for_each_port(part.producer, 0, *from[i], cell.writers[i], cut.features, base,
                          [&](Endpoint port, AccessPattern pattern) { write(buffer, port, std::move(pattern)); });
          } else {
            send_part(buffer, part, input.element, base, cut.features, cell.rows);
          }
          base += part.room;
        }
        for_each_port(to.group, to.first_port, to.ports, readers, read_features, start_of(input),
                      [&](Endpoint port, AccessPattern pattern) { read(buffer, port, std::move(pattern)); });
      }
    }
  }

  // One of the values that share a buffer of `features` that holds `rows`, from column `base` on.
  void send_part(int buffer, const InputPart& part, ElementType element, std::int64_t base, std::int64_t features,
                 const RowSpan& rows) {
    const std::int64_t sent = std::min(layout_of_value(part.value).rows(), rows.end()) - rows.first;
    const Endpoint plio = add_plio({.direction = Plio::Direction::in,
                                    .value = part.value,
                                    .element = element,
                                    .first_feature = 0,
                                    .features = part.room,
                                    .first_row = rows.first,
                                    .rows = sent},
                                   "in_" + identifier(graph.value(part.value).name));
    AccessPattern pattern = row_major(features, rows.count, base, part.room);
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
      const std::int64_t rows = share.rows.count;
      const int buffer = add_buffer("buffer_" + group.name + (in ? "_input" : "_output"), element, features, rows);
      for_each_port(ends.group, ends.first_port, side, share, features, 0, [&](Endpoint port, AccessPattern pattern) {
        in ? read(buffer, port, std::move(pattern)) : write(buffer, port, std::move(pattern));
      });
      const PlioLoad load =
          plio_load(iteration_of(design), graph.type(value), share.first_slice * side.slice, features, share.rows);
      const PlioCut cut = plios_for(load, policy.cycles, plio_channels, target, device);
      const std::int64_t columns = features / cut.features;
      for (const RowSpan& span : plio_rows(cut, load, target)) {
        for (std::int64_t first = 0; first < features; first += columns) {
          const Endpoint plio = add_plio({.direction = direction,
                                          .value = value,
                                          .element = element,
                                          .first_feature = share.first_slice * side.slice + first,
                                          .features = columns,
                                          .first_row = share.rows.first + span.first,
                                          .rows = span.count},
                                         (in ? "in_" : "out_") + identifier(graph.value(value).name));
          AccessPattern pattern = row_major(features, rows, first, columns);
          pattern.tiling_dimension[1] = span.count;
          pattern.offset[1] = span.first;
          in ? write(buffer, plio, std::move(pattern)) : read(buffer, plio, std::move(pattern));
        }
      }
    }
  }
};

} // namespace

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
