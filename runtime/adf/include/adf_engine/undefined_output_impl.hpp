// Debug mode: says where a kernel writes what the rehearsals found to depend on something undefined.
#pragma once

#include "kernel_process_impl.hpp"
#include "rehearsal.hpp"
#include "undefined_value.hpp"
#include "write_trap.hpp"

namespace tilewright::adf {

namespace undefined_output_detail {

/// What a watched output is filled with, so that storing undefined lanes shows as a change.
inline std::uint8_t unwritten_value() { return static_cast<std::uint8_t>(undefined_value ^ 0x11); }

/// Offset in the argument's memory of a byte of what one release hands on.
inline std::size_t memory_offset(const kernel_detail::Argument& argument, std::uint64_t byte) {
  for (const ElementRun& run : argument.runs) {
    const std::uint64_t size = std::uint64_t(run.count) * argument.element_bytes;
    if (byte < size)
      return argument.margin_bytes + static_cast<std::size_t>(run.offset) * argument.element_bytes + byte;
    byte -= size;
  }
  return argument.margin_bytes + byte;
}

inline void warn(const std::string& text) { std::fprintf(stderr, "tilewright-adf: warning: %s\n", text.c_str()); }

} // namespace undefined_output_detail

TILEWRIGHT_ADF_FUNCTION void KernelProcess::watch_undefined_outputs() {
  for (const auto& argument : arguments) {
    if (argument->undefined == nullptr || argument->undefined->reported) continue;
    const Port& port = owner->design->ports[static_cast<std::size_t>(argument->port)];
    if (argument->memory == nullptr) {
      argument->writer.watched = argument->undefined->first;
      continue;
    }
    std::size_t moved = argument->runs.empty() ? argument->buffer_bytes : firing_bytes(*owner->design, port);
    const std::uint64_t first = argument->undefined->first;
    // How often an asynchronous buffer is released in a firing is not known before.
    if (!port.asynchronous && first >= argument->writer.handed_on + moved) continue;
    if (port.direction == Direction::out)
      std::memset(argument->memory + argument->margin_bytes, undefined_output_detail::unwritten_value(),
                  argument->buffer_bytes);
    arm_write_trap(argument->trap, argument->memory, argument->margin_bytes + argument->buffer_bytes);
  }
}

TILEWRIGHT_ADF_FUNCTION void KernelProcess::explain_undefined_output(kernel_detail::Argument& argument) {
  using namespace undefined_output_detail;
  WriteTrap& trap = argument.trap;
  if (trap.writer_of.empty()) return;
  disarm_write_trap(trap);
  for (std::size_t byte = argument.margin_bytes; byte < trap.bytes; ++byte)
    if (trap.writer_of[byte] < 0 && argument.memory[byte] == unwritten_value()) argument.memory[byte] = undefined_value;
  UndefinedOutput& output = *argument.undefined;
  const std::uint64_t start = argument.writer.handed_on;
  const std::uint64_t end = start + std::max<std::uint64_t>(argument.buffer_bytes, output.positions.size());
  if (output.reported || output.first < start || output.first >= end) return;
  output.reported = true;

  const std::string name = port_name(*owner->design, argument.port);
  std::string place = kernel_detail::place_of(*this);
  std::size_t unwritten = 0, first_unwritten = 0;
  for (const std::uint64_t position : output.positions) {
    const std::size_t offset = memory_offset(argument, position - start);
    const int writer = trap.writer_of[offset];
    if (writer < 0) {
      if (unwritten++ == 0) first_unwritten = offset - argument.margin_bytes;
      continue;
    }
    const WriteTrap::Writer& found = trap.writers[static_cast<std::size_t>(writer)];
    const std::string line = source_line_of_frames(found.frames, found.count, owner->tile_program);
    const std::string text = "in " + place + (line.empty() ? "" : ", " + line) + ": byte " +
                             std::to_string(offset - argument.margin_bytes) + " of " + name +
                             " depends on something that was never initialised";
    trap.writer_of.clear();
    if (!output.reaches_results) return warn(text);
    fail(*owner, exit_kernel, text);
    throw StopProcess{};
  }
  trap.writer_of.clear();
  warn("in " + place + ": " + std::to_string(unwritten) + " bytes of " + name + ", from byte " +
       std::to_string(first_unwritten) + " on, were not written");
}

TILEWRIGHT_ADF_FUNCTION void KernelProcess::on_watched_byte(PortRuntime& port) {
  for (const auto& argument : arguments) {
    if (&argument->runtime != &port || argument->undefined == nullptr) continue;
    argument->undefined->reported = true;
    // What a kernel further on leaves alone is no mistake: the high lanes of an accumulator for example.
    if (!argument->undefined->reaches_results) return;
    const std::string text = "writes something to " + port_name(*owner->design, argument->port) +
                             " that depends on something that was never initialised";
    kernel_detail::report_error_in_kernel(text.c_str());
  }
}

} // namespace tilewright::adf
