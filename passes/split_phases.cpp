#include "passes/split_phases.h"

#include "ir/ops/conv.h"
#include "ir/ops/gather.h"
#include "ir/ops/pad.h"
#include "ir/ops/requantize.h"
#include "ir/ops/reshape.h"
#include "ir/ops/transpose.h"
#include "passes/pass_support.h"

#include <algorithm>
#include <numeric>

namespace tilewright {

namespace {

// How much larger the weights may become where the window is shorter than the stride, so that some phases have none.
constexpr std::int64_t most_growth = 4;

// One axis of space. Result o = m * stride + phase meets, at element t of the window, place o + t * dilation - pad of
// the spread image.
struct Axis {
  std::int64_t size = 0; // of the image
  std::int64_t stride = 1;
  std::int64_t result = 0;
  std::int64_t kernel = 1;
  std::int64_t dilation = 1;
  std::int64_t pad = 0;
  // Of the smaller window.
  std::int64_t first = 0; // its first element, relative to pixel m
  std::int64_t length = 1;

  // The pixel that is met, relative to pixel m; nullopt between pixels.
  std::optional<std::int64_t> pixel(std::int64_t phase, std::int64_t element) const {
    const std::int64_t place = phase + element * dilation - pad;
    if (place % stride != 0) return std::nullopt;
    return place / stride;
  }
  std::int64_t steps() const { return (result + stride - 1) / stride; }
  // So that there are as many positions as steps; negative where pixels are left over.
  std::int64_t pad_end() const { return steps() + length - 1 - size + first; }
};

void find_window(Axis& axis) {
  std::int64_t last = 0;
  for (std::int64_t phase = 0; phase < axis.stride; ++phase) {
    for (std::int64_t element = 0; element < axis.kernel; ++element) {
      const auto pixel = axis.pixel(phase, element);
      axis.first = std::min(axis.first, pixel.value_or(0));
      last = std::max(last, pixel.value_or(0));
    }
  }
  axis.length = last - axis.first + 1;
}

// The image before its pixels were spread, and how far along each axis.
struct SpreadImage {
  ValueId image;
  std::vector<std::int64_t> strides;
  std::int64_t between = 0;
  Origin origin;
};

// reshape to [N, D1, 1, .., C], pad behind the ones, reshape to [N, D1 * stride, .., C].
std::optional<SpreadImage> spread_image(const Graph& graph, ValueId value) {
  const auto producer = [&](ValueId of) -> const Node* {
    const std::optional<NodeId> id = graph.value(of).producer;
    return id ? &graph.node(*id) : nullptr;
  };
  const Node* joined = producer(value);
  if (joined == nullptr || !joined->attributes.holds<ReshapeAttributes>()) return std::nullopt;
  const Node* padded = producer(joined->operands[0]);
  if (padded == nullptr || !padded->attributes.holds<PadAttributes>()) return std::nullopt;
  const Node* apart = producer(padded->operands[0]);
  if (apart == nullptr || !apart->attributes.holds<ReshapeAttributes>()) return std::nullopt;

  const PadAttributes& pad = padded->attributes.as<PadAttributes>();
  const std::optional<std::int64_t> between = pad.value.to_int64();
  SpreadImage result{
      apart->operands[0], {}, between.value_or(0), merged(merged(apart->origin, padded->origin), joined->origin)};
  const Shape& shape = graph.type(result.image).shape;
  if (!between || shape.size() < 3) return std::nullopt;
  Shape expected{shape[0]};
  PadAttributes zeros{{0}, {0}, pad.value};
  Shape spread{shape[0]};
  for (std::size_t axis = 0; axis + 2 < shape.size(); ++axis) {
    const std::size_t behind = 2 + 2 * axis;
    const std::int64_t stride = behind < pad.end.size() ? pad.end[behind] + 1 : 0;
    result.strides.push_back(stride);
    expected.insert(expected.end(), {shape[axis + 1], 1});
    zeros.begin.insert(zeros.begin.end(), {0, 0});
    zeros.end.insert(zeros.end.end(), {0, stride - 1});
    spread.push_back(shape[axis + 1] * stride);
  }
  expected.push_back(shape.back());
  zeros.begin.push_back(0);
  zeros.end.push_back(0);
  spread.push_back(shape.back());
  if (graph.type(padded->operands[0]).shape != expected || graph.type(value).shape != spread ||
      pad.begin != zeros.begin || pad.end != zeros.end) {
    return std::nullopt;
  }
  return result;
}

// Counts through all indices below `sizes`, the last one fastest.
class Indices {
public:
  explicit Indices(std::vector<std::int64_t> sizes) : sizes_(std::move(sizes)), at_(sizes_.size(), 0) {}
  const std::vector<std::int64_t>& at() const { return at_; }
  bool next() {
    for (std::size_t i = at_.size(); i-- > 0;) {
      if (++at_[i] < sizes_[i]) return true;
      at_[i] = 0;
    }
    return false;
  }

private:
  std::vector<std::int64_t> sizes_;
  std::vector<std::int64_t> at_;
};

// The weights by phase, and for each channel and phase the sum of those that meet no pixel.
struct PhaseWeights {
  Tensor weights;
  std::vector<std::int64_t> unmet;
};

template <class Part> std::vector<std::int64_t> each(const std::vector<Axis>& axes, Part part) {
  std::vector<std::int64_t> result;
  for (const Axis& axis : axes)
    result.push_back(part(axis));
  return result;
}

std::int64_t product_of(const std::vector<std::int64_t>& factors) {
  return std::accumulate(factors.begin(), factors.end(), std::int64_t{1}, std::multiplies());
}

PhaseWeights weights_of(const std::vector<Axis>& axes, const Tensor& weights) {
  const std::vector<std::int64_t> old = to_int64(weights);
  const std::int64_t inputs = weights.shape()[axes.size()];
  const std::int64_t outputs = weights.shape().back();
  const std::vector<std::int64_t> phases = each(axes, [](const Axis& axis) { return axis.stride; });
  Shape shape = each(axes, [](const Axis& axis) { return axis.length; });
  const std::int64_t all_outputs = product_of(phases) * outputs;
  shape.insert(shape.end(), {inputs, all_outputs});
  std::vector<std::int64_t> placed(static_cast<std::size_t>(product_of(shape)), 0);
  PhaseWeights result;
  result.unmet.assign(static_cast<std::size_t>(all_outputs), 0);

  std::int64_t first_output = 0;
  Indices phase(phases);
  do {
    std::int64_t element = 0;
    Indices window(each(axes, [](const Axis& axis) { return axis.kernel; }));
    do {
      std::optional<std::int64_t> to = 0;
      for (std::size_t i = 0; i < axes.size() && to; ++i) {
        const auto pixel = axes[i].pixel(phase.at()[i], window.at()[i]);
        to = pixel ? std::optional(*to * axes[i].length + *pixel - axes[i].first) : std::nullopt;
      }
      for (std::int64_t input = 0; input < inputs; ++input) {
        for (std::int64_t output = 0; output < outputs; ++output) {
          const std::int64_t weight = old[static_cast<std::size_t>((element * inputs + input) * outputs + output)];
          const std::int64_t column = first_output + output;
          if (to) {
            placed[static_cast<std::size_t>((*to * inputs + input) * all_outputs + column)] = weight;
          } else {
            result.unmet[static_cast<std::size_t>(column)] += weight;
          }
        }
      }
      ++element;
    } while (window.next());
    first_output += outputs;
  } while (phase.next());
  result.weights = from_int64(weights.element(), shape, placed);
  return result;
}

// A list with one entry a channel, once for each phase; a single entry stays.
template <class T> void repeat(std::vector<T>& list, std::int64_t times) {
  if (list.size() == 1) return;
  const std::vector<T> once = list;
  for (std::int64_t i = 1; i < times; ++i)
    list.insert(list.end(), once.begin(), once.end());
}

// Replaces one convolution and its quantizer.
class Splitter {
public:
  Splitter(Graph& graph, PassContext& context, NodeId conv, NodeId quantizer)
      : graph_(graph), context_(context), conv_(graph.node(conv)), quantizer_(graph.node(quantizer)), id_(quantizer) {}

