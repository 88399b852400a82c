// PLIO threads: text file to byte queue, and back.
#pragma once

#include <algorithm>
#include <filesystem>
#include <fstream>
#include <sstream>

#include "dump.hpp"
#include "machine.hpp"
#include "plio_csv.hpp"
#include "plio_text.hpp"

namespace tilewright::adf {

struct InputPlioProcess final : Process {
  const Plio* plio = nullptr;
  PortRuntime runtime;
  StreamWriter writer;
  ElementType element;

  void body(Machine& machine) override;
};

struct OutputPlioProcess final : Process {
  const Plio* plio = nullptr;
  PortRuntime runtime;
  StreamReader reader;
  ElementType element;
  std::ofstream file;

  void body(Machine& machine) override;
};

namespace plio_detail {
/// The type that text stands for: that of the first typed port at the other end.
inline ElementType element_at(const Machine& machine, int port) {
  const ElementType element = machine.design->ports[static_cast<std::size_t>(port)].element;
  return element.bytes != 0 ? element : ElementType{ElementKind::int32, 4};
}
/// One value as fields of a CSV row: complex values take two.
inline void append_csv_element(std::string& text, bool begins_row, ElementType element, const std::uint8_t* bytes) {
  std::string fields;
  append_element(fields, element, bytes);
  std::replace(fields.begin(), fields.end(), ' ', ',');
  text += begins_row ? "DATA," : ",";
  text += fields;
}
} // namespace plio_detail

TILEWRIGHT_ADF_FUNCTION std::unique_ptr<Process> make_plio_process(Machine& machine, int plio) {
  const Plio& record = machine.design->plios[static_cast<std::size_t>(plio)];
  const std::size_t port = static_cast<std::size_t>(record.port);
  if (record.direction == Direction::in) {
    if (machine.network.net_of_source[port] < 0) return nullptr;
    auto process = std::make_unique<InputPlioProcess>();
    process->name = port_name(*machine.design, record.port);
    process->plio = &record;
    process->port = record.port;
    const Net& net = machine.network.nets[static_cast<std::size_t>(machine.network.net_of_source[port])];
    process->element = plio_detail::element_at(machine, net.sinks.front());
    open_writer(machine, process->runtime, process->writer, record.port, *process);
    return process;
  }
  if (machine.network.net_of_sink[port] < 0) return nullptr;
  auto process = std::make_unique<OutputPlioProcess>();
  process->name = port_name(*machine.design, record.port);
  process->plio = &record;
  process->writes_file = true;
  process->port = record.port;
  process->element = plio_detail::element_at(
      machine, machine.network.nets[static_cast<std::size_t>(machine.network.net_of_sink[port])].source);
  open_reader(machine, process->runtime, process->reader, record.port, *process);
  if (record.file.empty() || machine.recording) return process;
  const std::filesystem::path path = std::filesystem::path(machine.output_directory) / record.file;
  std::error_code ignored;
  std::filesystem::create_directories(path.parent_path(), ignored);
  process->file.open(path);
  if (!process->file) fail(machine, exit_malformed, process->name + ": can't write output file " + path.string());
  return process;
}

TILEWRIGHT_ADF_FUNCTION void InputPlioProcess::body(Machine& machine) {
  {
    Lock lock(machine.mutex);
    block(machine, lock, *this, ProcessState::idle, [this] { return fired < target; });
  }
  if (plio->file.empty()) {
    fail(machine, exit_malformed, name + ": was created without an input file");
    return;
  }
  const std::filesystem::path path = std::filesystem::path(machine.input_directory) / plio->file;
  std::ifstream file(path);
  if (!file) {
    fail(machine, exit_malformed, name + ": can't read input file " + path.string());
    return;
  }
  std::ostringstream text;
  text << file.rdbuf();
  std::vector<std::uint8_t> bytes;
  std::vector<std::size_t> last;
  const std::string error = is_csv(plio->file) ? parse_csv(text.str(), element, plio->hexadecimal, bytes, last)
                                               : parse_elements(text.str(), element, plio->hexadecimal, bytes, &last);
  if (!error.empty()) {
    fail(machine, exit_malformed, name + ": input file " + path.string() + ", " + error);
    return;
  }
  // Portions, so that a long file does not sit in the queues of all its consumers at once.
  const std::size_t portion = last.empty() ? 64 * 1024 : bytes.size();
  for (std::size_t start = 0; start < bytes.size(); start += portion) {
    const auto first = bytes.begin() + static_cast<std::ptrdiff_t>(start);
    const auto end = bytes.begin() + static_cast<std::ptrdiff_t>(std::min(start + portion, bytes.size()));
    write_block(machine, runtime, std::vector<std::uint8_t>(first, end), last);
  }
  Lock lock(machine.mutex);
  for (Channel* sink : writer.sinks)
    sink->exhausted = true;
}

TILEWRIGHT_ADF_FUNCTION void OutputPlioProcess::body(Machine& machine) {
  (void)machine;
  const std::size_t values_per_line =
      std::max<std::size_t>(1, static_cast<std::size_t>(plio->bits) / (8 * element.bytes));
  std::vector<std::uint8_t> value(element.bytes);
  const bool csv = is_csv(plio->file);
  std::string text = csv ? csv_header(values_per_line, element) : std::string();
  std::size_t on_line = 0;
  const auto end_line = [&] {
    if (csv)
      text += stream_was_last(runtime) ? ",1,-1\n" : ",0,-1\n";
    else
      text += '\n';
    on_line = 0;
  };
  try {
    for (;;) {
      if (runtime.cursor == runtime.limit && !text.empty()) {
        file.write(text.data(), static_cast<std::streamsize>(text.size()));
        file.flush();
        text.clear();
      }
      read_stream(runtime, value.data(), value.size());
      if (csv)
        plio_detail::append_csv_element(text, on_line == 0, element, value.data());
      else
        append_element(text += on_line == 0 ? "" : " ", element, value.data());
      if (++on_line == values_per_line) end_line();
    }
  } catch (const StopProcess&) {
    if (on_line > 0) end_line();
    file.write(text.data(), static_cast<std::streamsize>(text.size()));
    file.close();
    throw;
  }
}

TILEWRIGHT_ADF_FUNCTION void DumpFile::open(const std::string& directory, const Design& design, int port) {
  if (directory.empty()) return;
  element_ = design.ports[static_cast<std::size_t>(port)].element;
  file_ = std::make_unique<std::ofstream>(std::filesystem::path(directory) / (port_name(design, port) + ".txt"));
}

TILEWRIGHT_ADF_FUNCTION void DumpFile::write_line(const std::uint8_t* bytes, std::size_t size) {
  if (!file_) return;
  std::string text;
  for (std::size_t offset = 0; offset + element_.bytes <= size; offset += element_.bytes) {
    if (offset > 0) text += ' ';
    append_element(text, element_, bytes + offset);
  }
  text += '\n';
  file_->write(text.data(), static_cast<std::streamsize>(text.size()));
}

} // namespace tilewright::adf
