// From affine forms and quantizers to the attributes of `rescale`.
#pragma once

#include "ir/affine_form.h"
#include "ir/graph.h"
#include "ir/op.h"
#include "ir/ops/quantize.h"
#include "ir/ops/rescale.h"

#include <variant>

namespace tilewright {

// The mode in which round'(v + zero_point) = round(v) + zero_point for every v that does not saturate anyway. Adding an
// even number moves no tie of half_even, an odd one exchanges even and odd, and modes that know the sign of v keep it
// only where the quantizer's range leaves v on one side of 0. nullopt: there is no such mode for all of the zero
// points.
std::optional<Rounding> rounding_behind_zero_point(const QuantizeAttributes& quantizer);

// The quantizer on top of the form: one exact step from the form's source. `rank` is that of the tensor. Without a
// source, with lists that do not lie along the last axis, and without an equivalent rounding there is none.
std::variant<RescaleAttributes, TraceResult> rescale_of(const AffineForm& form, const QuantizeAttributes& quantizer,
                                                        std::size_t rank);

// A per-tensor form of several terms as a sum of their integers, each as often as its ratio is a multiple of the
// largest step that is common to all; the result's scale is that step. Without the offset. nullopt where sums would not
// fit 32 bits.
std::optional<RescaleAttributes> common_step_sum(const Graph& graph, const AffineForm& form);

// A form's bounds as a clamp of its source, of type `source`: where they lie inside the source's range they have to be
// values that the source can take, and the same ones in all channels. Offsets that are whole steps of their channels
// may be part of it; the result's offset is 0 then.
std::variant<RescaleAttributes, TraceResult> clamping_rescale(const AffineForm& form, const ValueType& source);

} // namespace tilewright
