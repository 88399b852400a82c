// aie::accum<Tag, Elems>: accumulator lanes of the true width of the generation, 32 or 64 bits for integers.
//
// Integer lanes wrap modulo their width. Conversions round and saturate in the tile's modes; the paths per type pair
// are those of AMD's headers [api detail/aie2/accum.hpp]: a 32-bit lane to 32-bit elements is a bit cast that ignores
// the shift, a 64-bit lane reaches 8-bit elements in two steps, float lanes ignore the shift.
#pragma once

#include "float_rounding.hpp"
#include "shift_round_saturate.hpp"
#include "vector.hpp"

namespace aie {

template <typename Tag, unsigned Elems> class accum;

namespace detail {
template <typename T> inline constexpr bool is_accum_v = false;
template <typename Tag, unsigned Elems> inline constexpr bool is_accum_v<accum<Tag, Elems>> = true;

/// Another tag whose accumulators have the same lanes.
template <typename Tag2, typename Tag>
concept SameLaneTag = !std::is_same_v<Tag, Tag2> && std::is_same_v<native_accum_tag_t<Tag>, native_accum_tag_t<Tag2>>;

/// An element type that a float accumulator of this class converts to by itself.
template <typename T, AccumClass Class>
concept FloatElementOf = is_float_v<T> &&(is_complex_v<T> ? Class == AccumClass::CFP : Class == AccumClass::FP);
} // namespace detail

template <typename Tag, unsigned Elems> class alignas(32) accum {
  using Traits = detail::AccumTraits<Tag>;
  static_assert(Traits::valid, "aie::accum: not an accumulator tag of this generation");
  static_assert(detail::is_power_of_two(Elems), "aie::accum: the number of elements must be a power of two");
  static_assert(Elems * Traits::value_bits >= 128, "aie::accum: smaller than the smallest accumulator");

public:
  using value_type = Tag;
  using lane_type = typename Traits::lane;
  using storage_t = accum;

  static constexpr AccumClass value_class() { return Traits::accum_class; }
  static constexpr unsigned accum_min_bits() { return Traits::min_bits; }
  static constexpr unsigned accum_bits() { return is_complex() ? value_bits() / 2 : value_bits(); }
  static constexpr unsigned value_bits() { return Traits::value_bits; }
  static constexpr unsigned memory_bits() { return value_bits(); }
  static constexpr unsigned size() { return Elems; }
  static constexpr unsigned bits() { return Elems * value_bits(); }
  static constexpr bool is_complex() { return value_class() == AccumClass::CInt || value_class() == AccumClass::CFP; }
  static constexpr bool is_real() { return !is_complex(); }
  static constexpr bool is_floating_point() {
    return value_class() == AccumClass::FP || value_class() == AccumClass::CFP;
  }

  accum() { std::memset(static_cast<void*>(lanes_), detail::undefined_byte(), sizeof lanes_); }

  /// Tags with the same native lane convert freely, acc48 and acc64 for instance.
  template <detail::SameLaneTag<Tag> Tag2> accum(const accum<Tag2, Elems>& other) {
    std::memcpy(static_cast<void*>(lanes_), other.data(), sizeof lanes_);
  }

  template <typename T> explicit accum(const vector<T, Elems>& v, int shift = 0) { from_vector(v, shift); }

  template <typename T> accum& operator=(const vector<T, Elems>& v) {
    from_vector(v);
    return *this;
  }

  template <typename T> void from_vector(const vector<T, Elems>& v, int shift = 0) {
    from_vector_sign(v, detail::is_signed_v<T>, shift);
  }

  template <typename T> void from_vector_sign(const vector<T, Elems>& v, bool v_sign, int shift = 0) {
    if constexpr (is_floating_point()) {
      static_assert(detail::is_float_v<T>, "from_vector: a float accumulator takes float elements");
      for (unsigned i = 0; i < Elems; ++i)
        lanes_[i] = lane_type(v.get(i));
    } else if constexpr (is_complex()) {
      static_assert(detail::is_complex_v<T> && detail::is_integer_v<T>, "from_vector: a complex accumulator");
      for (unsigned i = 0; i < Elems; ++i) {
        detail::ups_lanes(&v.data()[i].real, &lanes_[i].real, 1, shift);
        detail::ups_lanes(&v.data()[i].imag, &lanes_[i].imag, 1, shift);
      }
    } else {
      static_assert(detail::is_integer_v<T> && !detail::is_complex_v<T>, "from_vector: an integer accumulator");
      tilewright::adf::count(tilewright::adf::Slot::shuffle,
                             tilewright::adf::instructions_for(bits() / 8, tilewright::adf::vector_register_bytes));
      if constexpr (value_bits() == 32 && detail::type_bits_v<T> == 32) {
        if (shift != 0)
          detail::report_kernel_error("from_vector: 32-bit elements enter a 32-bit accumulator only with shift 0");
        std::memcpy(static_cast<void*>(lanes_), v.data(), sizeof lanes_);
      } else if constexpr (detail::type_bits_v<T> < 8) {
        detail::ups_lanes(
            v.template unpack_sign<std::conditional_t<detail::is_signed_v<T>, int8, uint8>>(v_sign).data(), lanes_,
            Elems, shift);
      } else if (v_sign) {
        detail::ups_lanes(reinterpret_cast<const std::make_signed_t<T>*>(v.data()), lanes_, Elems, shift);
      } else {
        detail::ups_lanes(reinterpret_cast<const std::make_unsigned_t<T>*>(v.data()), lanes_, Elems, shift);
      }
    }
  }

  template <typename T> vector<T, Elems> to_vector(int shift = 0) const {
    return to_vector_sign<T>(detail::is_signed_v<T>, shift);
  }
  /// Float accumulators: to float or cfloat.
  auto to_vector() const {
    static_assert(is_floating_point(), "to_vector: name the element type");
    return to_vector<lane_type>();
  }

  template <typename T> vector<T, Elems> to_vector_sign(bool v_sign, int shift = 0) const {
    vector<T, Elems> out;
    if constexpr (is_floating_point()) {
      static_assert(detail::is_float_v<T>, "to_vector: a float accumulator gives float elements");
      for (unsigned i = 0; i < Elems; ++i)
        out[i] = detail::round_float<T>(lanes_[i]);
    } else if constexpr (is_complex()) {
      static_assert(detail::is_complex_v<T> && detail::is_integer_v<T>, "to_vector: a complex accumulator");
      for (unsigned i = 0; i < Elems; ++i) {
        detail::srs_lanes(&lanes_[i].real, &out.data()[i].real, 1, true, shift);
        detail::srs_lanes(&lanes_[i].imag, &out.data()[i].imag, 1, true, shift);
      }
    } else {
      static_assert(detail::is_integer_v<T> && !detail::is_complex_v<T>, "to_vector: an integer accumulator");
      detail::count_narrowing(Elems, value_bits(), detail::type_bits_v<T>);
      if constexpr (value_bits() == 32 && detail::type_bits_v<T> == 32)
        std::memcpy(static_cast<void*>(out.data()), lanes_, sizeof lanes_);
      else if constexpr (detail::type_bits_v<T> < 8)
        out = to_vector_sign<detail::lane_value_t<T>>(v_sign, shift).template pack_sign<T>(v_sign);
      else if constexpr (value_bits() == 64 && detail::type_bits_v<T> == 8)
        detail::srs_lanes_through_16_bits(lanes_, out.data(), Elems, v_sign, shift);
      else
        detail::srs_lanes(lanes_, out.data(), Elems, v_sign, shift);
    }
    return out;
  }

  template <detail::FloatElementOf<Traits::accum_class> T> operator vector<T, Elems>() const { return to_vector<T>(); }

  template <unsigned ElemsOut> accum<Tag, ElemsOut> extract(unsigned index) const {
    static_assert(ElemsOut <= Elems, "extract: the result is larger than the accumulator");
    accum<Tag, ElemsOut> out;
    std::memcpy(static_cast<void*>(out.data()), lanes_ + index * ElemsOut, sizeof(lane_type) * ElemsOut);
    return out;
  }
  template <unsigned ElemsOut> accum<Tag, ElemsOut> grow_extract(unsigned index) const {
    if constexpr (ElemsOut > Elems)
      return grow<ElemsOut>();
    else
      return extract<ElemsOut>(index);
  }
  template <typename Tag2, unsigned ElemsIn> accum& insert(unsigned index, const accum<Tag2, ElemsIn>& part) {
    static_assert(ElemsIn <= Elems, "insert: the part is larger than the accumulator");
    static_assert(std::is_same_v<detail::native_accum_tag_t<Tag>, detail::native_accum_tag_t<Tag2>>,
                  "insert: the part has another lane type");
    std::memcpy(static_cast<void*>(lanes_ + index * ElemsIn), part.data(), sizeof(lane_type) * ElemsIn);
    return *this;
  }
  template <typename... Parts> void upd_all(const Parts&... parts) {
    unsigned index = 0;
    (insert(index++, parts), ...);
  }
  template <unsigned ElemsOut> accum<Tag, ElemsOut> grow() const {
    static_assert(ElemsOut >= Elems, "grow: the result is smaller than the accumulator");
    accum<Tag, ElemsOut> out;
    out.insert(0, *this);
    return out;
  }
  template <unsigned ElemsOut> accum<Tag, ElemsOut> grow_replicate() const {
    accum<Tag, ElemsOut> out;
    for (unsigned i = 0; i < ElemsOut / Elems; ++i)
      out.insert(i, *this);
    return out;
  }
  template <unsigned ElemsOut> auto split() const {
    return [&]<std::size_t... I>(std::index_sequence<I...>) { return std::make_tuple(extract<ElemsOut>(I)...); }
    (std::make_index_sequence<Elems / ElemsOut>{});
  }

  /// The same bits as lanes of another accumulator type.
  template <typename Tag2> auto cast_to() const {
    accum<Tag2, bits() / detail::AccumTraits<Tag2>::value_bits> out;
    std::memcpy(static_cast<void*>(out.data()), lanes_, sizeof lanes_);
    return out;
  }

  accum to_native() const { return *this; }

  lane_type* data() { return lanes_; }
  const lane_type* data() const { return lanes_; }

private:
  lane_type lanes_[Elems];
};

} // namespace aie
