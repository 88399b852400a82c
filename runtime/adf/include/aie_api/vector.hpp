// aie::vector<T, Elems>: a vector register, lane 0 in the lowest bits.
//
// Size: a power of two of at least 128 bits; larger ones stand for several registers, as in AMD's headers. Lanes that
// the documentation calls undefined (default construction, grow) are zero here, or undefined_value in debug mode.
#pragma once

#include <concepts>
#include <cstring>
#include <tuple>
#include <type_traits>
#include <utility>

#include "../adf_engine/instruction_count.hpp"
#include "../adf_engine/undefined_value.hpp"
#include "alignment.hpp"
#include "lane_types.hpp"
#include "report.hpp"
#include "shift_round_saturate.hpp"

namespace aie {

/// Without a size, a vector fills a 512-bit register.
template <typename T, unsigned Elems = 512 / detail::type_bits_v<T>> class vector;

namespace detail {

/// Byte value of lanes that hardware leaves undefined.
#ifdef TILEWRIGHT_ADF_DEBUG
inline int undefined_byte() { return tilewright::adf::undefined_value; }
#else
inline constexpr int undefined_byte() { return 0; }
#endif

template <typename T> inline constexpr bool is_vector_v = false;
template <typename T, unsigned Elems> inline constexpr bool is_vector_v<vector<T, Elems>> = true;

/// Reference to a 4-bit lane: two share a byte.
class NibbleReference {
public:
  NibbleReference(std::uint8_t* bytes, unsigned index, bool is_signed)
      : byte_(bytes + index / 2), shift_(index % 2 * 4), signed_(is_signed) {}
  operator int() const {
    const int value = (*byte_ >> shift_) & 15;
    return signed_ && value > 7 ? value - 16 : value;
  }
  NibbleReference& operator=(int value) {
    *byte_ = static_cast<std::uint8_t>((*byte_ & ~(15 << shift_)) | ((value & 15) << shift_));
    return *this;
  }

private:
  std::uint8_t* byte_;
  unsigned shift_;
  bool signed_;
};

/// Default result of unpack and pack: twice and half the width, same signedness.
template <typename T> struct WiderElement { using type = void; };
template <> struct WiderElement<int4> { using type = int8; };
template <> struct WiderElement<uint4> { using type = uint8; };
template <> struct WiderElement<int8> { using type = int16; };
template <> struct WiderElement<uint8> { using type = uint16; };
template <> struct WiderElement<int16> { using type = int32; };
template <> struct WiderElement<uint16> { using type = uint32; };
template <> struct WiderElement<cint16> { using type = cint32; };
template <typename T> struct NarrowerElement { using type = void; };
template <> struct NarrowerElement<int8> { using type = int4; };
template <> struct NarrowerElement<uint8> { using type = uint4; };
template <> struct NarrowerElement<int16> { using type = int8; };
template <> struct NarrowerElement<uint16> { using type = uint8; };
template <> struct NarrowerElement<int32> { using type = int16; };
template <> struct NarrowerElement<uint32> { using type = uint16; };

} // namespace detail

// may_alias: iterators refer to vectors inside arrays of elements.
template <typename T, unsigned Elems> class [[gnu::may_alias]] alignas(vector_ldst_align_v<T, Elems>) vector {
  static_assert(detail::is_element_v<T>, "aie::vector: not an element type of this generation");
  static_assert(detail::is_power_of_two(Elems), "aie::vector: the number of elements must be a power of two");
  static_assert(detail::type_bits_v<T> * Elems >= 128, "aie::vector: smaller than the smallest vector, 128 bits");

public:
  using value_type = T;
  using lane_type = detail::lane_value_t<T>; ///< int8/uint8 for int4/uint4
  using storage_t = vector;
  using native_type = vector;

  static constexpr unsigned type_bits() { return detail::type_bits_v<T>; }
  static constexpr unsigned size() { return Elems; }
  static constexpr unsigned bits() { return Elems * type_bits(); }
  static constexpr unsigned bytes() { return bits() / 8; }
  static constexpr bool is_signed() { return detail::is_signed_v<T>; }
  static constexpr bool is_complex() { return detail::is_complex_v<T>; }
  static constexpr bool is_real() { return !is_complex(); }
  static constexpr bool is_integral() { return detail::is_integer_v<T>; }
  static constexpr bool is_floating_point() { return detail::is_float_v<T>; }

  vector() { std::memset(static_cast<void*>(lanes_), detail::undefined_byte(), sizeof lanes_); }

  /// The first lanes, in order; lanes beyond the values given are undefined.
  template <std::convertible_to<lane_type>... Values> explicit vector(lane_type first, Values... rest) : vector() {
    static_assert(sizeof...(Values) < Elems, "aie::vector: more values than elements");
    unsigned index = 0;
    set(first, index++);
    (set(static_cast<lane_type>(rest), index++), ...);
  }

  /// The same bits as elements of another type, in the notation of native vector types: v16int16(v).
  template <typename U, unsigned Elems2> explicit vector(const vector<U, Elems2>& other) {
    static_assert(detail::type_bits_v<U> * Elems2 == bits(), "aie::vector: a cast keeps the number of bits");
    std::memcpy(bytes_data(), other.bytes_data(), bytes());
  }

  lane_type get(unsigned index) const {
    check_index(index, Elems);
    if constexpr (detail::is_nibble_v<T>)
      return static_cast<lane_type>(static_cast<int>((*const_cast<vector*>(this))[index]));
    else
      return lanes_[index];
  }
  void set(lane_type value, unsigned index) {
    check_index(index, Elems);
    if constexpr (detail::is_nibble_v<T>)
      (*this)[index] = value;
    else
      lanes_[index] = value;
  }

  decltype(auto) operator[](unsigned index) {
    check_index(index, Elems);
    if constexpr (detail::is_nibble_v<T>)
      return detail::NibbleReference(lanes_, index, is_signed());
    else
      return static_cast<T&>(lanes_[index]);
  }
  lane_type operator[](unsigned index) const { return get(index); }
  decltype(auto) elem_ref(unsigned index) { return (*this)[index]; }
  lane_type elem_ref(unsigned index) const { return get(index); }
  lane_type elem_const_ref(unsigned index) const { return get(index); }

  /// Shifts all lanes up by one and puts value into lane 0.
  vector& push(lane_type value) {
    for (unsigned i = Elems - 1; i > 0; --i)
      set(get(i - 1), i);
    set(value, 0);
    return *this;
  }

  template <unsigned ElemsOut> vector<T, ElemsOut> extract(unsigned index) const {
    static_assert(ElemsOut <= Elems, "extract: the result is larger than the vector");
    check_index(index, Elems / ElemsOut);
    vector<T, ElemsOut> out;
    std::memcpy(out.bytes_data(), bytes_data() + index * out.bytes(), out.bytes());
    return out;
  }
  template <unsigned ElemsOut> vector<T, ElemsOut> grow_extract(unsigned index) const {
    if constexpr (ElemsOut > Elems)
      return grow<ElemsOut>();
    else
      return extract<ElemsOut>(index);
  }
  template <unsigned ElemsIn> vector& insert(unsigned index, const vector<T, ElemsIn>& part) {
    static_assert(ElemsIn <= Elems, "insert: the part is larger than the vector");
    check_index(index, Elems / ElemsIn);
    if (part.bytes() < tilewright::adf::vector_register_bytes && ElemsIn < Elems) // whole registers stay where they are
      tilewright::adf::count(tilewright::adf::Slot::shuffle, 1);
    std::memcpy(bytes_data() + index * part.bytes(), part.bytes_data(), part.bytes());
    return *this;
  }
  /// All parts in order, lowest lanes first; together they fill the vector.
  template <typename... Parts> vector& upd_all(const Parts&... parts) {
    unsigned index = 0;
    (insert(index++, parts), ...);
    return *this;
  }
  /// Larger vector with this one at position `index`; the other lanes are undefined.
  template <unsigned ElemsOut> vector<T, ElemsOut> grow(unsigned index = 0) const {
    static_assert(ElemsOut >= Elems, "grow: the result is smaller than the vector");
    check_index(index, ElemsOut / Elems);
    vector<T, ElemsOut> out; // no instruction: the register is part of a larger one
    std::memcpy(out.bytes_data() + index * bytes(), bytes_data(), bytes());
    return out;
  }
  template <unsigned ElemsOut> vector<T, ElemsOut> grow_replicate() const {
    vector<T, ElemsOut> out;
    for (unsigned i = 0; i < ElemsOut / Elems; ++i)
      out.insert(i, *this);
    return out;
  }
  template <unsigned ElemsOut> auto split() const {
    return [&]<std::size_t... I>(std::index_sequence<I...>) { return std::make_tuple(extract<ElemsOut>(I)...); }
    (std::make_index_sequence<Elems / ElemsOut>{});
  }

  /// The same bits as elements of another type.
  template <typename U> auto cast_to() const {
    vector<U, bits() / detail::type_bits_v<U>> out;
    std::memcpy(out.bytes_data(), bytes_data(), bytes());
    return out;
  }

  /// Sign or zero extension to wider elements, by default twice as wide.
  template <typename U = typename detail::WiderElement<T>::type> vector<U, Elems> unpack() const {
    return unpack_sign<U>(is_signed());
  }
  template <typename U = typename detail::WiderElement<T>::type> vector<U, Elems> unpack_sign(bool v_sign) const {
    static_assert(detail::type_bits_v<U> > detail::type_bits_v<T>, "unpack: the result must be wider");
    vector<U, Elems> out;
    for (unsigned i = 0; i < Elems; ++i) {
      if constexpr (is_complex()) {
        out[i] = U(get(i).real, get(i).imag);
      } else {
        const std::int64_t raw = static_cast<std::int64_t>(get(i)) & low_mask();
        const bool negative = v_sign && (raw >> (type_bits() - 1)) != 0;
        out[i] = static_cast<U>(negative ? raw - (low_mask() + 1) : raw);
      }
    }
    return out;
  }

  /// Narrows, saturating in the tile's mode or keeping the low bits; never rounds.
  template <typename U = typename detail::NarrowerElement<T>::type> vector<U, Elems> pack() const {
    return pack_sign<U>(detail::is_signed_v<U>);
  }
  template <typename U = typename detail::NarrowerElement<T>::type> vector<U, Elems> pack_sign(bool v_sign) const {
    static_assert(detail::type_bits_v<U> < detail::type_bits_v<T>, "pack: the result must be narrower");
    vector<U, Elems> out;
    if constexpr (detail::is_nibble_v<U>) {
      const detail::LaneRange range = detail::saturation_range(4, v_sign);
      for (unsigned i = 0; i < Elems; ++i)
        out[i] = static_cast<int>(detail::clamp_lane(lanes_[i], range) & 15);
    } else {
      detail::pack_lanes(lanes_, out.data(), Elems, v_sign);
    }
    return out;
  }

  template <typename U> void load(const U* pointer) {
    tilewright::adf::count(tilewright::adf::Slot::load,
                           tilewright::adf::instructions_for(bytes(), tilewright::adf::memory_access_bytes));
    detail::check_alignment(pointer, vector_ldst_align_v<T, Elems>);
    std::memcpy(bytes_data(), static_cast<const void*>(pointer), bytes());
  }
  template <typename U> void store(U* pointer) const {
    tilewright::adf::count(tilewright::adf::Slot::store,
                           tilewright::adf::instructions_for(bytes(), tilewright::adf::memory_access_bytes));
    detail::check_alignment(pointer, vector_ldst_align_v<T, Elems>);
    std::memcpy(static_cast<void*>(pointer), bytes_data(), bytes());
  }
  template <typename U> void load_unaligned(const U* pointer, unsigned = 1) {
    std::memcpy(bytes_data(), static_cast<const void*>(pointer), bytes());
  }
  template <typename U> void store_unaligned(U* pointer, unsigned = 1) const {
    std::memcpy(static_cast<void*>(pointer), bytes_data(), bytes());
  }

  vector to_native() const { return *this; }

  /// Raw lanes, for the emulator's own loops; two 4-bit lanes share an entry.
  auto* data() { return lanes_; }
  const auto* data() const { return lanes_; }
  std::uint8_t* bytes_data() { return reinterpret_cast<std::uint8_t*>(lanes_); }
  const std::uint8_t* bytes_data() const { return reinterpret_cast<const std::uint8_t*>(lanes_); }

private:
  using Storage = std::conditional_t<detail::is_nibble_v<T>, std::uint8_t, T>;

  static void check_index([[maybe_unused]] unsigned index, [[maybe_unused]] unsigned limit) {
#ifdef TILEWRIGHT_ADF_DEBUG
    if (index >= limit) detail::report_kernel_error("vector index out of range");
#endif
  }
  static constexpr std::int64_t low_mask() { return (std::int64_t(1) << type_bits()) - 1; }

  Storage lanes_[detail::is_nibble_v<T> ? Elems / 2 : Elems];
};

} // namespace aie
