#include "backends/common/transport.h"
#include "networks.h"

#include <algorithm>
#include <functional>
#include <gtest/gtest.h>
#include <random>

namespace tilewright::testing {
namespace {

constexpr std::int64_t rows = 8;

std::optional<int> count(const std::optional<BufferCut>& cut) {
  if (!cut) return std::nullopt;
  return cut->buffers();
}

// `ports` slices of a matrix with `all_rows` rows, in blocks of 8 features.
PortSet side(int ports, std::int64_t slice, std::int64_t all_rows = rows, int parts = 1) {
  return {ports, slice, 8, parts, 1, all_rows / parts};
}

TEST(Transport, EqualPortsConnectDirectly) {
  EXPECT_TRUE(connects_directly(side(4, 128), side(4, 128)));
  EXPECT_FALSE(connects_directly(side(4, 128), side(2, 256)));
  PortSet other = side(4, 128);
  other.block_features = 4;
  EXPECT_FALSE(connects_directly(side(4, 128), other)) << "blocks differ";
  other = side(4, 128);
  other.windows = WindowReads{};
  EXPECT_FALSE(connects_directly(side(4, 128), other)) << "the reader looks at windows";
}

TEST(Transport, BuffersKeepToSixPorts) {
  const Registries registries;
  const Target& target = registries.target("aie-ml");
  const auto between = [&](int out, std::int64_t out_slice, int in, std::int64_t in_slice) {
    return count(buffers_between(side(out, out_slice), side(in, in_slice), 1, target));
  };
  EXPECT_EQ(between(1, 64, 2, 32), 1);
  EXPECT_EQ(between(6, 64, 6, 64), 1);
  EXPECT_EQ(between(8, 64, 4, 128), 2);
  EXPECT_EQ(between(8, 64, 8, 64), 2);
  EXPECT_EQ(between(8, 256, 32, 64), 6) << "two cuts, three copies of each for sixteen readers";
  EXPECT_EQ(between(7, 64, 4, 112), std::nullopt) << "seven writers cannot be cut evenly";
  EXPECT_EQ(between(1, 32, 2, 32), 1) << "what nobody writes meets weights of zero";
}

TEST(Transport, BuffersKeepToTheMemoryTile) {
  const Registries registries;
  const Target& target = registries.target("aie-ml");
  // 2 halves x 4096 features x 64 bytes = 512 KiB is the limit.
  EXPECT_EQ(count(buffers_between(side(2, 2048, 64), side(2, 2048, 64), 1, target)), 1);
  EXPECT_EQ(count(buffers_between(side(2, 2048, 65), side(2, 2048, 65), 1, target)), 2);
  EXPECT_EQ(count(buffers_between(side(1, 4096, 65), side(1, 4096, 65), 1, target)), std::nullopt);
}

std::vector<int> slices_of(const std::optional<std::vector<BufferShare>>& shares) {
  std::vector<int> slices;
  for (const BufferShare& share : shares.value_or(std::vector<BufferShare>{}))
    slices.push_back(share.slices);
  return slices;
}

TEST(Transport, StreamsServeAsManyPortsAsABufferHas) {
  const Registries registries;
  const Target& target = registries.target("aie-ml");
  const auto shares = [&](const PortSet& ports) { return plio_shares(ports, 1, 6, target); };
  EXPECT_EQ(slices_of(shares(side(8, 64))), (std::vector<int>{6, 2}));
  EXPECT_EQ(slices_of(shares(side(2, 4096, 64))), (std::vector<int>{1, 1})) << "bytes, not ports";
  EXPECT_FALSE(shares(side(1, 8192, 64)));
}

TEST(Transport, PartsOfTheRowsGetBuffersOfTheirOwn) {
  const Registries registries;
  const Target& target = registries.target("aie-ml");
  const auto shares = [&](const PortSet& ports) { return plio_shares(ports, 1, 6, target); };
  const auto cut = shares(side(4, 224, 512, 8));
  EXPECT_EQ(slices_of(cut), std::vector<int>(8, 4));
  EXPECT_EQ(cut->back().first_part, 7);
  EXPECT_EQ(cut->back().rows, (RowSpan{448, 64})) << "the buffer begins with its own part";
  EXPECT_EQ(slices_of(shares(side(2, 64, 8, 2))), std::vector<int>{2}) << "four ports share one buffer";
  const std::optional<BufferCut> between = buffers_between(side(2, 64, 64, 8), side(1, 128, 64, 4), 1, target);
  ASSERT_TRUE(between);
  EXPECT_EQ(between->rows, 4) << "two of the writers' parts meet one of the reader's";
  EXPECT_EQ(between->features, 1);
}

TEST(Transport, WindowsThatOverlapShareAllRows) {
  const Registries registries;
  const Target& target = registries.target("aie-ml");
  const RowLayout image{16, 16, 16};
  PortSet reader{1, 8, 8, 8, 1, 32}; // eight tiles, two image rows each
  reader.windows = WindowReads{.image = image, .first_x = -1, .width = 20, .first_y = -1, .height = 4, .step_y = 2};
  const std::optional<BufferCut> between = buffers_between(side(1, 8, 256), reader, 1, target);
  ASSERT_TRUE(between);
  EXPECT_EQ(between->rows, 1);
  EXPECT_EQ(between->copies, 2) << "six readers to a buffer";
  const auto shares = plio_shares(reader, 1, 6, target);
  ASSERT_TRUE(shares);
  EXPECT_EQ(shares->size(), 2U);
  EXPECT_EQ(shares->back().first_part, 6);
  EXPECT_EQ(shares->back().rows, (RowSpan{0, 256})) << "every buffer has the whole image";
}

// Eight tiles with 32 image rows of 256 pixels each: 8 channels of them are 1 MiB in both halves.
TEST(Transport, BandsOfLargeImagesHaveBuffersOfTheirOwn) {
  const Registries registries;
  const Target& target = registries.target("aie-ml");
  constexpr std::int64_t pitch = 256;
  PortSet reader{1, 8, 8, 8, 1, 32 * pitch};
  reader.windows =
      WindowReads{.image = {pitch, pitch, 256}, .first_x = -1, .width = 260, .first_y = -1, .height = 34, .step_y = 32};
  const auto shares = plio_shares(reader, 1, 6, target);
  ASSERT_TRUE(shares);
  std::vector<RowSpan> rows;
  for (const BufferShare& share : *shares)
    rows.push_back(share.rows);
  EXPECT_EQ(rows, (std::vector<RowSpan>{{0, 97 * pitch}, {95 * pitch, 98 * pitch}, {191 * pitch, 65 * pitch}}))
      << "three tiles each, and the rows around them";
  PortSet writer{1, 8, 8, 4, 1, 64 * pitch};
  const auto coarse = buffers_between(writer, reader, 1, target);
  ASSERT_TRUE(coarse);
  EXPECT_EQ(coarse->rows, 8) << "two of the writer's four parts fill a memory tile";
  writer = {1, 8, 8, 16, 1, 16 * pitch};
  const auto finer = buffers_between(writer, reader, 1, target);
  ASSERT_TRUE(finer);
  EXPECT_EQ(finer->rows, 4);
  const BufferCell cell = cell_of(writer, reader, *finer, 0, 1).value();
  EXPECT_EQ(cell.readers.first_part, 2);
  EXPECT_EQ(cell.readers.parts, 2);
  EXPECT_EQ(cell.writers.first_part, 3) << "rows 63 to 128 inclusive";
  EXPECT_EQ(cell.writers.parts, 6);
  EXPECT_EQ(cell.readers.rows, (RowSpan{48 * pitch, 96 * pitch}));
  writer.piece_rows += 1;
  EXPECT_FALSE(buffers_between(writer, reader, 1, target)) << "parts that end within an image row";
}

// Every row that is read is written by somebody, and every part that is computed goes somewhere, read or not.
TEST(Transport, BandsLeaveNoWriterUnconnected) {
  const Registries registries;
  const Target& target = registries.target("aie-ml");
  std::mt19937 random(1);
  const auto pick = [&](int least, int most) { return std::uniform_int_distribution<int>(least, most)(random); };
  int cut_into_bands = 0;
  for (int round = 0; round < 2000; ++round) {
    const int height = pick(4, 60);
    const int writer_parts = pick(1, 12);
    const int reader_parts = pick(1, 12);
    constexpr std::int64_t pitch = 1024;
    const int kernel = pick(1, 5);
    const int stride = pick(1, 4);
    if (height < kernel) continue;
    const int results = (height - kernel) / stride + 1;
    const int results_each = (results + reader_parts - 1) / reader_parts;
    PortSet writer{1, 8, 8, writer_parts, 1, (height + writer_parts - 1) / writer_parts * pitch};
    PortSet reader{1, 8, 8, reader_parts, 1, results_each * pitch};
    reader.windows = WindowReads{.image = {pitch, pitch, height},
                                 .width = pitch,
                                 .height = (results_each - 1) * stride + kernel,
                                 .step_y = results_each * stride};
    const auto cut = buffers_between(writer, reader, 1, target);
    if (!cut) continue;
    SCOPED_TRACE(round);
    cut_into_bands += cut->rows > 1;
    std::vector<bool> connected(static_cast<std::size_t>(writer_parts), false);
    for (int row = 0; row < cut->rows; ++row) {
      const BufferCell cell = cell_of(writer, reader, *cut, 0, row).value();
      for (int part = cell.writers.first_part; part < cell.writers.first_part + cell.writers.parts; ++part)
        connected.at(static_cast<std::size_t>(part)) = true;
      const RowSpan read = rows_of_parts(reader, cell.readers.first_part, cell.readers.parts);
      const RowSpan written = rows_of_parts(writer, cell.writers.first_part, cell.writers.parts);
      EXPECT_LE(written.first, read.first);
      EXPECT_GE(written.end(), read.end());
    }
    EXPECT_TRUE(std::ranges::all_of(connected, std::identity()));
  }
  EXPECT_GT(cut_into_bands, 100);
}

TEST(Transport, ReadersOfABufferShareItsDescriptors) {
  const Registries registries;
  const Target& target = registries.target("aie-ml");
  ASSERT_EQ(target.memory_tile_descriptors, 24);
  PortSet reader{1, 16, 8, 1, 4, 8};
  reader.windows = WindowReads{.image = {8, 8, 16}, .width = 8, .height = 2, .step_y = 1};
  EXPECT_EQ(ports_in_buffer(reader, 6, target), 6) << "8 for each of 4 calls: 3 of the odd channels, 3 of the even";
  reader.repetitions = 5;
  EXPECT_EQ(ports_in_buffer(reader, 6, target), 4);
  reader.repetitions = 12;
  EXPECT_EQ(ports_in_buffer(reader, 6, target), 2);
  reader.repetitions = 13;
  EXPECT_EQ(ports_in_buffer(reader, 6, target), 0);
  reader.slice = 8; // one loop less
  EXPECT_EQ(ports_in_buffer(reader, 6, target), 6);
}

TEST(Transport, PliosShareABufferUntilTheyKeepUp) {
  const Registries registries;
  const Target& target = registries.target("aie-ml");
  const Device& device = target.devices.front();
  EXPECT_EQ(plio_bytes_per_cycle(target, device), 4.0) << "128 bits at 312.5 MHz";
  const auto cut = [&](std::int64_t features, std::int64_t rows_of_buffer, std::int64_t cycles) {
    return plios_for({features, rows_of_buffer, features, rows_of_buffer}, cycles, 6, target, device);
  };
  EXPECT_EQ(cut(896, 64, 0), (PlioCut{1, 1})) << "no rate is asked for";
  EXPECT_EQ(cut(896, 64, 4000), (PlioCut{4, 1}));
  EXPECT_EQ(cut(896, 64, 3000), (PlioCut{1, 5})) << "5 do not divide the columns into words";
  EXPECT_EQ(cut(896, 64, 1), (PlioCut{2, 3}));
  EXPECT_EQ(cut(8, 28 * 28, 1), (PlioCut{2, 3})) << "two words of four channels, a third of the image each";
  EXPECT_EQ(cut(8, 28 * 28, 800), (PlioCut{2, 1}));
  EXPECT_EQ(plios_for({64, 8, 64, 1}, 1, 6, target, device), (PlioCut{4, 1})) << "no PLIO carries padding alone";
  EXPECT_EQ(plios_for({64, 8, 40, 1}, 1, 6, target, device), (PlioCut{2, 1}));
  const auto rows_with_data = [](const Iteration& iteration, const Shape& shape) {
    return plio_load(iteration, {.element = ElementType::int8, .shape = shape}, 0, 16, {0, 8}).data_rows;
  };
  EXPECT_EQ(rows_with_data({.by_sample = true, .row_unit = 8}, {4, 10}), 1);
  EXPECT_EQ(rows_with_data({.rows = 8}, {3, 10}), 3);
  EXPECT_EQ(rows_with_data({.rows = 8}, {30, 10}), 8);
  EXPECT_EQ(plio_load({.rows = 8}, {.element = ElementType::int8, .shape = {3, 10}}, 8, 16, {0, 8}).data_features, 2);
  EXPECT_EQ(cut(8, 2, 1), (PlioCut{1, 1})) << "two rows are one word of a PLIO";
}

TEST(Transport, SharesOfTheRowsAreWholeWords) {
  const Registries registries;
  const Target& target = registries.target("aie-ml");
  EXPECT_EQ(plio_rows({1, 3}, {8, 100, 8, 100}, target), (std::vector<RowSpan>{{0, 34}, {34, 32}, {66, 34}}));
  EXPECT_EQ(plio_rows({2, 2}, {8, 100, 8, 100}, target), (std::vector<RowSpan>{{0, 52}, {52, 48}}));
}

} // namespace
} // namespace tilewright::testing
