// Vectors of which at least every second element is zero, as memory keeps them: without the zeros.
//
// A portion of memory is a mask of 64 bits, one a byte of the decompressed 512 bits, and the bytes of the set bits,
// filled up to a multiple of 32 bits. Of four elements in a row at most two may differ from zero [api aie_doc.hpp
// sparse data format]. Emulated vectors hold the decompressed elements.
#pragma once

#include <bit>
#include <cstring>

#include "load_store.hpp"
#include "not_emulated.hpp"
#include "vector.hpp"

namespace aie {

template <typename T, unsigned Elems> class sparse_vector {
  static_assert(detail::type_bits_v<T> >= 8 && detail::type_bits_v<T> <= 16 && !detail::is_complex_v<T>,
                "aie::sparse_vector: elements have 8 or 16 bits");
  static_assert(Elems * detail::type_bits_v<T> % 512 == 0 && Elems * detail::type_bits_v<T> <= 2048,
                "aie::sparse_vector: the size is one, two or four times 512 bits");

public:
  using value_type = T;
  static constexpr unsigned size() { return Elems; }
  static constexpr unsigned type_bits() { return detail::type_bits_v<T>; }
  static constexpr unsigned bits() { return Elems * type_bits(); }
  static constexpr unsigned bytes() { return bits() / 8; }
  static constexpr unsigned sparsity_ratio() { return 2; }
  static constexpr unsigned mask_bits() { return bytes(); }
  /// Bits in memory at the least sparsity that is allowed.
  static constexpr unsigned memory_bits() { return bits() / sparsity_ratio() + mask_bits(); }
  static constexpr unsigned memory_bytes() { return memory_bits() / 8; }
  static constexpr bool is_signed() { return detail::is_signed_v<T>; }
  static constexpr bool is_complex() { return false; }
  static constexpr bool is_integral() { return detail::is_integer_v<T>; }
  static constexpr bool is_floating_point() { return detail::is_float_v<T>; }

  sparse_vector() { std::memset(static_cast<void*>(values_), detail::undefined_byte(), sizeof values_); }

  template <unsigned ElemsIn>
  requires(ElemsIn == Elems / 2 || ElemsIn == Elems) sparse_vector& insert(unsigned index,
                                                                           const sparse_vector<T, ElemsIn>& part) {
    std::memcpy(static_cast<void*>(values_ + index * ElemsIn), part.decompressed(), part.bytes());
    return *this;
  }
  template <unsigned ElemsOut>
  requires(ElemsOut == Elems / 2) sparse_vector<T, ElemsOut> extract(unsigned index)
  const {
    sparse_vector<T, ElemsOut> part;
    part.assign(values_ + index * ElemsOut);
    return part;
  }

  /// Pairs of values as the hardware keeps them.
  vector<T, Elems / 2> extract_data() const {
    static_assert(detail::emulated<T>, "aie::sparse_vector: extract_data is not emulated");
  }

  /// All elements, zeros included; of the emulator.
  const T* decompressed() const { return values_; }
  void assign(const T* values) { std::memcpy(static_cast<void*>(values_), values, bytes()); }

private:
  T values_[Elems];
};

/// Reads one sparse vector after the other. The masks are aligned to 32 bits.
template <typename T, unsigned Elems, aie_dm_resource = aie_dm_resource::none> class sparse_vector_input_buffer_stream {
public:
  using vector_type = sparse_vector<T, Elems>;
  explicit sparse_vector_input_buffer_stream(const T* base) : at_(reinterpret_cast<const unsigned char*>(base)) {}

  vector_type pop() {
    alignas(T) unsigned char bytes[vector_type::bytes()];
    for (unsigned portion = 0; portion < vector_type::bytes(); portion += 64) {
      std::uint64_t mask;
      std::memcpy(&mask, at_, sizeof mask);
      const unsigned char* next = at_ + sizeof mask;
      for (unsigned i = 0; i < 64; ++i)
        bytes[portion + i] = (mask >> i & 1) != 0 ? *next++ : 0;
      at_ += sizeof mask + (static_cast<unsigned>(std::popcount(mask)) + 3) / 4 * 4;
      check_sparsity(mask);
    }
    vector_type value;
    value.assign(reinterpret_cast<const T*>(bytes));
    return value;
  }
  sparse_vector_input_buffer_stream& operator>>(vector_type& value) {
    value = pop();
    return *this;
  }

private:
  /// In debug mode: at most two of four elements are set.
  static void check_sparsity([[maybe_unused]] std::uint64_t mask) {
#ifdef TILEWRIGHT_ADF_DEBUG
    constexpr unsigned group_bits = 4 * sizeof(T);
    for (unsigned first = 0; first < 64; first += group_bits) {
      unsigned set = 0;
      for (unsigned i = 0; i < 4; ++i)
        set += (mask >> (first + i * sizeof(T)) & ((1U << sizeof(T)) - 1)) != 0;
      if (set > 2) detail::report_kernel_error("sparse vector with more than two of four elements set");
    }
#endif
  }

  const unsigned char* at_;
};

} // namespace aie
