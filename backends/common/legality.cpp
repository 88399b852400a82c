#include "backends/common/legality.h"

#include "backends/common/memory_tiles.h"
#include "backends/common/stream_routes.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <set>

namespace tilewright {

namespace {

// What lies in a memory bank, and the tiles whose cores load or store it: a bank serves one request a cycle.
struct BankUse {
  std::int64_t bytes = 0;
  std::set<std::pair<int, int>> cores;
};

// What lies in one tile's memory, and which of its DMA channels are used.
struct TileUse {
  std::array<BankUse, 4> banks;
  int dma_in = 0;
  int dma_out = 0;
  int kernels = 0;
  std::string node;
};

class Checker {
public:
  Checker(const Design& design, const Target& target, const Device& device)
      : design_(design), target_(target), device_(device) {}

  std::vector<Violation> run() {
    for (const KernelGroup& group : design_.groups)
      check_shape(group);
    // Where ports lie can be told only of whole cascades.
    const auto whole = [](const KernelGroup& group) { return group.columns % group.strips == 0; };
    if (!std::ranges::all_of(design_.groups, whole)) return std::move(violations_);
    for (const KernelGroup& group : design_.groups)
      add_group(group);
    for (const auto& [place, use] : tiles_)
      check_tile(place, use);
    check_buffers();
    check_descriptors();
    check_words();
    check_streams();
    return std::move(violations_);
  }

private:
  void require(std::int64_t need, std::int64_t limit, std::string resource, std::string place, std::string node,
               std::string hint) {
    if (need <= limit) return;
    violations_.push_back({std::move(resource), std::move(place), need, limit, std::move(node), std::move(hint)});
  }

  TileUse& tile(int column, int row, const KernelGroup& group) {
    TileUse& use = tiles_[{row, column}];
    if (use.node.empty()) use.node = group.origin;
    return use;
  }

  // The bank plan of docs/bank_plan.md. `group.memory` describes the fullest tile; what each tile has is told by its
  // role.
  void add_group(const KernelGroup& group) {
    const int last = group.cascade_length() - 1;
    for (int row = 0; row < group.rows; ++row) {
      for (int column = 0; column < group.columns; ++column) {
        const int x = group.place.column + column;
        const int y = group.place.row + row;
        const int in_cascade = column % group.cascade_length();
        const bool ends = in_cascade == 0 || in_cascade == last;
        TileUse& own = tile(x, y, group);
        TileUse& input = tile(group.input_in_west ? x - 1 : x, y, group);
        const auto add = [&](TileUse& use, std::initializer_list<std::size_t> banks, std::int64_t bytes) {
          if (bytes == 0) return;
          for (const std::size_t bank : banks) {
            use.banks[bank].bytes += bytes;
            use.banks[bank].cores.insert({x, y});
          }
        };
        ++own.kernels;
        add(own, {1}, group.memory.stack);
        add(own, {1}, ends ? group.memory.parameters : 0);
        add(own, {2}, group.memory.weights);
        add(input, {0, 3}, group.memory.input);
        ++input.dma_in;
        if (group.memory.second_input > 0) {
          add(input, {1, 2}, group.memory.second_input);
          ++input.dma_in;
          // What one iteration of the kernel's loop loads from both ports lies apart.
          require(group.input_in_west ? 0 : 1, 0, "operands loaded together from one memory bank",
                  fmt::format("tile ({}, {})", x, y), group.origin, "place the inputs in the tile to the west");
        }
        if (in_cascade != last) continue;
        if (group.input_in_west) {
          add(own, {0, 3}, group.memory.output);
        } else {
          add(own, {1}, 2 * group.memory.output);
        }
        ++own.dma_out;
      }
    }
  }

