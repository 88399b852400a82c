// The device records against the published figures, number by number.
#include "networks.h"

#include <gtest/gtest.h>
#include <set>
#include <tuple>

namespace tilewright::testing {
namespace {

TEST(Devices, Vek280) {
  const Registries registries;
  const Target& target = registries.target("aie-ml");
  EXPECT_EQ(target.architecture, 20);
  EXPECT_EQ(target.multiply_accumulates_per_cycle, 256);
  EXPECT_EQ(target.tile_memory_bytes, 64 * 1024);
  EXPECT_EQ(target.bank_bytes(), 16 * 1024);
  EXPECT_EQ(target.tile_dma_in, 2);
  EXPECT_EQ(target.tile_dma_out, 2);
  EXPECT_EQ(target.program_memory_bytes, 16 * 1024);
  EXPECT_EQ(target.memory_tile_bytes, 512 * 1024);
  EXPECT_EQ(target.memory_tile_dma_in, 6);
  EXPECT_EQ(target.memory_tile_dma_out, 6);
  const Device* device = find_device(target, "vek280");
  ASSERT_NE(device, nullptr);
  EXPECT_EQ(device, find_device(target, ""));
  EXPECT_EQ(device->columns, 38);
  EXPECT_EQ(device->rows, 8);
  EXPECT_EQ(device->memory_tile_rows, 2);
  EXPECT_EQ(device->clock_ghz, 1.25);
  EXPECT_EQ(device->part, "XCVE2802");
  EXPECT_EQ(device->platform, "xilinx_vek280_base_202520_1");
}

TEST(Devices, Vek385) {
  const Registries registries;
  const Target& target = registries.target("aie-mlv2");
  EXPECT_EQ(target.architecture, 22);
  EXPECT_EQ(target.multiply_accumulates_per_cycle, 512);
  EXPECT_EQ(target.tile_memory_bytes, 64 * 1024);
  EXPECT_EQ(target.memory_tile_bytes, 512 * 1024);
  EXPECT_EQ(target.memory_tile_dma_in, 6);
  EXPECT_EQ(target.memory_tile_dma_out, 6);
  const Device* device = find_device(target, "vek385");
  ASSERT_NE(device, nullptr);
  EXPECT_EQ(device->columns, 36);
  EXPECT_EQ(device->rows, 4);
  EXPECT_EQ(device->clock_ghz, 1.05);
  EXPECT_EQ(find_device(target, "vek280"), nullptr);
}

// The shapes that AMD's headers accept for the operand pairs that lowerings use.
TEST(Devices, MmulShapesAreLegal) {
  using Shape = std::tuple<int, int, int>;
  const auto i8 = ElementType::int8;
  const auto i16 = ElementType::int16;
  const std::map<std::tuple<std::string, ElementType, ElementType>, std::set<Shape>> legal{
      {{"aie-ml", i8, i8}, {{4, 8, 8}, {2, 8, 8}, {8, 8, 8}, {2, 16, 8}, {4, 16, 8}, {4, 8, 4}, {4, 16, 4}, {8, 8, 4}}},
      {{"aie-mlv2", i8, i8}, {{8, 8, 8}, {4, 8, 8}, {2, 8, 8}, {4, 16, 8}}},
      {{"aie-ml", i8, i16}, {{4, 4, 8}, {4, 4, 4}}},
      {{"aie-mlv2", i8, i16}, {{8, 2, 8}, {4, 4, 8}}},
      {{"aie-ml", i16, i8}, {{4, 4, 8}, {4, 8, 4}, {2, 8, 8}, {8, 4, 8}, {4, 4, 4}, {8, 4, 4}}},
      {{"aie-mlv2", i16, i8}, {{8, 2, 8}, {4, 4, 8}, {8, 4, 8}, {4, 8, 8}}},
      {{"aie-ml", i16, i16}, {{2, 4, 8}, {4, 4, 8}}},   // with 64-bit accumulators
      {{"aie-mlv2", i16, i16}, {{2, 4, 8}, {4, 4, 8}}}, // with 64-bit accumulators
  };
  const std::map<std::string, std::set<Shape>> legal_for_four_bits{{"aie-ml", {{4, 16, 8}, {8, 16, 8}, {4, 32, 8}}},
                                                                   {"aie-mlv2", {{8, 8, 8}, {4, 16, 16}}}};
  const Registries registries;
  for (const auto& [name, entry] : registries.targets.entries()) {
    for (const MmulShape& shape : entry.definition.mmul_shapes) {
      if (shape.b_bits == 4) {
        EXPECT_TRUE(legal_for_four_bits.at(name).contains({shape.rows, shape.inner, shape.columns})) << name;
        EXPECT_EQ(shape.accumulator_bits, 32);
        continue;
      }
      const auto found = legal.find({name, shape.a, shape.b});
      ASSERT_NE(found, legal.end());
      EXPECT_TRUE(found->second.contains({shape.rows, shape.inner, shape.columns}))
          << name << " " << shape.rows << "x" << shape.inner << "x" << shape.columns;
      const bool wide = shape.a == i16 && (shape.b == i16 || name == "aie-mlv2");
      EXPECT_EQ(shape.accumulator_bits, wide ? 64 : 32);
    }
  }
}

} // namespace
} // namespace tilewright::testing
