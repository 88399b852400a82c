// Loops given as function objects: aie::unroll_for, unroll_times, pipelined_loop, peeled_loop and pipelined_loops.
//
// How a loop is scheduled does not matter here. What shows is which iterations are peeled, for the function may ask its
// index: in_front(), in_loop(), in_back(), and at the ends first_iter() and last_iter() [api utils.hpp]. Several
// functions run side by side, those with more peeled at the front ahead of the others.
#pragma once

#include <algorithm>
#include <array>
#include <type_traits>
#include <utility>

namespace aie {

struct loop_options {
  unsigned peel_front = 0; ///< iterations before the loop
  unsigned peel_back = 0;  ///< iterations behind the loop
  int preamble_offset = 0; ///< for the compiler only
};

namespace detail {

enum class LoopPart { front, loop, back };

/// Iteration n as a number that knows where it lies; the number is a constant in front.
template <LoopPart Part, bool First, bool Last, unsigned N = 0> struct LoopIndex {
  static constexpr bool in_front() { return Part == LoopPart::front; }
  static constexpr bool in_loop() { return Part == LoopPart::loop; }
  static constexpr bool in_back() { return Part == LoopPart::back; }
  static constexpr bool first_iter() { return First; }
  static constexpr bool last_iter() { return Last; }
  constexpr operator int() const {
    if constexpr (Part == LoopPart::front)
      return static_cast<int>(N);
    else
      return static_cast<int>(n);
  }
  unsigned n = N;
};

template <typename T, T Index, typename Function> constexpr void call_unrolled(Function& function) {
  if constexpr (std::is_invocable_v<Function&, std::integral_constant<T, Index>>)
    function(std::integral_constant<T, Index>{});
  else
    function();
}

template <loop_options Options, typename Function, unsigned Step>
void call_front(Function& function, std::integral_constant<unsigned, Step>) {
  function(LoopIndex<LoopPart::front, Step == 0, false, Step>{});
}
template <typename Function> void call_main(Function& function, unsigned iteration) {
  function(LoopIndex<LoopPart::loop, false, false>{iteration});
}
template <loop_options Options, typename Function, unsigned Step>
void call_back(Function& function, unsigned count, std::integral_constant<unsigned, Step>) {
  function(LoopIndex<LoopPart::back, false, Step + 1 == Options.peel_back>{count - Options.peel_back + Step});
}

/// Step of the part before or behind the loop that the function with most iterations there begins, or ends.
template <loop_options Options, unsigned LongestFront, typename Function, unsigned Step>
void call_front_if_begun(Function& function, std::integral_constant<unsigned, Step>) {
  constexpr unsigned later = LongestFront - Options.peel_front;
  if constexpr (Step >= later) call_front<Options>(function, std::integral_constant<unsigned, Step - later>{});
}
template <loop_options Options, typename Function, unsigned Step>
void call_back_if_left(Function& function, unsigned count, std::integral_constant<unsigned, Step> step) {
  if constexpr (Step < Options.peel_back) call_back<Options>(function, count, step);
}

} // namespace detail

/// fn(Start), fn(Start + Step), ... while below End (above it for negative steps), each with a constant.
template <typename T, T Start, T End, T Step = 1, typename Fn> constexpr void unroll_for(Fn&& fn) {
  if constexpr (Step > 0 ? Start < End : Start > End) {
    detail::call_unrolled<T, Start>(fn);
    unroll_for<T, static_cast<T>(Start + Step), End, Step>(fn);
  }
}
/// fn(y, x), x fastest.
template <typename T, T StartY, T EndY, T StepY, T StartX, T EndX, T StepX, typename Fn>
constexpr void unroll_for_2d(Fn&& fn) {
  unroll_for<T, StartY, EndY, StepY>([&](auto y) { unroll_for<T, StartX, EndX, StepX>([&](auto x) { fn(y, x); }); });
}
template <unsigned Times, typename Fn> constexpr void unroll_times(Fn&& fn) { unroll_for<unsigned, 0, Times>(fn); }
template <unsigned TimesY, unsigned TimesX, typename Fn> constexpr void unroll_times_2d(Fn&& fn) {
  unroll_for_2d<unsigned, 0, TimesY, 1, 0, TimesX, 1>(fn);
}

/// fn(0) .. fn(count - 1); count is at least MinIters. Nothing is peeled off a loop that may run just once.
template <unsigned MinIters, loop_options Options = loop_options{}, typename Fn>
void peeled_loop(unsigned count, Fn&& fn) {
  static_assert(Options.peel_front + Options.peel_back <= MinIters, "aie::peeled_loop: peels more than there is");
  constexpr loop_options peeled = MinIters > 1 ? Options : loop_options{};
  unroll_times<peeled.peel_front>([&](auto i) { detail::call_front<peeled>(fn, i); });
  for (unsigned i = peeled.peel_front; i + peeled.peel_back < count; ++i)
    detail::call_main(fn, i);
  unroll_times<peeled.peel_back>([&](auto i) { detail::call_back<peeled>(fn, count, i); });
}
template <unsigned MinIters, loop_options Options = loop_options{}, typename Fn>
void pipelined_loop(unsigned count, Fn&& fn) {
  peeled_loop<MinIters, Options>(count, fn);
}

/// All functions peel the same number of iterations in total; one that peels more of them at the front is that many
/// iterations ahead.
template <unsigned MinIters, loop_options A = loop_options{}, loop_options B = loop_options{},
          loop_options C = loop_options{}, typename FnA, typename FnB, typename FnC>
void pipelined_loops(unsigned count, FnA&& a, FnB&& b, FnC&& c) {
  constexpr unsigned peeled = A.peel_front + A.peel_back;
  static_assert(peeled == B.peel_front + B.peel_back && peeled == C.peel_front + C.peel_back,
                "aie::pipelined_loops: all functions peel the same number of iterations in total");
  static_assert(peeled <= MinIters, "aie::pipelined_loops: peels more than there is");
  constexpr unsigned front = std::max({A.peel_front, B.peel_front, C.peel_front});
  unroll_times<front>([&](auto i) {
    detail::call_front_if_begun<A, front>(a, i);
    detail::call_front_if_begun<B, front>(b, i);
    detail::call_front_if_begun<C, front>(c, i);
  });
  for (unsigned i = 0; i + peeled < count; ++i) {
    detail::call_main(a, A.peel_front + i);
    detail::call_main(b, B.peel_front + i);
    detail::call_main(c, C.peel_front + i);
  }
  unroll_times<std::max({A.peel_back, B.peel_back, C.peel_back})>([&](auto i) {
    detail::call_back_if_left<A>(a, count, i);
    detail::call_back_if_left<B>(b, count, i);
    detail::call_back_if_left<C>(c, count, i);
  });
}
template <unsigned MinIters, loop_options A = loop_options{}, loop_options B = loop_options{}, typename FnA,
          typename FnB>
void pipelined_loops(unsigned count, FnA&& a, FnB&& b) {
  pipelined_loops<MinIters, A, B, B>(count, a, b, [](auto) {});
}

} // namespace aie
