#include "backends/common/legality.h"

#include <algorithm>
#include <array>
#include <fmt/format.h>
#include <map>
#include <set>

namespace tilewright {

namespace {

// What lies in one tile's memory, by bank, and which of its DMA channels are used.
struct TileUse {
  std::array<std::int64_t, 4> banks{};
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
    for (const KernelGroup& group : design_.groups) add_group(group);
    for (const auto& [place, use] : tiles_) check_tile(place, use);
    check_buffers();
    check_words();
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

  // The bank plan of docs/bank_plan.md. `group.memory` describes the fullest tile; what each tile has is told by its role.
  void add_group(const KernelGroup& group) {
    const int last = group.cascade_length() - 1;
    const bool has_weights = group.memory.weights > 0;
    for (int row = 0; row < group.rows; ++row) {
      for (int column = 0; column < group.columns; ++column) {
        const int x = group.place.column + column;
        const int y = group.place.row + row;
        TileUse& own = tile(x, y, group);
        ++own.kernels;
        own.banks[1] += group.memory.stack;
        if (has_weights) own.banks[2] += group.memory.weights;
        TileUse& input = tile(group.input_in_west ? x - 1 : x, y, group);
        input.banks[0] += group.memory.input;
        input.banks[3] += group.memory.input;
        ++input.dma_in;
        if (group.memory.second_input > 0) {
          input.banks[1] += group.memory.second_input;
          input.banks[2] += group.memory.second_input;
          ++input.dma_in;
        }
        const int in_cascade = column % group.cascade_length();
        if (in_cascade == 0 || in_cascade == last) own.banks[1] += group.memory.parameters;
        if (in_cascade != last) continue;
        own.banks[group.input_in_west ? 0 : 1] += group.memory.output;
        own.banks[group.input_in_west ? 3 : 1] += group.memory.output;
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
      require(use.banks[bank], target_.bank_bytes(), fmt::format("bytes in memory bank {}", bank), name, use.node,
              "use more tiles or a smaller batch");
    }
    require(use.dma_in, target_.tile_dma_in, "input DMA channels", name, use.node, "");
    require(use.dma_out, target_.tile_dma_out, "output DMA channels", name, use.node, "");
    require(use.kernels, 1, "kernels", name, use.node, "");
  }

  void check_buffers() {
    for (const MemoryBuffer& buffer : design_.buffers) {
      const std::string name = "buffer " + buffer.name;
      require(static_cast<std::int64_t>(buffer.writes.size()), target_.memory_tile_dma_in, "memory-tile input ports", name, "", "");
      require(static_cast<std::int64_t>(buffer.reads.size()), target_.memory_tile_dma_out, "memory-tile output ports", name, "", "");
      require(buffer.bytes(), target_.memory_tile_bytes, "bytes in a memory tile", name, "", "use a smaller batch");
    }
    require(static_cast<std::int64_t>(design_.buffers.size()),
            static_cast<std::int64_t>(device_.memory_tile_rows) * device_.columns, "memory tiles", "the array", "",
            "use layers whose tiles connect directly");
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
      const std::int64_t bits = plio.features * design_.rows_per_iteration * static_cast<std::int64_t>(size_in_bytes(plio.element)) * 8;
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
          .node = violation.node,
          .reason = fmt::format("{} at {}", violation.resource, violation.place),
          .expected = fmt::format("at most {} on {}", violation.limit, device.name),
          .got = fmt::format("{}", violation.need),
          .hint = violation.hint};
}

} // namespace tilewright
