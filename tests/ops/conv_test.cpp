#include "ir/ops/conv.h"
#include "tests/ops/op_fixture.h"

#include <random>

namespace tilewright::testing_support {
namespace {

class Conv : public OpFixture {
protected:
  static ConvAttributes attributes(Windows windows, std::int64_t groups = 1, std::int64_t pad_value = 0) {
    ConvAttributes result;
    result.windows = std::move(windows);
    result.groups = groups;
    result.pad_value = pad_value;
    return result;
  }
};

struct Layer {
  Shape x;
  std::int64_t outputs;
  ConvAttributes attributes;
};

// The definition, one output at a time, for two axes of space.
std::vector<std::int64_t> convolved(const Layer& layer, const std::vector<std::int64_t>& x,
                                    const std::vector<std::int64_t>& w, const std::vector<std::int64_t>& bias,
                                    const Shape& result) {
  const Windows& win = layer.attributes.windows;
  const std::int64_t channels = layer.x[3] / layer.attributes.groups;
  const std::int64_t per_group = layer.outputs / layer.attributes.groups;
  std::vector<std::int64_t> sums;
  for (std::int64_t n = 0; n < result[0]; ++n) {
    for (std::int64_t i = 0; i < result[1]; ++i) {
      for (std::int64_t j = 0; j < result[2]; ++j) {
        for (std::int64_t m = 0; m < layer.outputs; ++m) {
          std::int64_t sum = bias[static_cast<std::size_t>(m)];
          for (std::int64_t a = 0; a < win.kernel[0]; ++a) {
            for (std::int64_t b = 0; b < win.kernel[1]; ++b) {
              const std::int64_t row = i * win.strides[0] + a * win.dilations[0] - win.pads_begin[0];
              const std::int64_t column = j * win.strides[1] + b * win.dilations[1] - win.pads_begin[1];
              const bool inside = row >= 0 && row < layer.x[1] && column >= 0 && column < layer.x[2];
              for (std::int64_t c = 0; c < channels; ++c) {
                const std::int64_t channel = m / per_group * channels + c;
                const std::int64_t value =
                    inside ? x[static_cast<std::size_t>(((n * layer.x[1] + row) * layer.x[2] + column) * layer.x[3] +
                                                        channel)]
                           : layer.attributes.pad_value;
                sum +=
                    value * w[static_cast<std::size_t>(((a * win.kernel[1] + b) * channels + c) * layer.outputs + m)];
              }
            }
          }
          sums.push_back(sum);
        }
      }
    }
  }
  return sums;
}

TEST_F(Conv, IntegersAsTheDefinitionHasThem) {
  const std::vector<Layer> layers{
      {{1, 5, 5, 3}, 4, attributes({{3, 3}, {1, 1}, {1, 1}, {0, 0}, {0, 0}})},
      {{2, 7, 6, 4}, 6, attributes({{3, 2}, {2, 3}, {1, 2}, {1, 0}, {2, 1}}, 2, -5)},
      {{1, 4, 4, 5}, 5, attributes({{2, 2}, {1, 1}, {1, 1}, {1, 1}, {0, 0}}, 5, 7)},
      {{1, 1, 1, 8}, 2, attributes({{1, 1}, {1, 1}, {1, 1}, {0, 0}, {0, 0}})},
      {{1, 6, 3, 1}, 3, attributes({{3, 3}, {1, 1}, {2, 1}, {2, 1}, {2, 1}})},
  };
  std::mt19937 random(7);
  for (const Layer& layer : layers) {
    const auto numbers = [&](std::int64_t count, int bound) {
      std::vector<std::int64_t> values(static_cast<std::size_t>(count));
      for (std::int64_t& value : values)
        value = static_cast<std::int64_t>(random() % static_cast<unsigned>(2 * bound + 1)) - bound;
      return values;
    };
    Shape weights = layer.attributes.windows.kernel;
    weights.push_back(layer.x[3] / layer.attributes.groups);
    weights.push_back(layer.outputs);
    const auto x = numbers(*element_count(layer.x), 127);
    const auto w = numbers(*element_count(weights), 127);
    const auto bias = numbers(layer.outputs, 1000);
    const Outcome outcome = run("conv", Attributes::of(layer.attributes),
                                {{from_int64(ElementType::int8, layer.x, x)},
                                 {from_int64(ElementType::int8, weights, w), true},
                                 {from_int64(ElementType::int32, {layer.outputs}, bias), true}});
    ASSERT_FALSE(outcome.error) << outcome.error->reason;
    EXPECT_EQ(outcome.type.element, ElementType::int32);
    EXPECT_EQ(to_int64(outcome.result), convolved(layer, x, w, bias, outcome.type.shape));
  }
}

TEST_F(Conv, OneAndThreeAxesOfSpace) {
  const Outcome line = run("conv", Attributes::of(attributes({{2}, {1}, {1}, {1}, {0}})),
                           {{tensor<float>({1, 3, 1}, {1, 2, 3})}, {tensor<float>({2, 1, 1}, {10, 1}), true}});
  EXPECT_EQ(values<float>(line.result), (std::vector<float>{1, 12, 23}));
  const Outcome volume =
      run("conv", Attributes::of(attributes({{1, 2, 2}, {1, 1, 1}, {1, 1, 1}, {0, 0, 0}, {0, 0, 0}})),
          {{tensor<float>({1, 2, 2, 2, 1}, {1, 2, 3, 4, 5, 6, 7, 8})},
           {tensor<float>({1, 2, 2, 1, 1}, {1, 1, 1, 1}), true}});
  EXPECT_EQ(values<float>(volume.result), (std::vector<float>{10, 26}));
}

TEST_F(Conv, ThePaddingTakesPartInTheRange) {
  const Outcome outcome = run("conv", Attributes::of(attributes({{2}, {1}, {1}, {1}, {0}}, 1, 9)),
                              {{tensor<std::int8_t>({1, 2, 1}, {0, 1}), false, {}, IntegerRange{0, 1}},
                               {tensor<std::int8_t>({2, 1, 1}, {1, 1}), true}});
  EXPECT_EQ(outcome.type.range, (IntegerRange{0, 18}));
}

TEST_F(Conv, Refusals) {
  const Operand x{tensor<std::int8_t>({1, 2, 1}, {1, 2})};
  const Operand w{tensor<std::int8_t>({2, 1, 1}, {1, 2}), true};
  EXPECT_EQ(refusal("conv", Attributes::of(attributes({{3}, {1}, {1}, {0}, {0}})), std::vector<Operand>{x, w}),
            "the window is larger than the padded tensor; at most 2 along spatial axis 0; 3");
  EXPECT_EQ(
      refusal("conv", Attributes::of(attributes({{2}, {0}, {1}, {0}, {0}})), std::vector<Operand>{x, w}),
      "a size, stride, dilation or padding of a window is out of range; kernel, stride and dilation from 1, padding "
      "from 0, all up to 268435456; ");
  EXPECT_EQ(refusal("conv", Attributes::of(attributes({{2}, {1}, {1}, {0}, {0}}, 2)), std::vector<Operand>{x, w}),
            "the groups do not divide the channels; a divisor of 1 inputs and 1 outputs; 2");
  EXPECT_EQ(refusal("conv", Attributes::of(attributes({{1}, {1}, {1}, {0}, {0}})), std::vector<Operand>{x, w}),
            "the weights do not fit the window and the channels; '1x1x1'; '2x1x1'");
  EXPECT_EQ(refusal("conv", Attributes::of(attributes({{2}, {1}, {1}, {1}, {0}}, 1, 200)), std::vector<Operand>{x, w}),
            "the padding does not fit the input's element type; i8; 200");
}

} // namespace
} // namespace tilewright::testing_support
