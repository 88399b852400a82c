#include "passes/pass_positions.h"

#include "ir/affine_algebra.h"
#include "ir/ops/quantize.h"
#include "passes/pass_rescale.h"

#include <algorithm>
#include <utility>

namespace tilewright {

namespace {

constexpr std::size_t most_sorts = 256;

// For each position the index along the form's axis.
std::vector<std::size_t> indices_of(const Shape& shape, std::size_t axis) {
  std::vector<std::size_t> indices{0};
  std::size_t positions = 0;
  for (std::size_t i = 1; i + 1 < shape.size(); ++i) {
    std::vector<std::size_t> next;
    for (const std::size_t index : indices) {
      for (std::int64_t along = 0; along < shape[i]; ++along)
        next.push_back(axis == i ? static_cast<std::size_t>(along) : index);
    }
    indices = std::move(next);
  }
  if (axis == positions_axis) {
    for (std::size_t& index : indices)
      index = positions++;
  }
  return indices;
}

} // namespace

std::optional<PositionsOfQuantizer> positions_of(const Graph& graph, const AffineForm& form, NodeId id) {
  const auto& quantizer = graph.node(id).attributes.as<QuantizeAttributes>();
  const Shape& shape = graph.type(graph.node(id).results[0]).shape;
  const bool between = form.axis && (form.axis == positions_axis || (*form.axis > 0 && *form.axis + 1 < shape.size()));
  if (!between || !form.source || !form.addends.empty() || quantizer.scale.size() > 1) return std::nullopt;
  // One channel each: what a quantizer makes of such a form along the last axis.
  AffineForm sorts_form = form;
  sorts_form.axis = 0;
  const auto found = rescale_of(sorts_form, quantizer, 1);
  if (std::holds_alternative<TraceResult>(found)) return std::nullopt;
  const auto& rescale = std::get<RescaleAttributes>(found);

  PositionsOfQuantizer result;
  std::vector<std::pair<Rational, Rational>> known;
  std::vector<std::int64_t> sorts;
  for (const std::size_t index : indices_of(shape, *form.axis)) {
    const std::pair<Rational, Rational> numbers{entry(rescale.ratio, index), entry(rescale.offset, index)};
    const auto at = std::ranges::find(known, numbers);
    sorts.push_back(at - known.begin());
    if (at == known.end()) known.push_back(numbers);
    if (known.size() > most_sorts) return std::nullopt;
  }
  AffineStep step{{}, {}, rescale.rounding, rescale.range, range_of(graph.type(*form.source))};
  for (const auto& [ratio, offset] : known) {
    step.ratio.push_back(ratio);
    step.offset.push_back(offset);
  }
  FixedPointChoice choice = choose_fixed_point(step);
  choice.fixed.multiplier.resize(known.size(), choice.fixed.multiplier.front());
  choice.fixed.addend.resize(known.size(), choice.fixed.addend.front());
  result.attributes = {std::move(choice.fixed.multiplier),
                       std::move(choice.fixed.addend),
                       choice.fixed.shift,
                       choice.fixed.prior_shift,
                       rescale.rounding,
                       rescale.element,
                       rescale.range,
                       rescale.scale,
                       rescale.zero_point,
                       {}};
  result.sorts = from_int64(ElementType::uint8, {static_cast<std::int64_t>(sorts.size())}, sorts);
  result.deviation = choice.deviation;
  return result;
}

} // namespace tilewright
