// Moving lanes: shuffles, interleaving, filters, reversal, transposition.
//
// Lanes that a shuffle vacates are undefined unless its name says otherwise (zero here, 0xDB bytes in debug mode).
#pragma once

#include <utility>

#include "construct.hpp"
#include "vector.hpp"

namespace aie {

namespace detail {

/// One instruction for each register of the result; it takes two.
template <typename V> void count_shuffle(const V& v) {
  using namespace tilewright::adf;
  tilewright::adf::count(Slot::shuffle, instructions_for(v.bytes(), vector_register_bytes));
}

} // namespace detail

template <typename T, unsigned Elems> vector<T, Elems> reverse(const vector<T, Elems>& v) {
  vector<T, Elems> out;
  for (unsigned i = 0; i < Elems; ++i)
    out.set(v.get(Elems - 1 - i), i);
  return out;
}

/// v holds Row x Col elements row-major; the result holds their transpose, Col x Row.
template <typename T, unsigned Elems>
vector<T, Elems> transpose(const vector<T, Elems>& v, unsigned Row, unsigned Col) {
  if (Row * Col != Elems)
    detail::report_kernel_error("transpose: rows times columns differ from the size of the vector");
  vector<T, Elems> out;
  for (unsigned r = 0; r < Row; ++r)
    for (unsigned c = 0; c < Col; ++c)
      out.set(v.get(r * Col + c), c * Row + r);
  return out;
}

template <typename T, unsigned Elems> vector<T, Elems> shuffle_down(const vector<T, Elems>& v, unsigned n) {
  detail::count_shuffle(v);
  vector<T, Elems> out;
  for (unsigned i = 0; i + n < Elems; ++i)
    out.set(v.get(i + n), i);
  return out;
}
template <typename T, unsigned Elems> vector<T, Elems> shuffle_up(const vector<T, Elems>& v, unsigned n) {
  detail::count_shuffle(v);
  vector<T, Elems> out;
  for (unsigned i = n; i < Elems; ++i)
    out.set(v.get(i - n), i);
  return out;
}
template <typename T, unsigned Elems> vector<T, Elems> shuffle_down_rotate(const vector<T, Elems>& v, unsigned n) {
  detail::count_shuffle(v);
  vector<T, Elems> out;
  for (unsigned i = 0; i < Elems; ++i)
    out.set(v.get((i + n) % Elems), i);
  return out;
}
template <typename T, unsigned Elems> vector<T, Elems> shuffle_up_rotate(const vector<T, Elems>& v, unsigned n) {
  detail::count_shuffle(v);
  vector<T, Elems> out;
  for (unsigned i = 0; i < Elems; ++i)
    out.set(v.get(i), (i + n) % Elems);
  return out;
}
/// Vacated upper lanes come from the low lanes of `fill`.
template <typename T, unsigned Elems>
vector<T, Elems> shuffle_down_fill(const vector<T, Elems>& v, const vector<T, Elems>& fill, unsigned n) {
  detail::count_shuffle(v);
  vector<T, Elems> out;
  for (unsigned i = 0; i < Elems; ++i)
    out.set(i + n < Elems ? v.get(i + n) : fill.get(i + n - Elems), i);
  return out;
}
/// Vacated lower lanes come from the high lanes of `fill`.
template <typename T, unsigned Elems>
vector<T, Elems> shuffle_up_fill(const vector<T, Elems>& v, const vector<T, Elems>& fill, unsigned n) {
  detail::count_shuffle(v);
  vector<T, Elems> out;
  for (unsigned i = 0; i < Elems; ++i)
    out.set(i >= n ? v.get(i - n) : fill.get(Elems - n + i), i);
  return out;
}
template <typename T, unsigned Elems> vector<T, Elems> shuffle_down_replicate(const vector<T, Elems>& v, unsigned n) {
  return shuffle_down_fill(v, broadcast<T, Elems>(v.get(Elems - 1)), n);
}
template <typename T, unsigned Elems> vector<T, Elems> shuffle_up_replicate(const vector<T, Elems>& v, unsigned n) {
  return shuffle_up_fill(v, broadcast<T, Elems>(v.get(0)), n);
}

/// Chunks of a and b in turn; the first vector of the pair holds the lower half.
template <typename T, unsigned Elems>
std::pair<vector<T, Elems>, vector<T, Elems>> interleave_zip(const vector<T, Elems>& a, const vector<T, Elems>& b,
                                                             unsigned chunk) {
  detail::count_shuffle(vector<T, 2 * Elems>());
  std::pair<vector<T, Elems>, vector<T, Elems>> out;
  for (unsigned i = 0; i < 2 * Elems; ++i) {
    const unsigned from = i / (2 * chunk) * chunk + i % chunk;
    const auto value = i / chunk % 2 == 0 ? a.get(from) : b.get(from);
    (i < Elems ? out.first : out.second).set(value, i % Elems);
  }
  return out;
}
/// The inverse: even chunks of a followed by b, then the odd ones.
template <typename T, unsigned Elems>
std::pair<vector<T, Elems>, vector<T, Elems>> interleave_unzip(const vector<T, Elems>& a, const vector<T, Elems>& b,
                                                               unsigned chunk) {
  detail::count_shuffle(vector<T, 2 * Elems>());
  std::pair<vector<T, Elems>, vector<T, Elems>> out;
  for (unsigned i = 0; i < 2 * Elems; ++i) {
    const unsigned to = i / (2 * chunk) * chunk + i % chunk;
    (i / chunk % 2 == 0 ? out.first : out.second).set(i < Elems ? a.get(i) : b.get(i - Elems), to);
  }
  return out;
}

template <typename T, unsigned Elems> vector<T, Elems / 2> filter_even(const vector<T, Elems>& v, unsigned chunk = 1) {
  vector<T, Elems / 2> out;
  detail::count_shuffle(out);
  for (unsigned i = 0; i < Elems / 2; ++i)
    out.set(v.get(i / chunk * 2 * chunk + i % chunk), i);
  return out;
}
template <typename T, unsigned Elems> vector<T, Elems / 2> filter_odd(const vector<T, Elems>& v, unsigned chunk = 1) {
  vector<T, Elems / 2> out;
  detail::count_shuffle(out);
  for (unsigned i = 0; i < Elems / 2; ++i)
    out.set(v.get(i / chunk * 2 * chunk + chunk + i % chunk), i);
  return out;
}

/// The chunk of a filter or interleave, chosen when it runs: made once, used often.
template <typename T, unsigned Elems> class filter_mode {
public:
  static constexpr filter_mode even(unsigned chunk) { return filter_mode(chunk, false); }
  static constexpr filter_mode odd(unsigned chunk) { return filter_mode(chunk, true); }
  unsigned chunk;
  bool is_odd;

private:
  constexpr filter_mode(unsigned c, bool o) : chunk(c), is_odd(o) {}
};
template <typename T, unsigned Elems> struct interleave_zip_mode {
  explicit constexpr interleave_zip_mode(unsigned c) : chunk(c) {}
  unsigned chunk;
};
template <typename T, unsigned Elems> struct interleave_unzip_mode {
  explicit constexpr interleave_unzip_mode(unsigned c) : chunk(c) {}
  unsigned chunk;
};

template <typename T, unsigned Elems>
vector<T, Elems / 2> filter(const vector<T, Elems>& v, const filter_mode<T, Elems>& mode) {
  return mode.is_odd ? filter_odd(v, mode.chunk) : filter_even(v, mode.chunk);
}
template <typename T, unsigned Elems>
auto interleave_zip(const vector<T, Elems>& a, const vector<T, Elems>& b, const interleave_zip_mode<T, Elems>& mode) {
  return interleave_zip(a, b, mode.chunk);
}
template <typename T, unsigned Elems>
auto interleave_unzip(const vector<T, Elems>& a, const vector<T, Elems>& b,
                      const interleave_unzip_mode<T, Elems>& mode) {
  return interleave_unzip(a, b, mode.chunk);
}

} // namespace aie
