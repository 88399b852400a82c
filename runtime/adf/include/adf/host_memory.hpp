// GMIO and external buffers: the array reads and writes memory of the host program.
//
// Transfers whose names end in _nb return at once. Data into the array is copied when the transfer is asked for; memory
// that data comes back to is complete after wait().
#pragma once

#include <cstdlib>
#include <string>

#include "io_attr.hpp"
#include "return_code.hpp"
#include "shared_buffer.hpp"

namespace tilewright::adf {
void send_from_host(int port, const void* memory, std::size_t bytes);
void receive_to_host(int port, void* memory, std::size_t bytes);
void wait_for_host_transfers(int port);
} // namespace tilewright::adf

namespace adf {

/// Global memory I/O: the base of input_gmio and output_gmio, and an object of early releases that simulation::platform
/// joins to a graph. Also the tag of location<GMIO>.
class GMIO : public IoAttr {
public:
  explicit GMIO(std::string name, std::size_t /*burst_length*/ = 64, std::size_t /*bandwidth*/ = 1)
      : logical_name(std::move(name)) {}

  static void* malloc(std::size_t bytes) { return std::aligned_alloc(64, bytes / 64 * 64 + 64); }
  static void free(void* memory) { std::free(memory); }

  return_code gm2aie_nb(const void* memory, std::size_t bytes) {
    tilewright::adf::send_from_host(port_id, memory, bytes);
    return ok;
  }
  return_code gm2aie(const void* memory, std::size_t bytes) { return gm2aie_nb(memory, bytes); }
  return_code aie2gm_nb(void* memory, std::size_t bytes) {
    tilewright::adf::receive_to_host(port_id, memory, bytes);
    return ok;
  }
  return_code aie2gm(void* memory, std::size_t bytes) {
    aie2gm_nb(memory, bytes);
    return wait();
  }
  /// Data into the array were copied; data out of it may be under way.
  return_code wait() {
    if (tilewright::adf::port_record(port_id).direction == tilewright::adf::Direction::in)
      tilewright::adf::wait_for_host_transfers(port_id);
    return ok;
  }

  std::string logical_name;
  int id = -1;      ///< in the design
  int port_id = -1; ///< the end that a graph is connected to

protected:
  GMIO() = default;
  void create_in_design(std::uint32_t inputs, std::uint32_t outputs) {
    id = tilewright::adf::add_host_memory(tilewright::adf::PortOwner::gmio, logical_name, {}, {}, inputs, outputs);
    const tilewright::adf::HostMemory& record = tilewright::adf::host_memory_record(id);
    port_id = inputs > 0 ? record.in[0] : record.out[0];
  }
};

class input_gmio : public GMIO {
public:
  std::vector<port<direction::out>> out;

  input_gmio() = default;
  static input_gmio create(std::string name, std::size_t /*burst_length*/ = 64, std::size_t /*bandwidth*/ = 1) {
    input_gmio result;
    result.logical_name = std::move(name);
    result.create_in_design(0, 1);
    result.out.emplace_back(result.port_id);
    return result;
  }
  static input_gmio create(std::size_t burst_length, std::size_t bandwidth) {
    return create(std::string(), burst_length, bandwidth);
  }

private:
  using GMIO::aie2gm;
  using GMIO::aie2gm_nb;
};

class output_gmio : public GMIO {
public:
  std::vector<port<direction::in>> in;

  output_gmio() = default;
  static output_gmio create(std::string name, std::size_t /*burst_length*/ = 64, std::size_t /*bandwidth*/ = 1) {
    output_gmio result;
    result.logical_name = std::move(name);
    result.create_in_design(1, 0);
    result.in.emplace_back(result.port_id);
    return result;
  }
  static output_gmio create(std::size_t burst_length, std::size_t bandwidth) {
    return create(std::string(), burst_length, bandwidth);
  }

private:
  using GMIO::gm2aie;
  using GMIO::gm2aie_nb;
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

  void setAddress(const void* memory) { record().address = const_cast<void*>(memory); }
  /// One pass of the port's read pattern into the array.
  return_code gm2aie_nb(port<direction::out>& p) {
    tilewright::adf::send_from_host(p.id, record().address, 0);
    return ok;
  }
  /// One pass of the port's write pattern out of the array.
  return_code aie2gm_nb(port<direction::in>& p) {
    tilewright::adf::receive_to_host(p.id, record().address, 0);
    return ok;
  }
  return_code wait(port<direction::out>&) { return ok; }
  return_code wait(port<direction::in>& p) {
    tilewright::adf::wait_for_host_transfers(p.id);
    return ok;
  }

private:
  tilewright::adf::HostMemory& record() const { return tilewright::adf::host_memory_record(id); }
};

} // namespace adf
