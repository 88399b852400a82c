#include "backends/common/transport.h"
#include "networks.h"

#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

constexpr std::int64_t row_bytes = 8;

std::optional<int> count(const std::optional<BufferCut>& cut) {
  if (!cut) return std::nullopt;
  return cut->buffers();
}

TEST(Transport, EqualPortsConnectDirectly) {
  EXPECT_TRUE(connects_directly({4, 128, 8, 4}, {4, 128, 8, 4}));
  EXPECT_FALSE(connects_directly({4, 128, 8, 4}, {2, 256, 8, 4}));
  EXPECT_FALSE(connects_directly({4, 128, 8, 4}, {4, 128, 4, 4})) << "blocks differ";
}

TEST(Transport, BuffersKeepToSixPorts) {
  const Registries registries;
  const Target& target = registries.target("aie-ml");
  const auto between = [&](int out, std::int64_t out_slice, int in, std::int64_t in_slice) {
    return count(buffers_between({out, out_slice, 8, 4}, {in, in_slice, 8, 4}, row_bytes, target));
  };
  EXPECT_EQ(between(1, 64, 2, 32), 1);
  EXPECT_EQ(between(6, 64, 6, 64), 1);
  EXPECT_EQ(between(8, 64, 4, 128), 2);
  EXPECT_EQ(between(8, 64, 8, 64), 2);
  EXPECT_EQ(between(8, 256, 32, 64), 8);
  EXPECT_EQ(between(7, 64, 4, 112), std::nullopt) << "seven writers cannot be cut evenly";
  EXPECT_EQ(between(1, 32, 2, 32), std::nullopt) << "the reader wants features that nobody writes";
}

TEST(Transport, BuffersKeepToTheMemoryTile) {
  const Registries registries;
  const Target& target = registries.target("aie-ml");
  // 2 halves x 4096 features x 64 bytes = 512 KiB is the limit.
  EXPECT_EQ(count(buffers_between({2, 2048, 8, 4}, {2, 2048, 8, 4}, 64, target)), 1);
  EXPECT_EQ(count(buffers_between({2, 2048, 8, 4}, {2, 2048, 8, 4}, 65, target)), 2);
  EXPECT_EQ(count(buffers_between({1, 4096, 8, 4}, {1, 4096, 8, 4}, 65, target)), std::nullopt);
}

TEST(Transport, StreamsServeAsManyPortsAsABufferHas) {
  const Registries registries;
  const Target& target = registries.target("aie-ml");
  EXPECT_EQ(plio_cut({8, 64, 8, 4}, row_bytes, 6, target)->ports, (std::vector<int>{6, 2}));
  EXPECT_EQ(plio_cut({2, 4096, 8, 4}, 64, 6, target)->ports, (std::vector<int>{1, 1})) << "bytes, not ports";
  EXPECT_FALSE(plio_cut({1, 8192, 8, 4}, 64, 6, target));
}

TEST(Transport, PartsOfTheRowsGetBuffersOfTheirOwn) {
  const Registries registries;
  const Target& target = registries.target("aie-ml");
  const std::optional<PlioCut> cut = plio_cut({4, 224, 8, 4, 8}, 512, 6, target);
  ASSERT_TRUE(cut);
  EXPECT_EQ(cut->rows, 8);
  EXPECT_EQ(cut->ports, std::vector<int>{4});
  EXPECT_EQ(plio_cut({2, 64, 8, 4, 2}, 8, 6, target)->rows, 1) << "four ports share one buffer";
  const std::optional<BufferCut> between = buffers_between({2, 64, 8, 4, 8}, {1, 128, 8, 4, 4}, 64, target);
  ASSERT_TRUE(between);
  EXPECT_EQ(between->rows, 4) << "two of the writers' parts meet one of the reader's";
  EXPECT_EQ(between->features, 1);
}

TEST(Transport, PliosShareABufferUntilTheyKeepUp) {
  const Registries registries;
  const Target& target = registries.target("aie-ml");
  const Device& device = target.devices.front();
  EXPECT_EQ(plio_bytes_per_cycle(target, device), 4.0) << "128 bits at 312.5 MHz";
  EXPECT_EQ(plios_for(896, 64, ElementType::int8, 0, 6, target, device), 1) << "no rate is asked for";
  EXPECT_EQ(plios_for(896, 64, ElementType::int8, 4000, 6, target, device), 4);
  EXPECT_EQ(plios_for(896, 64, ElementType::int8, 1, 6, target, device), 4) << "neither 5 nor 6 divide it into words";
}

} // namespace
} // namespace tilewright::testing
