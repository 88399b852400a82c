#include "passes/pass_table.h"

#include "ir/affine_algebra.h"
#include "ir/ops/quantize.h"
#include "ir/ops/table.h"
#include "passes/pass_support.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <set>

namespace tilewright {

namespace {

// Bits of the elementary functions, one after the other until every entry is decided.
constexpr int precisions[] = {96, 320, 1280};
// Chains of real operators between two quantizers; a longer one is no function that anybody wrote.
constexpr int longest_chain = 256;
// Entries times the operators that each goes through, at some microseconds each.
constexpr std::int64_t most_work = 1 << 22;

class TableBuilder {
public:
  TableBuilder(const Graph& graph, const std::map<ValueId, Traced>& values, const std::map<ValueId, ValueId>& rewritten,
               NodeId id)
      : graph_(graph), values_(values), rewritten_(rewritten), id_(id),
        shape_(graph.type(graph.node(id).results[0]).shape) {}

  std::variant<TableOfQuantizer, TraceResult> run() {
    if (!collect(graph_.node(id_).operands[0], 0) || !find_root() || !find_channels()) return problem_;
    std::vector<std::int64_t> entries;
    for (const int precision : precisions) {
      if (fill(precision, entries)) return TableOfQuantizer{root_, tensor_of(entries)};
      if (!problem_.reason.empty()) return problem_;
    }
    return no_form(
        fmt::format("the exact result for {} lies on a rounding boundary, as far as it can be computed", undecided_),
        "use another scale");
  }

private:
  bool fail(std::string reason, std::string hint) {
    problem_ = no_form(std::move(reason), std::move(hint));
    return false;
  }

  const AffineForm* form_of(ValueId real) const {
    const auto traced = values_.find(real);
    return traced == values_.end() || !traced->second.result.form ? nullptr : &*traced->second.result.form;
  }

  ValueId current(ValueId source) const {
    const auto found = rewritten_.find(source);
    return found == rewritten_.end() ? source : found->second;
  }

  // A form that stands for itself: integers, a ratio and an offset. Longer sums are followed operand by operand.
  const AffineForm* leaf_of(ValueId real) const {
    const AffineForm* form = form_of(real);
    return form != nullptr && form->source && form->addends.empty() ? form : nullptr;
  }

  // Finds the integers that `real` depends on.
  bool collect(ValueId real, int depth) {
    if (!seen_.insert(real).second) return true;
    const Value& value = graph_.value(real);
    const AffineForm* leaf = leaf_of(real);
    if (value.constant || (leaf != nullptr && graph_.constant(*leaf->source))) {
      const TraceResult form = value.constant ? constant_form(*value.constant) : TraceResult{*leaf, {}, {}};
      if (!form.form) return fail(form.reason, form.hint);
      const std::optional<ChannelList> list = constant_values(graph_, *form.form);
      if (!list) return fail("a constant varies along more than one axis", "use one constant per channel");
      if (list->axis && value.type.shape.size() != *list->axis + 1) return off_channel();
      constants_.emplace(real, list->values);
      return true;
    }
    if (value.type.shape != shape_) return fail("the tensor changes its shape between the quantizers", enough());
    if (leaf != nullptr) {
      if (leaf->axis && *leaf->axis + 1 != shape_.size()) return off_channel();
      sources_.insert(current(*leaf->source));
      return true;
    }
    if (!value.producer) return fail(fmt::format("the graph input '{}' is not quantized", value.name), enough());
    const Node& node = graph_.node(*value.producer);
    if (node.op->enclose == nullptr) {
      return fail(fmt::format("'{}' of real numbers has no exact integer form", node.op->name), enough());
    }
    if (depth == longest_chain) return fail("the chain of operators between the quantizers is too long", enough());
    return std::ranges::all_of(node.operands, [&](ValueId operand) { return collect(operand, depth + 1); });
  }

  static std::string enough() {
    return "put quantizers in front of it and behind it, or let the host compute it: --allow-host-islands";
  }
  bool off_channel() {
    return fail("per-channel scales or constants do not lie along the last axis", "use one scale for the tensor");
  }

  // The integer node that computes `value` element by element from one other tensor; nullptr where there is none.
  const Node* step_to(ValueId value) const {
    const std::optional<NodeId> producer = graph_.value(value).producer;
    if (!producer) return nullptr;
    const Node& node = graph_.node(*producer);
    const bool single = node.op->traits.pointwise && std::ranges::count_if(node.operands, [&](ValueId operand) {
                                                       return !graph_.constant(operand);
                                                     }) == 1;
    const bool integers =
        std::ranges::all_of(node.operands, [&](ValueId v) { return is_integer(graph_.type(v).element); });
    return single && integers ? &node : nullptr;
  }
  ValueId computed_operand(const Node& node) const {
    return *std::ranges::find_if(node.operands, [&](ValueId operand) { return !graph_.constant(operand); });
  }

