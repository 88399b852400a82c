// From float arithmetic between quantizers to integers: every `quantize` whose operand is an affine function of one
// integer tensor becomes one exact `rescale` of that tensor, and sums of products become integer ones. What is another
// function of one 8-bit tensor becomes a `table` (passes/pass_table.h). Each quantizer of the model still rounds once, in
// its own mode, and saturates once.
//
// Host work stays in float: what leads to the first quantizers, and what follows the last integers. Sums of products
// that leave unquantized become integer sums and a `dequantize`. Float in the middle is an error
// (integerize.float-island, integerize.weights-not-quantized, integerize.input-not-quantized), and so is a model
// without any quantizer (integerize.not-quantized); all are reported at once.
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_integerize(PassRegistry& registry);

} // namespace tilewright
