// Graphs that are no graphs, and models that are not for us: one small model for each, with the exact messages.
#include "frontend/onnx/loader.h"
#include "tests/frontend/sample_model.h"

namespace tilewright {
namespace {

using namespace tilewright::testing;

SampleModel sample(std::int64_t opset = 13) {
  SampleModel model(opset);
  model.input("in", {4, 3})
      .scalar("s", 0.5F)
      .node("QuantizeLinear", {"in", "s"}, {"q"})
      .node("DequantizeLinear", {"q", "s"}, {"x"});
  return model;
}

void expect(const SampleModel& model, Lines messages, int exit_code = 3) {
  const Imported imported = import_sample(model);
  EXPECT_EQ(imported.messages(), messages);
  EXPECT_EQ(imported.diagnostics.exit_code(), exit_code);
}

TEST(GraphErrors, Names) {
  expect(sample().node("Relu", {"nowhere"}, {"y"}).output("y"),
         {"error: node 'n2' (Relu), tensor 'nowhere': nothing defines this tensor; expected an input, an initializer "
          "or a node's output [import.undefined]"});
  expect(sample().output("nowhere"), {"error: tensor 'nowhere': no node produces this graph output; expected an input, "
                                      "an initializer or a node's output [import.undefined]"});
  expect(sample().node("Relu", {"x"}, {"x"}).output("x"),
         {"error: node 'n2' (Relu), tensor 'x': the tensor is already defined elsewhere; expected one producer for "
          "each tensor [import.duplicate]"});
  expect(sample().node("Relu", {"x"}, {"in"}).output("x"),
         {"error: node 'n2' (Relu), tensor 'in': the tensor is already defined elsewhere; expected one producer for "
          "each tensor [import.duplicate]"});
  expect(sample().node("Relu", {"x"}, {"s"}).output("x"),
         {"error: node 'n2' (Relu), tensor 's': the tensor is already defined elsewhere; expected one producer for "
          "each tensor [import.duplicate]"});
  expect(sample().scalar("s", 1.0F).output("x"),
         {"error: tensor 's': two initializers have this name; expected unique names [import.duplicate]"});
  expect(sample().output("x").output("x"),
         {"error: tensor 'x': two graph outputs have this name; expected unique names [import.duplicate]"});
  expect(sample().input("in", {1}).output("x"), {"error: tensor 'in': two inputs have this name [import.duplicate]"});
  expect(sample(), {"error: the graph has no output [import.no-output]"});
}

TEST(GraphErrors, NodesInAnyOrderButNoCycles) {
  SampleModel unsorted;
  unsorted.node("Relu", {"x"}, {"y"})
      .node("DequantizeLinear", {"q", "s"}, {"x"})
      .node("QuantizeLinear", {"in", "s"}, {"q"});
  unsorted.input("in", {4}).scalar("s", 0.5F).output("y");
  EXPECT_TRUE(import_sample(unsorted).graph);
  expect(sample().node("Add", {"x", "b"}, {"a"}).node("Relu", {"a"}, {"b"}).node("Relu", {"b"}, {"y"}).output("y"),
         {"error: node 'n2' (Add): nodes depend on each other in a cycle; expected a graph without cycles; got n2 -> "
          "n3 -> n2 [import.cycle]"});
  expect(sample().node("Add", {"x", "a"}, {"a"}).output("a"),
         {"error: node 'n2' (Add): the node reads its own output; expected a graph without cycles [import.cycle]"});
}

TEST(GraphErrors, Operators) {
  const std::string hint = "; hint: `tilewright ops` lists what is; a plugin can add more [import.unknown-op]";
  // Every node is looked at, but what only follows from an earlier mistake is not mentioned.
  expect(
      sample().node("Frobnicate", {"x"}, {"a"}).node("Relu", {"a"}, {"b"}).node("Frobnicate", {"b"}, {"y"}).output("y"),
      {"error: node 'n2' (Frobnicate): the operator is not supported" + hint,
       "error: node 'n4' (Frobnicate): the operator is not supported" + hint});
  expect(sample().node("com.example:Relu", {"x"}, {"y"}).output("y"),
         {"error: node 'n2' (Relu): operators of the domain 'com.example' are not supported; hint: a plugin can add an "
          "importer [import.unknown-domain]"});
  expect(sample().node("DynamicQuantizeLinear", {"x"}, {"a", "b", "c"}).output("a"),
         {"error: node 'n2' (DynamicQuantizeLinear): scales that are computed at run time are not supported; hint: "
          "export with static quantization [import.dynamic-quantization]"});
  expect(sample().node("onnx.brevitas:FloatQuant", {"x"}, {"y"}).output("y"),
         {"error: node 'n2' (FloatQuant): quantization to small floats (fp8 and narrower) is not supported; hint: "
          "quantize to integers [import.float-quantization]"});
  expect(sample().node("If", {"x"}, {"y"}).output("y"), {"error: node 'n2' (If): control flow is not supported; hint: "
                                                         "export the branch that is taken [import.control-flow]"});
  expect(sample().node("Round", {"x"}, {"y"}).output("y"),
         {"error: node 'n2' (Round): a quantizer that is taken apart into Div, Round and Clip is not recognised; hint: "
          "export QONNX (Quant nodes) or QCDQ (QuantizeLinear nodes) [import.decomposed-quantizer]"});
  expect(sample().node("Relu", {"x", "x"}, {"y"}).output("y"),
         {"error: node 'n2' (Relu): the node has too many inputs; expected 1; got 2 [import.node]"});
  expect(sample().node("Relu", {""}, {"y"}).output("y"),
         {"error: node 'n2' (Relu): an input is missing; expected 1; got 0 [import.node]"});
  expect(sample().node("Relu", {"x"}, {"y", "z"}).output("y"),
         {"error: node 'n2' (Relu): the node has too many outputs; expected at most 1; got 2 [import.node]"});
  expect(sample().node("Relu", {"x"}, {}).output("x"),
         {"error: node 'n2' (Relu): the node has no output [import.node]"});
  expect(sample().node("Dropout", {"x"}, {"", "mask"}).node("Relu", {"mask"}, {"y"}).output("y"),
         {"error: node 'n3' (Relu), tensor 'mask': relu takes numbers; expected integers or reals; got bool "
          "[import.operand]"});
}

TEST(GraphErrors, Versions) {
  SampleModel none = sample().output("x");
  none.model.opsets.clear();
  expect(none, {"error: the model does not say which opset of ONNX it uses; expected an opset_import of the domain '' "
                "[import.opset]"});
  SampleModel newer = sample().output("x");
  newer.model.ir_version = 99;
  const Imported imported = import_sample(newer);
  EXPECT_TRUE(imported.graph);
  EXPECT_EQ(imported.messages(), Lines{"warning: the model's format is newer than this compiler; expected IR version "
                                       "11 or older; got 99 [import.ir-version]"});
}

TEST(GraphErrors, NotQuantized) {
  SampleModel model;
  model.input("x", {4, 3}).node("Relu", {"x"}, {"y"}).output("y");
  expect(model, {"error: the model is not quantized: it has no quantizer at all; expected Quant or QuantizeLinear "
                 "nodes; hint: quantize it first, with Brevitas or with static quantization of PyTorch or ONNX Runtime "
                 "[import.not-quantized]"});
}

TEST(GraphErrors, Inputs) {
  expect(sample().input("a", {2}, "string").output("x"),
         {"error: tensor 'a': the input's type is not supported; expected float, double, bool, or an integer of 8, 16, "
          "32 or 64 bits; got string [import.input]"});
  expect(sample().input("a", {2}, "").output("x"),
         {"error: tensor 'a': the input's type is not supported; expected float, double, bool, or an integer of 8, 16, "
          "32 or 64 bits; got no tensor type [import.input]"});
  expect(sample().input("a", {2, 0}).output("x"),
         {"error: tensor 'a': the input has no elements; expected dimensions above 0; got 2x0 [import.input]"});
  expect(sample().input("a", {std::int64_t{1} << 62, 4}).output("x"),
         {"error: tensor 'a': the input has too many elements; expected at most 268435456; got 4611686018427387904x4 "
          "[import.limit]"});
  expect(sample().input("a", Shape(17, 1)).output("x"),
         {"error: tensor 'a': the input has too many dimensions; expected at most 16; got 17 [import.limit]"});
  SampleModel shapeless = sample().input("a", {2}).output("x");
  shapeless.model.inputs.back().shape.reset();
  expect(shapeless, {"error: tensor 'a': the input has no shape; hint: give input data, or export the model with "
                     "shapes [import.input]"});
}

TEST(GraphErrors, OldFilesListInitializersAmongTheInputs) {
  SampleModel model = sample().input("s", {}).output("x");
  const Imported imported = import_sample(model);
  ASSERT_TRUE(imported.graph);
  EXPECT_EQ(imported.graph->inputs().size(), 1U);
}

TEST(GraphErrors, OutputShapeThatIsDeclaredWrongly) {
  EXPECT_EQ(import_sample(sample().output("x", {4, 3})).messages(), Lines{});
  EXPECT_EQ(import_sample(sample().output("x", {-1, 3})).messages(), Lines{});
  const Imported imported = import_sample(sample().output("x", {-1, 5}));
  EXPECT_TRUE(imported.graph);
  EXPECT_EQ(imported.messages(), Lines{"warning: tensor 'x': the model declares another shape for this output; "
                                       "expected 4x3; got ?x5 [import.output-shape]"});
}

TEST(GraphErrors, LongChainsDoNotExhaustTheStack) {
  SampleModel model = sample();
  std::string last = "s";
  model.constant("shape", Tensor::of({2}, std::vector<std::int64_t>{1, 1}))
      .constant("back", Tensor(ElementType::int64, {0}));
  for (int i = 0; i < 4'000; ++i) {
    const std::string next = "t" + std::to_string(i);
    model.node("Reshape", {last, i % 2 == 0 ? "shape" : "back"}, {next});
    last = next;
  }
  model.node("QuantizeLinear", {"x", last}, {"y"}).output("y");
  const Imported imported = import_sample(model);
  ASSERT_TRUE(imported.graph) << imported.all_messages();
  EXPECT_EQ(imported.graph->outputs().size(), 1U);
}

TEST(GraphErrors, NamesWithAnyBytesAreEscapedInMessages) {
  EXPECT_EQ(import_sample(sample().node("Relu", {"a\nb\x1b[31m"}, {"y"}).output("y")).messages().at(0),
            "error: node 'n2' (Relu), tensor 'a\\x0ab\\x1b[31m': nothing defines this tensor; expected an input, an "
            "initializer or a node's output [import.undefined]");
}

TEST(GraphErrors, TwoImportersOfOneOperator) {
  ImporterRegistry importers;
  register_all_importers(importers);
  ImporterDefinition second;
  second.name = "second_relu";
  second.import = [](NodeImport&) {};
  second.operators = {{"", "Relu", 13, 13, 1, 1, 1}};
  importers.add(std::move(second));
  Diagnostics diagnostics;
  EXPECT_FALSE(import_model(sample().node("Relu", {"x"}, {"y"}).output("y").model, registries().ops, importers, {},
                            diagnostics));
  EXPECT_EQ(text_of(diagnostics.all().at(0)),
            "error: two importers take 'Relu': relu and second_relu [import.ambiguous]");
  EXPECT_EQ(diagnostics.exit_code(), 1);
}

TEST(GraphErrors, Files) {
  Diagnostics diagnostics;
  EXPECT_FALSE(load_model(std::filesystem::path("no/such/model.onnx"), {}, diagnostics));
  EXPECT_EQ(text_of(diagnostics.all().back()), "error: there is no file 'no/such/model.onnx' [import.file]");
  EXPECT_FALSE(load_model(std::filesystem::path("."), {}, diagnostics));
  EXPECT_EQ(text_of(diagnostics.all().back()),
            "error: '.' is not a regular file; expected an ONNX model [import.file]");
  EXPECT_FALSE(load_model(std::string_view("not a protobuf"), "", {}, diagnostics));
  EXPECT_EQ(text_of(diagnostics.all().back()),
            "error: the file is not an ONNX model, or it is damaged; expected a protobuf of type ModelProto; hint: was "
            "it copied completely? [import.malformed]");
  EXPECT_FALSE(load_model(std::string_view(""), "", {}, diagnostics));
  EXPECT_EQ(diagnostics.all().back().code, "import.no-graph");
}

} // namespace
} // namespace tilewright
