// Transposed convolutions and linear interpolation, which become other ops, against loops that do what their
// definitions say.
#include "runtime/reference/executor.h"
#include "tests/frontend/sample_model.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace tilewright {
namespace {

using namespace tilewright::testing;

Tensor counted(Shape shape, std::int64_t step) {
  Tensor tensor(ElementType::float32, std::move(shape));
  std::int64_t next = 0;
  for (float& each : tensor.mutable_data<float>()) {
    next = (next + step) % 31;
    each = static_cast<float>(next - 15);
  }
  return tensor;
}

std::vector<double> result_of(const SampleModel& sample, const Tensor& x, Shape& shape) {
  ImportOptions options;
  options.require_quantizers = false;
  const Imported imported = import_sample(sample, options);
  if (!imported.graph) return {};
  Diagnostics diagnostics;
  const ExecutionResult result = execute(*imported.graph, {&x, 1}, diagnostics);
  EXPECT_TRUE(result.succeeded);
  shape = result.outputs.at(0).shape();
  return to_double(result.outputs.at(0));
}

// One case in two dimensions, rows then columns.
struct Case {
  std::int64_t kernel[2] = {3, 3};
  std::int64_t stride[2] = {1, 1};
  std::int64_t dilation[2] = {1, 1};
  std::int64_t begin[2] = {0, 0};
  std::int64_t end[2] = {0, 0};
  std::int64_t more[2] = {0, 0}; // output_padding
  std::int64_t groups = 1;
  bool bias = false;
};

constexpr std::int64_t samples = 2;
constexpr std::int64_t channels = 4;
constexpr std::int64_t group_outputs = 3;
constexpr std::int64_t size[2] = {4, 5};

// Every pixel adds its window to the result.
std::vector<double> scattered(const Case& c, const Tensor& x, const Tensor& w, const Tensor& b) {
  std::int64_t out[2];
  for (int i = 0; i < 2; ++i)
    out[i] = (size[i] - 1) * c.stride[i] + (c.kernel[i] - 1) * c.dilation[i] + 1 + c.more[i] - c.begin[i] - c.end[i];
  const std::int64_t outputs = group_outputs * c.groups;
  std::vector<double> y(static_cast<std::size_t>(samples * outputs * out[0] * out[1]), 0);
  const std::vector<double> from = to_double(x);
  const std::vector<double> weights = to_double(w);
  const auto at = [&](std::int64_t n, std::int64_t m, std::int64_t row, std::int64_t column) -> double& {
    return y[static_cast<std::size_t>(((n * outputs + m) * out[0] + row) * out[1] + column)];
  };
  for (std::int64_t n = 0; n < samples; ++n) {
    for (std::int64_t k = 0; k < channels; ++k) {
      for (std::int64_t i = 0; i < size[0] * size[1]; ++i) {
        for (std::int64_t m = 0; m < group_outputs; ++m) {
          for (std::int64_t t = 0; t < c.kernel[0] * c.kernel[1]; ++t) {
            const std::int64_t row = i / size[1] * c.stride[0] + t / c.kernel[1] * c.dilation[0] - c.begin[0];
            const std::int64_t column = i % size[1] * c.stride[1] + t % c.kernel[1] * c.dilation[1] - c.begin[1];
            if (row < 0 || row >= out[0] || column < 0 || column >= out[1]) continue;
            const std::int64_t output = k / (channels / c.groups) * group_outputs + m;
            at(n, output, row, column) +=
                from[static_cast<std::size_t>((n * channels + k) * size[0] * size[1] + i)] *
                weights[static_cast<std::size_t>((k * group_outputs + m) * c.kernel[0] * c.kernel[1] + t)];
          }
        }
      }
    }
  }
  const std::vector<double> biases = to_double(b);
  for (std::size_t i = 0; i < y.size() && c.bias; ++i)
    y[i] += biases[i / static_cast<std::size_t>(out[0] * out[1]) % static_cast<std::size_t>(outputs)];
  return y;
}

TEST(Resampling, TransposedConvolutions) {
  const std::vector<Case> cases{
      {},
      {.kernel = {2, 2}, .stride = {2, 2}},
      {.kernel = {3, 3}, .stride = {2, 2}, .begin = {1, 1}, .end = {1, 1}, .more = {1, 1}, .bias = true},
      {.kernel = {4, 4}, .stride = {2, 2}, .begin = {1, 1}, .end = {1, 1}},
      {.kernel = {2, 3}, .stride = {3, 1}, .dilation = {1, 2}, .end = {0, 2}, .bias = true},
      {.kernel = {1, 1}, .stride = {3, 2}},
      {.kernel = {1, 2}, .stride = {2, 4}, .begin = {1, 2}, .end = {0, 1}},
      {.kernel = {3, 2}, .stride = {2, 1}, .groups = 2, .bias = true},
      {.kernel = {3, 3}, .stride = {1, 2}, .begin = {2, 0}, .end = {1, 3}, .more = {0, 1}, .groups = 4},
  };
  for (std::size_t i = 0; i < cases.size(); ++i) {
    const Case& c = cases[i];
    const auto pair = [](const std::int64_t(&list)[2]) { return std::vector<std::int64_t>{list[0], list[1]}; };
    const Tensor x = counted({samples, channels, size[0], size[1]}, 7);
    const Tensor w = counted({channels, group_outputs, c.kernel[0], c.kernel[1]}, 11);
    const Tensor b = counted({group_outputs * c.groups}, 5);
    SampleModel sample(13);
    sample.input("x", x.shape()).output("y").constant("w", w).constant("b", b);
    std::vector<std::string> inputs{"x", "w"};
    if (c.bias) inputs.emplace_back("b");
    sample.node("ConvTranspose", inputs, {"y"},
                {numbers("strides", pair(c.stride)), numbers("dilations", pair(c.dilation)),
                 numbers("pads", {c.begin[0], c.begin[1], c.end[0], c.end[1]}), numbers("output_padding", pair(c.more)),
                 number("group", c.groups)});
    Shape shape;
    EXPECT_EQ(result_of(sample, x, shape), scattered(c, x, w, b)) << "case " << i;
  }
}

TEST(Resampling, TransposedConvolutionsOfAWantedShape) {
  const auto shape_with = [](std::vector<ModelAttribute> attributes) {
    SampleModel sample(13);
    const Tensor x = counted({1, 1, 3, 3}, 3);
    sample.input("x", x.shape()).output("y").constant("w", counted({1, 2, 3, 3}, 5));
    attributes.push_back(numbers("strides", {3, 2}));
    sample.node("ConvTranspose", {"x", "w"}, {"y"}, std::move(attributes));
    Shape shape;
    result_of(sample, x, shape);
    return shape;
  };
  EXPECT_EQ(shape_with({word("auto_pad", "SAME_LOWER")}), (Shape{1, 2, 9, 6}));
  EXPECT_EQ(shape_with({numbers("output_shape", {10, 8}), numbers("output_padding", {1, 1})}), (Shape{1, 2, 10, 8}));
  EXPECT_EQ(shape_with({numbers("output_shape", {10, 8})}), (Shape{1, 2, 10, 8}));
  EXPECT_EQ(shape_with({numbers("output_shape", {7, 5})}), (Shape{1, 2, 7, 5}));
}

TEST(Resampling, TransposedConvolutionsThatMakeNoSenseAreRefused) {
  const auto message = [](Shape weights, std::vector<ModelAttribute> attributes) {
    SampleModel sample(13);
    sample.input("x", {1, 4, 3, 3}).output("y").constant("w", counted(std::move(weights), 5));
    sample.node("ConvTranspose", {"x", "w"}, {"y"}, std::move(attributes));
    ImportOptions options;
    options.require_quantizers = false;
    const Imported imported = import_sample(sample, options);
    return imported.diagnostics.all().empty() ? "" : imported.diagnostics.all().front().reason;
  };
  EXPECT_EQ(message({3, 2, 3, 3}, {}), "the weights do not fit the operand");
  EXPECT_EQ(message({4, 2, 3, 3}, {number("group", 3)}), "the weights do not fit the operand");
  EXPECT_EQ(message({4, 2, 3, 3}, {numbers("output_padding", {1})}),
            "attribute 'output_padding' does not fit the operand");
  EXPECT_EQ(message({4, 2, 1, 1}, {numbers("pads", {3, 0, 3, 0})}), "the result is empty or too large");
}

// The element at `place` between those of a line whose ends go on.
double between(const std::vector<double>& line, double place) {
  const double low = std::floor(place);
  const auto at = [&](double index) {
    return line[static_cast<std::size_t>(std::clamp(index, 0.0, static_cast<double>(line.size() - 1)))];
  };
  return at(low) * (1 - (place - low)) + at(low + 1) * (place - low);
}

TEST(Resampling, LinearInterpolation) {
  for (const std::string mode : {"half_pixel", "pytorch_half_pixel", "asymmetric"}) {
    for (const std::int64_t factor : {1, 2, 3, 4, 5}) {
      const Tensor x = counted({1, 2, 7}, 9);
      SampleModel sample(13);
      sample.input("x", x.shape()).output("y").vector("s", std::vector<float>{1, 1, static_cast<float>(factor)});
      sample.node("Resize", {"x", "", "s"}, {"y"},
                  {word("mode", "linear"), word("coordinate_transformation_mode", mode)});
      Shape shape;
      const std::vector<double> got = result_of(sample, x, shape);
      ASSERT_EQ(shape, (Shape{1, 2, 7 * factor}));
      const std::vector<double> all = to_double(x);
      for (std::int64_t i = 0; i < 14 * factor; ++i) {
        const std::int64_t channel = i / (7 * factor);
        const std::vector<double> line(all.begin() + 7 * channel, all.begin() + 7 * (channel + 1));
        const auto to = static_cast<double>(i % (7 * factor));
        const auto by = static_cast<double>(factor);
        const double place = mode == "asymmetric" ? to / by : (to + 0.5) / by - 0.5;
        EXPECT_NEAR(got[static_cast<std::size_t>(i)], between(line, place), 1e-5) << mode << " " << factor << " " << i;
      }
    }
  }
}

TEST(Resampling, InterpolationWithoutAnExactFormIsRefused) {
  const auto message = [](std::vector<float> scales, std::string mode, std::string coordinates) {
    SampleModel sample(13);
    sample.input("x", {1, 2, 4, 4}).output("y").vector("s", std::move(scales));
    sample.node("Resize", {"x", "", "s"}, {"y"},
                {word("mode", std::move(mode)), word("coordinate_transformation_mode", std::move(coordinates))});
    ImportOptions options;
    options.require_quantizers = false;
    const Imported imported = import_sample(sample, options);
    return imported.diagnostics.all().empty() ? "" : imported.diagnostics.all().front().reason;
  };
  EXPECT_EQ(message({1, 1, 2, 2}, "cubic", "half_pixel"), "this interpolation has no exact integer form");
  EXPECT_EQ(message({1, 1, 2, 2}, "linear", "align_corners"),
            "interpolation with these coordinates has no exact integer form");
  EXPECT_EQ(message({1, 1, 1.5F, 2}, "linear", "half_pixel"),
            "interpolation by these factors has no exact integer form");
  EXPECT_EQ(message({1, 2, 2, 2}, "linear", "half_pixel"), "samples or channels are interpolated");
}

} // namespace
} // namespace tilewright
