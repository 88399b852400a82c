#include "passes/pass_table.h"

#include "ir/ops/table.h"
#include "passes/pass_support.h"

#include <algorithm>
#include <fmt/format.h>
#include <set>

namespace tilewright {

namespace {

// Entries times the operators that each goes through, at some microseconds each.
constexpr std::int64_t most_work = 1 << 22;

class TableBuilder {
public:
  TableBuilder(const Graph& graph, const RealFunction& function, NodeId id)
      : graph_(graph), function_(function), quantizer_(graph.node(id).attributes.as<QuantizeAttributes>()),
        shape_(graph.type(graph.node(id).results[0]).shape) {}

  std::variant<TableOfQuantizer, TraceResult> run() {
    if (function_.problem()) return *function_.problem();
    if (!find_root() || !find_channels()) return problem_;
    std::vector<std::int64_t> entries;
    for (const int precision : function_precisions) {
      if (fill(precision, entries)) return TableOfQuantizer{root_, tensor_of(entries)};
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
    if (function_.sources().empty()) return fail("nothing of it is computed", needs_quantizers());
    std::map<ValueId, std::size_t> position;
    for (std::size_t i = 0; i < graph_.order().size(); ++i) {
      for (const ValueId result : graph_.node(graph_.order()[i]).results)
        position[result] = i + 1; // graph inputs: 0
    }
    std::set<ValueId> open = function_.sources();
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
    bool differ = quantizer_.scale.size() > 1 || function_.differs_by_channel();
    if (quantizer_.scale.size() > 1 && static_cast<std::size_t>(*quantizer_.axis) + 1 != shape_.size()) {
      return fail("per-channel scales or constants do not lie along the last axis", "use one scale for the tensor");
    }
    for (const AffineForm* leaf : function_.leaves())
      differ |= leaf->axis.has_value();
    for (const auto& [result, step] : steps_)
      differ |= !infers_for_one_channel(*step);
    channels_ = differ ? shape_.back() : 1;
    const auto operators = static_cast<std::int64_t>(function_.operators() + steps_.size());
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

  // Rows of 256; false where an entry is not decided.
  bool fill(int precision, std::vector<std::int64_t>& entries) {
    if (integers_.empty()) integers_ = integers();
    const auto channels = static_cast<std::size_t>(channels_);
    entries.assign(channels * table_columns, 0);
    for (std::size_t column = 0; column < table_columns; ++column) {
      for (std::size_t channel = 0; channel < channels; ++channel) {
        const std::size_t element = column * channels + channel;
        const auto leaf = [&](const AffineForm& form) -> Enclosure {
          const Rational x(integers_.at(function_.source_of(form))[element]);
          return entry(form.ratio, channel) * x + entry(form.offset, channel);
        };
        const auto value = stored(function_(leaf, channel, precision), quantizer_, channel);
        if (!value) {
          undecided_ = integers_.at(root_)[element];
          return false;
        }
        entries[channel * table_columns + column] = *value;
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
    return from_int64(quantizer_.element, {rows, table_columns},
                      std::span(entries).first(static_cast<std::size_t>(rows * table_columns)));
  }

  const Graph& graph_;
  const RealFunction& function_;
  const QuantizeAttributes& quantizer_;
  Shape shape_;
  TraceResult problem_;
  std::vector<std::pair<ValueId, const Node*>> steps_; // from the root on
  ValueId root_;
  std::int64_t channels_ = 1;
  std::map<ValueId, std::vector<std::int64_t>> integers_;
  std::int64_t undecided_ = 0;
};

} // namespace

std::variant<TableOfQuantizer, TraceResult> table_of(const Graph& graph, const RealFunction& function, NodeId id) {
  return TableBuilder(graph, function, id).run();
}

} // namespace tilewright
