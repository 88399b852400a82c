// Loops given as functions: which iterations they see, in what order, and what their indices say.
#include <aie_api/aie.hpp>
#include <aie_api/utils.hpp>
#include <gtest/gtest.h>

namespace {

using Steps = std::vector<std::string>;

template <typename Index> std::string describe(Index i) {
  std::string text = std::to_string(static_cast<int>(i));
  text += i.in_front() ? "f" : i.in_loop() ? "l" : i.in_back() ? "b" : "?";
  if (i.first_iter()) text += "(first)";
  if (i.last_iter()) text += "(last)";
  return text;
}

TEST(Loops, AreUnrolled) {
  std::vector<int> seen;
  aie::unroll_for<int, 6, -1, -3>([&](auto i) { seen.push_back(decltype(i)::value); });
  EXPECT_EQ(seen, (std::vector<int>{6, 3, 0}));
  int calls = 0;
  aie::unroll_times<5>([&] { ++calls; });
  EXPECT_EQ(calls, 5);
  seen.clear();
  aie::unroll_times_2d<2, 3>([&](auto y, auto x) { seen.push_back(10 * static_cast<int>(y) + static_cast<int>(x)); });
  EXPECT_EQ(seen, (std::vector<int>{0, 1, 2, 10, 11, 12}));
}

TEST(Loops, ArePeeled) {
  Steps steps;
  const auto note = [&](auto i) { steps.push_back(describe(i)); };
  aie::pipelined_loop<4, aie::loop_options{.peel_front = 2, .peel_back = 1}>(5, note);
  EXPECT_EQ(steps, (Steps{"0f(first)", "1f", "2l", "3l", "4b(last)"}));
  steps.clear();
  aie::peeled_loop<1, aie::loop_options{.peel_front = 1}>(2, note);
  EXPECT_EQ(steps, (Steps{"0l", "1l"}));
  steps.clear();
  aie::pipelined_loop<8>(2, note);
  EXPECT_EQ(steps, (Steps{"0l", "1l"}));
}

TEST(Loops, RunSideBySideWithOffsets) {
  Steps steps;
  aie::pipelined_loops<8, aie::loop_options{.peel_front = 2, .peel_back = 0},
                       aie::loop_options{.peel_front = 1, .peel_back = 1},
                       aie::loop_options{.peel_front = 0, .peel_back = 2}>(
      4, [&](auto i) { steps.push_back("a" + describe(i)); }, [&](auto i) { steps.push_back("b" + describe(i)); },
      [&](auto i) { steps.push_back("c" + describe(i)); });
  EXPECT_EQ(steps, (Steps{"a0f(first)", "a1f", "b0f(first)", "a2l", "b1l", "c0l", "a3l", "b2l", "c1l", "b3b(last)",
                          "c2b", "c3b(last)"}));
  steps.clear();
  aie::pipelined_loops<2>(
      2, [&](auto i) { steps.push_back("a" + describe(i)); }, [&](auto i) { steps.push_back("b" + describe(i)); });
  EXPECT_EQ(steps, (Steps{"a0l", "b0l", "a1l", "b1l"}));
}

} // namespace
