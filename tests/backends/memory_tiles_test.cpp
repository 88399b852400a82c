// Memory tiles that buffers take: one each, or shared where there are too few.
#include "backends/common/memory_tiles.h"
#include "networks.h"

#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

class MemoryTiles : public ::testing::Test {
protected:
  // Of 2 * rows * 1024 bytes.
  static MemoryBuffer buffer(std::int64_t rows, std::size_t writes = 1, std::size_t reads = 1) {
    MemoryBuffer result;
    result.features = 1024;
    result.rows = rows;
    result.writes.resize(writes, {{1024, rows}, {1024, rows}, {0, 0}, {}});
    result.reads.resize(reads, {{1024, rows}, {1024, rows}, {0, 0}, {}});
    return result;
  }
  // By `count` of them, of a device that has few.
  std::int64_t needed(std::size_t count, const MemoryBuffer& each) const {
    const std::vector<MemoryBuffer> buffers(count, each);
    Device narrow = device;
    narrow.columns = 1;
    return memory_tiles_for(buffers, target, narrow);
  }

  Registries registries;
  const Target& target = registries.target("aie-mlv2");
  const Device& device = target.devices.front(); // 36 memory tiles of 512 KiB, with 6 ports in and 6 out
};

TEST_F(MemoryTiles, ABufferHasOneOfItsOwnWhileThereAreEnough) {
  EXPECT_EQ(memory_tiles_of(device), 36);
  for (const std::size_t count : {1, 36, 37, 200}) {
    const std::vector<MemoryBuffer> buffers(count, buffer(1));
    EXPECT_EQ(memory_tiles_for(buffers, target, device), std::min<std::size_t>(count, 36));
  }
}

TEST_F(MemoryTiles, PortsBytesAndDescriptorsLimitSharing) {
  EXPECT_EQ(needed(60, buffer(1)), 10);       // 6 ports in and 6 out
  EXPECT_EQ(needed(60, buffer(1, 1, 2)), 20); // 3 x 2 ports out
  EXPECT_EQ(needed(60, buffer(100)), 30);     // 2 x 200 KiB
  EXPECT_EQ(needed(37, buffer(200)), 37);     // 400 KiB
  MemoryBuffer unrolled = buffer(1);          // 2 x 3 descriptors, for a loop that one has no dimension for
  unrolled.reads[0].traversal = {{0, 1, 2}, {1, 1, 2}, {0, 2, 3}};
  EXPECT_EQ(descriptors_of(unrolled.reads[0], target), 6);
  EXPECT_EQ(needed(60, unrolled), 15); // 24 / 6
}

TEST_F(MemoryTiles, TheLargestComeFirst) {
  std::vector<MemoryBuffer> buffers(20, buffer(100)); // 200 KiB
  buffers.insert(buffers.end(), 20, buffer(150));     // 300 KiB
  EXPECT_EQ(memory_tiles_for(buffers, target, device), 36);
  Device narrow = device;
  narrow.columns = 19;
  EXPECT_EQ(memory_tiles_for(buffers, target, narrow), 20);
}

} // namespace
} // namespace tilewright::testing
