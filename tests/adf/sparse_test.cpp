// Sparse vectors: the format in memory, every multiplication with a sparse B against a scalar loop. Compiled once per
// generation.
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include <random>
#include <vector>

namespace {

std::mt19937 random_bits(11);

/// Elements of which at most two of four differ from zero, and what memory holds of them.
template <typename T> struct SparseData {
  std::vector<T> elements;
  std::vector<unsigned char> memory;
};

template <typename T> SparseData<T> random_sparse(unsigned count) {
  SparseData<T> data;
  for (unsigned group = 0; group < count / 4; ++group) {
    T four[4] = {};
    for (int set = 0; set < 2; ++set)
      four[random_bits() % 4] = static_cast<T>(static_cast<int>(random_bits() % 15) - 7);
    data.elements.insert(data.elements.end(), four, four + 4);
  }
  const auto* bytes = reinterpret_cast<const unsigned char*>(data.elements.data());
  for (unsigned portion = 0; portion < count * sizeof(T); portion += 64) {
    std::uint64_t mask = 0;
    std::vector<unsigned char> kept;
    for (unsigned i = 0; i < 64; ++i) {
      // Bytes of elements that are set, whatever their value.
      const unsigned element = i / sizeof(T) * sizeof(T);
      bool is_set = false;
      for (unsigned j = 0; j < sizeof(T); ++j)
        is_set = is_set || bytes[portion + element + j] != 0;
      if (!is_set) continue;
      mask |= std::uint64_t(1) << i;
      kept.push_back(bytes[portion + i]);
    }
    while (kept.size() % 4 != 0)
      kept.push_back(0xEE);
    for (unsigned i = 0; i < 8; ++i)
      data.memory.push_back(static_cast<unsigned char>(mask >> (8 * i)));
    data.memory.insert(data.memory.end(), kept.begin(), kept.end());
  }
  return data;
}

template <unsigned M, unsigned K, unsigned N, typename A, typename B> void check_shape() {
  SCOPED_TRACE(testing::Message() << M << "x" << K << "x" << N);
  using Mmul = aie::mmul<M, K, N, A, B>;
  const SparseData<B> data = random_sparse<B>(2 * K * N);
  aie::sparse_vector_input_buffer_stream<B, K * N> stream(reinterpret_cast<const B*>(data.memory.data()));
  aie::sparse_vector<B, K * N> b[2];
  stream >> b[0] >> b[1];
  alignas(64) A a[M * K];
  for (A& value : a)
    value = static_cast<A>(static_cast<int>(random_bits() % 200) - 100);
  Mmul c;
  c.mul(aie::load_v<M * K>(a), b[0]);
  c.mac(aie::load_v<M * K>(a), b[1]);
  const auto lanes = c.to_accum();
  for (unsigned m = 0; m < M; ++m)
    for (unsigned n = 0; n < N; ++n) {
      double expected = 0;
      for (unsigned i = 0; i < 2; ++i)
        for (unsigned k = 0; k < K; ++k)
          expected += static_cast<double>(static_cast<float>(a[m * K + k])) *
                      static_cast<double>(static_cast<float>(data.elements[(i * N + n) * K + k]));
      EXPECT_EQ(static_cast<double>(lanes.data()[m * N + n]), expected) << m << " " << n;
    }
}

TEST(Sparse, EveryShapeEqualsAScalarLoop) {
  check_shape<4, 16, 8, int8, int8>();
  check_shape<8, 16, 8, int8, int8>();
  check_shape<2, 8, 8, int16, int16>();
  check_shape<4, 8, 8, int16, int16>();
  check_shape<4, 16, 8, bfloat16, bfloat16>();
#if __AIE_ARCH__ == 20
  check_shape<4, 16, 16, int8, int8>();
  check_shape<2, 16, 8, int16, int8>();
  check_shape<4, 16, 8, int16, int8>();
  check_shape<2, 8, 16, int16, int16>();
  check_shape<4, 16, 4, bfloat16, bfloat16>();
#else
  check_shape<4, 16, 8, float16, float16>();
  check_shape<4, 16, 8, float16, bfloat16>();
  check_shape<4, 16, 8, bfloat16, float16>();
  check_shape<4, 16, 16, float8, float8>();
  check_shape<4, 16, 16, bfloat8, float8>();
#endif
}

TEST(Sparse, AMaskAndTheBytesThatItNames) {
  alignas(4) unsigned char memory[8 + 4 + 8 + 4] = {0b0000'0011, 0, 0b0001'0000, 0, 0, 0, 0, 0, 1, 2, 3, 99};
  const unsigned char second[] = {0b0001'0001, 0b0000'0001, 0, 0, 0, 0, 0, 0b1000'0000, 4, 5, 6, 7};
  std::copy(std::begin(second), std::end(second), memory + 12);
  aie::sparse_vector_input_buffer_stream<int8, 128> stream(reinterpret_cast<const int8*>(memory));
  const auto v = stream.pop();
  int8 expected[128] = {};
  expected[0] = 1, expected[1] = 2, expected[20] = 3;
  expected[64] = 4, expected[68] = 5, expected[72] = 6, expected[127] = 7;
  for (unsigned i = 0; i < 128; ++i)
    EXPECT_EQ(v.decompressed()[i], expected[i]) << i;
  EXPECT_EQ(v.extract<64>(1).decompressed()[8], 6);
  aie::sparse_vector<int8, 128> swapped;
  swapped.insert(0, v.extract<64>(1)).insert(1, v.extract<64>(0));
  EXPECT_EQ(swapped.decompressed()[0], 4);
  EXPECT_EQ(swapped.decompressed()[64], 1);
  EXPECT_EQ((aie::sparse_vector<int8, 128>::memory_bytes()), 80u);
}

} // namespace
