#include "runtime/estimate/design_file.h"

#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>
#include <stdexcept>

namespace tilewright {

namespace {

using Json = nlohmann::json;

constexpr std::int64_t most = std::int64_t{1} << 40; // of any number
constexpr std::int64_t most_entries = 100'000;       // of any list
constexpr std::int64_t most_tiles = 1024;            // of a group, along either side

// The exceptions stay in this file: read_design turns them into a diagnostic.
[[noreturn]] void refuse(const std::string& reason) { throw std::runtime_error(reason); }

std::int64_t number(const Json& object, const char* name, std::int64_t least = 0, std::int64_t largest = most) {
  const Json& value = object.at(name);
  if (!value.is_number_integer()) refuse(fmt::format("'{}' is not a whole number", name));
  const auto result = value.get<std::int64_t>();
  if (result < least || result > largest) {
    refuse(fmt::format("'{}' is {}, not between {} and {}", name, result, least, largest));
  }
  return result;
}

int small_number(const Json& object, const char* name, int least = 0) {
  return static_cast<int>(number(object, name, least, most_tiles));
}

const Json& list(const Json& object, const char* name) {
  const Json& value = object.at(name);
  if (!value.is_array() || static_cast<std::int64_t>(value.size()) > most_entries) {
    refuse(fmt::format("'{}' is not a list, or too long", name));
  }
  return value;
}

std::vector<std::int64_t> numbers(const Json& object, const char* name) {
  std::vector<std::int64_t> result;
  for (const Json& entry : list(object, name)) {
    const auto value = entry.get<std::int64_t>();
    if (value < -most || value > most) refuse(fmt::format("'{}' holds {}", name, value));
    result.push_back(value);
  }
  return result;
}

ElementType element(const Json& object) {
  const auto name = object.at("element").get<std::string>();
  const std::optional<ElementType> type = element_type_named(name);
  if (!type) refuse(fmt::format("there is no element type '{}'", name));
  return *type;
}

AccessPattern pattern_of(const Json& json) {
  AccessPattern pattern{numbers(json, "buffer_dimension"), numbers(json, "tiling_dimension"), numbers(json, "offset"), {}};
  pattern.boundary = numbers(json, "boundary");
  for (const Json& loop : list(json, "traversal")) {
    pattern.traversal.push_back({small_number(loop, "dimension"), number(loop, "stride"), number(loop, "wrap")});
  }
  return pattern;
}

std::vector<Port> ports_of(const Json& group, const char* name) {
  std::vector<Port> ports;
  for (const Json& port : list(group, name)) ports.push_back({element(port), pattern_of(port.at("pattern"))});
  return ports;
}

Instructions instructions_of(const Json& json) {
  return {number(json, "loads"),      number(json, "stores"),   number(json, "multiplies"),    number(json, "vector_alu"),
          number(json, "narrowings"), number(json, "shuffles"), number(json, "cascade_reads"), number(json, "cascade_writes")};
}

std::vector<KernelWork> work_of(const Json& group) {
  std::vector<KernelWork> result;
  for (const Json& entry : list(group, "work")) {
    KernelWork work{small_number(entry, "first_column"), small_number(entry, "columns", 1), small_number(entry, "locks"),
                    instructions_of(entry.at("straight")), {}};
    for (const Json& loop : list(entry, "loops")) {
      work.loops.push_back({loop.at("name").get<std::string>(), number(loop, "entries", 1), number(loop, "iterations", 1),
                            instructions_of(loop.at("body")), number(loop, "recurrence"), loop.at("pipelined").get<bool>()});
    }
    result.push_back(std::move(work));
  }
  return result;
}

KernelGroup group_of(const Json& json) {
  KernelGroup group;
  group.name = json.at("name").get<std::string>();
  group.op = json.at("op").get<std::string>();
  group.origin = json.at("origin").get<std::string>();
  group.kernel = json.at("kernel").get<std::string>();
  const Json& place = json.at("place");
  group.place = {small_number(place, "column"), small_number(place, "row")};
  group.columns = small_number(place, "columns", 1);
  group.rows = small_number(place, "rows", 1);
  group.strips = small_number(json, "strips", 1);
  if (group.columns % group.strips != 0) refuse("'strips' does not divide 'columns'");
  group.batch_parts = small_number(json, "batch_parts", 1);
  group.repetitions = small_number(json, "repetitions", 1);
  group.input_in_west = json.at("input_in_west").get<bool>();
  group.inputs = ports_of(json, "inputs");
  group.outputs = ports_of(json, "outputs");
  const Json& memory = json.at("memory");
  group.memory = {number(memory, "input"),      number(memory, "output"), number(memory, "weights"),
                  number(memory, "parameters"), number(memory, "stack"),  group.input_in_west};
  group.work = work_of(json);
  group.multiply_accumulates = number(json, "multiply_accumulates");
  return group;
}

MemoryBuffer buffer_of(const Json& json) {
  MemoryBuffer buffer{json.at("name").get<std::string>(), element(json), number(json, "features"), number(json, "rows"), {}, {}};
  for (const Json& pattern : list(json, "writes")) buffer.writes.push_back(pattern_of(pattern));
  for (const Json& pattern : list(json, "reads")) buffer.reads.push_back(pattern_of(pattern));
  return buffer;
}

Plio plio_of(const Json& json) {
  Plio plio;
  const auto direction = json.at("direction").get<std::string>();
  if (direction != "in" && direction != "out") refuse(fmt::format("'{}' is no direction", direction));
  plio.direction = direction == "in" ? Plio::Direction::in : Plio::Direction::out;
  plio.name = json.at("name").get<std::string>();
  plio.file = json.at("file").get<std::string>();
  plio.element = element(json);
  plio.first_feature = number(json, "first_feature");
  plio.features = number(json, "features");
  plio.first_row = number(json, "first_row");
  plio.rows = number(json, "rows");
  return plio;
}

// Finds endpoints by name.
struct Names {
  std::map<std::string, int> groups, buffers, plios;

