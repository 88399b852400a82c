// Packet switching: several logical streams over one, told apart by the ID in each packet's header word.
//
// Header: ID in bits 4:0, type 14:12, source row 20:16, source column 27:21, odd parity in bit 31. pktsplit sends a
// packet with ID i to out[i], pktmerge gives packets from buffers the index of their input as ID; both leave headers
// that kernels write as they are. Buffers receive the payload without header; packet streams and PLIO receive
// everything.
#pragma once

#include "kernel_arguments.hpp"
#include "port.hpp"

struct input_pktstream {
  using value_type = int32;
  tilewright::adf::PortRuntime* port;
};
struct output_pktstream {
  using value_type = int32;
  tilewright::adf::PortRuntime* port;
};

inline int32 readincr(input_pktstream* stream) {
  int32 word;
  tilewright::adf::read_stream(*stream->port, &word, sizeof word);
  return word;
}
inline int32 readincr(input_pktstream* stream, bool& tlast) {
  const int32 word = readincr(stream);
  tlast = tilewright::adf::stream_was_last(*stream->port);
  return word;
}
inline void writeincr(output_pktstream* stream, int32 word, bool tlast = false) {
  tilewright::adf::write_stream(*stream->port, &word, sizeof word);
  if (tlast) tilewright::adf::mark_stream_last(*stream->port);
}
inline void writeincr(output_pktstream* stream, uint32 word, bool tlast = false) {
  writeincr(stream, static_cast<int32>(word), tlast);
}
inline void writeincr(output_pktstream* stream, float value, bool tlast = false) {
  int32 word;
  std::memcpy(&word, &value, sizeof word);
  writeincr(stream, word, tlast);
}

namespace tilewright::adf {
/// A header with odd parity. Packets that DMA makes out of buffers carry row 31 and column 127.
inline std::uint32_t packet_header(unsigned type, unsigned id, unsigned row = 31, unsigned column = 127) {
  const std::uint32_t header = (id & 31u) | (type & 7u) << 12 | (row & 31u) << 16 | (column & 127u) << 21;
  return __builtin_popcount(header) % 2 == 0 ? header | 0x80000000u : header;
}
} // namespace tilewright::adf

inline void writeHeader(output_pktstream* stream, unsigned type, unsigned id) {
  writeincr(stream, static_cast<int32>(tilewright::adf::packet_header(type, id)));
}
/// ID of the stream's logical path: into a pktmerge the number of its input, otherwise destinations count from 0.
inline unsigned getPacketid(output_pktstream* stream, int index) {
  return stream->port->packet_id + static_cast<unsigned>(index);
}
inline unsigned getPacketid(input_pktstream*, int index) { return static_cast<unsigned>(index); }

namespace adf {

namespace detail {
template <>
struct ArgumentTraits<input_pktstream*>
    : StreamArgument<input_pktstream, tilewright::adf::Direction::in, tilewright::adf::Transport::packet_stream> {};
template <>
struct ArgumentTraits<output_pktstream*>
    : StreamArgument<output_pktstream, tilewright::adf::Direction::out, tilewright::adf::Transport::packet_stream> {};

/// What pktsplit and pktmerge have in common.
class PacketSwitchBase {
public:
  std::vector<port<direction::in>> in;
  std::vector<port<direction::out>> out;

protected:
  void make(std::uint32_t inputs, std::uint32_t outputs, bool ordered = false) {
    const int id = tilewright::adf::add_packet_switch(inputs, outputs);
    tilewright::adf::packet_switch_record(id).ordered = ordered;
    for (const int port_id : tilewright::adf::packet_switch_record(id).in)
      in.emplace_back(port_id);
    for (const int port_id : tilewright::adf::packet_switch_record(id).out)
      out.emplace_back(port_id);
  }
};
} // namespace detail

template <int Count> class pktsplit : public detail::PacketSwitchBase {
  static_assert(Count >= 1 && Count <= 32, "adf::pktsplit: 1 to 32 outputs"); // [UG1603]

public:
  static pktsplit create() {
    pktsplit result;
    result.make(1, Count);
    return result;
  }
};

template <int Count> class pktmerge : public detail::PacketSwitchBase {
  static_assert(Count >= 1 && Count <= 32, "adf::pktmerge: 1 to 32 inputs"); // [UG1603]

public:
  static pktmerge create() {
    pktmerge result;
    result.make(Count, 1);
    return result;
  }
};

/// Takes a packet of each input in turn, and waits for it.
template <int Count> class pktorderedmerge : public detail::PacketSwitchBase {
  static_assert(Count >= 1 && Count <= 32, "adf::pktorderedmerge: 1 to 32 inputs");

public:
  static pktorderedmerge create() {
    pktorderedmerge result;
    result.make(Count, 1, true);
    return result;
  }
};

} // namespace adf
