// GMIO and external buffers: the array reads and writes memory of the host program.
//
// Transfers whose names end in _nb return at once. Data into the array is copied when the transfer is asked for; memory
// that data comes back to is complete after wait().
#pragma once

#include <cstdlib>

#include "shared_buffer.hpp"

namespace tilewright::adf {
void send_from_host(int port, const void* memory, std::size_t bytes);
void receive_to_host(int port, void* memory, std::size_t bytes);
void wait_for_host_transfers(int port);
} // namespace tilewright::adf

namespace adf {

/// Global memory I/O. Also the tag of location<GMIO>.
class GMIO {
public:
  static void* malloc(std::size_t bytes) { return std::aligned_alloc(64, bytes / 64 * 64 + 64); }
  static void free(void* memory) { std::free(memory); }
};

class input_gmio {
public:
  std::vector<port<direction::out>> out;
  int id = -1;

  input_gmio() = default;
  static input_gmio create(std::string name, std::size_t /*burst_length*/ = 64, std::size_t /*bandwidth*/ = 1) {
    input_gmio result;
    result.id = tilewright::adf::add_host_memory(tilewright::adf::PortOwner::gmio, std::move(name), {}, {}, 0, 1);
    result.out.emplace_back(tilewright::adf::host_memory_record(result.id).out[0]);
    return result;
  }
  static input_gmio create(std::size_t burst_length, std::size_t bandwidth) {
    return create(std::string(), burst_length, bandwidth);
  }
  void gm2aie_nb(const void* memory, std::size_t bytes) { tilewright::adf::send_from_host(out[0].id, memory, bytes); }
  void gm2aie(const void* memory, std::size_t bytes) { gm2aie_nb(memory, bytes); }
  void wait() {}
};

class output_gmio {
public:
  std::vector<port<direction::in>> in;
  int id = -1;

  output_gmio() = default;
  static output_gmio create(std::string name, std::size_t /*burst_length*/ = 64, std::size_t /*bandwidth*/ = 1) {
    output_gmio result;
    result.id = tilewright::adf::add_host_memory(tilewright::adf::PortOwner::gmio, std::move(name), {}, {}, 1, 0);
    result.in.emplace_back(tilewright::adf::host_memory_record(result.id).in[0]);
    return result;
  }
  static output_gmio create(std::size_t burst_length, std::size_t bandwidth) {
    return create(std::string(), burst_length, bandwidth);
  }
  void aie2gm_nb(void* memory, std::size_t bytes) { tilewright::adf::receive_to_host(in[0].id, memory, bytes); }
  void aie2gm(void* memory, std::size_t bytes) {
    aie2gm_nb(memory, bytes);
    wait();
  }
  void wait() { tilewright::adf::wait_for_host_transfers(in[0].id); }
};

/// A buffer in external memory with access patterns, `dimension` in elements.
template <typename T> class external_buffer {
public:
  std::vector<port<direction::in>> in;
  std::vector<port<direction::out>> out;
  int id = -1;

  external_buffer() = default;
  static external_buffer create(const tilewright::adf::Dimensions& dimension, std::uint32_t inputs,
                                std::uint32_t outputs) {
    external_buffer result;
    result.id = tilewright::adf::add_host_memory(tilewright::adf::PortOwner::external_buffer, std::string(),
                                                 tilewright::adf::element_type<T>(), dimension, inputs, outputs);
    for (const int port : result.record().in)
      result.in.emplace_back(port);
    for (const int port : result.record().out)
      result.out.emplace_back(port);
    return result;
  }

  void setAddress(T* memory) { record().address = memory; }
  void setAddress(void* memory) { record().address = memory; }
  /// One pass of the port's read pattern into the array.
  void gm2aie_nb(port<direction::out>& p) { tilewright::adf::send_from_host(p.id, record().address, 0); }
  /// One pass of the port's write pattern out of the array.
  void aie2gm_nb(port<direction::in>& p) { tilewright::adf::receive_to_host(p.id, record().address, 0); }
  void wait(port<direction::out>&) {}
  void wait(port<direction::in>& p) { tilewright::adf::wait_for_host_transfers(p.id); }

private:
  tilewright::adf::HostMemory& record() const { return tilewright::adf::host_memory_record(id); }
};

} // namespace adf