  void check_tile(const std::pair<int, int>& place, const TileUse& use) {
    const auto [row, column] = place;
    const std::string name = fmt::format("tile ({}, {})", column, row);
    const bool inside = column >= 0 && column < device_.columns && row >= 0 && row < device_.rows;
    require(inside ? 0 : 1, 0, "tiles outside the array", name, use.node, "place the group elsewhere");
    for (std::size_t bank = 0; bank < use.banks.size(); ++bank) {
      require(use.banks[bank].bytes, target_.bank_bytes(), fmt::format("bytes in memory bank {}", bank), name, use.node,
              "use more tiles or a smaller batch");
      require(static_cast<std::int64_t>(use.banks[bank].cores.size()), 1,
              fmt::format("cores that use memory bank {}", bank), name, use.node,
              "leave the column to the west of a group free");
    }
    require(use.dma_in, target_.tile_dma_in, "input DMA channels", name, use.node, "");
    require(use.dma_out, target_.tile_dma_out, "output DMA channels", name, use.node, "");
    require(use.kernels, 1, "kernels", name, use.node, "");
  }

  // The rectangle is one of whole cascades, and its kernels and ports are within the limits of a tile.
  void check_shape(const KernelGroup& group) {
    const std::string name = "group " + group.name;
    require(group.columns % group.strips, 0, "tiles beside whole cascades", name, group.origin, "");
    require(group.input_in_west ? group.strips : 1, 1, "stacks whose input lies in the stack to the west", name,
            group.origin, "place the input in its own tile");
    for (const KernelWork& work : group.work) {
      require(program_bytes(work, target_.timing), target_.program_memory_bytes, "bytes of program memory (estimate)",
              name, group.origin, "use more tiles in cascade");
    }
    for (const std::vector<Port>* ports : {&group.inputs, &group.outputs}) {
      for (const Port& port : *ports) {
        const std::int64_t bytes =
            touched_count(port.pattern) / group.repetitions * static_cast<std::int64_t>(size_in_bytes(port.element));
        require(bytes / 4, target_.tile_descriptor_words, "words of one tile DMA descriptor", name, group.origin,
                "use more tiles or a smaller batch");
        require(bytes % 4, 0, "bytes beyond whole 32-bit words", name, group.origin, "");
      }
    }
  }

  void check_descriptors() {
    for (const MemoryBuffer& buffer : design_.buffers) {
      for (const std::vector<AccessPattern>* patterns : {&buffer.writes, &buffer.reads}) {
        std::array<std::int64_t, 2> used{};
        for (std::size_t i = 0; i < patterns->size(); ++i) {
          const AccessPattern& pattern = (*patterns)[i];
          used[i % 2] += descriptors_of(pattern, target_);
          const std::int64_t words =
              touched_count(pattern) * static_cast<std::int64_t>(size_in_bytes(buffer.element)) / 4;
          require(words, target_.memory_tile_descriptor_words, "words of one memory-tile DMA descriptor",
                  "buffer " + buffer.name, "", "use a smaller batch");
        }
        require(std::max(used[0], used[1]), target_.memory_tile_descriptors, "memory-tile DMA descriptors",
                "buffer " + buffer.name, "", "use layers whose tiles connect directly");
      }
    }
  }

  // Streams between columns; those that enter and leave the array of compute tiles, and PLIOs, for all columns
  // together, them.
  void check_streams() {
    const std::string closer = "place groups that are connected closer to each other";
    std::set<std::pair<int, int>> into;
    std::set<std::pair<int, int>> out_of;
    for (const Connection& connection : design_.connections) {
      const bool from_group = connection.from.kind == Endpoint::Kind::group;
      const bool to_group = connection.to.kind == Endpoint::Kind::group;
      if (to_group && !from_group) into.insert({connection.from.index, connection.from.port});
      if (from_group && !to_group) out_of.insert({connection.from.index, connection.from.port});
    }
    for (const ColumnLoad& load : column_loads(design_)) {
      const std::string name = fmt::format("column {}", load.column);
      const std::int64_t sideways = std::int64_t{target_.streams_sideways} * switch_rows(device_);
      require(load.eastward, sideways, "streams from this column to the east", name, "", closer);
      require(load.westward, sideways, "streams from the east into this column", name, "", closer);
      require(load.ending, target_.streams_north + 2 * sideways, "streams that end in this column", name, "", closer);
    }
    require(static_cast<std::int64_t>(into.size()), std::int64_t{target_.streams_north} * device_.columns,
            "streams into the array", "the array", "", "use layers whose tiles connect directly");
    require(static_cast<std::int64_t>(out_of.size()), std::int64_t{target_.streams_south} * device_.columns,
            "streams out of the array", "the array", "", "use layers whose tiles connect directly");
    if (device_.pl_columns == 0) return;
    const int channels = target_.plio_bits / 64;
    std::int64_t in = 0;
    for (const Plio& plio : design_.plios)
      in += plio.direction == Plio::Direction::in ? 1 : 0;
    require(in * channels, std::int64_t{target_.plio_channels_in} * device_.pl_columns, "input PLIO channels",
            "the array", "", "ask for fewer with --plio");
    require((static_cast<std::int64_t>(design_.plios.size()) - in) * channels,
            std::int64_t{target_.plio_channels_out} * device_.pl_columns, "output PLIO channels", "the array", "",
            "ask for fewer with --plio");
  }

