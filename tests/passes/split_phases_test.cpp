// The pass against a slow loop that scatters every pixel over the result.
#include "passes/split_phases.h"

#include "ir/ops/conv.h"
#include "ir/ops/pad.h"
#include "ir/ops/requantize.h"
#include "ir/ops/reshape.h"
#include "pass_fixture.h"
#include "runtime/reference/executor.h"

#include <random>

namespace tilewright::testing_support {
namespace {

// A transposed convolution of [1, height, width, inputs], one axis of space where the height is 0.
struct Transposed {
  std::int64_t height, width, kernel, stride, begin, end;
  std::int64_t dilation = 1;
  std::int64_t zero_point = 0;
  std::int64_t inputs = 3;
  std::int64_t outputs = 2;
  bool biased = false;
  bool per_channel = false;
};

class SplitPhases : public PassFixture {
protected:
  std::mt19937 random_{11};

  std::vector<std::int64_t> numbers(std::int64_t count, std::int64_t least, std::int64_t most) {
    std::uniform_int_distribution<std::int64_t> pick(least, most);
    std::vector<std::int64_t> result(static_cast<std::size_t>(count));
    for (std::int64_t& number : result)
      number = pick(random_);
    return result;
  }

  ValueId add(Graph& graph, std::string_view op, Attributes attributes, std::vector<ValueId> operands) {
    const auto added =
        graph.add_node(*ops_.find(op), std::move(attributes), std::move(operands), Origin{{std::string(op)}});
    if (const auto* error = std::get_if<OpError>(&added)) ADD_FAILURE() << op << ": " << error->reason;
    return graph.node(std::get<NodeId>(added)).results[0];
  }

  struct Model {
    Graph graph{"t"};
    RequantizeAttributes quantize;
    std::vector<std::int64_t> weights; // [kernel.., inputs, outputs], to be met by places from the first on
    std::vector<std::int64_t> bias;
  };

  // As the importer writes it, with pads `begin` and `end` around the spread image.
  Model model(const Transposed& t, std::int64_t between) {
    const bool image = t.height > 0;
    const std::size_t rank = image ? 2 : 1;
    const std::vector<std::int64_t> sizes = image ? std::vector{t.height, t.width} : std::vector{t.width};
    Shape shape{1};
    Shape apart{1};
    Shape spread{1};
    PadAttributes zeros{{0}, {0}, Rational(between)};
    for (const std::int64_t size : sizes) {
      shape.push_back(size);
      apart.insert(apart.end(), {size, 1});
      spread.push_back(size * t.stride);
      zeros.begin.insert(zeros.begin.end(), {0, 0});
      zeros.end.insert(zeros.end.end(), {0, t.stride - 1});
    }
    for (Shape* each : {&shape, &apart, &spread})
      each->push_back(t.inputs);
    zeros.begin.push_back(0);
    zeros.end.push_back(0);

    Model result;
    const std::vector<std::int64_t> same(rank, 1);
    ConvAttributes conv{{std::vector(rank, t.kernel), same, std::vector(rank, t.dilation), std::vector(rank, t.begin),
                         std::vector(rank, t.end)},
                        1,
                        t.zero_point};
    Shape filter(rank, t.kernel);
    filter.insert(filter.end(), {t.inputs, t.outputs});
    result.weights = numbers(*element_count(filter), -128, 127);
    result.quantize = {.multiplier = {1237}, .addend = {-4001}, .shift = 19};
    if (t.per_channel) {
      result.quantize.multiplier = numbers(t.outputs, 500, 2000);
      result.quantize.addend = numbers(t.outputs, -90'000, 90'000);
    }
    Graph& graph = result.graph;
    const ValueId x = graph.add_input("x", {ElementType::int8, shape, {}, {}});
    const ValueId stretched = add(graph, "reshape", Attributes::of(ReshapeAttributes{apart}), {x});
    const ValueId padded = add(graph, "pad", Attributes::of(zeros), {stretched});
    std::vector<ValueId> operands{add(graph, "reshape", Attributes::of(ReshapeAttributes{spread}), {padded}),
                                  graph.add_constant("w", from_int64(ElementType::int8, filter, result.weights))};
    if (t.biased) {
      result.bias = numbers(t.outputs, -3000, 3000);
      operands.push_back(graph.add_constant("b", from_int64(ElementType::int32, {t.outputs}, result.bias)));
    }
    const ValueId sums = add(graph, "conv", Attributes::of(conv), operands);
    graph.add_output("y", add(graph, "requantize", Attributes::of(result.quantize), {sums}));
    return result;
  }

