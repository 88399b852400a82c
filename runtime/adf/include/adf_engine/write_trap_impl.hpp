#pragma once

#include <sys/mman.h>
#include <unistd.h>

#include <cstring>

#include "source_line.hpp"
#include "write_trap.hpp"

#if defined(__linux__) && defined(__x86_64__)
#include <signal.h>
#include <ucontext.h>
#endif

namespace tilewright::adf {

namespace write_trap_detail {

inline thread_local WriteTrap* armed = nullptr;    ///< list of all
inline thread_local WriteTrap* stepping = nullptr; ///< the one that a store has stopped at

inline void protect(const WriteTrap& trap, int access) { mprotect(trap.first_page, trap.page_bytes, access); }

#if defined(__linux__) && defined(__x86_64__)

inline constexpr long single_step_flag = 0x100;      // TF of EFLAGS
inline constexpr std::ptrdiff_t longest_store = 256; ///< bytes on either side that one instruction may write

/// The store that stopped has been done: notes which bytes it has changed.
inline void on_step(int, siginfo_t*, void* context) {
  static_cast<ucontext_t*>(context)->uc_mcontext.gregs[REG_EFL] &= ~single_step_flag;
  if (stepping == nullptr) return;
  WriteTrap& trap = *stepping;
  const std::ptrdiff_t at = trap.stepping_at - trap.memory;
  const std::ptrdiff_t size = static_cast<std::ptrdiff_t>(trap.bytes);
  const int writer = static_cast<int>(trap.writers.size()) - 1;
  if (at >= 0 && at < size) trap.writer_of[static_cast<std::size_t>(at)] = writer; // even if it wrote what was there
  for (std::ptrdiff_t i = at < longest_store ? 0 : at - longest_store; i < size && i < at + longest_store; ++i) {
    const std::size_t byte = static_cast<std::size_t>(i);
    if (trap.seen[byte] == trap.memory[byte]) continue;
    trap.seen[byte] = trap.memory[byte];
    trap.writer_of[byte] = writer;
  }
  protect(trap, PROT_READ);
}

#endif

} // namespace write_trap_detail

TILEWRIGHT_ADF_FUNCTION void arm_write_trap(WriteTrap& trap, std::uint8_t* memory, std::size_t bytes) {
  const std::uintptr_t page = static_cast<std::uintptr_t>(sysconf(_SC_PAGESIZE));
  const std::uintptr_t first = reinterpret_cast<std::uintptr_t>(memory) / page * page;
  const std::uintptr_t end = (reinterpret_cast<std::uintptr_t>(memory) + bytes + page - 1) / page * page;
  trap.memory = memory;
  trap.bytes = bytes;
  trap.first_page = reinterpret_cast<std::uint8_t*>(first);
  trap.page_bytes = end - first;
  trap.seen.assign(memory, memory + bytes);
  trap.writer_of.assign(bytes, -1);
  trap.writers.clear();
#if defined(__linux__) && defined(__x86_64__)
  struct sigaction action = {};
  action.sa_sigaction = write_trap_detail::on_step;
  action.sa_flags = SA_SIGINFO;
  sigaction(SIGTRAP, &action, nullptr);
  trap.next = write_trap_detail::armed;
  write_trap_detail::armed = &trap;
  write_trap_detail::protect(trap, PROT_READ);
#endif
}

TILEWRIGHT_ADF_FUNCTION void disarm_write_trap(WriteTrap& trap) {
  for (WriteTrap** place = &write_trap_detail::armed; *place != nullptr; place = &(*place)->next)
    if (*place == &trap) {
      *place = trap.next;
      write_trap_detail::protect(trap, PROT_READ | PROT_WRITE);
      return;
    }
}

TILEWRIGHT_ADF_FUNCTION bool pass_trapped_write(const void* address, void* context) {
#if defined(__linux__) && defined(__x86_64__)
  const std::uint8_t* const at = static_cast<const std::uint8_t*>(address);
  WriteTrap* trap = write_trap_detail::armed;
  while (trap != nullptr && (at < trap->first_page || at >= trap->first_page + trap->page_bytes))
    trap = trap->next;
  if (trap == nullptr) return false;
  write_trap_detail::stepping = trap;
  trap->stepping_at = const_cast<std::uint8_t*>(at);
  auto& registers = static_cast<ucontext_t*>(context)->uc_mcontext.gregs;
  // Repeated instructions step once a word: they are one writer.
  void* const instruction = reinterpret_cast<void*>(registers[REG_RIP]);
  if (trap->writers.empty() || trap->writers.back().frames[0] != static_cast<char*>(instruction) + 1) {
    trap->writers.emplace_back();
    trap->writers.back().count = frames_of_interrupted_code(instruction, trap->writers.back().frames, 48);
  }
  write_trap_detail::protect(*trap, PROT_READ | PROT_WRITE);
  registers[REG_EFL] |= write_trap_detail::single_step_flag;
  return true;
#else
  (void)address;
  (void)context;
  return false;
#endif
}

} // namespace tilewright::adf
