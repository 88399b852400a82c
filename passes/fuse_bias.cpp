#include "passes/fuse_bias.h"

#include "ir/ops/dequantize.h"
#include "ir/ops/rescale.h"
#include "passes/pass_support.h"

#include <algorithm>
#include <limits>

namespace tilewright {

namespace {

constexpr IntegerRange int32_range{std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()};

// What the reader of a sum adds to it, in units of the sum, and the reader without that.
struct Fusion {
  std::vector<std::int64_t> addend; // one for all channels or one each
  Attributes reader;
  std::vector<Rational> scale;          // of the sum as the reader takes it
  std::vector<std::int64_t> zero_point; // of the sum with the addend
  bool has_meaning = true;              // scale and zero point say what the sum means
};

std::optional<Fusion> fusion_with(const RescaleAttributes& rescale) {
  Fusion fusion;
  RescaleAttributes without = rescale;
  without.offset = {Rational(0)};
  fusion.reader = Attributes::of(without);
  const std::size_t entries = std::max({rescale.ratio.size(), rescale.offset.size(), rescale.scale.size()});
  bool any = false;
  for (std::size_t c = 0; c < entries; ++c) {
    const Rational& ratio = entry(rescale.ratio, c);
    const Rational& offset = entry(rescale.offset, c);
    if (ratio.sign() == 0) return std::nullopt;
    const auto addend = (offset / ratio).to_int64();
    if (!addend || !int32_range.contains({*addend, *addend})) return std::nullopt;
    any |= *addend != 0;
    fusion.addend.push_back(*addend);
    const std::int64_t stored_zero = rescale.zero_point[rescale.zero_point.size() == 1 ? 0 : c];
    const auto zero_point = (Rational(stored_zero) / ratio).to_int64();
    fusion.has_meaning &= zero_point.has_value() && ratio.sign() > 0;
    fusion.zero_point.push_back(zero_point.value_or(0));
    fusion.scale.push_back(ratio * entry(rescale.scale, c));
  }
  if (!any) return std::nullopt;
  return fusion;
}

std::optional<Fusion> fusion_with(const DequantizeAttributes& dequantize) {
  Fusion fusion;
  DequantizeAttributes without = dequantize;
  bool any = false;
  for (std::size_t c = 0; c < dequantize.zero_point.size(); ++c) {
    const std::int64_t zero_point = dequantize.zero_point[c];
    if (zero_point <= int32_range.min || zero_point > int32_range.max) return std::nullopt;
    any |= zero_point != 0;
    fusion.addend.push_back(-zero_point);
    fusion.scale.push_back(dequantize.scale[c]);
    fusion.has_meaning &= dequantize.scale[c].sign() > 0;
    without.zero_point[c] = 0;
  }
  fusion.zero_point.assign(fusion.addend.size(), 0);
  if (!any) return std::nullopt;
  const bool uniform =
      std::ranges::all_of(without.scale, [&](const Rational& s) { return s == without.scale.front(); });
  if (uniform) without = {{without.scale.front()}, {0}, {}};
  fusion.reader = Attributes::of(without);
  return fusion;
}

std::optional<Fusion> fusion_with(const Graph& graph, NodeId reader) {
  const Attributes& attributes = graph.node(reader).attributes;
  if (graph.node(reader).operands.size() > 1) return std::nullopt; // a sum of several tensors
  if (attributes.holds<RescaleAttributes>()) return fusion_with(attributes.as<RescaleAttributes>());
  if (!attributes.holds<DequantizeAttributes>()) return std::nullopt;
  const auto& dequantize = attributes.as<DequantizeAttributes>();
  const std::size_t rank = graph.type(graph.node(reader).operands[0]).shape.size();
  if (dequantize.scale.size() > 1 && static_cast<std::size_t>(*dequantize.axis) + 1 != rank) return std::nullopt;
  return fusion_with(dequantize);
}

// The bias operand's data: what it was, plus the addend. nullopt where an entry leaves 32 bits.
std::optional<Tensor> summed_bias(const Tensor* old, const std::vector<std::int64_t>& addend, std::size_t channels) {
  std::vector<std::int64_t> values = old ? to_int64(*old) : std::vector<std::int64_t>(channels, 0);
  for (std::size_t c = 0; c < channels; ++c) {
    values[c] += addend[addend.size() == 1 ? 0 : c];
    if (!int32_range.contains({values[c], values[c]})) return std::nullopt;
  }
  return from_int64(ElementType::int32, {static_cast<std::int64_t>(channels)}, values);
}

// The bias's quantization that gives the new sum its meaning: the sum's zero points are those of the products and those
// of the bias together.
std::optional<Quantization> bias_quantization(const Fusion& fusion, const std::optional<Quantization>& sum,
                                              std::size_t channels) {
  if (!fusion.has_meaning || !sum) return std::nullopt;
  Quantization result;
  for (std::size_t c = 0; c < channels; ++c) {
    const std::size_t of_sum = sum->scales.size() == 1 ? 0 : c;
    const std::size_t of_fusion = fusion.scale.size() == 1 ? 0 : c;
    if (sum->scales[of_sum] != fusion.scale[of_fusion]) return std::nullopt;
    std::int64_t zero_point = 0;
    if (__builtin_sub_overflow(fusion.zero_point[of_fusion], sum->zero_points[of_sum], &zero_point))
      return std::nullopt;
    result.scales.push_back(sum->scales[of_sum]);
    result.zero_points.push_back(zero_point);
  }
  result.axis = 0;
  return result;
}

// The only reader of a contraction's integer result.
std::optional<NodeId> only_reader(const Graph& graph, const Node& contraction) {
  if (!contraction.op->traits.contraction || contraction.operands.size() < 2 || contraction.op->max_operands < 3) {
    return std::nullopt;
  }
  const ValueId sum = contraction.results[0];
  if (!is_integer(graph.type(sum).element) || graph.use_count(sum) != 1) return std::nullopt;
  const std::vector<NodeId> users = graph.users(sum);
  if (users.empty()) return std::nullopt;
  return users.front();
}

bool fuse(Graph& graph, NodeId id) {
  const Node node = graph.node(id);
  const std::optional<NodeId> reader = only_reader(graph, node);
  if (!reader) return false;
  const std::optional<Fusion> fusion = fusion_with(graph, *reader);
  if (!fusion) return false;
  const Tensor* old = node.operands.size() > 2 ? graph.constant(node.operands[2]) : nullptr;
  if (node.operands.size() > 2 && !old) return false;
  const ValueType& sum = graph.type(node.results[0]);
  const auto channels = static_cast<std::size_t>(sum.shape.back());
  std::optional<Tensor> bias = summed_bias(old, fusion->addend, channels);
  if (!bias) return false;

  const std::string name = graph.value(node.results[0]).name;
  const ValueId addend = graph.add_constant(old ? graph.value(node.operands[2]).name : name + ".bias", *std::move(bias),
                                            bias_quantization(*fusion, sum.quantization, channels));
  const auto added = graph.add_node(*node.op, node.attributes, {node.operands[0], node.operands[1], addend},
                                    node.origin, id, {{name}});
  if (!std::holds_alternative<NodeId>(added)) return false;
  const ValueId biased = graph.node(std::get<NodeId>(added)).results[0];
  if (graph.type(biased).element != sum.element) { // the bias would take the sums out of their width
    graph.erase_node(std::get<NodeId>(added));
    return false;
  }
  const Node read = graph.node(*reader);
  const auto replaced =
      graph.add_node(*read.op, fusion->reader, {biased}, read.origin, *reader, {{graph.value(read.results[0]).name}});
  if (!std::holds_alternative<NodeId>(replaced)) {
    graph.erase_node(std::get<NodeId>(added));
    return false;
  }
  graph.replace_uses(read.results[0], graph.node(std::get<NodeId>(replaced)).results[0]);
  graph.erase_node(*reader);
  graph.erase_node(id);
  return true;
}

Changed run(Graph& graph, PassContext& context) {
  Changed changed = Changed::no;
  const std::vector<NodeId> order = graph.order();
  for (const NodeId id : order) {
    if (fuse(graph, id)) changed = Changed::yes;
  }
  if (changed == Changed::yes) update_types(graph, context.diagnostics);
  return changed;
}

} // namespace

void register_fuse_bias(PassRegistry& registry) {
  registry.add({"fuse_bias", "moves exact multiples of the accumulator's unit into the integer bias", run});
}

} // namespace tilewright
