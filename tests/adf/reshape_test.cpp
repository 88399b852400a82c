// Functions that move lanes.
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

namespace {

aie::vector<int16, 16> iota(int start = 0) {
  aie::vector<int16, 16> v;
  for (unsigned i = 0; i < 16; ++i)
    v[i] = static_cast<int16>(start + static_cast<int>(i));
  return v;
}

TEST(Reshape, Transpose) {
  const auto t = aie::transpose(iota(), 2, 8); // 2 x 8 -> 8 x 2
  EXPECT_EQ(t.get(0), 0);
  EXPECT_EQ(t.get(1), 8);
  EXPECT_EQ(t.get(2), 1);
  EXPECT_EQ(t.get(15), 15);
  EXPECT_TRUE(aie::equal(aie::transpose(t, 8, 2), iota()));
}

TEST(Reshape, Shuffles) {
  const auto v = iota();
  EXPECT_EQ(aie::shuffle_down(v, 3).get(0), 3);
  EXPECT_EQ(aie::shuffle_up(v, 3).get(3), 0);
  EXPECT_EQ(aie::shuffle_down_rotate(v, 3).get(13), 0);
  EXPECT_EQ(aie::shuffle_up_rotate(v, 3).get(0), 13);
  EXPECT_EQ(aie::shuffle_down_fill(v, iota(100), 3).get(13), 100);
  EXPECT_EQ(aie::shuffle_up_fill(v, iota(100), 3).get(0), 113);
  EXPECT_EQ(aie::shuffle_down_replicate(v, 3).get(15), 15);
  EXPECT_EQ(aie::shuffle_up_replicate(v, 3).get(2), 0);
  EXPECT_EQ(aie::reverse(v).get(0), 15);
}

TEST(Reshape, InterleaveInChunks) {
  for (const unsigned chunk : {1u, 2u, 4u, 8u}) {
    const auto [low, high] = aie::interleave_zip(iota(), iota(100), chunk);
    EXPECT_EQ(low.get(chunk), 100) << chunk;
    EXPECT_EQ(high.get(0), 8);
    EXPECT_EQ(high.get(15), 115);
    const auto [a, b] = aie::interleave_unzip(low, high, chunk);
    EXPECT_TRUE(aie::equal(a, iota()));
    EXPECT_TRUE(aie::equal(b, iota(100)));
  }
}

TEST(Reshape, Filters) {
  EXPECT_EQ(aie::filter_even(iota()).get(3), 6);
  EXPECT_EQ(aie::filter_odd(iota()).get(3), 7);
  EXPECT_EQ(aie::filter_even(iota(), 4).get(4), 8);
  EXPECT_EQ(aie::filter_odd(iota(), 4).get(0), 4);
}

TEST(Reshape, ModesChosenAtRunTime) {
  const auto v = iota();
  using T = typename std::decay_t<decltype(v)>::value_type;
  constexpr unsigned N = std::decay_t<decltype(v)>::size();
  for (const unsigned chunk : {1u, 2u, 4u}) {
    const auto even = aie::filter_mode<T, N>::even(chunk), odd = aie::filter_mode<T, N>::odd(chunk);
    EXPECT_EQ(aie::filter(v, even).get(chunk), 2 * chunk);
    EXPECT_EQ(aie::filter(v, odd).get(0), chunk);
    const auto [low, high] = aie::interleave_zip(v, iota(100), aie::interleave_zip_mode<T, N>(chunk));
    EXPECT_EQ(low.get(chunk), 100);
    EXPECT_EQ(aie::interleave_unzip(low, high, aie::interleave_unzip_mode<T, N>(chunk)).first.get(N - 1), v.get(N - 1));
  }
}

TEST(Masks, Words) {
  auto m = aie::mask<64>::from_uint32(0x80000001u, 1u);
  EXPECT_TRUE(m.test(0));
  EXPECT_TRUE(m.test(31));
  EXPECT_TRUE(m.test(32));
  EXPECT_EQ(m.count(), 3u);
  m.clear(0);
  EXPECT_EQ(m.to_uint32(0), 0x80000000u);
  EXPECT_EQ((~m).count(), 62u);
  EXPECT_EQ((m >> 31).count(), 2u);
  EXPECT_TRUE(aie::mask<16>(true).full());
}

} // namespace
