// `check` answers at once, also for large models: a network with 100 MB of weights in under a second of a 2020s core.
// The test allows twice that, for slower machines, and counts processor time, for busy ones.
#include "frontend/export.h"
#include "tests/tools/command_line_test.h"

#include <fmt/format.h>
#include <random>
#include <sys/resource.h>

namespace tilewright::testing {

namespace {

// A chain of dense layers of int8 weights as QCDQ.
Model chain(std::int64_t features, int layers) {
  Model model;
  model.ir_version = 8;
  model.opsets[""] = 13;
  std::mt19937 random(1);
  const auto declared = [&](const std::string& name) {
    return ModelValue{name, "float", std::vector<ModelDimension>{{1, ""}, {features, ""}}};
  };
  const auto add = [&](const std::string& name, Tensor data) {
    model.initializers.push_back({name, std::move(data), 0});
    return name;
  };
  const auto node = [&](const std::string& op, std::vector<std::string> inputs, const std::string& output) {
    model.nodes.push_back({output + "." + op, "", op, std::move(inputs), {output}, {}});
    return output;
  };
  const std::string zero = add("zero", Tensor(ElementType::int8, {}));
  const auto quantized = [&](const std::string& x, float scale, const std::string& name) {
    add(name + ".scale", Tensor::of({}, std::vector<float>{scale}));
    node("QuantizeLinear", {x, name + ".scale", zero}, name + ".q");
    return node("DequantizeLinear", {name + ".q", name + ".scale", zero}, name);
  };
  model.inputs = {declared("x")};
  std::string value = quantized("x", 0.0625F, "a");
  add("w.scale", Tensor::of({}, std::vector<float>{0.001953125F}));
  for (int layer = 0; layer < layers; ++layer) {
    Tensor weights(ElementType::int8, {features, features});
    for (std::int8_t& weight : weights.mutable_data<std::int8_t>())
      weight = static_cast<std::int8_t>(random());
    const std::string name = fmt::format("w{}", layer);
    add(name + ".q", std::move(weights));
    node("DequantizeLinear", {name + ".q", "w.scale", zero}, name);
    value = quantized(node("MatMul", {value, name}, fmt::format("m{}", layer)), 4, fmt::format("a{}", layer));
  }
  model.outputs = {declared(value)};
  return model;
}

double processor_seconds_of_children() {
  rusage usage{};
  getrusage(RUSAGE_CHILDREN, &usage);
  return static_cast<double>(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) +
         static_cast<double>(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec) * 1e-6;
}

using LargeModel = CommandLineTest;

TEST_F(LargeModel, CheckTakesLessThanASecond) {
  ASSERT_FALSE(write_file(folder() / "large.onnx", onnx_bytes_of(chain(2048, 25))));
  ASSERT_GT(std::filesystem::file_size(folder() / "large.onnx"), 100'000'000u);
  const double before = processor_seconds_of_children();
  const CommandResult result = tilewright({"check", "large.onnx"});
  const double seconds = processor_seconds_of_children() - before;
  EXPECT_EQ(result.code, 4) << result.errors; // 100 MB of weights are more than the array holds, and that is said
  EXPECT_LT(seconds, 2) << "processor time";
  fmt::print("{:.2f} s of processor time, {:.2f} s in all\n", seconds, result.seconds);
}

} // namespace

} // namespace tilewright::testing