  void check_buffers() {
    for (const MemoryBuffer& buffer : design_.buffers) {
      const std::string name = "buffer " + buffer.name;
      require(static_cast<std::int64_t>(buffer.writes.size()), target_.memory_tile_dma_in, "memory-tile input ports",
              name, "", "");
      require(static_cast<std::int64_t>(buffer.reads.size()), target_.memory_tile_dma_out, "memory-tile output ports",
              name, "", "");
      require(buffer.bytes(), target_.memory_tile_bytes, "bytes in a memory tile", name, "", "use a smaller batch");
    }
    require(memory_tiles_for(design_.buffers, target_, device_), memory_tiles_of(device_), "memory tiles", "the array",
            "", "use layers whose tiles connect directly");
  }

  // Every dim-0 quantity is a multiple of 4 bytes, and a PLIO carries whole words.
  void check_words() {
    const auto whole_words = [](std::int64_t elements, ElementType element) {
      return elements * static_cast<std::int64_t>(size_in_bytes(element)) % 4 == 0;
    };
    for (const MemoryBuffer& buffer : design_.buffers) {
      for (const std::vector<AccessPattern>* patterns : {&buffer.writes, &buffer.reads}) {
        for (const AccessPattern& pattern : *patterns) {
          bool whole = whole_words(pattern.buffer_dimension[0], buffer.element) &&
                       whole_words(pattern.tiling_dimension[0], buffer.element) &&
                       whole_words(pattern.offset[0], buffer.element);
          for (const Traversal& loop : pattern.traversal) {
            if (loop.dimension == 0) whole = whole && whole_words(loop.stride, buffer.element);
          }
          require(whole ? 0 : 1, 0, "access patterns that are not whole 32-bit words", "buffer " + buffer.name, "", "");
        }
      }
    }
    for (const Plio& plio : design_.plios) {
      const std::int64_t bits = plio.features * plio.rows * static_cast<std::int64_t>(size_in_bytes(plio.element)) * 8;
      require(bits % target_.plio_bits, 0, "bits beyond whole PLIO words", "PLIO " + plio.name, "", "");
    }
  }

  const Design& design_;
  const Target& target_;
  const Device& device_;
  std::map<std::pair<int, int>, TileUse> tiles_; // by row and column
  std::vector<Violation> violations_;
};

} // namespace

std::vector<Violation> check_legality(const Design& design, const Target& target, const Device& device) {
  return Checker(design, target, device).run();
}

Diagnostic diagnostic_of(const Violation& violation, const Device& device) {
  return {.kind = ProblemKind::device,
          .code = "device.limit",
          .node = violation.node.empty() ? "all layers" : violation.node,
          .reason = fmt::format("{} at {}", violation.resource, violation.place),
          .expected = fmt::format("at most {} ({}, {})", violation.limit, violation.resource, device.name),
          .got = fmt::format("{}", violation.need),
          .hint = violation.hint};
}

} // namespace tilewright
