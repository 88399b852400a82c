// Debug mode's view of a kernel's buffers: see memory_guard.hpp.
#pragma once

#include <signal.h>
#include <sys/mman.h>
#include <unistd.h>

#include "kernel_process_impl.hpp"
#include "undefined_value.hpp"
#include "write_trap.hpp"

namespace tilewright::adf {

TILEWRIGHT_ADF_FUNCTION std::uint8_t* allocate_before_page(std::size_t bytes) {
  const std::size_t page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  const std::size_t rounded = bytes + bytes_before_page(bytes);
  const std::size_t readable = (guard_bytes + rounded + page - 1) / page * page;
  void* mapping = mmap(nullptr, readable + page, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
  if (mapping == MAP_FAILED) std::abort();
  std::uint8_t* const end = static_cast<std::uint8_t*>(mapping) + readable;
  mprotect(end, page, PROT_NONE);
  return end - rounded;
}

TILEWRIGHT_ADF_FUNCTION void KernelProcess::prepare_memory(Machine& machine) {
  for (const auto& argument : arguments) {
    if (argument->memory == nullptr) continue;
    const std::size_t bytes = argument->margin_bytes + argument->buffer_bytes;
    arm_guards(argument->memory, bytes, bytes_before_page(bytes));
    const Port& port = machine.design->ports[static_cast<std::size_t>(argument->port)];
    if (port.transport == Transport::buffer && port.direction == Direction::out)
      std::memset(argument->memory, undefined_value, argument->buffer_bytes);
  }
}

TILEWRIGHT_ADF_FUNCTION void KernelProcess::check_memory(Machine& machine) {
  for (const auto& argument : arguments) {
    if (argument->memory == nullptr) continue;
    const std::size_t bytes = argument->margin_bytes + argument->buffer_bytes;
    const std::string name = port_name(*machine.design, argument->port);
    long distance = 0;
    if (find_damage(argument->memory, bytes, bytes_before_page(bytes), distance)) {
      const std::string where = distance < 0 ? std::to_string(-distance) + " bytes before the begin of "
                                             : std::to_string(distance) + " bytes behind the end of ";
      kernel_detail::report_error_in_kernel(("writes " + where + name).c_str());
    }
  }
}

namespace debug_memory_detail {

/// What lies at the address that a kernel could not access, or an empty text.
inline std::string describe_access(const KernelProcess& process, const std::uint8_t* address) {
  const std::size_t page = static_cast<std::size_t>(sysconf(_SC_PAGESIZE));
  for (const auto& argument : process.arguments) {
    if (argument->memory == nullptr) continue;
    const std::size_t bytes = argument->margin_bytes + argument->buffer_bytes;
    const std::uint8_t* const end = argument->memory + bytes;
    if (address >= end && address < end + bytes_before_page(bytes) + page)
      return "reads or writes " + std::to_string(address - end) + " bytes behind the end of " +
             port_name(*process.owner->design, argument->port);
  }
  return "reads or writes memory that is not its own";
}

/// The faulting instruction can't be left by an exception: the thread stops here, and the main thread ends the program.
inline void on_access_error(int signal_number, siginfo_t* information, void* context) {
  if (pass_trapped_write(information->si_addr, context)) return;
  signal(signal_number, SIG_DFL); // a second fault while reporting ends the program
  if (current_kernel == nullptr) return;
  KernelProcess& process = *current_kernel;
  const std::string line = source_line_of_caller(process.owner->tile_program);
  const std::string what = describe_access(process, static_cast<const std::uint8_t*>(information->si_addr));
  fail(*process.owner, exit_kernel,
       "in " + kernel_detail::place_of(process) + (line.empty() ? "" : ", " + line) + ": " + what);
  for (;;)
    pause();
}

} // namespace debug_memory_detail

TILEWRIGHT_ADF_FUNCTION void catch_access_errors() {
  struct sigaction action = {};
  action.sa_sigaction = debug_memory_detail::on_access_error;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGSEGV, &action, nullptr);
  sigaction(SIGBUS, &action, nullptr);
}

} // namespace tilewright::adf
