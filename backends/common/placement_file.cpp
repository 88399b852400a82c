#include "backends/common/placement_file.h"

#include <cmath>
#include <fmt/format.h>
#include <map>
#include <nlohmann/json.hpp>

namespace tilewright {

namespace {

using Json = nlohmann::json;

constexpr std::size_t most_edges = 16 * 1024;
constexpr double most_cost = 1000;

// The format is four levels deep; what is nested deeper is an attempt to exhaust something.
bool is_too_deep(std::string_view text) {
  int depth = 0;
  bool in_text = false;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (in_text) {
      if (text[i] == '\\')
        ++i;
      else if (text[i] == '"')
        in_text = false;
      continue;
    }
    if (text[i] == '"') in_text = true;
    if (text[i] == '{' || text[i] == '[') ++depth;
    if (text[i] == '}' || text[i] == ']') --depth;
    if (depth > 32) return true;
  }
  return false;
}

class Reader {
public:
  explicit Reader(Diagnostics& diagnostics) : diagnostics_(diagnostics) {}

  bool failed() const { return failed_; }

  void refuse(std::string where, std::string reason, std::string hint = "") {
    failed_ = true;
    // A file that is wrong everywhere is not worth a thousand lines.
    if (++refusals_ > 50) return;
    diagnostics_.add({.kind = ProblemKind::model,
                      .code = "placement.malformed",
                      .node = std::move(where),
                      .reason = std::move(reason),
                      .hint = std::move(hint)});
  }

  const Json* member(const Json& object, const std::string& where, const char* key, bool required) {
    if (!object.is_object()) {
      if (required) refuse(where, "is not an object");
      return nullptr;
    }
    const auto found = object.find(key);
    if (found != object.end()) return &*found;
    if (required) refuse(where, fmt::format("has no \"{}\"", key));
    return nullptr;
  }

  int whole_number(const Json& object, const std::string& where, const char* key, int least, int most, int otherwise,
                   bool required) {
    const Json* value = member(object, where, key, required);
    return value ? whole_number(*value, fmt::format("{}.{}", where, key), least, most).value_or(otherwise) : otherwise;
  }

  std::optional<int> whole_number(const Json& value, const std::string& where, int least, int most) {
    // 4.0 is a whole number too.
    const double number = value.is_number() ? value.get<double>() : std::nan("");
    if (!(number >= least && number <= most) || number != std::floor(number)) {
      refuse(where, fmt::format("is {}", shown(value)), fmt::format("a whole number from {} to {}", least, most));
      return std::nullopt;
    }
    return static_cast<int>(number);
  }

  double cost(const Json& object, const std::string& where, const char* key, double otherwise) {
    const Json* value = member(object, where, key, false);
    if (!value) return otherwise;
    const double number = value->is_number() ? value->get<double>() : std::nan("");
    if (number >= 0 && number <= most_cost) return number;
    refuse(fmt::format("{}.{}", where, key), fmt::format("is {}", shown(*value)),
           fmt::format("a number from 0 to {:g}", most_cost));
    return otherwise;
  }

  bool truth(const Json& object, const std::string& where, const char* key) {
    const Json* value = member(object, where, key, false);
    if (!value) return false;
    if (value->is_boolean()) return value->get<bool>();
    refuse(fmt::format("{}.{}", where, key), fmt::format("is {}", shown(*value)), "true or false");
    return false;
  }

  std::string text(const Json& object, const std::string& where, const char* key, bool required) {
    const Json* value = member(object, where, key, required);
    if (!value) return {};
    if (value->is_string() && (!required || !value->get_ref<const std::string&>().empty()))
      return value->get<std::string>();
    refuse(fmt::format("{}.{}", where, key), fmt::format("is {}", shown(*value)), "a text");
    return {};
  }

