// Streams and cascades as kernel arguments, with the scalar operations. Vector operations: aie_api/aie_adf.hpp.
//
// The types live in the global namespace, as kernels use them, and are visible in adf too.
#pragma once

#include "../adf_engine/port_runtime.hpp"
#include "accumulator_tags.hpp"
#include "scalar_types.hpp"

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

/// Which of a core's stream ports a stream uses; both generations have one each way.
enum class aie_stream_resource_in { a, b, none };
enum class aie_stream_resource_out { a, b, none };

/// One element from a stream; blocks until it is there.
template <aie_stream_resource_in = aie_stream_resource_in::none, typename T> T readincr(input_stream<T>* stream) {
  T value;
  tilewright::adf::read_stream(*stream->port, &value, sizeof value);
  return value;
}
/// The same, telling whether the element ends a packet.
template <aie_stream_resource_in = aie_stream_resource_in::none, typename T>
T readincr(input_stream<T>* stream, bool& tlast) {
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

template <aie_stream_resource_out, typename T>
void writeincr(output_stream<T>* stream, typename tilewright::adf::Identity<T>::type value) {
  writeincr(stream, value);
}
template <aie_stream_resource_out, typename T>
void writeincr(output_stream<T>* stream, typename tilewright::adf::Identity<T>::type value, bool tlast) {
  writeincr(stream, value, tlast);
}

// The names of older kernels.
using input_stream_int8 = input_stream<int8>;
using input_stream_uint8 = input_stream<uint8>;
using input_stream_int16 = input_stream<int16>;
using input_stream_uint16 = input_stream<uint16>;
using input_stream_int32 = input_stream<int32>;
using input_stream_uint32 = input_stream<uint32>;
using input_stream_int64 = input_stream<int64>;
using input_stream_cint16 = input_stream<cint16>;
using input_stream_cint32 = input_stream<cint32>;
using input_stream_float = input_stream<float>;
using input_stream_bfloat16 = input_stream<bfloat16>;
using input_stream_cfloat = input_stream<cfloat>;
using output_stream_int8 = output_stream<int8>;
using output_stream_uint8 = output_stream<uint8>;
using output_stream_int16 = output_stream<int16>;
using output_stream_uint16 = output_stream<uint16>;
using output_stream_int32 = output_stream<int32>;
using output_stream_uint32 = output_stream<uint32>;
using output_stream_int64 = output_stream<int64>;
using output_stream_cint16 = output_stream<cint16>;
using output_stream_cint32 = output_stream<cint32>;
using output_stream_float = output_stream<float>;
using output_stream_bfloat16 = output_stream<bfloat16>;
using output_stream_cfloat = output_stream<cfloat>;

// Cascades, as the oldest ones spell them.
using input_stream_acc48 = input_cascade<acc48>;
using input_stream_cacc48 = input_cascade<cacc48>;
using output_stream_acc48 = output_cascade<acc48>;
using output_stream_cacc48 = output_cascade<cacc48>;

namespace adf {
using ::input_cascade;
using ::input_stream;
using ::output_cascade;
using ::output_stream;
} // namespace adf
