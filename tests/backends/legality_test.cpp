// Each rule of the checker is violated once in a design that was legal.
#include "backends/common/legality.h"
#include "networks.h"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

class Legality : public ::testing::Test {
protected:
  Registries registries;
  const Target& target = registries.target("aie-ml");
  const Device& device = target.devices.front();
  Graph graph = make_network(registries, mlp(8, {256, 256, 64}));
  Design design = *map(registries, graph, "aie-ml").design;

  std::vector<std::string> violated(const std::function<void(Design&)>& change) {
    Design changed = design;
    change(changed);
    std::vector<std::string> result;
    for (const Violation& violation : check_legality(changed, target, device)) {
      EXPECT_GT(violation.need, violation.limit);
      EXPECT_FALSE(violation.place.empty());
      result.push_back(violation.resource);
    }
    return result;
  }
  bool d_has_several_columns() const { return design.groups[0].columns > 1; }
  using Names = std::vector<std::string>;
};

TEST_F(Legality, TheDesignIsLegal) {
  EXPECT_EQ(violated([](Design&) {}), Names{});
}

TEST_F(Legality, TilesOutsideTheArray) {
  const Names names = violated([](Design& d) { d.groups[1].place.column = 38; });
  EXPECT_NE(std::ranges::find(names, "tiles outside the array"), names.end());
  const Names west = violated([](Design& d) { d.groups[1].place = {0, 7}; });
  EXPECT_NE(std::ranges::find(west, "tiles outside the array"), west.end()) << "input buffers lie to the west";
}

TEST_F(Legality, OverlappingGroups) {
  const Names names = violated([](Design& d) { d.groups[1].place = d.groups[0].place; });
  EXPECT_NE(std::ranges::find(names, "kernels"), names.end());
}

TEST_F(Legality, Banks) {
  EXPECT_EQ(violated([](Design& d) { d.groups[1].memory.input = 16385; }),
            (Names{"bytes in memory bank 0", "bytes in memory bank 3"}));
  EXPECT_EQ(violated([](Design& d) { d.groups[1].memory.weights = 16385; }).front(), "bytes in memory bank 2");
  EXPECT_EQ(violated([](Design& d) { d.groups[1].memory.stack = 16385; }).front(), "bytes in memory bank 1");
  EXPECT_EQ(violated([](Design& d) { d.groups[1].memory.parameters = 16384; }).front(), "bytes in memory bank 1")
      << "stack and parameters share a bank";
}

TEST_F(Legality, MemoryTilePorts) {
  EXPECT_EQ(violated([](Design& d) { d.buffers[0].reads.resize(7, d.buffers[0].reads[0]); }),
            Names{"memory-tile output ports"});
  EXPECT_EQ(violated([](Design& d) { d.buffers[0].writes.resize(8, d.buffers[0].writes[0]); }),
            Names{"memory-tile input ports"});
}

TEST_F(Legality, MemoryTileBytesAndCount) {
  EXPECT_EQ(violated([](Design& d) { d.buffers[0].rows = 2048; }), Names{"bytes in a memory tile"});
  // Small ones share: six to a memory tile, by their ports.
  EXPECT_EQ(violated([](Design& d) { d.buffers.resize(6 * 76 + 1, d.buffers[0]); }), Names{"memory tiles"});
  EXPECT_EQ(violated([](Design& d) { d.buffers.resize(77, d.buffers[0]); }), Names{});
}

TEST_F(Legality, CascadesAndStacks) {
  EXPECT_EQ(violated([](Design& d) { d.groups[0].strips = d.groups[0].columns + 1; }).front(),
            "tiles beside whole cascades");
  const Names names = violated([](Design& d) { d.groups[0].strips = d.groups[0].columns; });
  EXPECT_EQ(std::ranges::count(names, "stacks whose input lies in the stack to the west"),
            d_has_several_columns() ? 1 : 0);
}

TEST_F(Legality, ProgramMemory) {
  EXPECT_EQ(violated([](Design& d) { d.groups[0].work.front().loops.front().body.multiplies = 1024; }),
            Names{"bytes of program memory (estimate)"});
}

TEST_F(Legality, Descriptors) {
  const Names tile = violated([](Design& d) { d.groups[0].inputs[0].pattern.traversal.push_back({1, 0, 1024}); });
  EXPECT_EQ(tile, Names{"words of one tile DMA descriptor"});
  const Names unrolled = violated([](Design& d) {
    d.buffers[0].reads[0].traversal = {{0, 8, 2}, {1, 4, 2}, {0, 8, 13}};
  });
  EXPECT_EQ(unrolled, Names{"memory-tile DMA descriptors"});
  const Names words = violated([](Design& d) { d.buffers[0].reads[0].traversal = {{0, 8, 1}, {1, 0, 1 << 20}}; });
  EXPECT_EQ(words, Names{"words of one memory-tile DMA descriptor"});
}

