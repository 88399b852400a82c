#include "passes/split_windows.h"

#include "ir/ops/max_pool.h"
#include "ir/ops/reduce_sum.h"
#include "ir/ops/requantize.h"
#include "ir/ops/sum_pool.h"
#include "passes/pass_support.h"

#include <algorithm>
#include <numeric>

namespace tilewright {

namespace {

// Of one channel, that a call can sum beside seven others: half a memory bank of 16 KiB on either generation.
constexpr std::int64_t most_bytes_summed = 1024;
// Elements of a window that is searched for the largest: each is a few instructions of a program of 16 KiB.
constexpr std::int64_t most_compared = 64;
// Sides of windows that come first. Sums of 8 x 8 bytes fit 16 bits; elements at large strides are read one by one, so
// that comparing them takes more instructions.
constexpr std::int64_t side_summed = 8;
constexpr std::int64_t side_compared = 4;
// Sizes up to this stay as they are.
constexpr std::int64_t short_axis = 8;

struct Steps {
  Windows first;
  Windows second;
};

// The largest divisor up to `most`; where windows need not tile the axis and no divisor is worth it, `most` itself.
std::int64_t first_length(std::int64_t length, std::int64_t most, bool single) {
  std::int64_t divisor = most;
  while (length % divisor != 0)
    --divisor;
  return divisor <= most / 2 && single ? most : divisor;
}

// `side` is that of a square window; windows along one axis may be as long as the square has elements.
std::optional<Steps> steps_of(const Windows& windows, const ValueType& input, std::int64_t side) {
  if (has_padding(windows)) return std::nullopt;
  const auto is_long = [](std::int64_t length) { return length > short_axis; };
  const auto long_axes = std::ranges::count_if(windows.kernel, is_long);
  if (long_axes == 0 || long_axes > 2) return std::nullopt;
  const std::int64_t most = long_axes == 2 ? side : side * side;
  Steps steps{windows, windows};
  for (std::size_t axis = 0; axis < windows.kernel.size(); ++axis) {
    const std::int64_t length = windows.kernel[axis];
    const bool single = input.shape[axis + 1] == length;
    if (windows.dilations[axis] != 1 || (!single && windows.strides[axis] != length)) return std::nullopt;
    const std::int64_t first = is_long(length) ? first_length(length, most, single) : 1;
    const std::int64_t second = (length + first - 1) / first;
    steps.first.kernel[axis] = steps.first.strides[axis] = first;
    steps.first.pads_end[axis] = first * second - length;
    steps.second.kernel[axis] = second;
    steps.second.strides[axis] = single ? 1 : second;
  }
  if (steps.first.kernel == std::vector<std::int64_t>(windows.kernel.size(), 1)) return std::nullopt;
  return steps;
}

// What is added between the node's operand and the result that replaces its own.
class Rewriter {
public:
  Rewriter(Graph& graph, PassContext& context, NodeId id)
      : graph_(graph), context_(context), id_(id), node_(graph.node(id)), input_(graph.type(node_.operands[0])) {}

  std::optional<ValueId> run() {
    if (!is_integer(input_.element)) return std::nullopt;
    if (node_.attributes.holds<MaxPoolAttributes>()) return largest();
    if (const std::optional<Windows> windows = summed_windows()) return sum(*windows);
    return std::nullopt;
  }

private:
  std::optional<Windows> summed_windows() const {
    if (node_.attributes.holds<SumPoolAttributes>()) return node_.attributes.as<SumPoolAttributes>().windows;
    if (!node_.attributes.holds<ReduceSumAttributes>() || input_.shape.size() < 3) return std::nullopt;
    std::vector<std::int64_t> space(input_.shape.size() - 2);
    std::iota(space.begin(), space.end(), 1);
    if (node_.attributes.as<ReduceSumAttributes>().axes != space) return std::nullopt;
    return whole_space(input_.shape);
  }

  std::optional<ValueId> largest() {
    Windows rest = node_.attributes.as<MaxPoolAttributes>().windows;
    std::optional<ValueId> chosen = node_.operands[0];
    while (chosen && elements_of_window(rest) > most_compared) {
      const auto steps = steps_of(rest, graph_.type(*chosen), side_compared);
      if (!steps) return std::nullopt;
      chosen = add("max_pool", Attributes::of(MaxPoolAttributes{steps->first}), *chosen, ".windows");
      rest = steps->second;
    }
    if (!chosen || chosen == node_.operands[0]) return std::nullopt;
    return add("max_pool", Attributes::of(MaxPoolAttributes{rest}), *chosen, "");
  }

  std::optional<ValueId> sum(const Windows& windows) {
    const std::int64_t bytes = elements_of_window(windows) * static_cast<std::int64_t>(size_in_bytes(input_.element));
    const auto steps = bytes > most_bytes_summed ? steps_of(windows, input_, side_summed) : std::nullopt;
    if (!steps) return std::nullopt;
    const auto first = add("sum_pool", Attributes::of(SumPoolAttributes{steps->first, 0}), node_.operands[0], ".wide");
    if (!first) return std::nullopt;
    RequantizeAttributes narrow;
    narrow.range = range_of(graph_.type(*first));
    narrow.element = ElementType::int16;
    if (!storage_range(narrow.element).contains(narrow.range)) return std::nullopt;
    const auto sums = add("requantize", Attributes::of(narrow), *first, ".windows");
    return sums ? add("sum_pool", Attributes::of(SumPoolAttributes{steps->second, 0}), *sums, "") : std::nullopt;
  }

  std::optional<ValueId> add(std::string_view op, Attributes attributes, ValueId operand, std::string_view suffix) {
    const auto added = graph_.add_node(*context_.ops.find(op), std::move(attributes), {operand}, node_.origin, id_,
                                       {{graph_.value(node_.results[0]).name + std::string(suffix)}});
    if (!std::holds_alternative<NodeId>(added)) return std::nullopt; // erased with all else that nobody reads
    return graph_.node(std::get<NodeId>(added)).results[0];
  }

  Graph& graph_;
  PassContext& context_;
  NodeId id_;
  Node node_;
  ValueType input_;
};

Changed run(Graph& graph, PassContext& context) {
  std::map<ValueId, ValueId> replacements;
  const std::vector<NodeId> order = graph.order();
  for (const NodeId id : order) {
    const std::optional<ValueId> other = Rewriter(graph, context, id).run();
    const ValueId result = graph.node(id).results[0];
    if (other && graph.type(*other).element == graph.type(result).element) replacements.emplace(result, *other);
  }
  if (!replacements.empty()) graph.replace_uses(replacements);
  if (graph.order() != order) erase_dead_nodes(graph);
  return replacements.empty() ? Changed::no : Changed::yes;
}

} // namespace

void register_split_windows(PassRegistry& registry) {
  registry.add({"split_windows", "windows over large images become windows over windows", run});
}

} // namespace tilewright
