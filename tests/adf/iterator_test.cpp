#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

namespace {

struct Iterators : ::testing::Test {
  Iterators() {
    for (int i = 0; i < 64; ++i)
      memory[i] = i;
  }
  alignas(aie::vector_decl_align) int32 memory[64];
};

TEST_F(Iterators, LinearVectors) {
  auto it = aie::begin_vector<8>(memory);
  const aie::vector<int32, 8> first = *it++;
  EXPECT_EQ(first.get(7), 7);
  EXPECT_EQ((*(it + 2)).get(0), 24);
  EXPECT_EQ(it[1].get(0), 16);
  it += 3;
  it -= 1;
  EXPECT_EQ((*it).get(0), 24);
  *it = first;
  EXPECT_EQ(memory[24], 0);
  const int32* source = memory;
  auto read = aie::cbegin_restrict_vector<8>(source);
  EXPECT_EQ((*++read).get(0), 8);
}

TEST_F(Iterators, CircularOnesWrap) {
  auto it = aie::begin_vector_circular<8>(memory, 24);
  it += 4;
  EXPECT_EQ((*it).get(0), 8);
  auto back = aie::begin_vector_random_circular<8>(memory, 24);
  back -= 1;
  EXPECT_EQ((*back).get(0), 16);
  auto scalar = aie::begin_circular<5>(memory);
  for (int i = 0; i < 7; ++i)
    ++scalar;
  EXPECT_EQ(*scalar, 2);
}

TEST_F(Iterators, UnalignedVectors) {
  auto it = aie::begin_unaligned_vector<8>(memory + 3);
  aie::vector<int32, 8> v = *it;
  EXPECT_EQ(v.get(0), 3);
  ++it;
  *it = v;
  EXPECT_EQ(memory[11], 3);
}

TEST_F(Iterators, PatternsStepInTurn) {
  auto it = aie::begin_pattern<4>(memory + 1, 2, -1, 2, 1);
  const int expected[] = {1, 3, 2, 4, 5, 7};
  for (const int value : expected)
    EXPECT_EQ(*it++, value);
}

TEST_F(Iterators, BufferStreams) {
  auto in = aie::make_vector_input_buffer_stream<8>(memory);
  aie::vector<int32, 8> a, b;
  in >> a >> b;
  EXPECT_EQ(b.get(0), 8);
  auto out = aie::make_vector_output_buffer_stream<8>(memory);
  out << b;
  EXPECT_EQ(memory[0], 8);
}

TEST_F(Iterators, StreamsHaveTypes) {
  aie::vector_input_buffer_stream<int32, 8> in(memory);
  aie::vector_output_buffer_stream<int32, 8> out(memory + 16);
  aie::unaligned_vector_input_buffer_stream<int32, 8> anywhere(memory + 3);
  aie::vector<int32, 8> v;
  anywhere >> v;
  out << v;
  EXPECT_EQ(memory[16], 3);
  in >> v;
  EXPECT_EQ(v.get(7), 7);
}

TEST_F(Iterators, ArraysKnowTheirSize) {
  alignas(64) int32 ring[16];
  for (int i = 0; i < 16; ++i)
    ring[i] = i;
  auto scalars = aie::begin_circular(ring);
  scalars += 17;
  EXPECT_EQ(*scalars, 1);
  auto vectors = aie::cbegin_vector_circular<8>(ring);
  ++vectors;
  EXPECT_EQ((*vectors).get(0), 8);
  ++vectors;
  EXPECT_EQ((*vectors).get(0), 0);
  EXPECT_EQ((*(aie::cbegin_vector_random_circular<8>(ring) + 3)).get(0), 8);
}

TEST_F(Iterators, SeveralAtOnce) {
  auto [first, second] = aie::cbegin_vectors<8>(memory, memory + 8);
  ++first;
  EXPECT_EQ((*first).get(0), (*second).get(0));
}

} // namespace