  std::optional<ValueId> run() {
    const auto& conv = conv_.attributes.as<ConvAttributes>();
    const std::optional<SpreadImage> spread = spread_image(graph_, conv_.operands[0]);
    const Tensor* weights = graph_.constant(conv_.operands[1]);
    if (!spread || weights == nullptr || conv.groups != 1) return std::nullopt;
    if (has_padding(conv.windows) && conv.pad_value != spread->between) return std::nullopt;
    const std::vector<Axis> axes = axes_of(conv.windows, *spread);
    phases_ = product_of(spread->strides);
    const std::int64_t length = product_of(each(axes, [](const Axis& axis) { return axis.length; }));
    const std::int64_t kernel = product_of(conv.windows.kernel);
    if (length >= kernel || length > most_growth * kernel / phases_) return std::nullopt;
    if (std::ranges::any_of(axes, [](const Axis& axis) { return axis.pad_end() < 0; })) return std::nullopt;

    const PhaseWeights by_phase = weights_of(axes, *weights);
    std::optional<RequantizeAttributes> quantize = quantizer_of(spread->between, by_phase.unmet);
    std::vector<ValueId> operands = quantize ? operands_of(spread->image, by_phase.weights) : std::vector<ValueId>{};
    if (operands.empty()) return std::nullopt;
    ConvAttributes attributes = conv;
    attributes.pad_value = spread->between;
    for (std::size_t i = 0; i < axes.size(); ++i) {
      attributes.windows.kernel[i] = axes[i].length;
      attributes.windows.dilations[i] = 1;
      attributes.windows.pads_begin[i] = -axes[i].first;
      attributes.windows.pads_end[i] = axes[i].pad_end();
    }
    origin_ = merged(spread->origin, conv_.origin);
    const auto sums = add("conv", Attributes::of(attributes), operands, ".sums");
    origin_ = quantizer_.origin;
    const auto stored = sums ? add("requantize", Attributes::of(*quantize), {*sums}, ".phases") : std::nullopt;
    return stored ? shuffled(axes, *stored) : std::nullopt;
  }

private:
  std::vector<Axis> axes_of(const Windows& windows, const SpreadImage& spread) const {
    const Shape& result = graph_.type(conv_.results[0]).shape;
    std::vector<Axis> axes;
    for (std::size_t i = 0; i < spread.strides.size(); ++i) {
      axes.push_back({graph_.type(spread.image).shape[i + 1], spread.strides[i], result[i + 1], windows.kernel[i],
                      windows.dilations[i], windows.pads_begin[i]});
      find_window(axes.back());
    }
    return axes;
  }

