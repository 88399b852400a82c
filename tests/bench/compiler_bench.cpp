// The compiler's phases on a 512-wide MLP of 1 to 14 layers, one benchmark a phase. Every phase is meant to be linear
// in the number of weights, the argument of the complexity that is printed behind each. Google Benchmark's options
// apply.
#include "mlp_model.h"

#include "backends/common/map.h"
#include "passes/pipeline.h"
#include "runtime/driver/compile_model.h"
#include "runtime/driver/files.h"
#include "runtime/driver/random_inputs.h"

#include <benchmark/benchmark.h>
#include <stdexcept>

namespace tilewright::testing {
namespace {

constexpr int width = 512;

// A model of so many layers on its way through the compiler: each phase starts from what is needed for it.
class Way {
public:
  explicit Way(int layers) {
    load_builtins(context);
    choice = *choose_target("", "", context);
    file = folder.path() / "model.onnx";
    if (write_file(file, mlp_model(layers, width, 16))) throw std::runtime_error("the model can't be written");
  }
  Graph imported() { return *import_model(file, context.ops, context.importers, {}, context.diagnostics); }
  void run_passes_on(Graph& graph) {
    const auto passes = passes_named(default_pipeline(), context.passes, context.diagnostics);
    PassContext pass_context{context.ops, context.diagnostics};
    if (!run_passes(graph, *passes, pass_context).succeeded) throw std::runtime_error("a pass failed");
  }
  Graph integers() {
    Graph graph = imported();
    run_passes_on(graph);
    return graph;
  }
  Design mapped(const Graph& graph) {
    std::optional<Design> design =
        map_graph(graph, *choice.target, *choice.device, context.lowerings, context.diagnostics);
    if (!design) throw std::runtime_error(text_of(context.diagnostics.all().front()));
    return *std::move(design);
  }
  Files emitted(const Graph& graph, const Design& design) {
    return emit_project({graph, design, *choice.target, *choice.device, context.kernels});
  }

  CompilerContext context;
  TargetChoice choice;

private:
  ScopedFolder folder{"tilewright-bench-"};
  std::filesystem::path file;
};

void count_weights(benchmark::State& state) { state.SetComplexityN(state.range(0) * width * width); }

void import(benchmark::State& state) {
  Way way(static_cast<int>(state.range(0)));
  for (auto _ : state)
    benchmark::DoNotOptimize(way.imported());
  count_weights(state);
}

void passes(benchmark::State& state) {
  Way way(static_cast<int>(state.range(0)));
  for (auto _ : state) {
    state.PauseTiming();
    Graph graph = way.imported();
    state.ResumeTiming();
    way.run_passes_on(graph);
  }
  count_weights(state);
}

void map(benchmark::State& state) {
  Way way(static_cast<int>(state.range(0)));
  const Graph graph = way.integers();
  for (auto _ : state)
    benchmark::DoNotOptimize(way.mapped(graph));
  count_weights(state);
}

void emit(benchmark::State& state) {
  Way way(static_cast<int>(state.range(0)));
  const Graph graph = way.integers();
  const Design design = way.mapped(graph);
  for (auto _ : state)
    benchmark::DoNotOptimize(way.emitted(graph, design));
  count_weights(state);
}

void reference(benchmark::State& state) {
  Way way(static_cast<int>(state.range(0)));
  const Graph graph = way.integers();
  const std::vector<Tensor> inputs = random_inputs(graph);
  for (auto _ : state)
    benchmark::DoNotOptimize(execute(graph, inputs, way.context.diagnostics));
  count_weights(state);
}

void layer_counts(benchmark::internal::Benchmark* benchmark) {
  benchmark->ArgName("layers")
      ->Arg(1)
      ->Arg(2)
      ->Arg(4)
      ->Arg(7)
      ->Arg(14)
      ->Unit(benchmark::kMillisecond)
      ->Complexity(benchmark::oN);
}

BENCHMARK(import)->Apply(layer_counts);
BENCHMARK(passes)->Apply(layer_counts);
BENCHMARK(map)->Apply(layer_counts);
BENCHMARK(emit)->Apply(layer_counts);
BENCHMARK(reference)->Apply(layer_counts);

} // namespace
} // namespace tilewright::testing

BENCHMARK_MAIN();
