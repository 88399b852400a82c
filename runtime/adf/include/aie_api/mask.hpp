// aie::mask<Elems>: one bit per lane, the result of comparisons.
#pragma once

#include <cstdint>

namespace aie {

template <unsigned Elems> class mask {
  static constexpr unsigned words = Elems <= 64 ? 1 : Elems / 64;

public:
  static constexpr unsigned size() { return Elems; }

  constexpr explicit mask(bool initial = false) {
    for (unsigned i = 0; i < words; ++i)
      bits_[i] = initial ? valid_bits() : 0;
  }

  /// Lowest lanes in the first word.
  template <typename... Words> static constexpr mask from_uint32(Words... values) {
    static_assert(sizeof...(Words) == (Elems <= 32 ? 1 : Elems / 32), "mask: one word per 32 lanes");
    const std::uint32_t list[] = {static_cast<std::uint32_t>(values)...};
    mask out;
    for (unsigned i = 0; i < sizeof...(Words); ++i)
      out.bits_[i / 2] |= std::uint64_t(list[i]) << (i % 2 * 32);
    out.bits_[0] &= valid_bits();
    return out;
  }
  template <typename... Words> static constexpr mask from_uint64(Words... values) {
    static_assert(sizeof...(Words) == words, "mask: one word per 64 lanes");
    const std::uint64_t list[] = {static_cast<std::uint64_t>(values)...};
    mask out;
    for (unsigned i = 0; i < words; ++i)
      out.bits_[i] = list[i] & valid_bits();
    return out;
  }
  template <unsigned N, typename... Rest> static constexpr mask from_masks(const mask<N>& first, const Rest&... rest) {
    static_assert(N * (sizeof...(Rest) + 1) == Elems, "mask: the parts do not fill it");
    mask out;
    unsigned lane = 0;
    const auto append = [&](const auto& part) {
      for (unsigned i = 0; i < N; ++i)
        out.assign(lane++, part.test(i));
    };
    append(first);
    (append(rest), ...);
    return out;
  }

  constexpr bool test(unsigned lane) const { return (bits_[lane / 64] >> (lane % 64)) & 1; }
  constexpr void set(unsigned lane) { bits_[lane / 64] |= std::uint64_t(1) << (lane % 64); }
  constexpr void clear(unsigned lane) { bits_[lane / 64] &= ~(std::uint64_t(1) << (lane % 64)); }
  constexpr void assign(unsigned lane, bool value) { value ? set(lane) : clear(lane); }

  constexpr unsigned count() const {
    unsigned total = 0;
    for (const std::uint64_t word : bits_)
      total += static_cast<unsigned>(__builtin_popcountll(word));
    return total;
  }
  constexpr bool empty() const { return count() == 0; }
  constexpr bool full() const { return count() == Elems; }
  /// Leading zeros, counted from the highest lane.
  constexpr unsigned clz() const {
    unsigned zeros = 0;
    while (zeros < Elems && !test(Elems - 1 - zeros))
      ++zeros;
    return zeros;
  }

  template <unsigned N> constexpr mask<N> extract(unsigned index) const {
    mask<N> out;
    for (unsigned i = 0; i < N; ++i)
      out.assign(i, test(index * N + i));
    return out;
  }
  template <unsigned N> constexpr mask& insert(unsigned index, const mask<N>& part) {
    for (unsigned i = 0; i < N; ++i)
      assign(index * N + i, part.test(i));
    return *this;
  }
  template <unsigned N> constexpr mask<N> grow() const {
    mask<N> out;
    out.insert(0, *this);
    return out;
  }

  constexpr std::uint32_t to_uint32(unsigned index = 0) const {
    return static_cast<std::uint32_t>(bits_[index / 2] >> (index % 2 * 32));
  }
  constexpr std::uint64_t to_uint64(unsigned index = 0) const { return bits_[index]; }

  friend constexpr bool operator==(const mask& a, const mask& b) {
    for (unsigned i = 0; i < words; ++i)
      if (a.bits_[i] != b.bits_[i]) return false;
    return true;
  }
  friend constexpr mask operator&(mask a, const mask& b) { return a &= b; }
  friend constexpr mask operator|(mask a, const mask& b) { return a |= b; }
  friend constexpr mask operator^(mask a, const mask& b) { return a ^= b; }
  constexpr mask operator~() const {
    mask out;
    for (unsigned i = 0; i < words; ++i)
      out.bits_[i] = ~bits_[i] & valid_bits();
    return out;
  }
  constexpr mask operator<<(unsigned n) const {
    mask out;
    for (unsigned i = n; i < Elems; ++i)
      out.assign(i, test(i - n));
    return out;
  }
  constexpr mask operator>>(unsigned n) const {
    mask out;
    for (unsigned i = 0; i + n < Elems; ++i)
      out.assign(i, test(i + n));
    return out;
  }
  constexpr mask& operator&=(const mask& b) {
    for (unsigned i = 0; i < words; ++i)
      bits_[i] &= b.bits_[i];
    return *this;
  }
  constexpr mask& operator|=(const mask& b) {
    for (unsigned i = 0; i < words; ++i)
      bits_[i] |= b.bits_[i];
    return *this;
  }
  constexpr mask& operator^=(const mask& b) {
    for (unsigned i = 0; i < words; ++i)
      bits_[i] ^= b.bits_[i];
    return *this;
  }

private:
  static constexpr std::uint64_t valid_bits() {
    return Elems >= 64 ? ~std::uint64_t(0) : (std::uint64_t(1) << Elems) - 1;
  }

  std::uint64_t bits_[words] = {};
};

} // namespace aie
