// Vectors and accumulators over cascades and streams.
//
// A cascade moves 512-bit words: 16 lanes of 32 bits, 8 of 64, 4 of 128. Larger accumulators are split, lowest lanes
// first; smaller ones fill the low end of one word [api adf/stream.hpp].
#pragma once

#include "../adf/stream.hpp"
#include "accum.hpp"
#include "vector.hpp"

namespace aie {

inline constexpr unsigned cascade_word_bytes = 64;

namespace detail {

template <typename Value> void write_cascade(tilewright::adf::PortRuntime& port, const Value& value) {
  constexpr std::size_t bytes = Value::bits() / 8;
  tilewright::adf::count(tilewright::adf::Slot::cascade_write,
                         tilewright::adf::instructions_for(bytes, tilewright::adf::cascade_bytes));
  if constexpr (bytes % cascade_word_bytes == 0) {
    tilewright::adf::write_stream(port, value.data(), bytes);
  } else {
    unsigned char word[cascade_word_bytes];
    // Constant, so that what nobody reads is no difference between rehearsals.
    std::memset(word, tilewright::adf::usual_undefined_value, sizeof word);
    std::memcpy(word, value.data(), bytes);
    tilewright::adf::write_stream(port, word, sizeof word);
  }
}

template <typename Value> Value read_cascade(tilewright::adf::PortRuntime& port) {
  constexpr std::size_t bytes = Value::bits() / 8;
  tilewright::adf::count(tilewright::adf::Slot::cascade_read,
                         tilewright::adf::instructions_for(bytes, tilewright::adf::cascade_bytes));
  Value value;
  if constexpr (bytes % cascade_word_bytes == 0) {
    tilewright::adf::read_stream(port, value.data(), bytes);
  } else {
    unsigned char word[cascade_word_bytes];
    tilewright::adf::read_stream(port, word, sizeof word);
    std::memcpy(static_cast<void*>(value.data()), word, bytes);
  }
  return value;
}

/// What a cascade carries.
template <typename Value>
concept CascadeItem = is_vector_v<Value> || is_accum_v<Value>;

/// What readincr_v<N> of a cascade of T gives: accumulators for tags, vectors for element types.
template <typename T, unsigned Elems> struct CascadeValue { using type = vector<T, Elems>; };
template <AccumulatorTag T, unsigned Elems> struct CascadeValue<T, Elems> { using type = accum<T, Elems>; };

} // namespace detail
} // namespace aie

template <unsigned Elems, typename T> auto readincr_v(input_cascade<T>* cascade) {
  return aie::detail::read_cascade<typename aie::detail::CascadeValue<T, Elems>::type>(*cascade->port);
}

// Tag and size may be given: writeincr<acc64, 16>(cascade, value).
template <aie::detail::AccumulatorTag T, unsigned Elems>
void writeincr(output_cascade<T>* cascade, const aie::accum<T, Elems>& value) {
  aie::detail::write_cascade(*cascade->port, value);
}
template <aie::detail::AccumulatorTag T, aie::detail::AccumulatorTag Tag, unsigned Elems>
requires(!std::is_same_v<T, Tag>) void writeincr(output_cascade<T>*, const aie::accum<Tag, Elems>&) {
  static_assert(std::is_same_v<T, Tag>, "writeincr: the accumulator has another tag than the cascade");
}
template <aie::detail::Element T, unsigned Elems>
void writeincr(output_cascade<T>* cascade, const aie::vector<T, Elems>& value) {
  aie::detail::write_cascade(*cascade->port, value);
}

/// A vector from a stream, element by element in order. The resource, which of a core's stream ports, may be named.
template <unsigned Elems, aie_stream_resource_in = aie_stream_resource_in::none, typename T>
aie::vector<T, Elems> readincr_v(input_stream<T>* stream) {
  aie::vector<T, Elems> value;
  tilewright::adf::read_stream(*stream->port, value.bytes_data(), value.bytes());
  return value;
}
template <unsigned Elems, aie_stream_resource_in = aie_stream_resource_in::none, typename T>
aie::vector<T, Elems> readincr_v(input_stream<T>* stream, bool& tlast) {
  const aie::vector<T, Elems> value = readincr_v<Elems>(stream);
  tlast = tilewright::adf::stream_was_last(*stream->port);
  return value;
}
template <aie::detail::Element T, unsigned Elems>
void writeincr(output_stream<T>* stream, const aie::vector<T, Elems>& value) {
  tilewright::adf::write_stream(*stream->port, value.bytes_data(), value.bytes());
}
template <aie::detail::Element T, unsigned Elems>
void writeincr(output_stream<T>* stream, const aie::vector<T, Elems>& value, bool tlast) {
  writeincr(stream, value);
  if (tlast) tilewright::adf::mark_stream_last(*stream->port);
}
template <aie_stream_resource_out, typename T, unsigned Elems>
void writeincr(output_stream<T>* stream, const aie::vector<T, Elems>& value) {
  writeincr(stream, value);
}
template <aie_stream_resource_out, typename T, unsigned Elems>
void writeincr(output_stream<T>* stream, const aie::vector<T, Elems>& value, bool tlast) {
  writeincr(stream, value, tlast);
}

/// Spelled with the number of elements by older kernels.
template <unsigned Elems, typename T> void writeincr_v(output_stream<T>* stream, const aie::vector<T, Elems>& value) {
  writeincr(stream, value);
}
template <unsigned Elems, typename T>
void writeincr_v(output_stream<T>* stream, const aie::vector<T, Elems>& value, bool tlast) {
  writeincr(stream, value, tlast);
}
template <typename T> void writeincr_v2(output_stream<T>* stream, const aie::vector<T, 2>& value) {
  writeincr(stream, value);
}
template <typename T> void writeincr_v4(output_stream<T>* stream, const aie::vector<T, 4>& value) {
  writeincr(stream, value);
}
template <typename T> void writeincr_v8(output_stream<T>* stream, const aie::vector<T, 8>& value) {
  writeincr(stream, value);
}
template <typename T> void writeincr_v16(output_stream<T>* stream, const aie::vector<T, 16>& value) {
  writeincr(stream, value);
}
template <typename T> auto readincr_v2(input_stream<T>* stream) { return readincr_v<2>(stream); }
template <typename T> auto readincr_v4(input_stream<T>* stream) { return readincr_v<4>(stream); }
template <typename T> auto readincr_v8(input_stream<T>* stream) { return readincr_v<8>(stream); }
template <typename T> auto readincr_v16(input_stream<T>* stream) { return readincr_v<16>(stream); }
