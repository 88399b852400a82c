#pragma once

#include <utility>

#include "design.hpp"

namespace tilewright::adf {

namespace design_detail {
inline Design*& current() {
  // Never destroyed: global graph objects may still use it while the program ends.
  static Design* instance = new Design;
  return instance;
}
} // namespace design_detail

TILEWRIGHT_ADF_FUNCTION Design& design() { return *design_detail::current(); }

TILEWRIGHT_ADF_FUNCTION Design* swap_design(Design* other) { return std::exchange(design_detail::current(), other); }

TILEWRIGHT_ADF_FUNCTION int add_port(const Port& port) {
  design().ports.push_back(port);
  return static_cast<int>(design().ports.size()) - 1;
}

TILEWRIGHT_ADF_FUNCTION int add_connection(int from, int to, Transport transport) {
  Connection connection;
  connection.from = from;
  connection.to = to;
  connection.transport = transport;
  design().connections.push_back(connection);
  return static_cast<int>(design().connections.size()) - 1;
}

TILEWRIGHT_ADF_FUNCTION int add_kernel(const char* name, std::unique_ptr<KernelBody> body, std::vector<Port> arguments,
                                       std::vector<KernelParameter> parameters) {
  const int id = static_cast<int>(design().kernels.size());
  design().kernels.emplace_back();
  Kernel& record = design().kernels.back();
  record.name = name;
  record.body = std::move(body);
  record.parameters = std::move(parameters);
  int counts[3] = {0, 0, 0};
  int argument = 0;
  for (Port& port : arguments) {
    port.owner_kind = PortOwner::kernel;
    port.owner = id;
    port.index = counts[static_cast<int>(port.direction)]++;
    port.argument = argument++;
    record.ports.push_back(add_port(port));
  }
  return id;
}

TILEWRIGHT_ADF_FUNCTION int add_bypass(int kernel) {
  Port port;
  port.owner_kind = PortOwner::kernel;
  port.owner = kernel;
  port.transport = Transport::parameter;
  port.element = element_type<std::int32_t>();
  port.elements = 1;
  return kernel_record(kernel).bypass_control = add_port(port);
}

TILEWRIGHT_ADF_FUNCTION int add_shared_buffer(ElementType element, const Dimensions& dimension, std::uint32_t inputs,
                                              std::uint32_t outputs) {
  const int id = static_cast<int>(design().shared_buffers.size());
  design().shared_buffers.emplace_back();
  SharedBuffer& record = design().shared_buffers.back();
  record.element = element;
  record.dimension = dimension;
  Port port;
  port.owner_kind = PortOwner::shared_buffer;
  port.owner = id;
  port.transport = Transport::buffer;
  port.element = element;
  for (std::uint32_t i = 0; i < inputs + outputs; ++i) {
    const bool is_input = i < inputs;
    port.direction = is_input ? Direction::in : Direction::out;
    port.index = static_cast<int>(is_input ? i : i - inputs);
    (is_input ? record.in : record.out).push_back(add_port(port));
  }
  return id;
}

TILEWRIGHT_ADF_FUNCTION int add_plio(Direction direction, std::string name, int bits, std::string file,
                                     double megahertz, bool hexadecimal) {
  const int id = static_cast<int>(design().plios.size());
  Port port;
  port.owner_kind = PortOwner::plio;
  port.direction = direction == Direction::in ? Direction::out : Direction::in;
  port.owner = id;
  port.index = 0;
  port.transport = Transport::stream;

  Plio record;
  record.name = std::move(name);
  record.file = std::move(file);
  record.bits = bits;
  record.hexadecimal = hexadecimal;
  record.megahertz = megahertz;
  record.direction = direction;
  record.port = add_port(port);
  design().plios.push_back(std::move(record));
  return id;
}

TILEWRIGHT_ADF_FUNCTION Port& port_record(int port) { return design().ports[static_cast<std::size_t>(port)]; }
TILEWRIGHT_ADF_FUNCTION Connection& connection_record(int connection) {
  return design().connections[static_cast<std::size_t>(connection)];
}
TILEWRIGHT_ADF_FUNCTION Kernel& kernel_record(int kernel) { return design().kernels[static_cast<std::size_t>(kernel)]; }
TILEWRIGHT_ADF_FUNCTION SharedBuffer& shared_buffer_record(int buffer) {
  return design().shared_buffers[static_cast<std::size_t>(buffer)];
}
TILEWRIGHT_ADF_FUNCTION Plio& plio_record(int plio) { return design().plios[static_cast<std::size_t>(plio)]; }

TILEWRIGHT_ADF_FUNCTION HostMemory& host_memory_record(int memory) {
  return design().host_memories[static_cast<std::size_t>(memory)];
}

TILEWRIGHT_ADF_FUNCTION int add_host_memory(PortOwner kind, std::string name, ElementType element,
                                            const Dimensions& dimension, std::uint32_t inputs, std::uint32_t outputs) {
  const int id = static_cast<int>(design().host_memories.size());
  design().host_memories.emplace_back();
  HostMemory& record = design().host_memories.back();
  record.name = std::move(name);
  record.element = element;
  record.dimension = dimension;
  Port port;
  port.owner_kind = kind;
  port.owner = id;
  port.transport = Transport::stream;
  port.element = element;
  for (std::uint32_t i = 0; i < inputs + outputs; ++i) {
    const bool is_input = i < inputs;
    port.direction = is_input ? Direction::in : Direction::out;
    port.index = static_cast<int>(is_input ? i : i - inputs);
    (is_input ? record.in : record.out).push_back(add_port(port));
  }
  return id;
}

TILEWRIGHT_ADF_FUNCTION PacketSwitch& packet_switch_record(int index) {
  return design().packet_switches[static_cast<std::size_t>(index)];
}

TILEWRIGHT_ADF_FUNCTION int add_packet_switch(std::uint32_t inputs, std::uint32_t outputs) {
  const int id = static_cast<int>(design().packet_switches.size());
  PacketSwitch record;
  Port port;
  port.owner_kind = PortOwner::packet_switch;
  port.owner = id;
  port.transport = Transport::packet_stream;
  port.element = {ElementKind::int32, 4};
  for (std::uint32_t i = 0; i < inputs + outputs; ++i) {
    const bool is_input = i < inputs;
    port.direction = is_input ? Direction::in : Direction::out;
    port.index = static_cast<int>(is_input ? i : i - inputs);
    (is_input ? record.in : record.out).push_back(add_port(port));
  }
  design().packet_switches.push_back(record);
  return id;
}

TILEWRIGHT_ADF_FUNCTION void set_tilings(int port, const Tiling* tilings, std::size_t count) {
  port_record(port).tilings.assign(tilings, tilings + count);
}

} // namespace tilewright::adf
