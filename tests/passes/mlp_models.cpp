#include "mlp_models.h"

#include "ir/ops/reshape.h"
#include "ir/ops/transpose.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>

namespace tilewright::testing_support {

namespace {

std::int64_t integer(std::mt19937_64& random, std::int64_t low, std::int64_t high) {
  return std::uniform_int_distribution<std::int64_t>(low, high)(random);
}
bool chance(std::mt19937_64& random, int percent) { return integer(random, 1, 100) <= percent; }

Rational random_scale(std::mt19937_64& random, float low, float high) {
  if (chance(random, 30))
    return Rational::power_of_two(static_cast<int>(integer(random, static_cast<int>(low), static_cast<int>(high))));
  return Rational::from_double(std::exp2f(std::uniform_real_distribution<float>(low, high)(random)));
}

Quantizer random_quantizer(std::mt19937_64& random, float low, float high) {
  Quantizer q;
  q.scale = random_scale(random, low, high);
  switch (integer(random, 0, 3)) {
  case 0:
    q.element = ElementType::uint8, q.range = {0, 255}, q.zero_point = integer(random, 0, 255);
    break;
  case 1:
    q.range = {-7, 7};
    break;
  case 2:
    q.zero_point = integer(random, -128, 127);
    break;
  default:
    break;
  }
  if (chance(random, 40)) {
    q.after_zero_point = true;
    q.rounding = static_cast<Rounding>(integer(random, 0, 9));
  } else if (q.zero_point == 0) {
    q.rounding = static_cast<Rounding>(integer(random, 0, 9));
  }
  return q;
}

// Rounding by its definition.
std::int64_t rounded(const Rational& v, Rounding mode) {
  const std::int64_t low = *v.floor().to_int64();
  const Rational fraction = v - Rational(low);
  if (fraction.sign() == 0) return low;
  const bool negative = v.sign() < 0;
  const bool even = low % 2 == 0;
  const auto tie = [&](bool up) {
    const int side = fraction.compare(Rational(1, 2));
    return side > 0 || (side == 0 && up) ? low + 1 : low;
  };
  switch (mode) {
  case Rounding::floor:
    return low;
  case Rounding::ceil:
    return low + 1;
  case Rounding::toward_zero:
    return negative ? low + 1 : low;
  case Rounding::away_from_zero:
    return negative ? low : low + 1;
  case Rounding::half_even:
    return tie(!even);
  case Rounding::half_odd:
    return tie(even);
  case Rounding::half_away:
    return tie(!negative);
  case Rounding::half_toward_zero:
    return tie(negative);
  case Rounding::half_up:
    return tie(true);
  case Rounding::half_down:
    break;
  }
  return tie(false);
}

std::int64_t quantized(const Quantizer& q, const Rational& real) {
  const Rational v = real / q.scale;
  const std::int64_t stored =
      q.after_zero_point ? rounded(v + Rational(q.zero_point), q.rounding) : rounded(v, q.rounding) + q.zero_point;
  return std::clamp(stored, q.range.min, q.range.max);
}

Rational real_of(const Quantizer& q, std::int64_t stored) { return q.scale * Rational(stored - q.zero_point); }

ValueId result_of(const Graph& graph, const std::variant<NodeId, OpError>& added) {
  return graph.node(std::get<NodeId>(added)).results[0];
}

class GraphMaker {
public:
  GraphMaker(Graph& graph, const OpRegistry& ops) : graph_(graph), ops_(ops) {}
  ValueId node(std::string_view op, Attributes attributes, std::vector<ValueId> operands) {
    const std::string name = fmt::format("{}_{}", op, count_++);
    return result_of(graph_, graph_.add_node(*ops_.find(op), std::move(attributes), std::move(operands), {{name}}));
  }
  ValueId node(std::string_view op, std::vector<ValueId> operands) {
    return node(op, ops_.find(op)->default_attributes, std::move(operands));
  }
  ValueId through(const Quantizer& q, ValueId x) {
    QuantizeAttributes attributes;
    attributes.scale = {q.scale};
    attributes.zero_point = {q.zero_point};
    attributes.element = q.element;
    attributes.range = q.range;
    attributes.rounding = q.rounding;
    attributes.round_after_zero_point = q.after_zero_point;
    const ValueId stored = node("quantize", Attributes::of(attributes), {x});
    return node("dequantize", Attributes::of(DequantizeAttributes{{q.scale}, {q.zero_point}, {}}), {stored});
  }
  ValueId constant(const std::vector<float>& values) {
    return graph_.add_constant("constant", Tensor::of({static_cast<std::int64_t>(values.size())}, values));
  }

private:
  Graph& graph_;
  const OpRegistry& ops_;
  int count_ = 0;
};

} // namespace

namespace {

ValueId weights_of(Graph& graph, GraphMaker& make, const Layer& layer) {
  DequantizeAttributes scale{layer.weight_scales, layer.weight_zero_points, {}};
  const bool per_channel = layer.weight_scales.size() > 1;
  if (!layer.weights_transposed) {
    if (per_channel) scale.axis = 1;
    const Tensor data = from_int64(ElementType::int16, {layer.inputs, layer.outputs}, layer.weights);
    return make.node("dequantize", Attributes::of(scale), {graph.add_constant("w", data)});
  }
  if (per_channel) scale.axis = 0;
  std::vector<std::int64_t> columns;
  for (std::int64_t n = 0; n < layer.outputs; ++n) {
    for (std::int64_t k = 0; k < layer.inputs; ++k) {
      columns.push_back(layer.weights[static_cast<std::size_t>(k * layer.outputs + n)]);
    }
  }
  const Tensor data = from_int64(ElementType::int16, {layer.outputs, layer.inputs}, columns);
  const ValueId real = make.node("dequantize", Attributes::of(scale), {graph.add_constant("w", data)});
  return make.node("transpose", Attributes::of(TransposeAttributes{{1, 0}}), {real});
}

} // namespace

Mlp random_mlp(std::mt19937_64& random) {
  Mlp mlp;
  mlp.batch = integer(random, 1, 3);
  mlp.input = random_quantizer(random, -6, 1);
  std::int64_t width = integer(random, 1, 9);
  const std::int64_t depth = integer(random, 1, 4);
  for (std::int64_t i = 0; i < depth; ++i) {
    Layer layer;
    layer.inputs = width;
    layer.outputs = width = integer(random, 1, 9);
    const bool per_channel = chance(random, 40);
    for (std::int64_t k = 0; k < layer.inputs * layer.outputs; ++k)
      layer.weights.push_back(integer(random, -127, 127));
    for (std::int64_t n = 0; n < (per_channel ? layer.outputs : 1); ++n) {
      layer.weight_scales.push_back(random_scale(random, -9, -3));
      layer.weight_zero_points.push_back(chance(random, 70) ? 0 : integer(random, -20, 20));
    }
    if (chance(random, 75)) {
      for (std::int64_t n = 0; n < layer.outputs; ++n) {
        layer.bias.push_back(std::uniform_real_distribution<float>(-2, 2)(random));
      }
      layer.quantizer_before_bias = chance(random, 25);
      layer.bias_in_dense = !layer.quantizer_before_bias && chance(random, 50);
    }
    if (chance(random, 25)) {
      for (std::int64_t n = 0; n < layer.outputs; ++n) {
        layer.gains.push_back(chance(random, 10) ? 0 : std::uniform_real_distribution<float>(-1.5f, 1.5f)(random));
      }
    }
    layer.relu = chance(random, 50);
    layer.quantizer_before_relu = layer.relu && chance(random, 30);
    layer.weights_transposed = chance(random, 40);
    layer.reshaped = chance(random, 25);
    layer.before = random_quantizer(random, -6, -1);
    layer.after = random_quantizer(random, -6, -1);
    mlp.layers.push_back(std::move(layer));
  }
  mlp.logits = chance(random, 20);
  return mlp;
}

Graph graph_of(const Mlp& mlp, const OpRegistry& ops) {
  Graph graph("mlp");
  GraphMaker make(graph, ops);
  ValueId x = graph.add_input("x", {ElementType::float32, {mlp.batch, mlp.layers.front().inputs}, {}, {}});
  x = make.through(mlp.input, x);
  for (const Layer& layer : mlp.layers) {
    const ValueId weights = weights_of(graph, make, layer);
    std::vector<ValueId> operands{x, weights};
    if (layer.bias_in_dense) operands.push_back(make.constant(layer.bias));
    x = make.node("dense", operands);
    if (layer.quantizer_before_bias) x = make.through(layer.before, x);
    if (!layer.bias.empty() && !layer.bias_in_dense) x = make.node("add", {make.constant(layer.bias), x});
    if (!layer.gains.empty()) x = make.node("mul", {x, make.constant(layer.gains)});
    if (layer.quantizer_before_relu) x = make.through(layer.before, x);
    if (layer.relu) x = make.node("relu", {x});
    if (mlp.logits && &layer == &mlp.layers.back()) break;
    x = make.through(layer.after, x);
    if (!layer.reshaped) continue;
    x = make.node("reshape", Attributes::of(ReshapeAttributes{{mlp.batch * layer.outputs}}), {x});
    x = make.node("reshape", Attributes::of(ReshapeAttributes{{mlp.batch, layer.outputs}}), {x});
  }
  graph.add_output("y", x);
  return graph;
}

std::vector<std::int64_t> host_quantized(const Quantizer& q, const std::vector<float>& values) {
  std::vector<std::int64_t> result;
  for (const float value : values) {
    const float v = value / static_cast<float>(q.scale.to_double());
    const float shifted = q.after_zero_point ? v + static_cast<float>(q.zero_point) : v;
    const Rational bounded = Rational::from_double(std::clamp(shifted, -1e6f, 1e6f));
    const std::int64_t stored = rounded(bounded, q.rounding) + (q.after_zero_point ? 0 : q.zero_point);
    result.push_back(std::clamp(stored, q.range.min, q.range.max));
  }
  return result;
}

namespace {

struct Exact {
  std::vector<std::int64_t> stored; // of the last quantizer
  std::vector<Rational> real;       // behind the last layer
};

Exact evaluated(const Mlp& mlp, const std::vector<std::int64_t>& input) {
  std::vector<Rational> x;
  for (const std::int64_t stored : input)
    x.push_back(real_of(mlp.input, stored));
  std::vector<std::int64_t> stored;
  for (const Layer& layer : mlp.layers) {
    std::vector<Rational> y;
    stored.clear();
    for (std::int64_t b = 0; b < mlp.batch; ++b) {
      for (std::int64_t n = 0; n < layer.outputs; ++n) {
        const std::size_t channel = layer.weight_scales.size() == 1 ? 0 : static_cast<std::size_t>(n);
        Rational sum;
        for (std::int64_t k = 0; k < layer.inputs; ++k) {
          const std::int64_t w = layer.weights[static_cast<std::size_t>(k * layer.outputs + n)];
          sum += x[static_cast<std::size_t>(b * layer.inputs + k)] * layer.weight_scales[channel] *
                 Rational(w - layer.weight_zero_points[channel]);
        }
        if (layer.quantizer_before_bias) sum = real_of(layer.before, quantized(layer.before, sum));
        if (!layer.bias.empty()) sum += Rational::from_double(layer.bias[static_cast<std::size_t>(n)]);
        if (!layer.gains.empty()) sum *= Rational::from_double(layer.gains[static_cast<std::size_t>(n)]);
        if (layer.quantizer_before_relu) sum = real_of(layer.before, quantized(layer.before, sum));
        if (layer.relu && sum.sign() < 0) sum = Rational(0);
        if (mlp.logits && &layer == &mlp.layers.back()) {
          y.push_back(sum);
          continue;
        }
        stored.push_back(quantized(layer.after, sum));
        y.push_back(real_of(layer.after, stored.back()));
      }
    }
    x = std::move(y);
  }
  return {stored, x};
}

} // namespace

std::vector<std::int64_t> exact_result(const Mlp& mlp, const std::vector<std::int64_t>& input) {
  return evaluated(mlp, input).stored;
}

std::vector<Rational> exact_logits(const Mlp& mlp, const std::vector<std::int64_t>& input) {
  return evaluated(mlp, input).real;
}

} // namespace tilewright::testing_support
