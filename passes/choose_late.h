// Numbers that are computed in front of a choice by order move functions that never fall to its front:
//
//   relu(max_pool(sum of products)) becomes max_pool(relu(sum of products))
//
// Quantizers move further in `integerize`, and what is chosen then has 8 bits instead of an accumulator's. Choices
// among numbers that are quantized already stay where they are: they leave less to do behind them.
#pragma once

#include "passes/pass_registry.h"

namespace tilewright {

void register_choose_late(PassRegistry& registry);

} // namespace tilewright
