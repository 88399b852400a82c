#include "backends/common/map_config.h"

#include "backends/common/map_options.h"

#include <algorithm>
#include <fmt/format.h>
#include <nlohmann/json.hpp>
#include <set>

namespace tilewright {

namespace {

using Json = nlohmann::ordered_json;

constexpr std::int64_t most = std::int64_t{1} << 31;

template <class Value> void fill(std::optional<Value>& own, const std::optional<Value>& other) {
  if (!own) own = other;
}

template <class Value, class Other> bool agrees(const std::optional<Value>& wanted, Other value) {
  return !wanted || *wanted == static_cast<Value>(value);
}

// Takes known keys out of an object; what is left over is an error.
class Section {
public:
  Section(const Json& json, std::string where, const std::string& file, Diagnostics& diagnostics)
      : json_(json), where_(std::move(where)), file_(file), diagnostics_(diagnostics) {
    if (!json_.is_object()) refuse("", "is not an object");
  }

  template <class Number> void number(const char* key, std::optional<Number>& value, std::int64_t least = 1) {
    const Json* entry = take(key);
    if (entry == nullptr) return;
    const bool whole = entry->is_number_integer();
    const std::int64_t result = whole ? entry->get<std::int64_t>() : least - 1;
    if (result < least || result > most) {
      refuse(key, fmt::format("is not a whole number from {} on", least));
    } else {
      value = static_cast<Number>(result);
    }
  }

  void flag(const char* key, std::optional<bool>& value) {
    const Json* entry = take(key);
    if (entry == nullptr) return;
    if (entry->is_boolean()) {
      value = entry->get<bool>();
    } else {
      refuse(key, "is neither true nor false");
    }
  }

  void text(const char* key, std::optional<std::string>& value, const std::set<std::string>& allowed) {
    const Json* entry = take(key);
    if (entry == nullptr) return;
    if (entry->is_string() && allowed.contains(entry->get<std::string>())) {
      value = entry->get<std::string>();
    } else {
      refuse(key, "is not one of the words that are allowed");
    }
  }

  void place(const char* key, std::optional<Coordinate>& value) {
    const Json* entry = take(key);
    if (entry == nullptr) return;
    const auto small = [](const Json& number) {
      return number.is_number_integer() && number.get<std::int64_t>() >= 0 && number.get<std::int64_t>() < 1024;
    };
    if (entry->is_array() && entry->size() == 2 && small((*entry)[0]) && small((*entry)[1])) {
      value = Coordinate{(*entry)[0].get<int>(), (*entry)[1].get<int>()};
    } else {
      refuse(key, "is not [column, row]");
    }
  }

  const Json* take(const char* key) {
    if (!json_.is_object()) return nullptr;
    const auto found = json_.find(key);
    if (found == json_.end()) return nullptr;
    taken_.insert(key);
    return &*found;
  }

  void refuse_the_rest() {
    if (!json_.is_object()) return;
    for (const auto& [key, value] : json_.items()) {
      if (!taken_.contains(key)) refuse(key, "is not a key of this section");
    }
  }

private:
  void refuse(const std::string& key, std::string reason) {
    diagnostics_.add(
        {.kind = ProblemKind::usage,
         .code = "config.entry",
         .node = fmt::format("{}: {}{}{}", file_, where_, where_.empty() || key.empty() ? "" : ".", escaped(key)),
         .reason = std::move(reason),
         .hint = "docs/config.md lists the keys"});
  }

