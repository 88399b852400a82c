// Tables in data memory: aie::lut, parallel_lookup and linear_approx.
//
// Layout: every group of one bank width is stored twice in a row, in each of the two pointers, so that four accesses
// can run at once [api aie.hpp lut]. The bank width is 128 bits on AIE-ML and 256 on AIE-MLv2 [UG1603]. Values of 8
// bits are stored as 16. The emulator reads the first copy; debug mode checks that the other three agree.
#pragma once

#include <cmath>

#include "multiply.hpp"

namespace aie {

/// What happens to an index beyond the table: clamp, or keep the low bits.
enum class lut_oor_policy { saturate, truncate };

namespace detail {

inline constexpr unsigned lut_bank_bytes = __AIE_ARCH__ == 22 ? 32 : 16;

/// Entry `index` of a table of entries of type Entry.
template <typename Entry> Entry read_lut(const void* first, const void* second, unsigned index) {
  constexpr unsigned group = lut_bank_bytes / sizeof(Entry);
  const std::size_t offset = (std::size_t(index / group) * 2 * group + index % group) * sizeof(Entry);
  Entry entry;
  std::memcpy(static_cast<void*>(&entry), static_cast<const char*>(first) + offset, sizeof entry);
#ifdef TILEWRIGHT_ADF_DEBUG
  for (const void* pointer : {first, second})
    for (const std::size_t copy : {std::size_t(0), std::size_t(lut_bank_bytes)})
      if (std::memcmp(&entry, static_cast<const char*>(pointer) + offset + copy, sizeof entry) != 0)
        report_kernel_error("the four copies of a lookup table differ");
#else
  (void)second;
#endif
  return entry;
}

inline int log2_of(unsigned value) { return 31 - __builtin_clz(value); }

/// Table index of an input: headroom | index | step_bits, plus the bias, inside [0, elements).
template <lut_oor_policy Policy, bool Signed>
unsigned lut_index(std::int64_t input, unsigned step_bits, int bias, unsigned elements) {
  std::int64_t index = (input >> step_bits) + bias;
  const std::int64_t last = static_cast<std::int64_t>(elements) - 1;
  if constexpr (Policy == lut_oor_policy::saturate)
    return static_cast<unsigned>(index < 0 ? 0 : index > last ? last : index);
  else
    return static_cast<unsigned>(index & last);
}

} // namespace detail

/// SlopeType is void for plain lookup.
template <unsigned ParallelAccesses, typename OffsetType, typename SlopeType = OffsetType> struct lut {
  static_assert(ParallelAccesses == 4 || ParallelAccesses == 2 || ParallelAccesses == 1,
                "aie::lut: 1, 2 or 4 parallel accesses");
  using offset_type = OffsetType;
  using slope_type = SlopeType;

  lut(unsigned elems, const void* ab, const void* cd) requires(ParallelAccesses == 4)
      : elements(elems), first(ab), second(cd) {}
  lut(unsigned elems, const void* ab) requires(ParallelAccesses == 2) : elements(elems), first(ab), second(ab) {}

  unsigned elements;
  const void* first;
  const void* second;
};

template <typename T, typename MyLut, lut_oor_policy Policy = lut_oor_policy::saturate> class parallel_lookup {
  using Offset = typename MyLut::offset_type;
  static_assert(detail::is_real_integer_v<T>, "parallel_lookup: the index is a real integer of at least 8 bits");

public:
  explicit parallel_lookup(const MyLut& table, unsigned step_bits = 0)
      : table_(table), step_bits_(step_bits), bias_(0) {}
  parallel_lookup(const MyLut& table, unsigned step_bits, unsigned bias)
      : table_(table), step_bits_(step_bits), bias_(static_cast<int>(bias)) {
    static_assert(detail::is_signed_v<T>, "parallel_lookup: unsigned indices take no bias");
    if (bias != 0 && !detail::is_power_of_two(bias))
      detail::report_kernel_error("parallel_lookup: the bias must be a power of two");
  }

  /// N results for the first N indices; as many as indices without N.
  template <unsigned N, typename Vec> vector<Offset, N> fetch(const Vec& input) const {
    static_assert(std::is_same_v<typename Vec::value_type, T>, "parallel_lookup: indices of another type");
    static_assert(N <= Vec::size(), "parallel_lookup: more results than indices");
    // 8-bit values occupy 16 bits each.
    using Entry = std::conditional_t<sizeof(Offset) == 1, int16, Offset>;
    vector<Offset, N> out;
    for (unsigned i = 0; i < N; ++i)
      out[i] = static_cast<Offset>(detail::read_lut<Entry>(
          table_.first, table_.second,
          detail::lut_index<Policy, detail::is_signed_v<T>>(input.get(i), step_bits_, bias_, table_.elements)));
    return out;
  }
  template <typename Vec> vector<Offset, Vec::size()> fetch(const Vec& input) const {
    return fetch<Vec::size(), Vec>(input);
  }

private:
  MyLut table_;
  unsigned step_bits_;
  int bias_;
};

/// Integers: slope * (input mod 2^step_bits) + offset * 2^shift_offset. Floats: slope * input + offset.
template <typename T, typename MyLut> class linear_approx {
  using Offset = typename MyLut::offset_type;
  using Slope = typename MyLut::slope_type;
  using Tag =
      std::conditional_t<detail::is_float_v<T>, accfloat, std::conditional_t<std::is_same_v<T, int8>, acc32, acc64>>;

public:
  linear_approx(const MyLut& table, unsigned step_bits, int bias = 0, int shift_offset = 0)
      : table_(table), step_bits_(step_bits), bias_(bias), shift_offset_(shift_offset) {}

  template <unsigned Elems> accum<Tag, Elems> compute(const vector<T, Elems>& input) const {
    accum<Tag, Elems> out;
    for (unsigned i = 0; i < Elems; ++i) {
      if constexpr (detail::is_float_v<T>) {
        // Slope and offset take 32 bits each; the slope's low half is zero.
        struct Entry {
          float slope, offset;
        };
        const float x = static_cast<float>(input.get(i));
        const Entry entry = entry_at<Entry>(static_cast<std::int64_t>(std::floor(x)));
        out.data()[i] = static_cast<float>(static_cast<double>(entry.slope) * x + entry.offset);
      } else {
        struct Entry {
          std::conditional_t<sizeof(Slope) == 1, int16, Slope> slope;
          std::conditional_t<sizeof(Offset) == 1, int16, Offset> offset;
        };
        const std::int64_t x = input.get(i);
        const Entry entry = entry_at<Entry>(x);
        const std::int64_t rest = x & ((std::int64_t(1) << step_bits_) - 1);
        out.data()[i] = static_cast<typename accum<Tag, Elems>::lane_type>(
            entry.slope * rest + entry.offset * (std::int64_t(1) << shift_offset_));
      }
    }
    return out;
  }

private:
  template <typename Entry> Entry entry_at(std::int64_t input) const {
    return detail::read_lut<Entry>(
        table_.first, table_.second,
        detail::lut_index<lut_oor_policy::saturate, true>(input, step_bits_, bias_, table_.elements));
  }

  MyLut table_;
  unsigned step_bits_;
  int bias_;
  int shift_offset_;
};

} // namespace aie
