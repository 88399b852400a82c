#pragma once

#include <algorithm>
#include <cstring>

#include "machine.hpp"

namespace tilewright::adf {

inline constexpr std::size_t stream_chunk_bytes = 16 * 1024;

TILEWRIGHT_ADF_FUNCTION void wake_process(Machine& machine, Process& process) {
  if (process.state == ProcessState::running || process.state == ProcessState::finished) return;
  process.state = ProcessState::running;
  ++machine.running;
  process.wake.notify_one();
}

TILEWRIGHT_ADF_FUNCTION void push_chunk(Machine& machine, StreamWriter& writer, ChunkPointer chunk) {
  writer.handed_on += chunk->bytes.size();
  if (machine.recording && !writer.sinks.empty())
    machine.recording->add(writer.sinks.front()->source_port, chunk->bytes.data(), chunk->bytes.size());
  for (Channel* sink : writer.sinks) {
    sink->queue.push_back(chunk);
    sink->queued += chunk->bytes.size();
    sink->total += chunk->bytes.size();
    if (sink->reader != nullptr && sink->reader->state == ProcessState::waits_read &&
        sink->reader->waiting_on == sink && sink->queued >= sink->needed)
      wake_process(machine, *sink->reader);
  }
}

TILEWRIGHT_ADF_FUNCTION void wait_for_room(Machine& machine, Lock& lock, Process& process, StreamWriter& writer) {
  for (Channel* sink : writer.sinks) {
    process.waiting_on = sink;
    process.waiting_port = sink->source_port;
    block(machine, lock, process, ProcessState::waits_write, [&] { return sink->queued <= sink->capacity; });
  }
}

TILEWRIGHT_ADF_FUNCTION void open_reader(Machine& machine, PortRuntime& port, StreamReader& reader, int sink_port,
                                         Process& process) {
  port.process = &process;
  port.reader = &reader;
  for (const std::unique_ptr<Channel>& channel : machine.channels)
    if (channel->sink_port == sink_port) {
      channel->reader = &process;
      reader.channel = channel.get();
    }
}

TILEWRIGHT_ADF_FUNCTION void open_writer(Machine& machine, PortRuntime& port, StreamWriter& writer, int source_port,
                                         Process& process) {
  port.process = &process;
  port.writer = &writer;
  for (const std::unique_ptr<Channel>& channel : machine.channels)
    if (channel->source_port == source_port) {
      channel->writer = &process;
      writer.sinks.push_back(channel.get());
    }
}

namespace stream_detail {

/// Makes the next chunk the window of the port; waits until the queue has at least `wanted` bytes or some.
inline void refill(Machine& machine, PortRuntime& port, std::size_t wanted) {
  StreamReader& reader = *port.reader;
  if (reader.current) reader.consumed += reader.current->bytes.size();
  reader.current.reset();
  port.cursor = port.limit = nullptr;
  if (reader.local.empty()) {
    Lock lock(machine.mutex);
    Channel& channel = *reader.channel;
    Process& process = *port.process;
    channel.needed = std::max<std::size_t>(1, wanted);
    channel.capacity = std::max(channel.capacity, 2 * channel.needed);
    process.waiting_on = &channel;
    process.waiting_port = channel.sink_port;
    if (channel.queued < channel.needed && channel.writer != nullptr &&
        channel.writer->state == ProcessState::waits_write)
      wake_process(machine, *channel.writer);
    block(machine, lock, process, ProcessState::waits_read, [&] { return channel.queued >= channel.needed; });
    reader.local.swap(channel.queue);
    channel.queued = 0;
    if (channel.writer != nullptr && channel.writer->state == ProcessState::waits_write &&
        channel.writer->waiting_on == &channel)
      wake_process(machine, *channel.writer);
  }
  reader.current = std::move(reader.local.front());
  reader.local.pop_front();
  port.cursor = const_cast<std::uint8_t*>(reader.current->bytes.data());
  port.limit = port.cursor + reader.current->bytes.size();
}

/// Bytes that the reader already holds outside the queue.
inline std::size_t held(const PortRuntime& port) {
  std::size_t bytes = static_cast<std::size_t>(port.limit - port.cursor);
  for (const ChunkPointer& chunk : port.reader->local)
    bytes += chunk->bytes.size();
  return bytes;
}

inline void begin_chunk(PortRuntime& port) {
  StreamWriter& writer = *port.writer;
  writer.current = std::make_shared<Chunk>();
  writer.current->bytes.resize(stream_chunk_bytes);
  port.cursor = writer.current->bytes.data();
  std::size_t room = stream_chunk_bytes;
  // A watched byte has to come here.
  if (writer.watched > writer.handed_on) room = std::min<std::uint64_t>(room, writer.watched - writer.handed_on);
  port.limit = port.cursor + room;
}

/// Position of the next byte among all that were written.
inline std::uint64_t position(const PortRuntime& port) {
  const StreamWriter& writer = *port.writer;
  return writer.handed_on +
         (writer.current ? static_cast<std::uint64_t>(port.cursor - writer.current->bytes.data()) : 0);
}

} // namespace stream_detail

TILEWRIGHT_ADF_FUNCTION void read_stream_slowly(PortRuntime& port, void* out, std::size_t bytes) {
  std::uint8_t* to = static_cast<std::uint8_t*>(out);
  while (bytes > 0) {
    if (port.cursor == port.limit)
      stream_detail::refill(machine(), port, bytes - std::min(bytes, stream_detail::held(port)));
    const std::size_t part = std::min(bytes, static_cast<std::size_t>(port.limit - port.cursor));
    std::memcpy(to, port.cursor, part);
    port.cursor += part;
    to += part;
    bytes -= part;
  }
}

TILEWRIGHT_ADF_FUNCTION void flush_writer(Machine& machine, PortRuntime& port) {
  StreamWriter& writer = *port.writer;
  if (!writer.current) return;
  const std::size_t used = static_cast<std::size_t>(port.cursor - writer.current->bytes.data());
  if (used > 0) {
    writer.current->bytes.resize(used);
    push_chunk(machine, writer, std::move(writer.current));
  }
  writer.current.reset();
  port.cursor = port.limit = nullptr;
}

TILEWRIGHT_ADF_FUNCTION void write_stream_slowly(PortRuntime& port, const void* in, std::size_t bytes) {
  const std::uint8_t* from = static_cast<const std::uint8_t*>(in);
  const std::uint64_t position = stream_detail::position(port);
  if (port.writer->watched >= position && port.writer->watched - position < bytes) {
    port.writer->watched = UINT64_MAX;
    port.process->on_watched_byte(port);
  }
  while (bytes > 0) {
    if (port.cursor == port.limit) {
      Machine& owner = machine();
      Lock lock(owner.mutex);
      flush_writer(owner, port);
      wait_for_room(owner, lock, *port.process, *port.writer);
      lock.unlock();
      stream_detail::begin_chunk(port);
    }
    const std::size_t part = std::min(bytes, static_cast<std::size_t>(port.limit - port.cursor));
    std::memcpy(port.cursor, from, part);
    port.cursor += part;
    from += part;
    bytes -= part;
  }
}

TILEWRIGHT_ADF_FUNCTION void write_block(Machine& machine, PortRuntime& port, std::vector<std::uint8_t> bytes,
                                         std::vector<std::size_t> last) {
  auto chunk = std::make_shared<Chunk>();
  chunk->bytes = std::move(bytes);
  chunk->last = std::move(last);
  Lock lock(machine.mutex);
  flush_writer(machine, port);
  push_chunk(machine, *port.writer, std::move(chunk));
  wait_for_room(machine, lock, *port.process, *port.writer);
}

TILEWRIGHT_ADF_FUNCTION void mark_stream_last(PortRuntime& port) {
  StreamWriter& writer = *port.writer;
  if (writer.current)
    writer.current->last.push_back(static_cast<std::size_t>(port.cursor - writer.current->bytes.data()));
}

TILEWRIGHT_ADF_FUNCTION bool stream_was_last(const PortRuntime& port) {
  const ChunkPointer& chunk = port.reader->current;
  if (!chunk) return false;
  const std::size_t offset = static_cast<std::size_t>(port.cursor - chunk->bytes.data());
  return std::binary_search(chunk->last.begin(), chunk->last.end(), offset);
}

} // namespace tilewright::adf
