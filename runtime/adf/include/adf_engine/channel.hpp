// Byte queues between processes.
//
// Every connection is a FIFO of bytes: buffers are appended whole, streams in chunks, cascades in 512-bit words. A
// writer shares each chunk with all consumers of a broadcast. Capacity is a soft bound that keeps producers from
// running far ahead; if it ever is the only reason that nothing moves, the scheduler raises it, so it can't cause a
// deadlock.
#pragma once

#include <cstdint>
#include <deque>
#include <memory>
#include <vector>

#include "port_runtime.hpp"

namespace tilewright::adf {

struct Chunk {
  std::vector<std::uint8_t> bytes;
  std::vector<std::size_t> last; ///< offsets just behind words that carry TLAST, ascending
};
using ChunkPointer = std::shared_ptr<const Chunk>;

struct Channel {
  int source_port = -1;
  int sink_port = -1;
  std::deque<ChunkPointer> queue;
  std::size_t queued = 0; ///< bytes in the queue
  std::size_t capacity = 1 << 20;
  std::size_t needed = 1;  ///< bytes that a waiting reader wants before it is woken
  std::uint64_t total = 0; ///< bytes ever pushed
  bool exhausted = false;  ///< the source has nothing more to give
  Process* reader = nullptr;
  Process* writer = nullptr;
};

/// Consumer's end. `local` holds chunks already taken out of the queue; only the reading process touches it.
struct StreamReader {
  Channel* channel = nullptr;
  std::deque<ChunkPointer> local;
  ChunkPointer current;
  std::uint64_t consumed = 0; ///< bytes, up to the start of `current`
};

/// Producer's end. `current` collects small writes.
struct StreamWriter {
  std::vector<Channel*> sinks;
  std::shared_ptr<Chunk> current;
  std::uint64_t handed_on = 0;        ///< bytes, without `current`
  std::uint64_t watched = UINT64_MAX; ///< position of a byte whose writing the process wants to know of
};

} // namespace tilewright::adf
