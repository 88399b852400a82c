// Writes every kernel configuration that a sweep of networks places, as projects for the type check:
//   write_sweep FOLDER [small]   ->   FOLDER/<target>/{src/kernels, src/parameters, check, design.json with the target
//   only}
// `small` leaves the size sweep out. A configuration that two networks share is written once. scripts/check_kernels
// runs the check.
#include "../backends/image_networks.h"
#include "size_sweep.h"

#include "backends/common/emit.h"

#include <cstdio>
#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <functional>
#include <set>

namespace tilewright::testing {
namespace {

// One network a row: every element, requantization, cascade role and block shape that the lowerings know.
std::vector<NetworkSpec> sweep() {
  std::vector<NetworkSpec> specs;
  for (const std::int64_t rows : {1, 5, 16, 100}) {
    for (const std::int64_t width : {1, 5, 16, 40, 64, 129, 300, 512, 1024})
      specs.push_back(mlp(rows, {width, width, 24}));
    specs.push_back(mlp(rows, {3000, 13, 640, 5}));
    NetworkSpec narrow = mlp(rows, {300, 40, 5});
    for (LayerSpec& layer : narrow.layers)
      layer.weight_range = {-8, 7};
    specs.push_back(std::move(narrow));
  }
  const std::vector<ElementType> elements{ElementType::int8, ElementType::uint8, ElementType::int16,
                                          ElementType::uint16};
  for (const ElementType input : elements) {
    for (const ElementType weights : elements) {
      for (const ElementType output : elements) {
        for (const std::int64_t inputs : {24, 900}) {
          for (const std::int64_t multiplier : {1, 1234567}) {
            NetworkSpec spec = mlp(8, {inputs, 40});
            spec.input = input;
            spec.layers[0].weights = weights;
            const IntegerRange storage = storage_range(output);
            spec.layers[0].requantize = {.multiplier = {multiplier},
                                         .shift = 24,
                                         .element = output,
                                         .range = {storage.min + 1, storage.max - 1}};
            specs.push_back(spec);
          }
        }
      }
      NetworkSpec raw = mlp(8, {24, 40});
      raw.input = input;
      raw.layers[0].weights = weights;
      raw.layers[0].requantized = false;
      specs.push_back(raw);
    }
  }
  return specs;
}

// x -> requantize, for every pair of elements.
std::vector<Graph> requantize_sweep(const Registries& registries) {
  std::vector<Graph> graphs;
  for (const ElementType input :
       {ElementType::int8, ElementType::uint8, ElementType::int16, ElementType::uint16, ElementType::int32}) {
    for (const ElementType output : {ElementType::int8, ElementType::uint8, ElementType::int16, ElementType::uint16}) {
      for (const std::int64_t multiplier : {std::int64_t{1}, std::int64_t{77}, std::int64_t{1} << 40}) {
        Graph graph("step");
        const ValueId x = graph.add_input("x", {input, {8, 24}, {}, {}});
        const RequantizeAttributes attributes{.multiplier = {multiplier},
                                              .shift = 3,
                                              .prior_shift = multiplier >> 31 == 0 ? 0 : two_part_shift,
                                              .element = output,
                                              .range = {0, 100}};
        const auto node =
            graph.add_node(*registries.ops.find("requantize"), Attributes::of(attributes), {x}, Origin{{"step"}});
        graph.add_output("y", graph.node(std::get<NodeId>(node)).results.front());
        graphs.push_back(std::move(graph));
      }
    }
  }
  return graphs;
}

// a + b, for every pair of elements, with the multipliers of each kind of kernel.
std::vector<Graph> sum_sweep(const Registries& registries) {
  const std::vector<ElementType> elements{ElementType::int8, ElementType::uint8, ElementType::int16,
                                          ElementType::uint16, ElementType::int32};
  std::vector<Graph> graphs;
  for (const ElementType first : elements) {
    for (const ElementType second : elements) {
      for (const ElementType output : elements) {
        for (const std::int64_t multiplier : {3, 1234567}) {
          Graph graph("sum");
          const std::vector<ValueId> operands{graph.add_input("a", {first, {8, 24}, {}, IntegerRange{0, 100}}),
                                              graph.add_input("b", {second, {8, 24}, {}, IntegerRange{0, 100}})};
          const RequantizeAttributes attributes{
              .multiplier = {1, multiplier}, .shift = 3, .element = output, .range = {0, 100}};
          const auto node =
              graph.add_node(*registries.ops.find("requantize"), Attributes::of(attributes), operands, Origin{{"sum"}});
          graph.add_output("y", graph.node(std::get<NodeId>(node)).results.front());
          graphs.push_back(std::move(graph));
        }
      }
    }
  }
  return graphs;
}

// Windows of many shapes over every pair of elements, poolings, products and tables.
std::vector<Graph> image_sweep(const Registries& registries) {
  std::vector<Graph> graphs;
  const std::vector<ElementType> elements{ElementType::int8, ElementType::uint8, ElementType::int16,
                                          ElementType::uint16};
  for (const ElementType input : elements) {
    // A graph for each layer: what one of them lacks must not hide the others.
    const auto add = [&](const std::function<ValueId(NetworkBuilder&, ValueId)>& layer) {
      NetworkBuilder builder(registries, "image", 1);
      const ValueId x = add_image(builder, "x", {1, 12, 12, 16}, input);
      builder.graph.add_output("y", layer(builder, x));
      graphs.push_back(std::move(builder.graph));
    };
    const auto add_layer = [&](const ConvLayer& layer) {
      add([&](NetworkBuilder& builder, ValueId x) { return add_conv(builder, x, layer); });
    };
    for (const ElementType weights : elements) {
      for (const std::int64_t stride : {1, 2, 3})
        add_layer({.outputs = 8, .windows = square(3, stride), .weights = weights});
      add_layer({.outputs = 40, .windows = square(5, 1, 2), .weights = weights});
      add_layer({.outputs = 16, .windows = square(3), .groups = 16, .weights = weights});
    }
    for (const std::int64_t stride : {1, 2, 3}) {
      const Windows windows{{3, 3}, {stride, stride}, {1, 1}, {0, 0}, {0, 0}};
      add([&](NetworkBuilder& builder, ValueId x) { return add_max_pool(builder, x, windows); });
      add([&](NetworkBuilder& builder, ValueId x) { return add_sum_pool(builder, x, windows); });
    }
    for (const std::int64_t zero_point : {0, 3}) {
      add([&](NetworkBuilder& builder, ValueId x) {
        const ValueId side = add_conv(builder, x, {.outputs = 16, .windows = square(1)});
        return builder.requantize({.multiplier = {77777}, .shift = 24},
                                  {add_product(builder, x, side, {zero_point, 0})});
      });
    }
    for (const ElementType result : elements) {
      for (const bool two_parts : {false, true})
        add([&](NetworkBuilder& builder, ValueId x) { return add_positions(builder, x, 3, result, two_parts); });
    }
    for (const bool smallest : {false, true}) {
      add([&](NetworkBuilder& builder, ValueId x) {
        const ValueId side = add_conv(builder, x, {.outputs = 16, .windows = square(1), .result = input});
        return add_extremum(builder, x, side, smallest);
      });
    }
    add([&](NetworkBuilder& builder, ValueId x) { // blocks that are turned
      const ValueId made = add_conv(builder, x, {.outputs = 16, .windows = square(1), .result = input});
      return add_conv(builder, add_transpose(builder, made, {0, 1, 3, 2}), {.outputs = 8, .windows = square(1)});
    });
    add([&](NetworkBuilder& builder, ValueId x) { // and woven
      const ValueId made = add_conv(builder, x, {.outputs = 16, .windows = square(1), .result = input});
      const ValueId twice = add_gather(builder, made, 2, {0, 0, 1, 1, 2, 2, 3, 3, 4, 4, 5, 5});
      return add_conv(builder, twice, {.outputs = 8, .windows = square(1)});
    });
    for (const ElementType result : {ElementType::int8, ElementType::uint8})
      add([&](NetworkBuilder& builder, ValueId x) { return add_steps(builder, x, result); });
    if (size_in_bytes(input) > 1) continue;
    for (const ElementType result : {ElementType::int8, ElementType::uint8, ElementType::int16, ElementType::int32}) {
      for (const bool by_channel : {false, true}) {
        add([&](NetworkBuilder& builder, ValueId x) { return add_table(builder, x, result, by_channel); });
      }
    }
  }
  for (unsigned seed = 0; seed < 40; ++seed)
    graphs.push_back(random_image_network(registries, seed, 20));
  return graphs;
}

// Configurations of one target, each once, as one design that is only good for its check files.
class Collector {
public:
  Collector(const Registries& registries, const std::string& target) : registries_(registries), target_(target) {}

