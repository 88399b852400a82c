// mapping_bench [OUT.svg]
//
// Seconds that mapping takes, against the number of layers and against the number of tiles, for each objective: a
// Markdown table on stdout, and a plot of both.
#include "tests/backends/networks.h"

#include <algorithm>
#include <chrono>
#include <cmath>
#include <fmt/format.h>
#include <fstream>

namespace tilewright::testing {
namespace {

constexpr int runs = 3; // the fastest counts
constexpr Objective objectives[] = {Objective::tiles, Objective::throughput, Objective::latency};

struct Point {
  double at = 0; // layers or tiles
  double seconds = 0;
};

struct Line {
  Objective objective = Objective::tiles;
  std::vector<Point> points;
};

struct Plot {
  std::string title;
  std::vector<Line> lines;
};

double seconds_to_map(const Registries& registries, const NetworkSpec& spec, const MapOptions& options) {
  const Graph graph = make_network(registries, spec);
  double least = 0;
  for (int run = 0; run < runs; ++run) {
    const auto begin = std::chrono::steady_clock::now();
    const bool mapped = map(registries, graph, "aie-ml", options).design.has_value();
    const double seconds = std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
    if (!mapped) return 0;
    least = run == 0 ? seconds : std::min(least, seconds);
  }
  return least;
}

NetworkSpec chain(std::size_t layers) {
  std::vector<std::int64_t> widths;
  for (std::size_t i = 0; i <= layers; ++i)
    widths.push_back(i % 3 == 0 ? 64 : i % 3 == 1 ? 128 : 96);
  return mlp(32, widths);
}

Plot by_layers(const Registries& registries) {
  Plot plot{"layers (chain of 64, 128, 96 features, batch 32)", {}};
  for (const Objective objective : objectives) {
    Line line{objective, {}};
    for (const std::size_t layers : {1U, 2U, 5U, 10U, 20U, 50U, 100U, 150U})
      line.points.push_back(
          {static_cast<double>(layers), seconds_to_map(registries, chain(layers), {.objective = objective})});
    plot.lines.push_back(std::move(line));
  }
  return plot;
}

Plot by_tiles(const Registries& registries) {
  Plot plot{"tiles allowed (7 layers of 512 features, batch 32)", {}};
  const NetworkSpec spec = mlp(32, std::vector<std::int64_t>(8, 512));
  for (const Objective objective : objectives) {
    Line line{objective, {}};
    for (const int tiles : {112, 128, 160, 192, 224, 256, 304})
      line.points.push_back({static_cast<double>(tiles),
                             seconds_to_map(registries, spec, {.objective = objective, .most_tiles = tiles})});
    plot.lines.push_back(std::move(line));
  }
  return plot;
}

void print(const Plot& plot) {
  fmt::print("| {} |", plot.title);
  for (const Line& line : plot.lines)
    fmt::print(" {}, s |", name_of(line.objective));
  fmt::print("\n|---|---|---|---|\n");
  for (std::size_t i = 0; i < plot.lines.front().points.size(); ++i) {
    fmt::print("| {} |", plot.lines.front().points[i].at);
    for (const Line& line : plot.lines)
      fmt::print(" {:.3f} |", line.points[i].seconds);
    fmt::print("\n");
  }
  fmt::print("\n");
}

// Both axes logarithmic: seconds from 1 ms to 10 s.
std::string svg_of(const Plot& plot, double left) {
  constexpr double width = 360, height = 300, top = 40;
  constexpr const char* colors[] = {"#1b7f3b", "#b3261e", "#1f4e9c"};
  const std::vector<Point>& ends = plot.lines.front().points;
  const double first = std::log10(ends.front().at), last = std::log10(ends.back().at);
  const auto x = [&](double at) { return left + width * (std::log10(at) - first) / (last - first); };
  const auto y = [&](double seconds) { return top + height * (1 - std::log10(std::max(seconds, 1e-3) / 1e-3) / 4); };
  std::string svg = fmt::format("<text x='{}' y='{}'>{}</text>\n", left, top + height + 38, plot.title);
  for (const double seconds : {0.001, 0.01, 0.1, 1.0, 10.0}) {
    svg += fmt::format("<path d='M{} {}h{}' stroke='#ccc'/><text x='{}' y='{}' text-anchor='end'>{} s</text>\n", left,
                       y(seconds), width, left - 6, y(seconds) + 4, seconds);
  }
  for (const Point& point : ends)
    svg +=
        fmt::format("<text x='{}' y='{}' text-anchor='middle'>{}</text>\n", x(point.at), top + height + 18, point.at);
  for (std::size_t i = 0; i < plot.lines.size(); ++i) {
    std::string path;
    for (const Point& point : plot.lines[i].points)
      path += fmt::format("{}{:.1f} {:.1f}", path.empty() ? "M" : "L", x(point.at), y(point.seconds));
    svg += fmt::format("<path d='{}' fill='none' stroke='{}' stroke-width='2'/>\n", path, colors[i]);
    svg += fmt::format("<text x='{}' y='{}' fill='{}'>{}</text>\n", left + 8, top + 16 + 16 * static_cast<double>(i),
                       colors[i], name_of(plot.lines[i].objective));
  }
  return svg;
}

} // namespace
} // namespace tilewright::testing

int main(int count, char** arguments) {
  using namespace tilewright::testing;
  const Registries registries;
  const std::vector<Plot> plots = {by_layers(registries), by_tiles(registries)};
  for (const Plot& plot : plots)
    print(plot);
  if (count < 2) return 0;
  std::ofstream svg(arguments[1]);
  svg << "<svg xmlns='http://www.w3.org/2000/svg' width='940' height='400' font-family='sans-serif' font-size='12'>\n"
      << "<text x='60' y='20'>Seconds to map</text>\n"
      << svg_of(plots[0], 60) << svg_of(plots[1], 540) << "</svg>\n";
  return svg.good() ? 0 : 1;
}
