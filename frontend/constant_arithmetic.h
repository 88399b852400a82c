// Arithmetic between constants in the element type of the model, as ONNX defines it: floats round in their own width,
// integers wrap around in theirs. It is how scales, shapes and bounds are computed inside exported models.
#pragma once

#include "frontend/importer.h"
#include "ir/tensor.h"

#include <optional>

namespace tilewright {

enum class ConstantOperator { add, subtract, multiply, divide };

// Broadcasting as in ONNX. The shapes broadcast and the element types are equal numbers; nullopt for an integer
// division by zero.
std::optional<Tensor> compute(ConstantOperator op, const Tensor& a, const Tensor& b);

// For a node with two constant inputs: binds output 0 to the result, or reports why there is none.
void import_constant_arithmetic(NodeImport& node, ConstantOperator op);

// False, and an error, unless all inputs that are there are real numbers; or this one.
bool require_real_operands(NodeImport& node);
bool require_real_operand(NodeImport& node, std::size_t input);

} // namespace tilewright
