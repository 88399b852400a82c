// << and >> on streams and cascades, for values, vectors, accumulators, and either of the first two with TLAST.
#pragma once

#include "adf_stream.hpp"

namespace aie {

/// A value with its end-of-packet flag: `stream << aie::tlast(value, true)`, `stream >> aie::tlast(value, flag)`.
template <typename T, typename Bool> struct tlast {
  T value;
  Bool t_last;
  constexpr tlast(T v, Bool last) : value(v), t_last(last) {}
};
template <typename T> tlast(T&, bool&) -> tlast<T&, bool&>;
template <typename T> tlast(const T&, bool) -> tlast<const T&, bool>;

} // namespace aie

template <typename T>
output_stream<T>& operator<<(output_stream<T>& stream, const typename tilewright::adf::Identity<T>::type& value) {
  writeincr(&stream, value);
  return stream;
}
template <typename T> input_stream<T>& operator>>(input_stream<T>& stream, T& value) {
  value = readincr(&stream);
  return stream;
}

template <typename T, unsigned Elems>
output_stream<T>& operator<<(output_stream<T>& stream, const aie::vector<T, Elems>& value) {
  writeincr(&stream, value);
  return stream;
}
template <typename T, unsigned Elems>
output_stream<T>* operator<<(output_stream<T>* stream, const aie::vector<T, Elems>& value) {
  writeincr(stream, value);
  return stream;
}
template <typename T, unsigned Elems>
input_stream<T>& operator>>(input_stream<T>& stream, aie::vector<T, Elems>& value) {
  value = readincr_v<Elems>(&stream);
  return stream;
}
template <typename T, unsigned Elems>
input_stream<T>* operator>>(input_stream<T>* stream, aie::vector<T, Elems>& value) {
  value = readincr_v<Elems>(stream);
  return stream;
}

template <typename T, typename Value>
output_stream<T>& operator<<(output_stream<T>& stream, const aie::tlast<Value, bool>& value) {
  writeincr(&stream, value.value, value.t_last);
  return stream;
}
template <typename T>
input_stream<T>& operator>>(input_stream<T>& stream, const aie::tlast<T&, bool&>& value) {
  value.value = readincr(&stream, value.t_last);
  return stream;
}
template <typename T, unsigned Elems>
input_stream<T>& operator>>(input_stream<T>& stream, const aie::tlast<aie::vector<T, Elems>&, bool&>& value) {
  value.value = readincr_v<Elems>(&stream, value.t_last);
  return stream;
}
template <typename T, typename Value, typename Bool>
output_stream<T>* operator<<(output_stream<T>* stream, const aie::tlast<Value, Bool>& value) {
  *stream << value;
  return stream;
}
template <typename T, typename Value, typename Bool>
input_stream<T>* operator>>(input_stream<T>* stream, const aie::tlast<Value, Bool>& value) {
  *stream >> value;
  return stream;
}

template <typename T, typename Value>
requires aie::detail::CascadeItem<Value> output_cascade<T>& operator<<(output_cascade<T>& cascade, const Value& value) {
  writeincr(&cascade, value);
  return cascade;
}
template <typename T, typename Value>
requires aie::detail::CascadeItem<Value> output_cascade<T>* operator<<(output_cascade<T>* cascade, const Value& value) {
  writeincr(cascade, value);
  return cascade;
}
template <typename T, typename Value>
requires aie::detail::CascadeItem<Value> input_cascade<T>& operator>>(input_cascade<T>& cascade, Value& value) {
  value = readincr_v<Value::size()>(&cascade);
  return cascade;
}
template <typename T, typename Value>
requires aie::detail::CascadeItem<Value> input_cascade<T>* operator>>(input_cascade<T>* cascade, Value& value) {
  value = readincr_v<Value::size()>(cascade);
  return cascade;
}
