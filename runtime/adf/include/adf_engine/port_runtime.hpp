// The end of a connection that a running kernel holds: its current buffer or parameter value, and for streams and
// cascades a window into the byte queue with an inline fast path.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>

#include "config.hpp"

namespace tilewright::adf {

struct Process;
struct StreamReader;
struct StreamWriter;

struct PortRuntime {
  void* data = nullptr;     ///< buffer of this firing (margin included), or value of a runtime parameter
  void* base = nullptr;     ///< start of the storage that circular addressing wraps around in
  std::size_t elements = 0; ///< without margin
  std::size_t margin = 0;   ///< elements kept from the previous buffer
  unsigned packet_id = 0;   ///< of the first destination of a packet stream

  // Streams: bytes between cursor and limit can be read, or written, without the engine.
  std::uint8_t* cursor = nullptr;
  std::uint8_t* limit = nullptr;

  Process* process = nullptr;
  StreamReader* reader = nullptr;
  StreamWriter* writer = nullptr;
};

/// The cascade ends of the kernel that runs on this thread, for the intrinsics that name no port.
struct CoreCascade {
  PortRuntime* in = nullptr;
  PortRuntime* out = nullptr;
};
TILEWRIGHT_ADF_THREAD_STATE CoreCascade core_cascade;

/// Slow paths: refill the window, or pass a full one on; they block until the other side is ready.
void read_stream_slowly(PortRuntime& port, void* out, std::size_t bytes);
void write_stream_slowly(PortRuntime& port, const void* in, std::size_t bytes);
/// Marks the last byte written so far as the end of a packet (TLAST).
void mark_stream_last(PortRuntime& port);
/// True if the word that ends at the last byte read carried TLAST.
bool stream_was_last(const PortRuntime& port);
/// Of the kernel on this thread, an empty text outside of kernels.
const char* name_of_running_kernel();
int id_of_running_core();
/// Rows of interface and memory tiles of the device.
int rows_below_compute_tiles();
/// Asynchronous buffers: take and give back the buffer inside the kernel.
void acquire_buffer(PortRuntime& port);
void release_buffer(PortRuntime& port);

inline void read_stream(PortRuntime& port, void* out, std::size_t bytes) {
  if (static_cast<std::size_t>(port.limit - port.cursor) >= bytes) {
    std::memcpy(out, port.cursor, bytes);
    port.cursor += bytes;
  } else {
    read_stream_slowly(port, out, bytes);
  }
}

inline void write_stream(PortRuntime& port, const void* in, std::size_t bytes) {
  if (static_cast<std::size_t>(port.limit - port.cursor) >= bytes) {
    std::memcpy(port.cursor, in, bytes);
    port.cursor += bytes;
  } else {
    write_stream_slowly(port, in, bytes);
  }
}

} // namespace tilewright::adf
