// emulator_bench: int8 matrix products on the emulated vector unit against the same products by Eigen in int32, compiled
// with the same flags, one thread. Prints G MAC/s and the ratio; fails below half of Eigen's speed or 1 G MAC/s.
#include <aie_api/aie.hpp>

#include <Eigen/Core>

#include <chrono>
#include <cstdio>
#include <random>
#include <vector>

namespace {

constexpr int rows = 64, inner = 128, columns = 128, repetitions = 400;

#if __AIE_ARCH__ == 20
using Product = aie::mmul<4, 8, 8, int8, int8>;
#else
using Product = aie::mmul<8, 8, 8, int8, int8>;
#endif

/// Blocks of two by two tiles, as dense kernels do it; operands lie tile by tile.
[[gnu::noinline]] void multiply(const int8* a, const int8* b, int32* c) {
  constexpr int tiles_k = inner / Product::K, tiles_n = columns / Product::N;
  for (int m = 0; m < rows / static_cast<int>(Product::M); m += 2)
    for (int n = 0; n < tiles_n; n += 2) {
      Product products[2][2];
      for (int k = 0; k < tiles_k; ++k) {
        aie::vector<int8, Product::size_A> left[2];
        aie::vector<int8, Product::size_B> right[2];
        for (int i = 0; i < 2; ++i) {
          left[i].load(a + ((m + i) * tiles_k + k) * static_cast<int>(Product::size_A));
          right[i].load(b + (k * tiles_n + n + i) * static_cast<int>(Product::size_B));
        }
        for (int i = 0; i < 2; ++i)
          for (int j = 0; j < 2; ++j)
            products[i][j].mac(left[i], right[j]);
      }
      for (int i = 0; i < 2; ++i)
        for (int j = 0; j < 2; ++j)
          products[i][j].to_vector<int32>().store(c + ((m + i) * tiles_n + n + j) * static_cast<int>(Product::size_C));
    }
}

using Matrix = Eigen::Matrix<int32, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

/// Best of five, in G MAC/s.
template <typename Work> double speed(Work work) {
  double best = 0;
  for (int attempt = 0; attempt < 5; ++attempt) {
    const auto begin = std::chrono::steady_clock::now();
    for (int i = 0; i < repetitions; ++i)
      work();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    best = std::max(best, double(rows) * inner * columns * repetitions / seconds / 1e9);
  }
  return best;
}

struct alignas(64) Operands {
  int8 a[rows * inner];
  int8 b[inner * columns];
  int32 c[rows * columns];
};

} // namespace

int main() {
  static Operands operands;
  std::mt19937 random(1);
  std::uniform_int_distribution<int> value(-128, 127);
  Matrix a(rows, inner), b(inner, columns), c(rows, columns);
  for (int i = 0; i < rows * inner; ++i)
    a.data()[i] = operands.a[i] = static_cast<int8>(value(random));
  for (int i = 0; i < inner * columns; ++i)
    b.data()[i] = operands.b[i] = static_cast<int8>(value(random));

  const double emulated = speed([&] {
    multiply(operands.a, operands.b, operands.c);
    asm volatile("" ::"r"(operands.c) : "memory");
  });
  const double eigen = speed([&] {
    c.noalias() = a * b;
    asm volatile("" ::"r"(c.data()) : "memory");
  });
  std::printf("emulated mmul %.2f G MAC/s, Eigen int32 %.2f G MAC/s, ratio %.2f\n", emulated, eigen, emulated / eigen);
  return emulated >= 1 && emulated >= 0.5 * eigen ? 0 : 1;
}
