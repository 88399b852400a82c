// Operand modifiers: op_zero, op_add, op_sub, op_neg, op_abs, op_conj, op_sign, ... wrap an operand until the operation
// reads it.
#pragma once

namespace aie {

template <typename Value> struct OpAdd { const Value& value; };
template <typename Value> struct OpSub { const Value& value; };
template <typename Value> struct OpNeg { const Value& value; };
template <typename Value> struct OpAbs { const Value& value; };
template <typename Value> struct OpConj { const Value& value; };
/// The value, or zero where `zero` holds.
template <typename Value> struct OpZero {
  const Value& value;
  bool zero;
};
/// A vector read as signed or unsigned elements, whatever its type says.
template <typename Value> struct OpSign {
  const Value& value;
  bool is_signed;
};

template <typename Value> OpAdd<Value> op_add(const Value& value) { return {value}; }
template <typename Value> OpSub<Value> op_sub(const Value& value) { return {value}; }
template <typename Value> OpNeg<Value> op_neg(const Value& value) { return {value}; }
template <typename Value> OpAbs<Value> op_abs(const Value& value) { return {value}; }
template <typename Value> OpConj<Value> op_conj(const Value& value) { return {value}; }
template <typename Value> const Value& op_none(const Value& value) { return value; }
template <typename Value> OpZero<Value> op_zero(const Value& value, bool zero = true) { return {value, zero}; }
template <typename Value> OpSign<Value> op_sign(const Value& value, bool is_signed) { return {value, is_signed}; }

} // namespace aie
