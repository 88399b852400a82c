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
  using Names = std::vector<std::string>;
};

TEST_F(Legality, TheDesignIsLegal) { EXPECT_EQ(violated([](Design&) {}), Names{}); }

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
  EXPECT_EQ(violated([](Design& d) { d.buffers.resize(77, d.buffers[0]); }), Names{"memory tiles"});
}

TEST_F(Legality, WholeWords) {
  EXPECT_EQ(violated([](Design& d) { d.buffers[0].reads[0].offset[0] = 2; }),
            Names{"access patterns that are not whole 32-bit words"});
  EXPECT_EQ(violated([](Design& d) { d.plios[0].features += 1; }), Names{"bits beyond whole PLIO words"});
}

} // namespace
} // namespace tilewright::testing
