// adf::bypass: firings that pass their buffers on instead of running the kernel.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include "sandbox.h"

namespace {

using namespace adf;

/// Two inputs and two outputs, which correspond in order.
void swap_and_add(input_buffer<int32, extents<4>>& a, input_buffer<int32, extents<4>>& b,
                  output_buffer<int32, extents<4>>& x, output_buffer<int32, extents<4>>& y) {
  for (int i = 0; i < 4; ++i) {
    x.data()[i] = b.data()[i] + 1000;
    y.data()[i] = a.data()[i] + 1000;
  }
}

enum class Control { plain, negated, asynchronous };

struct Switched : graph {
  input_plio in[2];
  output_plio out[2];
  input_port control;
  kernel k;
  bypass b;
  explicit Switched(Control kind) {
    k = kernel::create(swap_and_add);
    runtime<ratio>(k) = 0.9;
    b = bypass::create(k);
    for (int i = 0; i < 2; ++i) {
      const std::string name = std::to_string(i);
      in[i] = input_plio::create("in" + name, plio_32_bits, "in" + name + ".txt");
      out[i] = output_plio::create("out" + name, plio_32_bits, "out" + name + ".txt");
      connect<>(in[i].out[0], b.in[i]);
      connect<>(b.out[i], out[i].in[0]);
    }
    if (kind == Control::plain)
      connect<parameter>(control, b.bp);
    else if (kind == Control::negated)
      connect<parameter>(control, negate(b.bp));
    else
      connect<parameter>(control, async(negate(b.bp)));
  }
};

std::vector<long long> first_of_each_firing(Control kind, const std::vector<int>& controls, int firings) {
  Sandbox box;
  box.write("in0.txt", count(4 * firings));
  box.write("in1.txt", count(4 * firings, 100));
  const Outcome outcome = box.run([&] {
    Switched g(kind);
    g.init();
    for (const int value : controls)
      g.update(g.control, value);
    g.run(firings);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  std::vector<long long> result;
  for (const char* file : {"out0.txt", "out1.txt"}) {
    const std::vector<long long> all = box.read(file);
    for (std::size_t i = 0; i < all.size(); i += 4)
      result.push_back(all[i]);
  }
  return result;
}

TEST(Bypass, OnePassesTheBuffersOn) {
  EXPECT_EQ(first_of_each_firing(Control::plain, {0, 1, 1, 0}, 4),
            (std::vector<long long>{1100, 4, 8, 1112, 1000, 104, 108, 1012}));
}

TEST(Bypass, NegatedZeroPassesTheBuffersOn) {
  EXPECT_EQ(first_of_each_firing(Control::negated, {0, 1}, 2), (std::vector<long long>{0, 1104, 100, 1004}));
}

TEST(Bypass, AsynchronousControlSticks) {
  EXPECT_EQ(first_of_each_firing(Control::asynchronous, {0}, 3), (std::vector<long long>{0, 4, 8, 100, 104, 108}));
}

TEST(Bypass, SynchronousControlIsWaitedFor) {
  Sandbox box;
  box.write("in0.txt", count(8));
  box.write("in1.txt", count(8));
  const Outcome outcome = box.run([] {
    Switched g(Control::plain);
    g.init();
    g.update(g.control, 1);
    g.run(2);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 6);
  EXPECT_NE(outcome.errors.find("waits for an update of parameter k0.bypass"), std::string::npos) << outcome.errors;
}

} // namespace