  // nullopt where what stands between the pixels can't become part of the addends.
  std::optional<RequantizeAttributes> quantizer_of(std::int64_t between, const std::vector<std::int64_t>& unmet) const {
    RequantizeAttributes result = quantizer_.attributes.as<RequantizeAttributes>();
    if (result.axis) return std::nullopt;
    repeat(result.multiplier, phases_);
    repeat(result.addend, phases_);
    if (between == 0 || std::ranges::all_of(unmet, [](std::int64_t sum) { return sum == 0; })) return result;
    if (result.prior_shift != 0) return std::nullopt;
    if (result.addend.size() == 1) result.addend.resize(unmet.size(), result.addend[0]);
    for (std::size_t i = 0; i < unmet.size(); ++i) {
      const __int128 sum =
          static_cast<__int128>(result.multiplier[result.multiplier.size() == 1 ? 0 : i]) * unmet[i] * between +
          result.addend[i];
      result.addend[i] = static_cast<std::int64_t>(sum);
      if (result.addend[i] != sum) return std::nullopt;
    }
    return result;
  }

  // Image, weights and, where there are any, biases.
  std::vector<ValueId> operands_of(ValueId image, const Tensor& weights) {
    const std::string& name = graph_.value(conv_.operands[1]).name;
    std::vector<ValueId> operands{
        image, graph_.add_constant(name + ".phases", weights, repeated(graph_.type(conv_.operands[1]).quantization))};
    if (conv_.operands.size() < 3) return operands;
    const Tensor* bias = graph_.constant(conv_.operands[2]);
    if (bias == nullptr) return {};
    std::vector<std::int64_t> values = to_int64(*bias);
    if (values.size() != 1) repeat(values, phases_);
    operands.push_back(
        graph_.add_constant(graph_.value(conv_.operands[2]).name + ".phases",
                            from_int64(bias->element(), {static_cast<std::int64_t>(values.size())}, values),
                            repeated(graph_.type(conv_.operands[2]).quantization)));
    return operands;
  }

  std::optional<Quantization> repeated(std::optional<Quantization> quantization) const {
    if (!quantization || !quantization->axis) return quantization;
    repeat(quantization->scales, phases_);
    repeat(quantization->zero_points, phases_);
    return quantization;
  }

