#include "backends/common/transport.h"
#include "networks.h"

#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

constexpr std::int64_t row_bytes = 8;

TEST(Transport, EqualPortsConnectDirectly) {
  EXPECT_TRUE(connects_directly({4, 128, 8, 4}, {4, 128, 8, 4}));
  EXPECT_FALSE(connects_directly({4, 128, 8, 4}, {2, 256, 8, 4}));
  EXPECT_FALSE(connects_directly({4, 128, 8, 4}, {4, 128, 4, 4})) << "blocks differ";
}

TEST(Transport, BuffersKeepToSixPorts) {
  const Registries registries;
  const Target& target = registries.target("aie-ml");
  const auto between = [&](int out, std::int64_t out_slice, int in, std::int64_t in_slice) {
    return buffers_between({out, out_slice, 8, 4}, {in, in_slice, 8, 4}, row_bytes, target);
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
  EXPECT_EQ(buffers_between({2, 2048, 8, 4}, {2, 2048, 8, 4}, 64, target), 1);
  EXPECT_EQ(buffers_between({2, 2048, 8, 4}, {2, 2048, 8, 4}, 65, target), 2);
  EXPECT_EQ(buffers_between({1, 4096, 8, 4}, {1, 4096, 8, 4}, 65, target), std::nullopt);
}

TEST(Transport, StreamsServeAsManyPortsAsABufferHas) {
  const Registries registries;
  const Target& target = registries.target("aie-ml");
  EXPECT_EQ(ports_per_plio({8, 64, 8, 4}, row_bytes, 6, target), (std::vector<int>{6, 2}));
  EXPECT_EQ(ports_per_plio({2, 4096, 8, 4}, 64, 6, target), (std::vector<int>{1, 1})) << "bytes, not ports";
  EXPECT_EQ(ports_per_plio({1, 8192, 8, 4}, 64, 6, target), std::nullopt);
}

} // namespace
} // namespace tilewright::testing