  // Every weight times the zero point, and every pixel's difference from it scattered over the result.
  static std::vector<std::int64_t> expected(const Transposed& t, const Model& model, const Shape& shape,
                                            const std::vector<std::int64_t>& x) {
    const bool image = t.height > 0;
    const std::int64_t height = image ? t.height : 1;
    const std::int64_t out_height = image ? shape[1] : 1;
    const std::int64_t out_width = shape[shape.size() - 2];
    const std::int64_t down = image ? t.kernel : 1;
    const auto weight = [&](std::int64_t ky, std::int64_t kx, std::int64_t in, std::int64_t out) {
      return model.weights[static_cast<std::size_t>(((ky * t.kernel + kx) * t.inputs + in) * t.outputs + out)];
    };
    std::vector<std::int64_t> sums(static_cast<std::size_t>(out_height * out_width * t.outputs), 0);
    for (std::int64_t ky = 0; ky < down; ++ky) {
      for (std::int64_t kx = 0; kx < t.kernel; ++kx) {
        for (std::int64_t in = 0; in < t.inputs; ++in) {
          for (std::int64_t out = 0; out < t.outputs; ++out) {
            for (std::int64_t at = 0; at < out_height * out_width; ++at)
              sums[static_cast<std::size_t>(at * t.outputs + out)] += weight(ky, kx, in, out) * t.zero_point;
            for (std::int64_t y = 0; y < height; ++y) {
              for (std::int64_t px = 0; px < t.width; ++px) {
                const std::int64_t oy = image ? y * t.stride + t.begin - ky * t.dilation : 0;
                const std::int64_t ox = px * t.stride + t.begin - kx * t.dilation;
                if (oy < 0 || ox < 0 || oy >= out_height || ox >= out_width) continue;
                const std::int64_t value = x[static_cast<std::size_t>((y * t.width + px) * t.inputs + in)];
                sums[static_cast<std::size_t>((oy * out_width + ox) * t.outputs + out)] +=
                    weight(ky, kx, in, out) * (value - t.zero_point);
              }
            }
          }
        }
      }
    }
    for (std::size_t i = 0; i < sums.size(); ++i) {
      const std::size_t out = i % static_cast<std::size_t>(t.outputs);
      const auto of = [&](const std::vector<std::int64_t>& list) { return list[list.size() == 1 ? 0 : out]; };
      const std::int64_t biased = sums[i] + (model.bias.empty() ? 0 : model.bias[out]);
      const std::int64_t n = biased * of(model.quantize.multiplier) + of(model.quantize.addend);
      const std::int64_t half = std::int64_t{1} << (model.quantize.shift - 1);
      std::int64_t rounded = (n + half) >> model.quantize.shift;
      if (((n + half) & (2 * half - 1)) == 0 && rounded % 2 != 0) --rounded; // halves to even
      sums[i] = std::clamp<std::int64_t>(rounded, -128, 127);
    }
    return sums;
  }

  void expect_split(const Transposed& t) {
    SCOPED_TRACE(testing::Message() << t.height << " x " << t.width << ", kernel " << t.kernel << ", stride "
                                    << t.stride << ", pads " << t.begin << " " << t.end);
    Model before = model(t, t.zero_point);
    const std::string after = run("split_phases", text_of(before.graph));
    ASSERT_EQ(after.find("pad("), std::string::npos) << after;
    const Graph graph = parse(after);
    const std::vector<std::int64_t> x = numbers(*element_count(graph.type(graph.inputs()[0]).shape), -128, 127);
    const std::vector<Tensor> inputs{from_int64(ElementType::int8, graph.type(graph.inputs()[0]).shape, x)};
    const ExecutionResult result = execute(graph, inputs, diagnostics_);
    ASSERT_TRUE(result.succeeded) << all_text(diagnostics_);
    EXPECT_EQ(to_int64(result.outputs[0]), expected(t, before, result.outputs[0].shape(), x));
  }
  void expect_stays(const Transposed& t, std::int64_t between = 0) {
    expect_unchanged("split_phases", text_of(model(t, between).graph));
  }
};

TEST_F(SplitPhases, ComputesWhatTheTransposedConvolutionDoes) {
  for (const Transposed& t : std::vector<Transposed>{{3, 4, 2, 2, 1, 0}, // as long as the stride
                                                     {4, 3, 3, 2, 1, 1},
                                                     {3, 3, 3, 2, 2, 1}, // one place is left over
                                                     {2, 5, 4, 2, 2, 1},
                                                     {3, 2, 5, 2, 2, 2},
                                                     {2, 3, 3, 3, 2, 0},
                                                     {2, 2, 2, 3, 1, 0}, // some phases meet no pixel
                                                     {2, 3, 8, 4, 5, 4},
                                                     {0, 7, 3, 2, 1, 1},
                                                     {0, 5, 9, 2, 4, 4}}) {
    expect_split(t);
    Transposed other = t;
    other.zero_point = -17;
    other.biased = true;
    expect_split(other);
    other.per_channel = true;
    expect_split(other);
  }
}

TEST_F(SplitPhases, WhatWouldNotBecomeLessStays) {
  expect_stays({3, 4, 1, 2, 0, 0});    // every second pixel is a constant
  expect_stays({3, 4, 2, 5, 1, 0});    // the weights would be many more
  expect_stays({3, 4, 3, 1, 1, 1});    // nothing lies between the pixels
  expect_stays({3, 4, 3, 2, 1, 1}, 5); // another value between them than around
  expect_stays({0, 6, 3, 2, 2, 2, 2}); // one phase needs the whole window
}

} // namespace
} // namespace tilewright::testing_support
