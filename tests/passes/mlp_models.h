// Random multi-layer perceptrons as an importer makes them, float with quantizers, and their exact meaning: an
// independent evaluator in rational numbers that shares nothing with the passes and the ops' arithmetic.
#pragma once

#include "ir/graph.h"
#include "ir/ops/clip.h"
#include "ir/ops/dequantize.h"
#include "ir/ops/quantize.h"

#include <random>

namespace tilewright::testing_support {

struct Quantizer {
  Rational scale;
  std::int64_t zero_point = 0;
  ElementType element = ElementType::int8;
  IntegerRange range{-128, 127};
  Rounding rounding = Rounding::half_even;
  bool after_zero_point = false;
};

struct Layer {
  std::int64_t inputs = 0;
  std::int64_t outputs = 0;
  std::vector<std::int64_t> weights;            // [inputs x outputs]
  std::vector<std::int64_t> weight_zero_points; // one or one per output
  std::vector<Rational> weight_scales;          // one or one per output
  std::vector<float> bias;                      // empty: none
  bool bias_in_dense = false;                   // else a separate add
  bool quantizer_before_bias = false;           // MatMul, Q/DQ, Add, Q/DQ
  bool relu = false;
  bool quantizer_before_relu = false; // Dense, Q/DQ, Relu, Q/DQ
  std::vector<float> gains;           // a Mul by constants behind the bias; empty: none
  bool weights_transposed = false;    // stored [outputs x inputs] in front of a transpose
  bool reshaped = false;              // two reshapes behind the layer's quantizer, which cancel
  Quantizer before;                   // of whichever comes first
  Quantizer after;
};

struct Mlp {
  std::int64_t batch = 1;
  Quantizer input;
  std::vector<Layer> layers;
  bool logits = false; // no quantizer behind the last layer
};

Mlp random_mlp(std::mt19937_64& random);
// Imported: float input "x", float output "y" behind the last quantizer's dequantization.
Graph graph_of(const Mlp& mlp, const OpRegistry& ops);
// The real results, [batch x outputs], of a model that ends in logits, for the integers of the input quantizer.
std::vector<Rational> exact_logits(const Mlp& mlp, const std::vector<std::int64_t>& input);
// The last quantizer's integers, [batch x outputs], for the host's integers [batch x inputs] of the input quantizer.
std::vector<std::int64_t> exact_result(const Mlp& mlp, const std::vector<std::int64_t>& input);
// The input quantizer on the host: one float32 division.
std::vector<std::int64_t> host_quantized(const Quantizer& quantizer, const std::vector<float>& values);

} // namespace tilewright::testing_support