  void add(const Graph& graph) {
    const MapResult mapped = map(registries_, graph, target_);
    if (!mapped.design) return;
    for (KernelGroup group : mapped.design->groups) {
      group.name = "sweep";
      std::erase_if(group.config, [](const ConfigEntry& entry) { return entry.name.starts_with("place_"); });
      if (!seen_.insert(group.kernel + emit_config(group)).second) continue;
      group.name = fmt::format("sweep_{}", collected_.groups.size());
      group.parameters.clear();
      collected_.groups.push_back(std::move(group));
    }
  }

  int write(const std::filesystem::path& folder) const {
    std::set<std::string> kernels;
    Files files{{"design.json", fmt::format("{{\"target\": \"{}\"}}\n", target_)}};
    for (const KernelGroup& group : collected_.groups) {
      kernels.insert(group.kernel);
      files["src/parameters/" + config_name(group) + ".h"] = emit_config(group);
    }
    for (const std::string& kernel : kernels) {
      files["check/" + kernel + ".cpp"] = emit_kernel_check(collected_, kernel);
      for (const std::string& name : files_of_kernel(registries_.kernels, kernel)) {
        files["src/kernels/" + name] = registries_.kernels.find(name)->text;
      }
    }
    for (const auto& [path, text] : files) {
      std::filesystem::create_directories((folder / path).parent_path());
      std::ofstream(folder / path) << text;
    }
    return static_cast<int>(collected_.groups.size());
  }

private:
  const Registries& registries_;
  std::string target_;
  std::set<std::string> seen_;
  Design collected_;
};

int write_sweep(const std::filesystem::path& folder, bool small) {
  const Registries registries;
  for (const auto& [target, entry] : registries.targets.entries()) {
    Collector collector(registries, target);
    for (const NetworkSpec& spec : sweep())
      collector.add(make_network(registries, spec));
    if (!small) {
      for (const NetworkSpec& spec : size_sweep())
        collector.add(make_network(registries, spec));
    }
    for (const Graph& graph : requantize_sweep(registries))
      collector.add(graph);
    for (const Graph& graph : sum_sweep(registries))
      collector.add(graph);
    for (const Graph& graph : image_sweep(registries))
      collector.add(graph);
    fmt::print("{}: {} configurations\n", target, collector.write(folder / target));
  }
  return 0;
}

} // namespace
} // namespace tilewright::testing

int main(int count, char** arguments) {
  const bool small = count == 3 && std::string_view(arguments[2]) == "small";
  if (count != 2 && !small) {
    std::fputs("usage: write_sweep FOLDER [small]\n", stderr);
    return 2;
  }
  return tilewright::testing::write_sweep(arguments[1], small);
}
