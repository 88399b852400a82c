// tilewright place: the answer to a placement problem given as JSON.
#include "backends/common/placement_file.h"
#include "tools/tilewright/table.h"
#include "tools/tilewright/verb.h"

#include <cmath>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <nlohmann/json.hpp>

namespace tilewright {

namespace {

void add_place_options(CLI::App& app, CommandLine& line) {
  add_required_option(app, {"FILE", "", "The problem: a JSON file, see docs/placement.md"}, line.subject);
}

// The file's bytes; nullopt, with a diagnostic, if they cannot be read or are too many.
std::optional<std::string> bytes_of(const std::string& path, Diagnostics& diagnostics) {
  const auto refuse = [&](ProblemKind kind, std::string reason) {
    diagnostics.add({.kind = kind, .code = "placement.file", .node = path, .reason = std::move(reason)});
    return std::nullopt;
  };
  std::error_code error;
  const auto status = std::filesystem::status(path, error);
  if (error || !std::filesystem::exists(status)) return refuse(ProblemKind::usage, "there is no such file");
  if (std::filesystem::is_directory(status)) return refuse(ProblemKind::usage, "is a folder");
  std::ifstream stream(path, std::ios::binary);
  if (!stream) return refuse(ProblemKind::usage, "cannot be read");
  // One byte more than allowed is enough to see that there is more; pipes have no size to ask for.
  std::string bytes(static_cast<std::size_t>(most_placement_file_bytes) + 1, '\0');
  stream.read(bytes.data(), static_cast<std::streamsize>(bytes.size()));
  bytes.resize(static_cast<std::size_t>(stream.gcount()));
  if (stream.bad()) return refuse(ProblemKind::usage, "cannot be read");
  return bytes;
}

// Beside binary noise in the last digits nobody wants to read 28.849999999999998.
double rounded(double cost) { return std::round(cost * 1e9) / 1e9; }

std::string label_of(int box) {
  constexpr std::string_view letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789";
  return std::string(1, box < static_cast<int>(letters.size()) ? letters[static_cast<std::size_t>(box)] : '#');
}

// The array with the highest row on top; '.' is a free tile, '-' one that a keep-out holds.
std::string picture(const PlacementProblem& problem, const std::vector<Coordinate>& places) {
  std::vector<std::string> rows(static_cast<std::size_t>(problem.rows),
                                std::string(static_cast<std::size_t>(problem.columns), '.'));
  for (const bool tiles : {false, true}) {
    for (std::size_t i = 0; i < places.size(); ++i) {
      const auto& box = problem.boxes[i];
      const int from = tiles ? places[i].column : std::max(0, places[i].column - box.keep_out);
      const int end = tiles ? places[i].column + box.width : places[i].column;
      for (int row = places[i].row; row < places[i].row + box.height; ++row) {
        for (int column = from; column < end; ++column) {
          rows[static_cast<std::size_t>(row)][static_cast<std::size_t>(column)] =
              tiles ? label_of(static_cast<int>(i))[0] : '-';
        }
      }
    }
  }
  std::string text;
  for (std::size_t row = rows.size(); row-- > 0;)
    text += fmt::format("{:>3}  {}\n", row, rows[row]);
  return text;
}

void print_answer(const PlacementFile& file, const PlacementResult& result) {
  fmt::print("{}\n", picture(file.problem, result.places));
  std::vector<std::vector<std::string>> rows;
  for (std::size_t i = 0; i < file.layers.size(); ++i) {
    const auto& box = file.problem.boxes[i];
    rows.push_back({label_of(static_cast<int>(i)), escaped(file.layers[i]),
                    fmt::format("{} x {}", box.width, box.height), fmt::format("{}", result.places[i].column),
                    fmt::format("{}", result.places[i].row)});
  }
  fmt::print("{}\n", markdown_table({"", "layer", "tiles", "column", "row"}, rows));
  fmt::print("cost {:g}, {}; {:.3f} s\n", rounded(result.cost),
             result.optimal ? "optimal" : fmt::format("no placement costs less than {:g}", rounded(result.lower_bound)),
             result.seconds);
}

int run_place_verb(VerbCall& call) {
  Diagnostics& diagnostics = call.context.diagnostics;
  const std::optional<std::string> bytes = bytes_of(call.line.subject, diagnostics);
  if (!bytes) return 0;
  std::optional<PlacementFile> file = parse_placement_file(*bytes, diagnostics);
  if (!file) return 0;
  if (file->name.empty()) file->name = std::filesystem::path(call.line.subject).stem().string();
  const PlacementResult result = solve_placement(file->problem);
  nlohmann::ordered_json& json = call.json;
  json["name"] = file->name;
  json["feasible"] = result.feasible;
  json["cost"] = nullptr;
  json["optimal"] = result.optimal;
  json["lower_bound"] = nullptr;
  if (result.feasible) {
    json["cost"] = rounded(result.cost);
    json["lower_bound"] = result.optimal ? rounded(result.cost) : rounded(result.lower_bound);
  }
  json["seconds"] = result.seconds;
  json["placement"] = nlohmann::ordered_json::object();
  if (result.feasible) {
    for (std::size_t i = 0; i < file->layers.size(); ++i) {
      json["placement"][file->layers[i]] = {result.places[i].column, result.places[i].row};
    }
    if (!call.line.json) print_answer(*file, result);
    return 0;
  }
  json["impossible"] = result.impossible;
  json["reason"] = result.reason;
  diagnostics.add({.kind = ProblemKind::device,
                   .code = result.impossible ? "placement.impossible" : "placement.none-found",
                   .node = file->name,
                   .reason = result.reason,
                   .hint = result.impossible ? "use fewer or smaller layers, or a larger array" : ""});
  return 0;
}

} // namespace

void register_place_verb(VerbRegistry& registry) {
  registry.add({.name = "place",
                .summary = "Place rectangles of tiles on the array: cheap, legal, with a lower bound",
                .examples = "Examples:\n"
                            "  tilewright place problem.json\n"
                            "  tilewright place problem.json --json\n"
                            "Exit code 0 if a placement was found, 4 if not.",
                .add_options = add_place_options,
                .run = run_place_verb});
}

} // namespace tilewright
