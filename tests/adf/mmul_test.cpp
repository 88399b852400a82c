// Every legal shape, type and accumulator against a scalar loop; the table itself against the reference page. Compiled
// once per generation.
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include <cmath>
#include <random>
#include <set>
#include <sstream>
#include <string>

namespace {

// The reference page, row by row.
#if __AIE_ARCH__ == 20
const char* const reference_table[] = {"int8 int4 4x16x8 8x16x8 4x32x8",
                                       "int8 int8 4x8x8 2x8x8 8x8x8 1x16x8 2x16x8 4x16x8 4x8x4 4x16x4 8x8x4",
                                       "int8 int16 4x4x8 4x4x4",
                                       "int16 int8 4x4x8 4x8x4 2x8x8 8x4x8 4x4x4 8x4x4",
                                       "int16 int16 4x4x4 2x4x8 4x2x8 4x4x8 8x2x8 8x1x8",
                                       "int16 int32 2x4x8 4x4x4",
                                       "int32 int16 2x4x8 4x4x4 4x2x4 4x4x8 4x1x8",
                                       "int32 int32 4x2x4 4x4x4 8x2x4 4x1x8",
                                       "bf16 bf16 4x8x4 8x8x4 8x8x8 4x8x8 8x1x8",
                                       "float float 4x8x4 4x1x4 4x1x8"};
#else
const char* const reference_table[] = {"int8 int4 8x8x8 4x16x16",
                                       "int8 int8 8x8x8 4x8x8 2x8x8 4x16x8",
                                       "int8 int16 8x2x8 4x4x8",
                                       "int16 int8 8x2x8 4x4x8 8x4x8 4x8x8",
                                       "int16 int16 8x2x8 4x4x8 2x4x8 4x2x8 8x1x8",
                                       "int16 int32 4x4x8",
                                       "int32 int16 4x2x8 2x4x8 4x4x8 4x1x8",
                                       "int32 int32 4x2x8 4x4x4 4x4x8 8x2x8 4x1x8",
                                       "bf16 bf16 4x8x8 8x8x8 4x8x4 8x1x8",
                                       "float float 4x8x4 4x1x4 4x1x8",
                                       "float16 float16 4x8x8 8x8x8 4x8x4 8x1x8",
                                       "float16 bf16 4x8x8 8x8x8 4x8x4 8x1x8",
                                       "bf16 float16 4x8x8 8x8x8 4x8x4 8x1x8",
                                       "float8 float8 8x8x8",
                                       "float8 bfloat8 8x8x8",
                                       "bfloat8 float8 8x8x8",
                                       "bfloat8 bfloat8 8x8x8"};
#endif

using aie::detail::MmulOperand;

const char* name_of(MmulOperand operand) {
  const char* const names[] = {"none",  "int4",   "int8",   "int16",   "int32",  "bf16",
                               "float", "cint16", "cint32", "float16", "float8", "bfloat8"};
  return names[static_cast<int>(operand)];
}

TEST(MmulShapes, AreExactlyThoseOfTheReference) {
  std::set<std::string> expected, found;
  for (const char* row : reference_table) {
    std::istringstream fields(row);
    std::string a, b, shape;
    fields >> a >> b;
    while (fields >> shape)
      expected.insert(a + " " + b + " " + shape);
  }
  const MmulOperand operands[] = {MmulOperand::int4,    MmulOperand::int8,     MmulOperand::int16,
                                  MmulOperand::int32,   MmulOperand::bfloat16, MmulOperand::float32,
                                  MmulOperand::float16, MmulOperand::float8,   MmulOperand::bfloat8};
  for (const MmulOperand a : operands)
    for (const MmulOperand b : operands)
      for (unsigned m = 1; m <= 32; m *= 2)
        for (unsigned k = 1; k <= 32; k *= 2)
          for (unsigned n = 1; n <= 32; n *= 2)
            if (aie::detail::find_mmul_shape(a, b, m, k, n).a != MmulOperand::none)
              found.insert(std::string(name_of(a)) + " " + name_of(b) + " " + std::to_string(m) + "x" +
                           std::to_string(k) + "x" + std::to_string(n));
  EXPECT_EQ(found, expected);
}

std::mt19937 random_bits(7);

template <typename T, unsigned N> aie::vector<T, N> random_vector(long long (&values)[N]) {
  aie::vector<T, N> v;
  for (unsigned i = 0; i < N; ++i) {
    if constexpr (aie::detail::is_nibble_v<T>) {
      v[i] = static_cast<int>(random_bits() & 15);
      values[i] = static_cast<int>(v[i]);
    } else {
      // Full range, with the extremes often, so that accumulators wrap.
      const T extremes[] = {std::numeric_limits<T>::min(), std::numeric_limits<T>::max()};
      v[i] = random_bits() % 4 == 0 ? extremes[random_bits() % 2] : static_cast<T>(random_bits());
      values[i] = static_cast<long long>(v.get(i));
    }
  }
  return v;
}

template <unsigned M, unsigned K, unsigned N, typename A, typename B, typename Tag> void check_integer() {
  using Mmul = aie::mmul<M, K, N, A, B, Tag>;
  using Lane = typename Mmul::accum_type::lane_type;
  const std::string where = std::to_string(M) + "x" + std::to_string(K) + "x" + std::to_string(N);
  for (int round = 0; round < 4; ++round) {
    long long a[M * K], b[K * N];
    unsigned long long expected[M * N] = {};
    Mmul c;
    for (int step = 0; step < 3; ++step) {
      const auto va = random_vector<A>(a);
      const auto vb = random_vector<B>(b);
      c.mac(va, vb);
      for (unsigned m = 0; m < M; ++m)
        for (unsigned n = 0; n < N; ++n)
          for (unsigned k = 0; k < K; ++k)
            expected[m * N + n] +=
                static_cast<unsigned long long>(a[m * K + k]) * static_cast<unsigned long long>(b[k * N + n]);
      if (round == 3 && step == 1) { // mul overwrites
        c.mul(va, vb);
        for (unsigned m = 0; m < M; ++m)
          for (unsigned n = 0; n < N; ++n) {
            expected[m * N + n] = 0;
            for (unsigned k = 0; k < K; ++k)
              expected[m * N + n] +=
                  static_cast<unsigned long long>(a[m * K + k]) * static_cast<unsigned long long>(b[k * N + n]);
          }
      }
    }
    const auto acc = c.to_accum();
    for (unsigned i = 0; i < M * N; ++i)
      ASSERT_EQ(acc.data()[i], static_cast<Lane>(expected[i])) << where << " lane " << i;
  }
}

template <unsigned M, unsigned K, unsigned N, typename A, typename B> void check_float() {
  aie::mmul<M, K, N, A, B> c;
  float expected[M * N] = {};
  aie::vector<A, M * K> a;
  aie::vector<B, K * N> b;
  // Exact in two bits of fraction.
  const auto value = [] { return std::ldexp(static_cast<float>(static_cast<int>(random_bits() % 15) - 7), -2); };
  for (unsigned i = 0; i < M * K; ++i)
    a[i] = A(value());
  for (unsigned i = 0; i < K * N; ++i)
    b[i] = B(value());
  c.mac(a, b);
  for (unsigned m = 0; m < M; ++m)
    for (unsigned n = 0; n < N; ++n)
      for (unsigned k = 0; k < K; ++k)
        expected[m * N + n] += static_cast<float>(a.get(m * K + k)) * static_cast<float>(b.get(k * N + n));
  // Small multiples of powers of two: every order of summation gives the same bits.
  for (unsigned i = 0; i < M * N; ++i)
    ASSERT_EQ(c.to_accum().data()[i], expected[i]);
}

template <unsigned M, unsigned K, unsigned N, typename A, typename UA, typename B, typename UB, typename Tag>
void check_signs() {
  check_integer<M, K, N, A, B, Tag>();
  check_integer<M, K, N, UA, B, Tag>();
  check_integer<M, K, N, A, UB, Tag>();
  check_integer<M, K, N, UA, UB, Tag>();
}

template <int Row> void check_row() {
  constexpr auto shape = aie::detail::mmul_table::shapes[Row];
  constexpr unsigned M = shape.m, K = shape.k, N = shape.n;
  constexpr auto pick_float = [](auto operand) {
    if constexpr (operand.value == MmulOperand::bfloat16)
      return bfloat16();
    else if constexpr (operand.value == MmulOperand::float32)
      return float();
    else if constexpr (operand.value == MmulOperand::float16)
      return float16();
    else if constexpr (operand.value == MmulOperand::float8)
      return float8();
    else if constexpr (operand.value == MmulOperand::bfloat8)
      return bfloat8();
  };
  using FloatA = decltype(pick_float(std::integral_constant<MmulOperand, shape.a>{}));
  if constexpr (!std::is_void_v<FloatA>) {
    check_float<M, K, N, FloatA, decltype(pick_float(std::integral_constant<MmulOperand, shape.b>{}))>();
  } else {
    constexpr auto pick = [](auto operand) {
      if constexpr (operand.value == MmulOperand::int4)
        return std::pair<int4, uint4>();
      else if constexpr (operand.value == MmulOperand::int8)
        return std::pair<int8, uint8>();
      else if constexpr (operand.value == MmulOperand::int16)
        return std::pair<int16, uint16>();
      else
        return std::pair<int32, uint32>();
    };
    using A = decltype(pick(std::integral_constant<MmulOperand, shape.a>{}));
    using B = decltype(pick(std::integral_constant<MmulOperand, shape.b>{}));
    constexpr bool wide_operands = shape.a == MmulOperand::int32 || shape.b == MmulOperand::int32;
    if constexpr (!wide_operands)
      check_signs<M, K, N, typename A::first_type, typename A::second_type, typename B::first_type,
                  typename B::second_type, acc32>();
    if constexpr (shape.max_requested == 64)
      check_signs<M, K, N, typename A::first_type, typename A::second_type, typename B::first_type,
                  typename B::second_type, acc64>();
  }
}

TEST(Mmul, EveryShapeEqualsAScalarLoop) {
  [&]<int... Row>(std::integer_sequence<int, Row...>) { (check_row<Row>(), ...); }
  (std::make_integer_sequence<int, std::size(aie::detail::mmul_table::shapes)>{});
}

#if __AIE_ARCH__ == 20
using Block = aie::mmul<4, 8, 8, int8, int8, acc32>;
#else
using Block = aie::mmul<8, 8, 8, int8, int8, acc32>;
#endif

TEST(Mmul, StartsFromVectorsAndAccumulators) {
  const auto bias = aie::broadcast<int32, Block::size_C>(7);
  const auto a = aie::broadcast<int8, Block::size_A>(1);
  const auto b = aie::broadcast<int8, Block::size_B>(2);
  Block c;
  c = bias;
  c.mac(a, b);
  EXPECT_EQ(c.to_vector<int32>().get(5), 7 + 16);
  Block d;
  d = c.to_accum();
  d.mac(a, b);
  EXPECT_EQ(d.to_vector<int32>().get(0), 7 + 32);
  Block e(aie::broadcast<int16, Block::size_C>(3), 4);
  EXPECT_EQ(e.to_vector<int32>().get(0), 48);
  Block f(aie::op_zero(c.to_accum(), true));
  EXPECT_EQ(f.to_vector<int32>().get(0), 0);
  Block g(c.to_accum(), false);
  EXPECT_EQ(g.to_vector<int32>().get(0), 23);
}

} // namespace