  explicit Names(const Design& design) {
    for (std::size_t i = 0; i < design.groups.size(); ++i) groups[design.groups[i].name] = static_cast<int>(i);
    for (std::size_t i = 0; i < design.buffers.size(); ++i) buffers[design.buffers[i].name] = static_cast<int>(i);
    for (std::size_t i = 0; i < design.plios.size(); ++i) plios[design.plios[i].name] = static_cast<int>(i);
  }

  // `source`: the endpoint sends.
  Endpoint endpoint(const Design& design, const Json& json, bool source) const {
    const auto find = [&](const std::map<std::string, int>& names, const char* key) {
      const auto name = json.at(key).get<std::string>();
      const auto found = names.find(name);
      if (found == names.end()) refuse(fmt::format("a connection names the {} '{}', which does not exist", key, name));
      return found->second;
    };
    Endpoint result;
    std::size_t ports = 1;
    if (json.contains("plio")) return {Endpoint::Kind::plio, find(plios, "plio"), 0};
    if (json.contains("group")) {
      result = {Endpoint::Kind::group, find(groups, "group"), small_number(json, "port")};
      const KernelGroup& group = design.groups[static_cast<std::size_t>(result.index)];
      ports = source ? group.outputs.size() : group.inputs.size();
    } else {
      result = {Endpoint::Kind::buffer, find(buffers, "buffer"), small_number(json, "port")};
      const MemoryBuffer& buffer = design.buffers[static_cast<std::size_t>(result.index)];
      ports = source ? buffer.reads.size() : buffer.writes.size();
    }
    if (static_cast<std::size_t>(result.port) >= ports) refuse("a connection names a port that does not exist");
    return result;
  }
};

Design design_of(const Json& json) {
  Design design;
  design.model = json.at("model").get<std::string>();
  design.target = json.at("target").get<std::string>();
  design.device = json.at("device").get<std::string>();
  design.by_sample = json.at("by_sample").get<bool>();
  design.row_unit = number(json, "row_unit", 1);
  design.rows = number(json, "rows", 1);
  design.rows_per_iteration = number(json, "rows_per_iteration", 1);
  design.iterations = number(json, "iterations", 1);
  for (const Json& group : list(json, "groups")) design.groups.push_back(group_of(group));
  for (const Json& buffer : list(json, "buffers")) design.buffers.push_back(buffer_of(buffer));
  for (const Json& plio : list(json, "plios")) design.plios.push_back(plio_of(plio));
  const Names names(design);
  for (const Json& connection : list(json, "connections")) {
    design.connections.push_back({names.endpoint(design, connection.at("from"), true),
                                  names.endpoint(design, connection.at("to"), false)});
  }
  return design;
}

} // namespace

std::optional<Design> read_design(std::string_view json, Diagnostics& diagnostics) {
  try {
    return design_of(Json::parse(json));
  } catch (const std::exception& error) {
    diagnostics.add({.kind = ProblemKind::model,
                     .code = "design.malformed",
                     .node = "design.json",
                     .reason = error.what(),
                     .hint = "compile the model again"});
    return std::nullopt;
  }
}

} // namespace tilewright