  // [N, M1, .., phase 1, .., C], the phases moved behind their axes; what is beyond the result is cut off.
  std::optional<ValueId> shuffled(const std::vector<Axis>& axes, ValueId value) {
    const Shape& result = graph_.type(conv_.results[0]).shape;
    const auto rank = static_cast<std::int64_t>(axes.size());
    Shape apart{result[0]};
    Shape joined{result[0]};
    TransposeAttributes behind{{0}};
    for (const Axis& axis : axes)
      apart.push_back(axis.steps());
    for (std::int64_t i = 0; i < rank; ++i) {
      const Axis& axis = axes[static_cast<std::size_t>(i)];
      apart.push_back(axis.stride);
      joined.push_back(axis.steps() * axis.stride);
      behind.permutation.insert(behind.permutation.end(), {i + 1, i + 1 + rank});
    }
    behind.permutation.push_back(2 * rank + 1);
    apart.push_back(result.back());
    joined.push_back(result.back());
    origin_ = merged(conv_.origin, quantizer_.origin);
    auto moved = add("reshape", Attributes::of(ReshapeAttributes{apart}), {value}, ".apart");
    if (moved && rank > 1) moved = add("transpose", Attributes::of(behind), {*moved}, ".moved");
    if (moved)
      moved = add("reshape", Attributes::of(ReshapeAttributes{joined}), {*moved}, joined == result ? "" : ".all");
    for (std::size_t i = 0; i < axes.size() && moved; ++i) {
      if (joined[i + 1] == result[i + 1]) continue;
      GatherAttributes gather{static_cast<std::int64_t>(i) + 1,
                              std::vector<std::int64_t>(static_cast<std::size_t>(result[i + 1]))};
      std::iota(gather.indices.begin(), gather.indices.end(), 0);
      moved = add("gather", Attributes::of(gather), {*moved}, i + 1 == axes.size() ? "" : ".cut");
    }
    return moved;
  }

  std::optional<ValueId> add(std::string_view op, Attributes attributes, std::vector<ValueId> operands,
                             std::string_view suffix) {
    const auto added = graph_.add_node(*context_.ops.find(op), std::move(attributes), std::move(operands), origin_, id_,
                                       {{graph_.value(quantizer_.results[0]).name + std::string(suffix)}});
    if (!std::holds_alternative<NodeId>(added)) return std::nullopt; // erased with all else that nobody reads
    return graph_.node(std::get<NodeId>(added)).results[0];
  }

  Graph& graph_;
  PassContext& context_;
  Node conv_;
  Node quantizer_;
  NodeId id_;
  Origin origin_;
  std::int64_t phases_ = 1;
};

// The quantizer that alone reads the convolution's sums.
std::optional<NodeId> quantizer_behind(const Graph& graph, const Node& conv) {
  if (!conv.attributes.holds<ConvAttributes>() || graph.use_count(conv.results[0]) != 1) return std::nullopt;
  const std::vector<NodeId> users = graph.users(conv.results[0]);
  if (users.size() != 1 || !graph.node(users[0]).attributes.holds<RequantizeAttributes>()) return std::nullopt;
  return graph.node(users[0]).operands.size() == 1 ? std::optional(users[0]) : std::nullopt;
}

Changed run(Graph& graph, PassContext& context) {
  std::map<ValueId, ValueId> replacements;
  const std::vector<NodeId> order = graph.order();
  for (const NodeId id : order) {
    const std::optional<NodeId> quantizer = quantizer_behind(graph, graph.node(id));
    if (!quantizer) continue;
    const ValueId result = graph.node(*quantizer).results[0];
    const std::optional<ValueId> other = Splitter(graph, context, id, *quantizer).run();
    if (other && graph.type(*other).shape == graph.type(result).shape) replacements.emplace(result, *other);
  }
  if (!replacements.empty()) graph.replace_uses(replacements);
  if (graph.order() != order) erase_dead_nodes(graph);
  if (!replacements.empty()) update_types(graph, context.diagnostics); // less may be known to be reachable
  return replacements.empty() ? Changed::no : Changed::yes;
}

} // namespace

void register_split_phases(PassRegistry& registry) {
  registry.add({"split_phases", "transposed convolutions become one for each phase", run});
}

} // namespace tilewright