  // The one 8-bit tensor that all sources are functions of: the last of several is replaced by what it is computed
  // from.
  bool find_root() {
    if (sources_.empty()) return fail("nothing of it is computed", enough());
    std::map<ValueId, std::size_t> position;
    for (std::size_t i = 0; i < graph_.order().size(); ++i) {
      for (const ValueId result : graph_.node(graph_.order()[i]).results)
        position[result] = i + 1; // graph inputs: 0
    }
    std::set<ValueId> open = sources_;
    while (open.size() > 1) {
      const ValueId last = *std::ranges::max_element(open, {}, [&](ValueId value) { return position[value]; });
      const Node* step = step_to(last);
      if (step == nullptr) {
        return fail("the result depends on several quantized tensors",
                    "put a quantizer behind the operator that joins them, or in front of the function");
      }
      steps_.emplace_back(last, step);
      open.erase(last);
      open.insert(computed_operand(*step));
    }
    std::ranges::reverse(steps_);
    root_ = *open.begin();
    const ElementType element = graph_.type(root_).element;
    if (element == ElementType::int8 || element == ElementType::uint8) return true;
    return fail(fmt::format("a function of {} integers is no table of 256 entries", name_of(element)),
                "put an 8-bit quantizer in front of the function");
  }

  // One row, unless something differs from channel to channel.
  bool find_channels() {
    const auto& quantizer = graph_.node(id_).attributes.as<QuantizeAttributes>();
    bool differ = quantizer.scale.size() > 1;
    if (differ && static_cast<std::size_t>(*quantizer.axis) + 1 != shape_.size()) return off_channel();
    for (const auto& [real, list] : constants_)
      differ |= list.size() > 1;
    for (const ValueId real : seen_) {
      const AffineForm* form = constants_.contains(real) ? nullptr : leaf_of(real);
      differ |= form != nullptr && form->axis.has_value();
    }
    for (const auto& [result, step] : steps_)
      differ |= !infers_for_one_channel(*step);
    channels_ = differ ? shape_.back() : 1;
    const auto operators = static_cast<std::int64_t>(seen_.size() + steps_.size());
    if (channels_ <= most_work / table_columns / operators) return true;
    return fail("a function with so many channels and operators is no table", "use one scale for the tensor");
  }

  std::vector<ValueType> column_types(const Node& step, std::int64_t channels) const {
    std::vector<ValueType> types;
    for (const ValueId operand : step.operands) {
      types.push_back(graph_.type(operand));
      if (!graph_.constant(operand)) types.back().shape = {table_columns, channels};
    }
    return types;
  }

  bool infers_for_one_channel(const Node& step) const {
    const std::vector<ValueType> types = column_types(step, 1);
    std::vector<const Tensor*> constants;
    for (const ValueId operand : step.operands)
      constants.push_back(graph_.constant(operand));
    std::vector<ValueType> results;
    return !step.op->infer({step.attributes, types, constants}, results);
  }

  // Every source's integers, [256, channels], for the values of the root in the order of the table's columns.
  std::map<ValueId, std::vector<std::int64_t>> integers() const {
    std::map<ValueId, Tensor> tensors;
    const ValueType& type = graph_.type(root_);
    const IntegerRange reach = range_of(type);
    std::vector<std::int64_t> x;
    for (std::int64_t column = 0; column < table_columns; ++column) {
      const std::int64_t value = is_signed(type.element) ? static_cast<std::int8_t>(column) : column;
      // What the root never takes counts as the nearest that it does.
      x.insert(x.end(), static_cast<std::size_t>(channels_), std::clamp(value, reach.min, reach.max));
    }
    tensors.emplace(root_, from_int64(type.element, {table_columns, channels_}, x));
    for (const auto& [result, step] : steps_) {
      const std::vector<ValueType> types = column_types(*step, channels_);
      std::vector<const Tensor*> operands;
      for (const ValueId operand : step->operands)
        operands.push_back(graph_.constant(operand) ? graph_.constant(operand) : &tensors.at(operand));
      ValueType result_type = graph_.type(result);
      result_type.shape = {table_columns, channels_};
      tensors.emplace(result, step->op->evaluate({step->attributes, operands, types, {&result_type, 1}})[0]);
    }
    std::map<ValueId, std::vector<std::int64_t>> lists;
    for (const auto& [value, tensor] : tensors)
      lists.emplace(value, to_int64(tensor));
    return lists;
  }

