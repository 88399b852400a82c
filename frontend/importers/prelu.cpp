// PRelu: a slope for negative numbers, often one a channel. It is max(x, 0) + slope * min(x, 0).
#include "frontend/constant_arithmetic.h"
#include "ir/ops/clip.h"
#include "ir/ops/reshape.h"

namespace tilewright {

namespace {

// Until opset 6 a list of slopes is one for each channel, which is axis 1; since then it broadcasts as everything does.
std::optional<ValueId> slope_of(NodeImport& node) {
  constexpr std::int64_t first_with_broadcast = 7;
  const Shape& x = node.type(0).shape;
  const Shape& slope = node.type(1).shape;
  if (node.opset() >= first_with_broadcast || slope.size() != 1 || x.size() < 2) return node.input(1);
  Shape channels(x.size() - 1, 1);
  channels.front() = slope.front();
  return node.add_node("slope", "reshape", Attributes::of(ReshapeAttributes{std::move(channels)}), {node.input(1)});
}

void import_prelu(NodeImport& node) {
  if (!require_real_operands(node)) return;
  const auto positive = node.add_node("positive", "relu", {}, {node.input(0)});
  const auto negative =
      node.add_node("negative", "clip", Attributes::of(ClipAttributes{std::nullopt, Rational(0)}), {node.input(0)});
  if (!positive || !negative) return;
  const auto slope = slope_of(node);
  if (!slope) return;
  const auto scaled = node.add_node("scaled", "mul", {}, {*negative, *slope});
  if (scaled) node.add_output(0, "add", {}, {*positive, *scaled});
}

} // namespace

void register_prelu_importer(ImporterRegistry& registry) {
  ImporterDefinition importer;
  importer.name = "prelu";
  importer.import = import_prelu;
  importer.operators = {{"", "PRelu", 6, newest_opset, 2, 2, 1}};
  registry.add(std::move(importer));
}

} // namespace tilewright
