// emulator_wide_bench: sixteen tiles side by side, each multiplying int8 matrices, with a memory tile that feeds them.
// Prints the seconds of processor time and of the clock and G MAC/s a core; fails where less than 1.6 cores of two or
// more are busy, or a core does less than 1 G MAC/s.
#include <adf.h>
#include <aie_api/aie.hpp>

#include <sys/resource.h>

#include <chrono>
#include <thread>

using namespace adf;

namespace {

constexpr int tiles = 16, iterations = 30, rows = 64, inner = 64, columns = 64, repetitions = 64;
using Product = aie::mmul<4, 8, 8, int8, int8>;

struct Multiply {
  alignas(aie::vector_decl_align) int8 weights[inner * columns];
  Multiply() {
    for (int i = 0; i < inner * columns; ++i)
      weights[i] = static_cast<int8>(i * 7 % 23 - 11);
  }
  static void registerKernelClass() { REGISTER_FUNCTION(Multiply::run); }
  void run(input_buffer<int8, extents<rows * inner>>& in, output_buffer<int8, extents<rows * columns>>& out) {
    constexpr int tiles_k = inner / Product::K, tiles_n = columns / Product::N;
    for (int r = 0; r < repetitions; ++r)
      for (int m = 0; m < rows / int(Product::M); m += 2)
        for (int n = 0; n < tiles_n; n += 2) {
          Product sums[2][2];
          for (int k = 0; k < tiles_k; ++k)
            for (int i = 0; i < 2; ++i)
              for (int j = 0; j < 2; ++j)
                sums[i][j].mac(aie::load_v<Product::size_A>(in.data() + ((m + i) * tiles_k + k) * int(Product::size_A)),
                               aie::load_v<Product::size_B>(weights + (k * tiles_n + n + j) * int(Product::size_B)));
          for (int i = 0; i < 2; ++i)
            for (int j = 0; j < 2; ++j)
              aie::store_v(out.data() + ((m + i) * tiles_n + n + j) * int(Product::size_C),
                           sums[i][j].to_vector<int8>(6));
        }
  }
};

struct Wide : graph {
  input_plio in;
  output_plio out[tiles];
  kernel k[tiles];
  Wide() {
    in = input_plio::create("in", plio_128_bits, "/tmp/tilewright_emulator_wide_bench.txt");
    for (int i = 0; i < tiles; ++i) {
      out[i] = output_plio::create("out" + std::to_string(i), plio_128_bits, "/dev/null");
      k[i] = kernel::create_object<Multiply>();
      runtime<ratio>(k[i]) = 0.9;
      connect<>(in.out[0], k[i].in[0]);
      connect<>(k[i].out[0], out[i].in[0]);
    }
  }
};

double seconds(const timeval& time) { return double(time.tv_sec) + 1e-6 * double(time.tv_usec); }

} // namespace

int main() {
  std::FILE* file = std::fopen("/tmp/tilewright_emulator_wide_bench.txt", "w");
  for (int i = 0; i < rows * inner * iterations; ++i)
    std::fprintf(file, "%d%c", i * 31 % 255 - 127, i % 16 == 15 ? '\n' : ' ');
  std::fclose(file);
  Wide g;
  g.init();
  rusage before{}, after{};
  getrusage(RUSAGE_SELF, &before);
  const auto begin = std::chrono::steady_clock::now();
  g.run(iterations);
  g.end();
  const double real = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
  getrusage(RUSAGE_SELF, &after);
  const double user = seconds(after.ru_utime) - seconds(before.ru_utime);
  const double cores = (user + seconds(after.ru_stime) - seconds(before.ru_stime)) / real;
  const double macs = double(tiles) * iterations * repetitions * rows * inner * columns / 1e9;
  std::printf("user %.2f s, real %.2f s, %.2f cores busy, %.2f G MAC/s a core\n", user, real, cores, macs / user);
  const bool can_be_busy = std::thread::hardware_concurrency() >= 2;
  return (can_be_busy && cores < 1.6) || macs / user < 1 ? 1 : 0;
}
