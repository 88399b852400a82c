// Streams and cascades as kernel arguments, with the scalar operations. Vector operations: aie_api/aie_adf.hpp.
//
// The types live in the global namespace, as kernels use them, and are visible in adf too.
#pragma once

#include "../adf_engine/port_runtime.hpp"

template <typename T> struct input_stream {
  using value_type = T;
  tilewright::adf::PortRuntime* port;
};
template <typename T> struct output_stream {
  using value_type = T;
  tilewright::adf::PortRuntime* port;
};

/// Cascades move 512-bit words, whatever the accumulator or element type T.
template <typename T> struct input_cascade {
  using value_type = T;
  tilewright::adf::PortRuntime* port;
};
template <typename T> struct output_cascade {
  using value_type = T;
  tilewright::adf::PortRuntime* port;
};

/// One element from a stream; blocks until it is there.
template <typename T> T readincr(input_stream<T>* stream) {
  T value;
  tilewright::adf::read_stream(*stream->port, &value, sizeof value);
  return value;
}
/// The same, telling whether the element ends a packet.
template <typename T> T readincr(input_stream<T>* stream, bool& tlast) {
  const T value = readincr(stream);
  tlast = tilewright::adf::stream_was_last(*stream->port);
  return value;
}

namespace tilewright::adf {
template <typename T> struct Identity { using type = T; };
} // namespace tilewright::adf

template <typename T> void writeincr(output_stream<T>* stream, typename tilewright::adf::Identity<T>::type value) {
  tilewright::adf::write_stream(*stream->port, &value, sizeof value);
}
template <typename T>
void writeincr(output_stream<T>* stream, typename tilewright::adf::Identity<T>::type value, bool tlast) {
  writeincr(stream, value);
  if (tlast) tilewright::adf::mark_stream_last(*stream->port);
}

namespace adf {
using ::input_cascade;
using ::input_stream;
using ::output_cascade;
using ::output_stream;
} // namespace adf
