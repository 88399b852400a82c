// src/graph.h: the top graph with its ports, groups, memory-tile buffers and connections.
#include "backends/common/code_writer.h"
#include "backends/common/emit.h"
#include "backends/common/names.h"
#include "backends/common/requantization.h"

#include <algorithm>
#include <set>

namespace tilewright {

namespace {

std::string braces(const std::vector<std::int64_t>& values) { return fmt::format("{{{}}}", fmt::join(values, ", ")); }

std::string tiling_text(const AccessPattern& pattern) {
  std::string text = fmt::format("adf::tiling({{.buffer_dimension = {}, .tiling_dimension = {}, .offset = {}",
                                 braces(pattern.buffer_dimension), braces(pattern.tiling_dimension), braces(pattern.offset));
  std::vector<std::string> loops;
  for (const Traversal& loop : pattern.traversal) {
    loops.push_back(fmt::format("{{.dimension = {}, .stride = {}, .wrap = {}}}", loop.dimension, loop.stride, loop.wrap));
  }
  if (!loops.empty()) text += fmt::format(", .tile_traversal = {{{}}}", fmt::join(loops, ", "));
  if (!pattern.boundary.empty()) text += fmt::format(", .boundary_dimension = {}", braces(pattern.boundary));
  return text + "})";
}

std::string endpoint_text(const Design& design, const Endpoint& endpoint, bool is_source) {
  const auto index = static_cast<std::size_t>(endpoint.index);
  switch (endpoint.kind) {
  case Endpoint::Kind::plio: return fmt::format("{}.{}[0]", design.plios[index].name, is_source ? "out" : "in");
  case Endpoint::Kind::group:
    return fmt::format("{}.{}[{}]", design.groups[index].name, is_source ? "out" : "in", endpoint.port);
  case Endpoint::Kind::buffer: break;
  }
  return fmt::format("{}.{}[{}]", design.buffers[index].name, is_source ? "out" : "in", endpoint.port);
}

// The parameter port arrays of a group with their lengths, in order of first use.
std::vector<std::pair<std::string, int>> parameter_ports(const KernelGroup& group) {
  std::vector<std::pair<std::string, int>> ports;
  for (const ParameterArray& array : group.parameters) {
    const auto position = std::ranges::find(ports, array.member, &std::pair<std::string, int>::first);
    if (position == ports.end()) {
      ports.emplace_back(array.member, array.index + 1);
    } else {
      position->second = std::max(position->second, array.index + 1);
    }
  }
  return ports;
}

void write_members(const Design& design, CodeWriter& code) {
  for (const Plio& plio : design.plios) {
    code.line("adf::{}_plio {};", plio.direction == Plio::Direction::in ? "input" : "output", plio.name);
  }
  for (const KernelGroup& group : design.groups) {
    code.line();
    code.line("// {}: {}", group.op, comment_text(group.origin));
    code.line("{}_graph<{}> {};", group.kernel, config_name(group), group.name);
    for (const auto& [member, length] : parameter_ports(group)) {
      code.line("adf::input_port {}[{}];", parameter_name(group, member), length);
    }
  }
  if (!design.buffers.empty()) code.line();
  for (const MemoryBuffer& buffer : design.buffers) {
    code.line("adf::shared_buffer<{}> {};", type_name(buffer.element), buffer.name);
  }
}

void write_plios(const Design& design, int bits, CodeWriter& code) {
  for (const Plio& plio : design.plios) {
    code.line("{0} = adf::{1}_plio::create(\"{0}\", adf::plio_{2}_bits, \"{3}\");", plio.name,
              plio.direction == Plio::Direction::in ? "input" : "output", bits, plio.file);
  }
}

void write_buffers(const Design& design, CodeWriter& code) {
  const bool repeats = std::ranges::any_of(design.groups, [](const KernelGroup& group) { return group.repetitions > 1; });
  for (const MemoryBuffer& buffer : design.buffers) {
    code.line();
    code.line("{} = adf::shared_buffer<{}>::create({{{}, {}}}, {}, {});", buffer.name, type_name(buffer.element),
              buffer.features, buffer.rows, buffer.writes.size(), buffer.reads.size());
    code.line("adf::num_buffers({}) = 2;", buffer.name);
    if (repeats) code.line("adf::repetition_count({}) = 1;", buffer.name);
    for (std::size_t i = 0; i < buffer.writes.size(); ++i) {
      code.line("adf::write_access({}.in[{}]) = {};", buffer.name, i, tiling_text(buffer.writes[i]));
    }
    for (std::size_t i = 0; i < buffer.reads.size(); ++i) {
      code.line("adf::read_access({}.out[{}]) = {};", buffer.name, i, tiling_text(buffer.reads[i]));
    }
  }
}

void write_connections(const Design& design, CodeWriter& code) {
  code.line();
  for (const Connection& connection : design.connections) {
    code.line("adf::connect<>({}, {});", endpoint_text(design, connection.from, true),
              endpoint_text(design, connection.to, false));
  }
  code.line();
  for (const KernelGroup& group : design.groups) {
    for (const auto& [member, length] : parameter_ports(group)) {
      const std::string name = parameter_name(group, member);
      if (length == 1) {
        code.line("adf::connect<>({}[0], {}.{}[0]);", name, group.name, member);
      } else {
        code.line("for (int i = 0; i < {}; ++i) adf::connect<>({}[i], {}.{}[i]);", length, name, group.name, member);
      }
    }
  }
}

} // namespace

std::string emit_graph(const Design& design, const Target& target) {
  CodeWriter code;
  code.line("// The network on the array. Its member names lead to runtime parameters: the board's host uses them.");
  code.line("#pragma once");
  code.line();
  code.line("#include <adf.h>");
  code.line();
  std::set<std::string> kernels;
  for (const KernelGroup& group : design.groups) kernels.insert(group.kernel);
  for (const std::string& kernel : kernels) code.line("#include \"{}_graph.h\"", kernel);
  for (const KernelGroup& group : design.groups) code.line("#include \"{}.h\"", config_name(group));
  code.line();
  code.open("class network : public adf::graph {");
  code.label("public:");
  write_members(design, code);
  code.line();
  code.open("network() {");
  write_plios(design, target.plio_bits, code);
  write_buffers(design, code);
  write_connections(design, code);
  code.close("}");
  code.close("};");
  return code.take();
}

} // namespace tilewright
