// Operators of the operator-oriented form (QLinearConv, QLinearMatMul, ...) as what they stand for: operands
// dequantized, the float operator, and a quantizer of the result.
#pragma once

#include "frontend/quantizer_parameters.h"
#include "ir/ops/quantize.h"

namespace tilewright {

struct DequantizedOperand {
  ValueId value;
  QuantizerParameters parameters;
};

// Input `operand` holds integers; `scale` and `zero_point` one number each, or one for each index of `axis`, where one
// is given. Mistakes are reported, and the result is nullopt.
std::optional<DequantizedOperand> dequantized_operand(NodeImport& node, std::string_view suffix, std::size_t operand,
                                                      std::size_t scale, std::size_t zero_point,
                                                      std::optional<std::int64_t> axis);

// An int32 bias whose unit is the product of the two scales; the second may differ from output to output.
std::optional<ValueId> dequantized_bias(NodeImport& node, std::size_t bias, const QuantizerParameters& x,
                                        const QuantizerParameters& weights);

// The type of the result is that of the zero point; a QuantizeLinear with these two inputs.
std::optional<QuantizeAttributes> result_quantizer(NodeImport& node, std::size_t scale, std::size_t zero_point);

} // namespace tilewright
