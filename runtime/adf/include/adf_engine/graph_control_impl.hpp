// The host's side of a run: adf::graph and runtime parameters.
#pragma once

#include <cstdio>
#include <cstring>

#include "../adf/graph.hpp"
#include "machine.hpp"

namespace adf {

TILEWRIGHT_ADF_FUNCTION return_code graph::init() {
  tilewright::adf::top_level_graph(tilewright::adf::machine(), number_);
  return ok;
}

TILEWRIGHT_ADF_FUNCTION return_code graph::run(int iterations) {
  tilewright::adf::Machine& machine = tilewright::adf::machine();
  tilewright::adf::run_iterations(machine, tilewright::adf::top_level_graph(machine, number_), iterations);
  return ok;
}

TILEWRIGHT_ADF_FUNCTION return_code graph::wait() {
  tilewright::adf::Machine& machine = tilewright::adf::machine();
  tilewright::adf::wait_for_completion(machine, tilewright::adf::top_level_graph(machine, number_));
  return ok;
}

// The emulator knows no cycles: waiting for some means waiting for the run.
TILEWRIGHT_ADF_FUNCTION return_code graph::wait(unsigned long long) { return wait(); }

TILEWRIGHT_ADF_FUNCTION return_code graph::end() {
  tilewright::adf::Machine& machine = tilewright::adf::machine();
  tilewright::adf::end_graph(machine, tilewright::adf::top_level_graph(machine, number_));
  return ok;
}
TILEWRIGHT_ADF_FUNCTION return_code graph::end(unsigned long long) { return end(); }

namespace detail {

TILEWRIGHT_ADF_FUNCTION int begin_graph(const tilewright::adf::Device* device) {
  tilewright::adf::Design& design = tilewright::adf::design();
  design.device = device;
  design.graphs.push_back({static_cast<int>(design.ports.size()), false});
  return static_cast<int>(design.graphs.size()) - 1;
}

namespace parameter_detail {
/// The kernel parameters behind a port; ends the program if there are none or their size differs.
inline std::vector<int> checked_leaves(int port, std::size_t bytes, std::size_t elements, const char* action) {
  namespace engine = tilewright::adf;
  engine::Machine& machine = engine::machine();
  engine::initialize_machine(machine);
  std::vector<int> leaves = engine::parameter_leaves(*machine.design, port);
  std::string error;
  if (leaves.empty()) error = "the port leads to no kernel";
  for (const int leaf : leaves) {
    const engine::Port& record = machine.design->ports[static_cast<std::size_t>(leaf)];
    const std::string name =
        engine::port_name(*machine.design, leaf) + " of " + engine::kernel_name(*machine.design, record.owner);
    if (record.transport != engine::Transport::parameter)
      error = name + " is not a runtime parameter";
    else if (record.elements * record.element.bytes != bytes)
      error = name + " has " + std::to_string(record.elements) + " elements, " +
              std::to_string(record.elements * record.element.bytes) + " bytes; given are " + std::to_string(elements) +
              " elements, " + std::to_string(bytes) + " bytes";
  }
  if (!error.empty()) {
    engine::fail(machine, engine::exit_malformed, std::string(action) + " of a runtime parameter: " + error);
    engine::Lock lock(machine.mutex);
    engine::exit_on_failure(machine, lock);
  }
  return leaves;
}
} // namespace parameter_detail

TILEWRIGHT_ADF_FUNCTION void update_parameter(int port, const void* value, std::size_t bytes, std::size_t elements) {
  namespace engine = tilewright::adf;
  const std::vector<int> leaves = parameter_detail::checked_leaves(port, bytes, elements, "update");
  engine::Machine& machine = engine::machine();
  const std::uint8_t* first = static_cast<const std::uint8_t*>(value);
  engine::Lock lock(machine.mutex);
  for (const int leaf : leaves) {
    engine::ParameterCell& cell = *machine.parameters[leaf];
    if (cell.asynchronous || machine.design->ports[static_cast<std::size_t>(leaf)].direction != engine::Direction::in) {
      // On hardware the moment at which a running kernel sees the value is arbitrary. Here it is after everything asked
      // for so far has come to rest, which makes runs reproducible.
      engine::wait_until_quiet(machine, lock);
      cell.value.assign(first, first + bytes);
      cell.has_value = true;
    } else {
      cell.updates.emplace_back(first, first + bytes);
    }
    if (cell.waiting != nullptr && cell.waiting->state == engine::ProcessState::waits_parameter)
      engine::wake_process(machine, *cell.waiting);
  }
}

TILEWRIGHT_ADF_FUNCTION void read_parameter(int port, void* value, std::size_t bytes, std::size_t elements) {
  namespace engine = tilewright::adf;
  const std::vector<int> leaves = parameter_detail::checked_leaves(port, bytes, elements, "read");
  engine::Machine& machine = engine::machine();
  engine::Lock lock(machine.mutex);
  engine::wait_until_quiet(machine, lock);
  engine::ParameterCell& cell = *machine.parameters[leaves.front()];
  std::memset(value, 0, bytes);
  if (!cell.results.empty()) {
    std::memcpy(value, cell.results.front().data(), bytes);
    cell.results.pop_front();
    return;
  }
  if (cell.has_value) std::memcpy(value, cell.value.data(), bytes);
}

} // namespace detail

} // namespace adf