TEST_F(Legality, OwnTilePlan) {
  const Names names = violated([](Design& d) {
    d.groups[1].input_in_west = false;
    d.groups[1].memory.output = 8192;
  });
  EXPECT_EQ(names.front(), "bytes in memory bank 1") << "both halves of the output lie beside the stack";
}

TEST_F(Legality, DmaChannels) {
  // A third input buffer in one tile: two groups' inputs beside the own one.
  const Names names = violated([](Design& d) {
    for (int i = 0; i < 2; ++i) {
      KernelGroup group = d.groups[1];
      group.input_in_west = false;
      d.groups.push_back(group);
    }
  });
  EXPECT_NE(std::ranges::find(names, "output DMA channels"), names.end());
  const Names inputs = violated([](Design& d) {
    KernelGroup own = d.groups[1];
    own.input_in_west = false;
    own.place.column -= 1;
    d.groups.push_back(own);
    d.groups.push_back(own);
  });
  EXPECT_NE(std::ranges::find(inputs, "input DMA channels"), inputs.end());
}

TEST_F(Legality, StreamsAndPlios) {
  const Names into = violated([](Design& d) {
    for (int i = 0; i < 6 * 38; ++i)
      d.connections.push_back({{Endpoint::Kind::buffer, 1000 + i, 0}, {Endpoint::Kind::group, 0, 0}});
  });
  EXPECT_EQ(into, (Names{"streams that end in this column", "streams into the array"}));
  const Names out = violated([](Design& d) {
    for (int i = 0; i < 4 * 38; ++i)
      d.connections.push_back({{Endpoint::Kind::group, 0, 1000 + i}, {Endpoint::Kind::buffer, 0, 0}});
  });
  EXPECT_EQ(out, Names{"streams out of the array"});
  const auto plios = [](Plio::Direction direction, int count) {
    return [=](Design& d) {
      Plio plio = d.plios[0];
      plio.direction = direction;
      for (int i = 0; i < count; ++i)
        d.plios.push_back(plio);
    };
  };
  EXPECT_EQ(violated(plios(Plio::Direction::in, 112)), Names{"input PLIO channels"});
  EXPECT_EQ(violated(plios(Plio::Direction::out, 84)), Names{"output PLIO channels"});
}

TEST_F(Legality, OneCoreABank) {
  // Without the free column the input of the second group lies where the first one's output does.
  const Names names = violated([](Design& d) {
    d.groups[1].place = d.groups[0].place;
    d.groups[1].place.column += d.groups[0].columns;
  });
  EXPECT_NE(std::ranges::find(names, "cores that use memory bank 0"), names.end());
  EXPECT_NE(std::ranges::find(names, "cores that use memory bank 3"), names.end());
}

TEST_F(Legality, OperandsThatAreLoadedTogether) {
  const Names names = violated([](Design& d) {
    d.groups[1].memory.second_input = 64;
    d.groups[1].input_in_west = false;
  });
  EXPECT_NE(std::ranges::find(names, "operands loaded together from one memory bank"), names.end());
}

TEST_F(Legality, StreamsBetweenColumns) {
  // More groups on one side than switches can pass streams of to the other.
  const auto copies = [](int from, int to) {
    return [=](Design& d) {
      d.groups[1].place.column = to;
      for (int i = 0; i < 4 * (8 + 2 + 1) + 1; ++i) {
        KernelGroup copy = d.groups[0];
        copy.place.column = from;
        d.groups.push_back(copy);
        d.connections.push_back(
            {{Endpoint::Kind::group, static_cast<int>(d.groups.size()) - 1, 0}, {Endpoint::Kind::group, 1, 0}});
      }
    };
  };
  const Names east = violated(copies(2, 30));
  EXPECT_NE(std::ranges::find(east, "streams from this column to the east"), east.end());
  EXPECT_EQ(std::ranges::find(east, "streams from the east into this column"), east.end());
  const Names west = violated(copies(30, 2));
  EXPECT_NE(std::ranges::find(west, "streams from the east into this column"), west.end());
  EXPECT_EQ(std::ranges::find(west, "streams from this column to the east"), west.end());
}

TEST_F(Legality, WholeWords) {
  EXPECT_EQ(violated([](Design& d) { d.buffers[0].reads[0].offset[0] = 2; }),
            Names{"access patterns that are not whole 32-bit words"});
  EXPECT_EQ(violated([](Design& d) { d.plios[0].features += 1; }), Names{"bits beyond whole PLIO words"});
  EXPECT_EQ(violated([](Design& d) {
              d.groups[0].inputs[0].pattern = {{64, 8}, {3, 1}, {0, 0}, {}};
            }),
            Names{"bytes beyond whole 32-bit words"});
}

} // namespace
} // namespace tilewright::testing
