// The two functions of the backend, and the geometry that both know.
#pragma once

#include "backends/common/backend.h"

namespace weave {

inline constexpr int block_rows = 16;    // of a batch, in one iteration
inline constexpr int block_inner = 4;    // input features
inline constexpr int block_columns = 16; // output features

// Layer after layer, each on as few tiles as its weights need; a tile has whole blocks of the output features.
std::optional<tilewright::Design> map(const tilewright::MapContext& context);

// weave.h, the parameters as arrays, and a program that calls layer after layer.
tilewright::Files emit(const tilewright::EmitContext& context);

} // namespace weave
