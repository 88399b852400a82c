// Parts, casts and sizes of vectors and accumulators. Compiled once per generation.
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

namespace {

aie::vector<int16, 32> iota() {
  aie::vector<int16, 32> v;
  for (unsigned i = 0; i < 32; ++i)
    v[i] = static_cast<int16>(i);
  return v;
}

TEST(Vector, Parts) {
  const auto v = iota();
  EXPECT_EQ(v.extract<16>(1).get(0), 16);
  EXPECT_EQ(v.grow<64>(1).extract<32>(1).get(5), 5);
  aie::vector<int16, 32> w = aie::zeros<int16, 32>();
  w.insert(1, v.extract<8>(3));
  EXPECT_EQ(w.get(7), 0);
  EXPECT_EQ(w.get(8), 24);
  EXPECT_EQ(aie::concat(v, w).get(32 + 8), 24);
  EXPECT_EQ(aie::concat(v, w, v, w).size(), 128u);
  w.push(9);
  EXPECT_EQ(w.get(0), 9);
  EXPECT_EQ(w.get(9), 24);
  const auto [low, high] = v.split<16>();
  EXPECT_EQ(high.get(15), 31);
  EXPECT_EQ(low.get(15), 15);
}

TEST(Vector, CastKeepsTheBits) {
  aie::vector<int32, 8> v = aie::broadcast<int32, 8>(0x01020304);
  const auto bytes = v.cast_to<int8>();
  EXPECT_EQ(bytes.size(), 32u);
  EXPECT_EQ(bytes.get(0), 4);
  EXPECT_EQ(bytes.get(3), 1);
}

TEST(Vector, FourBitElementsShareBytes) {
  aie::vector<int4, 32> v;
  for (unsigned i = 0; i < 32; ++i)
    v[i] = static_cast<int>(i) - 8;
  EXPECT_EQ(v.bytes(), 16u);
  EXPECT_EQ(v.get(0), -8);
  EXPECT_EQ(v.get(15), 7);
  EXPECT_EQ(v.get(16), -8); // 8 wraps
  const auto wide = v.unpack();
  EXPECT_EQ(wide.get(1), -7);
  EXPECT_EQ(wide.pack().get(1), -7);
  EXPECT_EQ(v.cast_to<uint8>().get(0), 0x98); // lanes 0 and 1: -8 and -7
}

TEST(Vector, LoadsAndStores) {
  alignas(128) int8 memory[128];
  for (int i = 0; i < 128; ++i)
    memory[i] = static_cast<int8>(i);
  const auto v = aie::load_v<32>(memory + 32);
  EXPECT_EQ(v.get(0), 32);
  aie::store_v(memory, v);
  EXPECT_EQ(memory[31], 63);
  EXPECT_EQ(aie::load_unaligned_v<16>(memory + 33).get(0), 33);
  EXPECT_EQ((aie::load_floor_v<32>(memory + 70).get(0)), 64);
  EXPECT_EQ((aie::load_floor_v<32>(memory + 100, 64).get(0)), 64);
  EXPECT_EQ((aie::load_floor_bytes_v<32>(memory + 100, 32).get(0)), 96);
}

TEST(Vector, AlignmentOfTheGeneration) {
  EXPECT_EQ((aie::vector_ldst_align_v<int8, 16>), 16u);
  EXPECT_EQ((aie::vector_ldst_align_v<int8, 32>), 32u);
#if __AIE_ARCH__ == 22
  EXPECT_EQ((aie::vector_ldst_align_v<int8, 64>), 64u);
  EXPECT_EQ(aie::vector_decl_align, 64u);
#else
  EXPECT_EQ((aie::vector_ldst_align_v<int8, 64>), 32u);
  EXPECT_EQ(aie::vector_decl_align, 32u);
#endif
}

TEST(Accum, WidthsOfTheTags) {
  EXPECT_EQ((aie::accum<acc32, 16>::value_bits()), 32u);
  for (const unsigned bits : {aie::accum<acc40, 16>::value_bits(), aie::accum<acc48, 16>::value_bits(),
                              aie::accum<acc56, 16>::value_bits(), aie::accum<acc64, 16>::value_bits()})
    EXPECT_EQ(bits, 64u);
  EXPECT_EQ((aie::accum<cacc48, 8>::value_bits()), 128u);
  EXPECT_EQ((aie::accum<accfloat, 16>::value_bits()), 32u);
  aie::accum<acc64, 16> wide = aie::accum<acc48, 16>(aie::broadcast<int16, 16>(3), 40);
  EXPECT_EQ(wide.data()[2], 3ll << 40);
}

TEST(Accum, DefaultTagsOfProducts) {
  using aie::mul;
  const auto a = aie::broadcast<int8, 32>(1);
  const auto b = aie::broadcast<int16, 32>(1);
  const auto c = aie::broadcast<int32, 32>(1);
  EXPECT_EQ(decltype(mul(a, a))::value_bits(), 32u);
  EXPECT_EQ(decltype(mul(a, b))::value_bits(), 32u);
  EXPECT_EQ(decltype(mul(b, b))::value_bits(), 32u);
  EXPECT_EQ(decltype(mul(b, c))::value_bits(), 64u);
  EXPECT_EQ(decltype(mul(c, c))::value_bits(), 64u);
  EXPECT_EQ(decltype(mul<acc64>(a, a))::value_bits(), 64u);
}

TEST(Accum, WrapsModuloItsWidth) {
  aie::accum<acc32, 16> acc = aie::zeros<acc32, 16>();
  const auto v = aie::broadcast<int16, 16>(32767);
  for (int i = 0; i < 5; ++i)
    acc = aie::mac(acc, v, v);
  EXPECT_EQ(acc.data()[0], static_cast<int>(5u * 32767u * 32767u));
}

TEST(Vector, UnalignedStoresNameTheirSize) {
  alignas(aie::vector_decl_align) int32 memory[16] = {};
  aie::vector<int32, 8> v;
  for (unsigned i = 0; i < 8; ++i)
    v.set(static_cast<int32>(i) + 1, i);
  aie::store_unaligned_v<8>(memory + 3, v);
  EXPECT_EQ((aie::load_unaligned_v<8, aie_dm_resource::a>(memory + 3).get(7)), 8);
  EXPECT_EQ(aie::store_unaligned_v(memory + 4, v), memory + 4);
  EXPECT_EQ(memory[3], 1);
  EXPECT_EQ(memory[4], 1);
  EXPECT_EQ(memory[11], 8);
  EXPECT_EQ(memory[12], 0);
}

} // namespace