  const Json& json_;
  std::string where_;
  const std::string& file_;
  Diagnostics& diagnostics_;
  std::set<std::string> taken_;
};

LayerConfig layer_config(const Json& json, const std::string& where, const std::string& file,
                         Diagnostics& diagnostics) {
  LayerConfig config;
  Section section(json, where, file, diagnostics);
  section.number("cascade", config.cascade);
  section.number("output_slices", config.output_slices);
  section.number("batch_parts", config.batch_parts);
  section.number("stack", config.stack);
  section.number("input_features", config.input_features);
  section.number("output_features", config.output_features);
  section.flag("input_in_west", config.input_in_west);
  section.place("place", config.place);
  std::optional<std::string> transport;
  section.text("transport", transport, {"direct", "memory_tile"});
  if (transport) config.transport = *transport == "direct" ? Transport::direct : Transport::memory_tile;
  section.number("plio", config.plios);
  section.refuse_the_rest();
  return config;
}

void read_layers(Section& section, const char* key, std::map<std::string, LayerConfig>& layers, const std::string& file,
                 Diagnostics& diagnostics) {
  const Json* entries = section.take(key);
  if (entries == nullptr) return;
  Section(*entries, key, file, diagnostics); // an object, or an error
  if (!entries->is_object()) return;
  for (const auto& [name, json] : entries->items()) {
    layers[name] = layer_config(json, fmt::format("{}.{}", key, escaped(name)), file, diagnostics);
  }
}

Json json_of(const LayerConfig& config) {
  Json json = Json::object();
  const auto put = [&](const char* key, const auto& value) {
    if (value) json[key] = *value;
  };
  put("cascade", config.cascade);
  put("output_slices", config.output_slices);
  put("batch_parts", config.batch_parts);
  put("stack", config.stack);
  put("input_features", config.input_features);
  put("output_features", config.output_features);
  put("input_in_west", config.input_in_west);
  if (config.place) json["place"] = {config.place->column, config.place->row};
  if (config.transport) json["transport"] = *config.transport == Transport::direct ? "direct" : "memory_tile";
  put("plio", config.plios);
  return json;
}

} // namespace

void LayerConfig::add(const LayerConfig& other) {
  fill(cascade, other.cascade);
  fill(output_slices, other.output_slices);
  fill(batch_parts, other.batch_parts);
  fill(stack, other.stack);
  fill(input_features, other.input_features);
  fill(output_features, other.output_features);
  fill(input_in_west, other.input_in_west);
  fill(place, other.place);
  fill(transport, other.transport);
  fill(plios, other.plios);
}

bool LayerConfig::allows(const Tiling& tiling) const {
  return agrees(cascade, tiling.cascade_length()) && agrees(output_slices, tiling.output_ports) &&
         agrees(batch_parts, tiling.batch_parts) && agrees(stack, tiling.rows) &&
         agrees(input_in_west, tiling.input_in_west);
}

std::optional<MapConfig> read_map_config(std::string_view json, const std::string& file, Diagnostics& diagnostics) {
  const std::size_t errors = diagnostics.error_count();
  const Json parsed = Json::parse(json, nullptr, false, true);
  if (parsed.is_discarded()) {
    diagnostics.add({.kind = ProblemKind::usage, .code = "config.syntax", .node = file, .reason = "is not JSON"});
    return std::nullopt;
  }
  MapConfig config;
  Section section(parsed, "", file, diagnostics);
  if (const Json* model = section.take("model")) {
    Section entries(*model, "model", file, diagnostics);
    entries.text("optimize", config.objective, {"tiles", "throughput", "latency"});
    entries.number("max_tiles", config.most_tiles);
    entries.number("plio", config.plios);
    entries.number("rows_per_iteration", config.rows_per_iteration);
    entries.refuse_the_rest();
  }
  read_layers(section, "ops", config.ops, file, diagnostics);
  read_layers(section, "layers", config.layers, file, diagnostics);
  if (const Json* search = section.take("search")) {
    Section entries(*search, "search", file, diagnostics);
    std::optional<std::string> objective;
    std::optional<std::int64_t> cycles;
    std::optional<std::int64_t> bound;
    std::optional<bool> optimal;
    entries.text("objective", objective, {"tiles", "throughput", "latency"});
    entries.number("cycles", cycles, 0);
    entries.number("lower_bound", bound, 0);
    entries.flag("optimal", optimal);
    entries.refuse_the_rest();
    config.search =
        SearchRecord{objective.value_or("tiles"), cycles.value_or(0), bound.value_or(0), optimal.value_or(false)};
  }
  section.refuse_the_rest();
  if (diagnostics.error_count() > errors) return std::nullopt;
  return config;
}

MapOptions with_config(MapOptions options, MapConfig config) {
  if (options.objective == Objective::tiles && config.objective) {
    for (const Objective objective : {Objective::throughput, Objective::latency}) {
      if (*config.objective == name_of(objective)) options.objective = objective;
    }
  }
  if (options.most_tiles == 0) options.most_tiles = config.most_tiles.value_or(0);
  if (options.plios == 0) options.plios = config.plios.value_or(0);
  options.config = std::move(config);
  return options;
}

namespace {

// How a group gets what other groups make, where it is one way for all of it.
std::optional<Transport> transport_of(const Design& design, int group) {
  bool direct = false;
  bool through_memory_tile = false;
  for (const Connection& connection : design.connections) {
    if (!(connection.to.kind == Endpoint::Kind::group && connection.to.index == group)) continue;
    direct |= connection.from.kind == Endpoint::Kind::group;
    if (connection.from.kind != Endpoint::Kind::buffer) continue;
    through_memory_tile |= std::ranges::any_of(design.connections, [&](const Connection& before) {
      return before.to.kind == Endpoint::Kind::buffer && before.to.index == connection.from.index &&
             before.from.kind == Endpoint::Kind::group;
    });
  }
  if (direct == through_memory_tile) return std::nullopt;
  return direct ? Transport::direct : Transport::memory_tile;
}

} // namespace

MapConfig config_of(const Design& design) {
  MapConfig config;
  config.objective = design.search.objective;
  if (design.plios_asked > 0) config.plios = design.plios_asked;
  if (!design.by_sample) config.rows_per_iteration = design.rows_per_iteration;
  config.search = design.search;
  for (std::size_t i = 0; i < design.groups.size(); ++i) {
    const KernelGroup& group = design.groups[i];
    LayerConfig& layer = config.layers[group.name];
    layer.cascade = group.cascade_length();
    layer.output_slices = static_cast<int>(group.outputs.size()) / group.batch_parts;
    layer.batch_parts = group.batch_parts;
    layer.stack = group.rows;
    layer.input_features = group.input_slice;
    layer.output_features = group.output_slice;
    layer.input_in_west = group.input_in_west;
    layer.place = group.place;
    layer.transport = transport_of(design, static_cast<int>(i));
    if (group.plios_asked > 0) layer.plios = group.plios_asked;
  }
  return config;
}

std::string text_of(const MapConfig& config) {
  Json json = Json::object();
  Json& model = json["model"] = Json::object();
  const auto put = [&](const char* key, const auto& value) {
    if (value) model[key] = *value;
  };
  put("optimize", config.objective);
  put("max_tiles", config.most_tiles);
  put("plio", config.plios);
  put("rows_per_iteration", config.rows_per_iteration);
  if (!config.ops.empty()) {
    for (const auto& [name, layer] : config.ops)
      json["ops"][name] = json_of(layer);
  }
  for (const auto& [name, layer] : config.layers)
    json["layers"][name] = json_of(layer);
  if (config.search) {
    json["search"] = {{"objective", config.search->objective},
                      {"cycles", config.search->cycles},
                      {"lower_bound", config.search->lower_bound},
                      {"optimal", config.search->optimal}};
  }
  return json.dump(2) + "\n";
}

} // namespace tilewright
