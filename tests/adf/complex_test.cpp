// Complex lanes: every mmul shape against a scalar loop, conversions, parts and FFT stages. Compiled once per
// generation.
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include <cmath>
#include <complex>
#include <random>

namespace {

using aie::detail::MmulOperand;

std::mt19937_64 random_bits(11);

template <typename T> T random_lane() {
  if constexpr (std::is_same_v<T, cint16>)
    return {static_cast<int16>(random_bits()), static_cast<int16>(random_bits())};
  else if constexpr (std::is_same_v<T, cint32>)
    return {static_cast<int32>(random_bits()), static_cast<int32>(random_bits())};
  else
    return static_cast<T>(random_bits());
}
template <typename T> __int128 real_of(T value) {
  if constexpr (aie::detail::is_complex_v<T>)
    return value.real;
  else
    return value;
}
template <typename T> __int128 imag_of(T value) {
  if constexpr (aie::detail::is_complex_v<T>)
    return value.imag;
  else
    return 0;
}

template <unsigned M, unsigned K, unsigned N, typename A, typename B> void check_shape() {
  aie::vector<A, M * K> a;
  aie::vector<B, K * N> b;
  for (unsigned i = 0; i < M * K; ++i)
    a.set(random_lane<A>(), i);
  for (unsigned i = 0; i < K * N; ++i)
    b.set(random_lane<B>(), i);
  aie::mmul<M, K, N, A, B, cacc64> c;
  c.mul(a, b);
  c.mac(a, b);
  const auto acc = c.to_accum();
  for (unsigned m = 0; m < M; ++m)
    for (unsigned n = 0; n < N; ++n) {
      __int128 re = 0, im = 0;
      for (unsigned k = 0; k < K; ++k) {
        const A x = a.get(m * K + k);
        const B y = b.get(k * N + n);
        re += 2 * (real_of(x) * real_of(y) - imag_of(x) * imag_of(y));
        im += 2 * (real_of(x) * imag_of(y) + imag_of(x) * real_of(y));
      }
      ASSERT_EQ(acc.data()[m * N + n].real, static_cast<std::int64_t>(re)) << M << "x" << K << "x" << N;
      ASSERT_EQ(acc.data()[m * N + n].imag, static_cast<std::int64_t>(im)) << M << "x" << K << "x" << N;
    }
}

/// Small multiples of a quarter: every order of summation gives the same bits.
template <typename T> T random_float_lane() {
  const auto part = [] { return static_cast<float>(static_cast<int>(random_bits() % 15) - 7) / 4; };
  if constexpr (aie::detail::is_complex_v<T>)
    return T(part(), part());
  else
    return T(part());
}

template <unsigned M, unsigned K, unsigned N, typename A, typename B> void check_float_shape() {
  aie::vector<A, M * K> a;
  aie::vector<B, K * N> b;
  for (unsigned i = 0; i < M * K; ++i)
    a.set(random_float_lane<A>(), i);
  for (unsigned i = 0; i < K * N; ++i)
    b.set(random_float_lane<B>(), i);
  aie::mmul<M, K, N, A, B> c;
  c.mul(a, b);
  c.mac(a, b);
  const aie::accum<caccfloat, M* N> acc = c.to_accum();
  for (unsigned m = 0; m < M; ++m)
    for (unsigned n = 0; n < N; ++n) {
      std::complex<float> sum = 0;
      for (unsigned k = 0; k < K; ++k) {
        const cfloat x(a.get(m * K + k)), y(b.get(k * N + n));
        sum += 2.0f * std::complex<float>(x.real, x.imag) * std::complex<float>(y.real, y.imag);
      }
      ASSERT_EQ(acc.data()[m * N + n], cfloat(sum.real(), sum.imag())) << M << "x" << K << "x" << N;
    }
}

template <MmulOperand Operand> auto lane_of() {
  if constexpr (Operand == MmulOperand::cint16)
    return cint16{};
  else if constexpr (Operand == MmulOperand::cint32)
    return cint32{};
  else if constexpr (Operand == MmulOperand::int16)
    return int16{};
  else if constexpr (Operand == MmulOperand::cbfloat16)
    return cbfloat16{};
  else if constexpr (Operand == MmulOperand::bfloat16)
    return bfloat16{};
  else if constexpr (Operand == MmulOperand::cfloat)
    return cfloat{};
  else if constexpr (Operand == MmulOperand::float32)
    return float{};
  else
    return int32{};
}
template <int Row> void check_row() {
  constexpr auto shape = aie::detail::mmul_table::complex_shapes[Row];
  using A = decltype(lane_of<shape.a>());
  using B = decltype(lane_of<shape.b>());
  if constexpr (aie::detail::is_float_v<A>)
    check_float_shape<shape.m, shape.k, shape.n, A, B>();
  else
    check_shape<shape.m, shape.k, shape.n, A, B>();
}

TEST(ComplexMmul, EveryShapeEqualsAScalarLoop) {
  [&]<int... Row>(std::integer_sequence<int, Row...>) { (check_row<Row>(), ...); }
  (std::make_integer_sequence<int, std::size(aie::detail::mmul_table::complex_shapes)>{});
}

TEST(Complex, AccumulatorsRoundAndSaturateBothParts) {
  aie::accum<cacc64, 8> acc(aie::broadcast<cint32, 8>(cint32(3, -70000)));
  EXPECT_EQ(acc.to_vector<cint16>(1).get(2), cint16(1, -35000 + 65536));
  aie::set_rounding(aie::rounding_mode::conv_even);
  aie::set_saturation(aie::saturation_mode::saturate);
  EXPECT_EQ(acc.to_vector<cint16>(1).get(2), cint16(2, -32768));
  EXPECT_EQ(acc.to_vector<cint32>(1).get(2), cint32(2, -35000));
  aie::set_rounding(aie::rounding_mode::floor);
  aie::set_saturation(aie::saturation_mode::none);
}

TEST(Complex, PartsAndConjugates) {
  const auto v = aie::broadcast<cint16, 8>(cint16(3, -4));
  EXPECT_EQ(aie::real(v).get(1), 3);
  EXPECT_EQ(aie::imag(v).get(1), -4);
  EXPECT_EQ(aie::conj(v).get(1), cint16(3, 4));
  EXPECT_EQ(aie::abs_square(v).get(1), 25);
  EXPECT_EQ(aie::abs_square<int16>(v, 1).get(1), 12);
  const auto product = aie::mul(aie::op_conj(v), v); // |v|^2
  EXPECT_EQ(product.data()[0].real, 25);
  EXPECT_EQ(product.data()[0].imag, 0);
  EXPECT_EQ(cfloat(1, 2) * cfloat(3, 4), cfloat(-5, 10));
  EXPECT_EQ(cint16(30000, 1) + cint16(10000, 1), cint16(-25536, 2));
}

/// A whole transform by stages of one radix, against the definition.
template <unsigned Radix, unsigned N> void check_transform(bool inverse) {
  constexpr double pi = 3.14159265358979323846;
  std::vector<std::complex<double>> x(N);
  alignas(64) cint32 data[2][N];
  // Decimation in time by stages of growing vectorization: V = N/R, ..., R, 1, each over the whole array.
  for (unsigned i = 0; i < N; ++i) {
    x[i] = {double(int(i * 37 % 101) - 50) * 1000, double(int(i * 53 % 97) - 48) * 1000};
    data[0][i] = cint32(static_cast<int32>(x[i].real()), static_cast<int32>(x[i].imag()));
  }
  int from = 0;
  const auto stage = [&]<unsigned V>(std::integral_constant<unsigned, V>) {
    // Groups of this stage: N / (R V); twiddle k of group b is exp(-2 pi j k b / (R * groups)).
    constexpr unsigned groups = N / (Radix * V);
    alignas(64) cint16 w[4][N];
    for (unsigned k = 1; k < Radix; ++k)
      for (unsigned b = 0; b < groups; ++b) {
        const double angle = -2 * pi * k * b / (Radix * groups);
        w[k - 1][b] = cint16(static_cast<int16>(std::lround(std::cos(angle) * 16384)),
                             static_cast<int16>(std::lround(std::sin(angle) * 16384)));
      }
    if constexpr (Radix == 2)
      aie::fft_dit_r2_stage<V>(data[from], w[0], N, 14, 14, inverse, data[1 - from]);
    else if constexpr (Radix == 3)
      aie::fft_dit_r3_stage<V>(data[from], w[0], w[1], N, 14, 14, inverse, data[1 - from]);
    else if constexpr (Radix == 4)
      aie::fft_dit_r4_stage<V>(data[from], w[1], w[0], w[2], N, 14, 14, inverse, data[1 - from]);
    else
      aie::fft_dit_r5_stage<V>(data[from], w[0], w[1], w[2], w[3], N, 14, 14, inverse, data[1 - from]);
    from = 1 - from;
  };
  [&]<unsigned... I>(std::integer_sequence<unsigned, I...>) {
    constexpr auto power = [](unsigned exponent) {
      unsigned value = 1;
      while (exponent-- > 0)
        value *= Radix;
      return value;
    };
    (stage(std::integral_constant<unsigned, power(sizeof...(I) - 1 - I)>{}), ...);
  }
  (std::make_integer_sequence < unsigned, Radix == 2 ? 6 : Radix == 5 ? 2 : 3 > {});
  double largest = 0;
  for (unsigned f = 0; f < N; ++f) {
    std::complex<double> sum = 0;
    for (unsigned i = 0; i < N; ++i)
      sum += x[i] * std::polar(1.0, (inverse ? 2 : -2) * pi * double(f) * i / N);
    largest = std::max(largest, std::abs(sum - std::complex<double>(data[from][f].real, data[from][f].imag)));
  }
  EXPECT_LT(largest, 400); // sums of up to 64 * 70000 with twiddles of 14 bits
}

TEST(Fft, StagesOfRadix2MakeATransform) {
  check_transform<2, 64>(false);
  check_transform<2, 64>(true);
}
TEST(Fft, StagesOfRadix4MakeATransform) {
  check_transform<4, 64>(false);
  check_transform<4, 64>(true);
}

TEST(Fft, StagesOfRadix3MakeATransform) {
  check_transform<3, 27>(false);
  check_transform<3, 27>(true);
}
TEST(Fft, StagesOfRadix5MakeATransform) {
  check_transform<5, 25>(false);
  check_transform<5, 25>(true);
}

// One butterfly: half of 1 is rounded down to nothing on its way to all outputs but the first.
TEST(Fft, OddRadixesRoundInBetween) {
  alignas(64) cint16 x[40] = {}, w[8] = {};
  alignas(64) cint32 out[40];
  x[0] = cint16(3, 0);
  x[8] = cint16(1, 0);
  w[0] = cint16(16384, 0);
  aie::fft_dit_r3_stage<8>(x, w, w + 1, 24u, 15u, 0u, false, out);
  EXPECT_EQ(out[0], cint32(3 * 32768 + 16384, 0));
  EXPECT_EQ(out[8], cint32(3 * 32768, 0));
  EXPECT_EQ(out[16], cint32(3 * 32768, 0));
  x[8] = cint16(2, 0); // now 1: minus 0.5 + j 0.866, cut to 15 bits, and its conjugate
  aie::fft_dit_r3_stage<8>(x, w, w + 1, 24u, 15u, 0u, false, out);
  EXPECT_EQ(out[8], cint32(3 * 32768 - 16384, -28378));
  EXPECT_EQ(out[16], cint32(3 * 32768 - 16384, 28378));
  aie::fft_dit_r3_stage<8>(x, w, w + 1, 24u, 15u, 0u, true, out);
  EXPECT_EQ(out[8], cint32(3 * 32768 - 16384, 28378));
  aie::fft_dit<8, 5, cint16, cint32> fft(15, 0, false);
  const auto first = fft.dit(*fft.begin_stage(x, w, w + 1, w + 2, w + 3));
  EXPECT_EQ(first[0].get(0), cint32(4 * 32768, 0));
  EXPECT_EQ(first[1].get(0), cint32(3 * 32768 + 10126, -31164));
  EXPECT_EQ(first[2].get(0), cint32(3 * 32768 - 26510, -19261));
  EXPECT_EQ(first[3].get(0), cint32(3 * 32768 - 26510, 19261));
  EXPECT_EQ(first[4].get(0), cint32(3 * 32768 + 10126, 31164));
}

TEST(Fft, OddRadixesOfFloats) {
  alignas(64) cfloat x[40] = {}, w[8] = {}, out[40];
  x[0] = cfloat(1, 0);
  x[8] = cfloat(0, 2);
  w[0] = cfloat(0.5F, 0);
  aie::fft_dit_r5_stage<8>(x, w, w + 1, w + 2, w + 3, 40u, false, out);
  for (unsigned k = 0; k < 5; ++k) {
    const std::complex<double> expected =
        1.0 + std::complex<double>(0, 1) * std::polar(1.0, -2 * 3.14159265358979323846 * k / 5);
    EXPECT_NEAR(out[8 * k].real, expected.real(), 1e-6);
    EXPECT_NEAR(out[8 * k].imag, expected.imag(), 1e-6);
  }
}

TEST(Fft, StagesOfCbfloat16) {
  alignas(64) cbfloat16 x[64] = {}, w[16] = {}, out[64];
  static constexpr cbfloat16 half(0.5F, 0.0F);
  x[0] = cbfloat16(1.0F, 0.0F);
  x[16] = cbfloat16(0.0F, 2.0F);
  w[0] = half;
  aie::fft_dit_r2_stage<16>(x, w, 32u, 0u, 0u, false, out);
  EXPECT_EQ(out[0], cbfloat16(1.0F, 1.0F));
  EXPECT_EQ(out[16], cbfloat16(1.0F, -1.0F));
  aie::fft_dit_r4_stage<16>(x, w, w, w, 64u, 0u, 0u, false, out);
  EXPECT_EQ(out[16], cbfloat16(2.0F, 0.0F)); // 1 - j * j
  aie::fft_dit_r3_stage<16>(x, w, w + 1, 48u, false, out);
  EXPECT_EQ(out[16], cbfloat16(1.859375F, -0.5F)); // 1 - j (0.5 + 0.86328125 j), cut to 8 bits
}

TEST(Fft, OneRoundingAtTheEnd) {
  alignas(64) cint16 x[32] = {}, w[16] = {}, out[32];
  x[0] = cint16(1, -1);
  x[1] = cint16(1, 1);
  w[0] = cint16(16384, 0); // a half
  aie::fft_dit_r2_stage<1>(x, w, 32u, 15u, 15u, false, out);
  EXPECT_EQ(out[0], cint16(1, -1));  // 1.5, -0.5 under floor
  EXPECT_EQ(out[16], cint16(0, -2)); // 0.5, -1.5
  aie::fft_dit<1, 2, cint16> fft;
  const auto first = fft.dit(*fft.begin_stage(x, w), 15, 15, false);
  EXPECT_EQ(first[0].get(0), out[0]);
  EXPECT_EQ(first[1].get(0), out[16]);
}

} // namespace
