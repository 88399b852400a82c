#include "backends/common/emit.h"
#include "backends/common/memory_tiles.h"
#include "ir/diagnostics.h"

#include <nlohmann/json.hpp>

namespace tilewright {

namespace {

using Json = nlohmann::ordered_json;

Json pattern_json(const AccessPattern& pattern) {
  Json traversal = Json::array();
  for (const Traversal& loop : pattern.traversal) {
    traversal.push_back({{"dimension", loop.dimension}, {"stride", loop.stride}, {"wrap", loop.wrap}});
  }
  return {{"buffer_dimension", pattern.buffer_dimension},
          {"tiling_dimension", pattern.tiling_dimension},
          {"offset", pattern.offset},
          {"traversal", std::move(traversal)},
          {"boundary", pattern.boundary}};
}

Json ports_json(const std::vector<Port>& ports) {
  Json result = Json::array();
  for (const Port& port : ports) {
    result.push_back({{"element", name_of(port.element)},
                      {"elements", touched_count(port.pattern)},
                      {"pattern", pattern_json(port.pattern)}});
  }
  return result;
}

Json instructions_json(const Instructions& i) {
  return {{"loads", i.loads},           {"stores", i.stores},     {"multiplies", i.multiplies},       {"vector_alu", i.vector_alu},
          {"narrowings", i.narrowings}, {"shuffles", i.shuffles}, {"cascade_reads", i.cascade_reads}, {"cascade_writes", i.cascade_writes}};
}

Json work_json(const std::vector<KernelWork>& work) {
  Json result = Json::array();
  for (const KernelWork& kernel : work) {
    Json loops = Json::array();
    for (const LoopWork& loop : kernel.loops) {
      loops.push_back({{"name", loop.name},
                       {"entries", loop.entries},
                       {"iterations", loop.iterations},
                       {"body", instructions_json(loop.body)},
                       {"recurrence", loop.recurrence},
                       {"pipelined", loop.pipelined}});
    }
    result.push_back({{"first_column", kernel.first_column},
                      {"columns", kernel.columns},
                      {"locks", kernel.locks},
                      {"straight", instructions_json(kernel.straight)},
                      {"loops", std::move(loops)}});
  }
  return result;
}

Json group_json(const KernelGroup& group) {
  Json config = Json::object();
  for (const ConfigEntry& entry : group.config) config[entry.name] = entry.value;
  Json parameters = Json::array();
  for (const ParameterArray& array : group.parameters) {
    const int length = group.cascade_length();
    const int cascade = array.tile.column / length * group.rows + array.tile.row;
    const int kernel = cascade * length + array.tile.column % length;
    parameters.push_back({{"port", parameter_name(group, array.member) + "[" + std::to_string(array.index) + "]"},
                          {"path", "net." + group.name + ".kernels[" + std::to_string(kernel) + "].in[" + std::to_string(array.kernel_input) + "]"},
                          {"element", name_of(array.data.element())},
                          {"elements", array.data.count()}});
  }
  return {{"name", group.name},
          {"op", group.op},
          {"origin", escaped(group.origin)},
          {"kernel", group.kernel},
          {"place", {{"column", group.place.column}, {"row", group.place.row}, {"columns", group.columns}, {"rows", group.rows}}},
          {"strips", group.strips},
          {"batch_parts", group.batch_parts},
          {"repetitions", group.repetitions},
          {"input_in_west", group.input_in_west},
          {"config", std::move(config)},
          {"inputs", ports_json(group.inputs)},
          {"outputs", ports_json(group.outputs)},
          {"parameters", std::move(parameters)},
          {"memory",
           {{"input", group.memory.input},
            {"second_input", group.memory.second_input},
            {"output", group.memory.output},
            {"weights", group.memory.weights},
            {"parameters", group.memory.parameters},
            {"stack", group.memory.stack}}},
          {"work", work_json(group.work)},
          {"multiply_accumulates", group.multiply_accumulates}};
}

Json endpoint_json(const Design& design, const Endpoint& endpoint) {
  const auto index = static_cast<std::size_t>(endpoint.index);
  switch (endpoint.kind) {
  case Endpoint::Kind::plio: return {{"plio", design.plios[index].name}};
  case Endpoint::Kind::group: return {{"group", design.groups[index].name}, {"port", endpoint.port}};
  case Endpoint::Kind::buffer: break;
  }
  return {{"buffer", design.buffers[index].name}, {"port", endpoint.port}};
}

Json buffer_json(const MemoryBuffer& buffer) {
  Json writes = Json::array();
  Json reads = Json::array();
  for (const AccessPattern& pattern : buffer.writes) writes.push_back(pattern_json(pattern));
  for (const AccessPattern& pattern : buffer.reads) reads.push_back(pattern_json(pattern));
  return {{"name", buffer.name},        {"element", name_of(buffer.element)}, {"features", buffer.features},
          {"rows", buffer.rows},        {"bytes", buffer.bytes()},            {"writes", std::move(writes)},
          {"reads", std::move(reads)}};
}

// Used against available, for each resource of the device.
Json budget_json(const Design& design, const Target& target, const Device& device) {
  const auto entry = [](std::int64_t used, std::int64_t available) { return Json{{"used", used}, {"available", available}}; };
  TileMemory most;
  for (const KernelGroup& group : design.groups) {
    most.input = std::max({most.input, group.memory.input, group.memory.second_input});
    most.output = std::max(most.output, group.memory.output);
    most.weights = std::max(most.weights, group.memory.weights);
    most.parameters = std::max(most.parameters, group.memory.parameters + group.memory.stack);
  }
  std::int64_t buffer_bytes = 0;
  std::int64_t plio_in = 0;
  for (const MemoryBuffer& buffer : design.buffers) buffer_bytes = std::max(buffer_bytes, buffer.bytes());
  for (const Plio& plio : design.plios) plio_in += plio.direction == Plio::Direction::in ? 1 : 0;
  return {{"tiles", entry(tile_count(design), static_cast<std::int64_t>(device.columns) * device.rows)},
          {"memory_tiles", entry(memory_tiles_for(design.buffers, target, device), memory_tiles_of(device))},
          {"largest_input_bytes", entry(most.input, target.bank_bytes())},
          {"largest_output_bytes", entry(most.output, target.bank_bytes())},
          {"largest_weights_bytes", entry(most.weights, target.bank_bytes())},
          {"largest_stack_and_parameters_bytes", entry(most.parameters, target.bank_bytes())},
          {"largest_memory_tile_buffer_bytes", entry(buffer_bytes, target.memory_tile_bytes)},
          {"plio_in", {{"used", plio_in}}},
          {"plio_out", {{"used", static_cast<std::int64_t>(design.plios.size()) - plio_in}}}};
}

} // namespace

std::string design_json(const Graph& graph, const Design& design, const Target& target, const Device& device) {
  Json groups = Json::array();
  for (const KernelGroup& group : design.groups) groups.push_back(group_json(group));
  Json buffers = Json::array();
  for (const MemoryBuffer& buffer : design.buffers) buffers.push_back(buffer_json(buffer));
  Json plios = Json::array();
  for (const Plio& plio : design.plios) {
    plios.push_back({{"name", plio.name},
                     {"direction", plio.direction == Plio::Direction::in ? "in" : "out"},
                     {"file", plio.file},
                     {"value", escaped(graph.value(plio.value).name)},
                     {"element", name_of(plio.element)},
                     {"first_feature", plio.first_feature},
                     {"features", plio.features},
                     {"first_row", plio.first_row},
                     {"rows", plio.rows}});
  }
  Json connections = Json::array();
  for (const Connection& connection : design.connections) {
    connections.push_back({{"from", endpoint_json(design, connection.from)}, {"to", endpoint_json(design, connection.to)}});
  }
  const Json json = {{"model", escaped(design.model)},
                     {"target", design.target},
                     {"device", design.device},
                     {"by_sample", design.by_sample},
                     {"row_unit", design.row_unit},
                     {"rows", design.rows},
                     {"rows_per_iteration", design.rows_per_iteration},
                     {"iterations", design.iterations},
                     {"search",
                      {{"objective", design.search.objective},
                       {"cycles", design.search.cycles},
                       {"lower_bound", design.search.lower_bound},
                       {"optimal", design.search.optimal}}},
                     {"budget", budget_json(design, target, device)},
                     {"groups", std::move(groups)},
                     {"buffers", std::move(buffers)},
                     {"plios", std::move(plios)},
                     {"connections", std::move(connections)}};
  return json.dump(2) + "\n";
}

} // namespace tilewright
