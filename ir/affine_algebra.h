// Exact arithmetic on affine forms: what the ops' trace hooks are made of.
#pragma once

#include "ir/op.h"

namespace tilewright {

// In place of an axis: all axes but the first and the last, as one. No view keeps it.
inline constexpr std::size_t positions_axis = static_cast<std::size_t>(-1);

// A list with one entry for all, or one per index of an axis.
struct ChannelList {
  std::vector<Rational> values;
  std::optional<std::size_t> axis; // required with more than one value
};

// form * gain and form + offset. Bounds follow: a negative gain swaps them. There is no form where two lists lie along
// different axes, or where a bound would differ from channel to channel.
TraceResult scaled(const AffineForm& form, const ChannelList& gain);
TraceResult shifted(const AffineForm& form, const ChannelList& offset);

// a + b of computed tensors without bounds.
TraceResult summed(const AffineForm& a, const AffineForm& b);

// clamp(form, low, high); passes on the reason when there is no form.
TraceResult bounded(const TraceResult& traced, std::optional<Rational> low, std::optional<Rational> high);

// One entry instead of many equal ones, and no axis where neither list needs it.
void collapse(AffineForm& form);

// A real constant as a form: at most one of its axes may have a size above 1, or all but the first and the last, unless
// all elements are equal.
TraceResult constant_form(const Tensor& constant);
// The values of a form whose source is a constant of the graph, or that has no source; nullopt for any other form, and
// where the values vary along more than one axis.
std::optional<ChannelList> constant_values(const Graph& graph, const AffineForm& form);

// The form of an element-wise op with a constant: `combine` is `scaled` or `shifted`. One operand is constant, on
// either side, and does not enlarge the other one's shape.
TraceResult trace_with_constant(const TraceContext& context,
                                TraceResult (*combine)(const AffineForm& form, const ChannelList& constant));

// The same where the constant's values are known; they lie along an axis of their own operand. Operand `variable` is
// the other one.
TraceResult trace_with_list(const TraceContext& context, std::size_t variable, ChannelList list,
                            TraceResult (*combine)(const AffineForm& form, const ChannelList& constant));

// The form of an op that gives the same on the integers as on what they mean: the op on the integer sources of its
// operands, whose forms are equal and neither constant nor moved to another axis.
TraceResult trace_same_form(const TraceContext& context);
// The form of a + b, whatever is constant; both operands computed only where their shapes are equal.
TraceResult trace_sum(const TraceContext& context);

// The form of a shape_only op: the same op on the integer source. Lists follow their axis through `map_axis`.
TraceResult trace_view(const TraceContext& context);

} // namespace tilewright