  static std::string shown(const Json& value) {
    std::string text = value.dump(-1, ' ', true, Json::error_handler_t::replace);
    if (text.size() > 40) text = text.substr(0, 37) + "...";
    return text;
  }

private:
  Diagnostics& diagnostics_;
  bool failed_ = false;
  int refusals_ = 0;
};

void read_layers(Reader& reader, const Json& layers, int keep_out, PlacementFile& file,
                 std::map<std::string, int>& indices) {
  for (std::size_t i = 0; i < layers.size(); ++i) {
    const Json& layer = layers[i];
    const std::string where = fmt::format("layers[{}]", i);
    if (!layer.is_object()) {
      reader.refuse(where, "is not an object");
      continue;
    }
    PlacementProblem::Box box;
    // Larger than the array is not malformed: it does not fit.
    box.width = reader.whole_number(layer, where, "width", 1, 1'000'000, 1, true);
    box.height = reader.whole_number(layer, where, "height", 1, 1'000'000, 1, true);
    box.keep_out = keep_out;
    box.may_overhang = true;
    if (const Json* anchor = reader.member(layer, where, "anchor", false); anchor && !anchor->is_null()) {
      if (anchor->is_array() && anchor->size() == 2) {
        const auto column = reader.whole_number((*anchor)[0], where + ".anchor[0]", 0, 1'000'000);
        const auto row = reader.whole_number((*anchor)[1], where + ".anchor[1]", 0, 1'000'000);
        if (column && row) box.anchor = Coordinate{*column, *row};
      } else {
        reader.refuse(where + ".anchor", "is " + Reader::shown(*anchor), "[column, row]");
      }
    }
    const std::string name = reader.text(layer, where, "name", true);
    if (!name.empty() && !indices.emplace(name, static_cast<int>(file.layers.size())).second) {
      reader.refuse(where, fmt::format("has the name of an earlier layer, {}", Reader::shown(name)));
    }
    file.layers.push_back(name);
    file.problem.boxes.push_back(box);
  }
}

void read_edges(Reader& reader, const Json& edges, const std::map<std::string, int>& indices, PlacementFile& file) {
  for (std::size_t i = 0; i < edges.size(); ++i) {
    const std::string where = fmt::format("edges[{}]", i);
    if (!edges[i].is_object()) {
      reader.refuse(where, "is not an object");
      continue;
    }
    const std::string from = reader.text(edges[i], where, "src", true);
    const std::string to = reader.text(edges[i], where, "dst", true);
    const bool direct = reader.truth(edges[i], where, "direct");
    const bool exclusive = reader.truth(edges[i], where, "producer_exclusive");
    if (from.empty() || to.empty()) continue;
    const auto source = indices.find(from);
    const auto target = indices.find(to);
    if (source == indices.end())
      reader.refuse(where, fmt::format("begins at {}, which is no layer", Reader::shown(from)));
    if (target == indices.end()) reader.refuse(where, fmt::format("ends at {}, which is no layer", Reader::shown(to)));
    if (source == indices.end() || target == indices.end()) continue;
    if (source == target) {
      reader.refuse(where, fmt::format("joins {} with itself", Reader::shown(from)));
      continue;
    }
    file.problem.edges.push_back({source->second, target->second, direct && exclusive});
  }
}

} // namespace

std::optional<PlacementFile> parse_placement_file(std::string_view text, Diagnostics& diagnostics) {
  Reader reader(diagnostics);
  if (static_cast<std::int64_t>(text.size()) > most_placement_file_bytes) {
    reader.refuse("file", "is too large", fmt::format("at most {} bytes", most_placement_file_bytes));
    return std::nullopt;
  }
  if (is_too_deep(text)) {
    reader.refuse("file", "is nested too deeply");
    return std::nullopt;
  }
  const Json json = Json::parse(text, nullptr, false);
  if (json.is_discarded() || !json.is_object()) {
    reader.refuse("file", json.is_discarded() ? "is not JSON" : "is not a JSON object");
    return std::nullopt;
  }
  PlacementFile file;
  file.name = reader.text(json, "file", "name", false);
  file.device = reader.text(json, "file", "part", false);
  if (const Json* grid = reader.member(json, "file", "grid", true)) {
    file.problem.columns = reader.whole_number(*grid, "grid", "cols", 1, most_placement_columns, 0, true);
    file.problem.rows = reader.whole_number(*grid, "grid", "rows", 1, most_placement_rows, 0, true);
  }
  int keep_out = 1;
  if (const Json* costs = reader.member(json, "file", "cost_params", false)) {
    if (!costs->is_object()) reader.refuse("cost_params", "is not an object");
    file.problem.lambda = reader.cost(*costs, "cost_params", "lambda", 1.0);
    file.problem.mu = reader.cost(*costs, "cost_params", "mu", 0.05);
    keep_out = reader.whole_number(*costs, "cost_params", "keepout_left", 0, most_placement_columns, 1, false);
  }
  std::map<std::string, int> indices;
  if (const Json* layers = reader.member(json, "file", "layers", true)) {
    if (!layers->is_array()) {
      reader.refuse("layers", "is not a list");
    } else if (layers->size() > static_cast<std::size_t>(most_placement_layers)) {
      reader.refuse("layers", fmt::format("has {} entries", layers->size()),
                    fmt::format("at most {}", most_placement_layers));
    } else {
      read_layers(reader, *layers, keep_out, file, indices);
    }
  }
  if (const Json* edges = reader.member(json, "file", "edges", false)) {
    if (!edges->is_array() || edges->size() > most_edges) {
      reader.refuse("edges", "is not a list, or too long", fmt::format("a list of at most {}", most_edges));
    } else if (!reader.failed()) {
      read_edges(reader, *edges, indices, file);
    }
  }
  if (reader.failed()) return std::nullopt;
  return file;
}

} // namespace tilewright
