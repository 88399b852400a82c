// An op is data plus functions. Each file in ir/ops/ describes one and exports `void register_<stem>(OpRegistry&)`.
#pragma once

#include "ir/affine_form.h"
#include "ir/attributes.h"
#include "ir/enclosure.h"
#include "ir/tensor.h"

#include <cstdint>
#include <span>
#include <string>
#include <vector>

namespace tilewright {

class Graph;

// What is wrong with a node, seen by its op; the caller adds the node's name and the model's file.
struct OpError {
  std::string reason;
  std::string expected;
  std::string got;
  std::string hint;
  std::optional<std::size_t> operand; // the operand concerned
};

struct InferContext {
  const Attributes& attributes;
  std::span<const ValueType> operands;
  std::span<const Tensor* const> constants; // per operand; nullptr where it is not a constant
};

struct EvaluateContext {
  const Attributes& attributes;
  std::span<const Tensor* const> operands;
  std::span<const ValueType> operand_types;
  std::span<const ValueType> result_types;
};

struct Work {
  std::int64_t multiply_accumulates = 0;
  std::int64_t bytes = 0; // read and written once each
};

struct TraceContext {
  Graph& graph; // a hook may add integer nodes before `node`
  NodeId node;
  std::span<const TraceResult> operands; // traced in order; a float constant is a form without source
};

// Facts that passes ask for instead of an op's name.
struct OpTraits {
  bool pointwise = false;   // element i of the result depends on element i of each operand only
  bool shape_only = false;  // moves elements, never changes one: Reshape, Transpose, Concat
  bool contraction = false; // sums of products into an accumulator: its float form becomes an integer one
  bool order_only = false;  // results are elements of the operands, chosen by their order: whatever never falls may
                            // come before or behind it
  bool increasing = false;  // of one operand: where it rises, the result never falls
  bool sum = false;         // adds its operands: several computed ones make a sum of integer tensors
  bool joins = false;       // puts elements of several operands into one tensor, where they need one scale and type
  bool quantizer = false;   // float in, integers out
  bool dequantizer = false; // integers in, float out
};

struct OpDefinition {
  std::string name;    // = the file's stem
  std::string summary; // one line, for `tilewright ops`
  OpTraits traits;
  std::size_t min_operands = 1;
  std::size_t max_operands = 1;
  Attributes default_attributes;

  // Result types from operand types; nullopt when all is well. Called with min..max operands only.
  using Infer = std::optional<OpError> (*)(const InferContext&, std::vector<ValueType>& results);
  Infer infer = nullptr;
  // The bit-exact meaning: one tensor a result. Operands have the types that `infer` accepted.
  using Evaluate = std::vector<Tensor> (*)(const EvaluateContext&);
  Evaluate evaluate = nullptr;
  using WorkFunction = Work (*)(const EvaluateContext&);
  // Only types are read: `operands` is empty.
  WorkFunction work = nullptr;
  // Optional: the node's float result as a function of one integer tensor.
  using Trace = TraceResult (*)(const TraceContext&);
  Trace trace = nullptr;
  // Optional, for pointwise ops on real numbers: an element of the result from the operands' elements; exact where they
  // are and the result is rational, else as narrow as `precision` bits allow (ir/enclosure.h). Makes tables of it.
  using Enclose = Enclosure (*)(const Attributes&, std::span<const Enclosure> operands, int precision);
  Enclose enclose = nullptr;
  // Optional, for shape_only ops: where axis `axis` of operand 0 lies in the result, if it stays one axis.
  using MapAxis = std::optional<std::size_t> (*)(const InferContext&, std::size_t axis);
  MapAxis map_axis = nullptr;
  // Optional, for contractions of integers: the proven interval of each index of the result's last axis, where that is
  // tighter than the one range of the type. One entry each.
  using ChannelRanges = std::vector<IntegerRange> (*)(const InferContext&);
  ChannelRanges channel_ranges = nullptr;
};

} // namespace tilewright
