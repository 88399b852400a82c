// Symbolic dimensions, by every way of binding them.
#include "tests/frontend/sample_model.h"

namespace tilewright {
namespace {

using namespace tilewright::testing;

// Two inputs that share their batch; each is quantized on its own.
SampleModel two_inputs(std::vector<ModelDimension> first, std::vector<ModelDimension> second) {
  SampleModel sample(13);
  sample.symbolic_input("a", std::move(first)).symbolic_input("b", std::move(second)).scalar("s", 0.5F);
  sample.node("QuantizeLinear", {"a", "s"}, {"p"}).node("QuantizeLinear", {"b", "s"}, {"q"}).output("p").output("q");
  return sample;
}

const ModelDimension batch{std::nullopt, "N"};
const ModelDimension length{std::nullopt, "L"};
const ModelDimension unnamed{};
ModelDimension fixed(std::int64_t size) { return {size, ""}; }

// "shape of a, shape of b" or the first message, and then the number of messages.
std::string shapes(const SampleModel& sample, const ImportOptions& options = {}) {
  const Imported imported = import_sample(sample, options);
  const std::string count = " (" + std::to_string(imported.diagnostics.all().size()) + ")";
  if (!imported.graph) return imported.messages().at(0) + count;
  const Graph& graph = *imported.graph;
  return text_of(graph.type(graph.inputs()[0]).shape) + ", " + text_of(graph.type(graph.inputs()[1]).shape) + count;
}

TEST(Dimensions, UnboundOnesAreOneWithANote) {
  const Imported imported = import_sample(two_inputs({batch, fixed(3)}, {batch, length}));
  EXPECT_EQ(imported.messages(),
            (Lines{"note: tensor 'a': symbolic dimension 'N' is taken as 1; hint: --bind N=N [import.dimension]",
                   "note: tensor 'b': symbolic dimension 'L' is taken as 1; hint: --bind L=N [import.dimension]"}));
  EXPECT_EQ(shapes(two_inputs({unnamed, fixed(3)}, {fixed(1)})), "1x3, 1 (1)");
}

TEST(Dimensions, BoundByName) {
  ImportOptions options;
  options.bindings = {{"N", 8}, {"L", 5}};
  EXPECT_EQ(shapes(two_inputs({batch, fixed(3)}, {batch, length}), options), "8x3, 8x5 (0)");
}

TEST(Dimensions, BatchBindsTheFirstSymbolicDimension) {
  ImportOptions options;
  options.batch = 4;
  EXPECT_EQ(shapes(two_inputs({batch, fixed(3)}, {batch, length}), options), "4x3, 4x1 (1)");
  EXPECT_EQ(shapes(two_inputs({unnamed, fixed(3)}, {unnamed, fixed(2)}), options), "4x3, 4x2 (0)");
  options.bindings = {{"N", 8}};
  EXPECT_EQ(shapes(two_inputs({batch, fixed(3)}, {batch}), options), "8x3, 8 (0)");
}

TEST(Dimensions, BoundByTheData) {
  ImportOptions options;
  options.input_shapes = {{6, 3}, {6, 2}};
  EXPECT_EQ(shapes(two_inputs({batch, fixed(3)}, {batch, unnamed}), options), "6x3, 6x2 (0)");
  options.input_shapes = {{6, 3}};
  EXPECT_EQ(shapes(two_inputs({batch, fixed(3)}, {batch}), options), "6x3, 6 (0)");
  SampleModel shapeless = two_inputs({batch}, {batch});
  shapeless.model.inputs[0].shape.reset();
  options.input_shapes = {{6, 3}, {2}};
  EXPECT_EQ(shapes(shapeless, options), "6x3, 2 (0)");
}

TEST(Dimensions, DataOfSeveralBatches) {
  ImportOptions options;
  options.input_shapes = {{6, 3}, {6}};
  EXPECT_EQ(shapes(two_inputs({fixed(2), fixed(3)}, {fixed(2)}), options), "2x3, 2 (0)");
  options.bindings = {{"N", 3}};
  EXPECT_EQ(shapes(two_inputs({batch, fixed(3)}, {batch}), options), "3x3, 3 (0)");
  options.bindings = {{"N", 4}};
  EXPECT_EQ(
      shapes(two_inputs({batch, fixed(3)}, {batch}), options),
      "error: tensor 'a': the data have another shape than the input; expected 4x3; got 6x3 [import.data-shape] (2)");
}

TEST(Dimensions, Mistakes) {
  const SampleModel sample = two_inputs({batch, fixed(3)}, {batch, length});
  ImportOptions unknown;
  unknown.bindings = {{"M", 8}};
  EXPECT_EQ(shapes(sample, unknown), "error: no input has a dimension named 'M'; expected L, N [import.binding] (3)");
  ImportOptions zero;
  zero.bindings = {{"N", 0}, {"L", 1}};
  EXPECT_EQ(shapes(sample, zero), "error: the size of dimension 'N' is not positive; got 0 [import.binding] (3)");
  ImportOptions no_batch;
  no_batch.batch = 0;
  EXPECT_EQ(import_sample(sample, no_batch).diagnostics.exit_code(), 2);
  ImportOptions fixed_batch;
  fixed_batch.batch = 4;
  EXPECT_EQ(
      shapes(two_inputs({fixed(8)}, {fixed(8)}), fixed_batch),
      "error: the batch of this model is fixed: no input has a symbolic first dimension; got 4; hint: export the model "
      "with a dynamic batch axis [import.binding] (1)");
  EXPECT_EQ(shapes(two_inputs({fixed(4)}, {fixed(4)}), fixed_batch), "4, 4 (0)");
  ImportOptions rank;
  rank.input_shapes = {{6}};
  EXPECT_EQ(shapes(two_inputs({batch, fixed(3)}, {fixed(1)}), rank),
            "error: tensor 'a': the data have another number of dimensions than the input; expected 2; got 6 "
            "[import.data-shape] (1)");
  ImportOptions other;
  other.input_shapes = {{6, 4}};
  EXPECT_EQ(
      shapes(two_inputs({batch, fixed(3)}, {fixed(1)}), other),
      "error: tensor 'a': the data have another shape than the input; expected 6x3; got 6x4 [import.data-shape] (1)");
}

} // namespace
} // namespace tilewright
