#include "frontend/rectifier.h"

#include "ir/ops/clip.h"
#include "ir/ops/extremum.h"

#include <algorithm>

namespace tilewright {

std::optional<LastOp> rectifier(NodeImport& node, ValueId x, ValueId slope) {
  std::vector<double> slopes;
  if (const Tensor* data = node.graph().constant(slope)) slopes = to_double(*data);
  const auto all = [&](auto condition) { return !slopes.empty() && std::ranges::all_of(slopes, condition); };
  if (all([](double s) { return s == 0; })) return LastOp{"relu", {}, {x}};
  const bool gentle = all([](double s) { return s <= 1; });
  if (gentle || all([](double s) { return s >= 1; })) {
    const auto scaled = node.add_node("scaled", "mul", {}, {x, slope});
    if (!scaled) return std::nullopt;
    return LastOp{"extremum", Attributes::of(ExtremumAttributes{!gentle}), {x, *scaled}};
  }
  const auto positive = node.add_node("positive", "relu", {}, {x});
  const auto negative =
      node.add_node("negative", "clip", Attributes::of(ClipAttributes{std::nullopt, Rational(0)}), {x});
  const auto scaled = negative ? node.add_node("scaled", "mul", {}, {*negative, slope}) : std::nullopt;
  if (!positive || !scaled) return std::nullopt;
  return LastOp{"add", {}, {*positive, *scaled}};
}

void add_rectifier(NodeImport& node, ValueId x, ValueId slope) {
  const std::optional<LastOp> last = rectifier(node, x, slope);
  if (last) node.add_output(0, last->op, last->attributes, last->operands);
}

} // namespace tilewright