  Enclosure enclosed(ValueId real, std::size_t element, std::size_t channel, int precision) {
    if (const auto known = memo_.find(real); known != memo_.end()) return known->second;
    Enclosure result;
    if (const auto constant = constants_.find(real); constant != constants_.end()) {
      result = entry(constant->second, channel);
    } else if (const AffineForm* form = leaf_of(real)) {
      const Rational x(integers_.at(current(*form->source))[element]);
      result = clamped(entry(form->ratio, channel) * x + entry(form->offset, channel), form->lower, form->upper);
    } else {
      const Node& node = graph_.node(*graph_.value(real).producer);
      std::vector<Enclosure> operands;
      for (const ValueId operand : node.operands)
        operands.push_back(enclosed(operand, element, channel, precision));
      result = node.op->enclose(node.attributes, operands, precision);
    }
    memo_.emplace(real, result);
    return result;
  }

  // nullopt where the enclosure is too wide to say.
  static std::optional<std::int64_t> quantized(const Enclosure& x, const QuantizeAttributes& quantizer,
                                               std::size_t channel) {
    const std::size_t c = quantizer.scale.size() > 1 ? channel : 0;
    const Rational zero_point(quantizer.zero_point[c]);
    if (x.special) { // as `quantize` does it
      if (std::isnan(*x.special)) return std::clamp(quantizer.zero_point[c], quantizer.range.min, quantizer.range.max);
      return *x.special < 0 ? quantizer.range.min : quantizer.range.max;
    }
    const auto stored = [&](const Rational& real) {
      const Rational ratio = real / quantizer.scale[c];
      const Rational rounded = quantizer.round_after_zero_point ? round(ratio + zero_point, quantizer.rounding)
                                                                : round(ratio, quantizer.rounding) + zero_point;
      if (rounded <= Rational(quantizer.range.min)) return quantizer.range.min;
      if (rounded >= Rational(quantizer.range.max)) return quantizer.range.max;
      return *rounded.to_int64();
    };
    const std::int64_t low = stored(x.low);
    if (x.exact() || low == stored(x.high)) return low;
    return std::nullopt;
  }

  // Rows of 256; false where an entry is not decided.
  bool fill(int precision, std::vector<std::int64_t>& entries) {
    const auto& quantizer = graph_.node(id_).attributes.as<QuantizeAttributes>();
    if (integers_.empty()) integers_ = integers();
    const auto channels = static_cast<std::size_t>(channels_);
    entries.assign(channels * table_columns, 0);
    for (std::size_t column = 0; column < table_columns; ++column) {
      for (std::size_t channel = 0; channel < channels; ++channel) {
        memo_.clear();
        const std::size_t element = column * channels + channel;
        const Enclosure real = enclosed(graph_.node(id_).operands[0], element, channel, precision);
        const auto stored = quantized(real, quantizer, channel);
        if (!stored) {
          undecided_ = integers_.at(root_)[element];
          return false;
        }
        entries[channel * table_columns + column] = *stored;
      }
    }
    return true;
  }

  Tensor tensor_of(const std::vector<std::int64_t>& entries) const {
    std::int64_t rows = channels_;
    bool same = true;
    for (std::size_t i = table_columns; i < entries.size(); ++i)
      same = same && entries[i] == entries[i - table_columns];
    if (same) rows = 1;
    const auto& quantizer = graph_.node(id_).attributes.as<QuantizeAttributes>();
    return from_int64(quantizer.element, {rows, table_columns},
                      std::span(entries).first(static_cast<std::size_t>(rows * table_columns)));
  }

  const Graph& graph_;
  const std::map<ValueId, Traced>& values_;
  const std::map<ValueId, ValueId>& rewritten_;
  NodeId id_;
  Shape shape_;
  TraceResult problem_;
  std::set<ValueId> seen_;
  std::map<ValueId, std::vector<Rational>> constants_; // one value, or one a channel
  std::set<ValueId> sources_;
  std::vector<std::pair<ValueId, const Node*>> steps_; // from the root on
  ValueId root_;
  std::int64_t channels_ = 1;
  std::map<ValueId, std::vector<std::int64_t>> integers_;
  std::map<ValueId, Enclosure> memo_; // of one element
  std::int64_t undecided_ = 0;
};

} // namespace

std::variant<TableOfQuantizer, TraceResult> table_of(const Graph& graph, const std::map<ValueId, Traced>& values,
                                                     const std::map<ValueId, ValueId>& rewritten, NodeId id) {
  return TableBuilder(graph, values, rewritten, id).run();
}

} // namespace tilewright
