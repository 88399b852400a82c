// Ops that exist for these tests only, so that the text form is tested whatever the compiler's own ops are.
#pragma once

#include "ir/graph.h"

#include <functional>
#include <gtest/gtest.h>

namespace tilewright::testing {

// One field of each kind.
struct EveryField {
  bool flag = false;
  std::int64_t number = 0;
  std::optional<std::int64_t> maybe_number;
  std::vector<std::int64_t> numbers;
  std::string word;
  Rational ratio;
  std::optional<Rational> maybe_ratio;
  std::vector<Rational> ratios;
  ElementType element = ElementType::int8;
  Rounding rounding = Rounding::half_even;
  IntegerRange range{0, 1};

  void reflect(AttributeVisitor& visit) {
    visit.field("flag", flag);
    visit.field("number", number);
    visit.field("maybe_number", maybe_number);
    visit.field("numbers", numbers);
    visit.field("word", word);
    visit.field("ratio", ratio);
    visit.field("maybe_ratio", maybe_ratio);
    visit.field("ratios", ratios);
    visit.field("element", element);
    visit.field("rounding", rounding);
    visit.field("range", range);
  }
};

struct NumberAttribute {
  std::int64_t number = 0;
  void reflect(AttributeVisitor& visit) { visit.field("number", number); }
};

inline std::optional<OpError> same_type(const InferContext& context, std::vector<ValueType>& results) {
  results = {context.operands[0]};
  return std::nullopt;
}

inline std::optional<OpError> same_type_twice(const InferContext& context, std::vector<ValueType>& results) {
  results = {context.operands[0], context.operands[0]};
  return std::nullopt;
}

inline std::optional<OpError> refuse_negative(const InferContext& context, std::vector<ValueType>& results) {
  const std::int64_t number = context.attributes.as<NumberAttribute>().number;
  if (number < 0) return OpError{"the number is negative", "0 or more", std::to_string(number), "", {}};
  return same_type(context, results);
}

// same (1 operand), both (1 or 2 operands), twin (2 results), numbered (refuses a negative number), every (all fields).
inline OpRegistry sample_ops() {
  OpRegistry registry;
  const auto add = [&registry](std::string name, OpDefinition::Infer infer, std::size_t most, Attributes attributes) {
    OpDefinition op;
    op.name = std::move(name);
    op.infer = infer;
    op.max_operands = most;
    op.default_attributes = std::move(attributes);
    registry.add(std::move(op));
  };
  add("same", same_type, 1, Attributes{});
  add("both", same_type, 2, Attributes{});
  add("twin", same_type_twice, 1, Attributes{});
  add("numbered", refuse_negative, 1, Attributes::of(NumberAttribute{}));
  add("every", same_type, 1, Attributes::of(EveryField{}));
  return registry;
}

} // namespace tilewright::testing
