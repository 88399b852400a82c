// What a translation unit older than C++20 sees of the AI Engine API: names for declarations, nothing to call.
#pragma once

#include "../adf/accumulator_tags.hpp"
#include "../adf/target.hpp"

enum class aie_dm_resource;

namespace aie {

template <typename T, unsigned Elems> class vector;
template <typename Tag, unsigned Elems> class accum;
template <unsigned Elems> class mask;

inline constexpr unsigned vector_decl_align = __AIE_ARCH__ == 22 ? 64 : 32;

} // namespace aie
