// What lies between a quantizer and the integers in front of it, as a function that can be evaluated exactly.
#pragma once

#include "ir/enclosure.h"
#include "ir/ops/quantize.h"
#include "passes/pass_tracer.h"

#include <functional>
#include <set>

namespace tilewright {

// The operators between a quantizer and its leaves: real values that are affine functions of one integer tensor each.
// Every element of the result depends on the elements at the same place only.
class RealFunction {
public:
  // The integer values that stand in place of quantizers' results by now.
  using Rewritten = std::map<ValueId, ValueId>;

  RealFunction(const Graph& graph, const std::map<ValueId, Traced>& values, const Rewritten& rewritten,
               NodeId quantizer);

  // Why there is no function: an op without an exact form, another shape, a constant that varies along another axis
  // than the last. Nothing else may be asked then.
  const std::optional<TraceResult>& problem() const { return problem_; }

  const std::set<ValueId>& sources() const { return sources_; } // integers that the leaves stand for
  const std::vector<const AffineForm*>& leaves() const { return leaves_; }
  ValueId source_of(const AffineForm& leaf) const; // as it is by now
  std::size_t operators() const { return seen_.size(); }
  // Whether a constant of the function, its leaves aside, has a value of its own for each channel.
  bool differs_by_channel() const;

  // The real number that is quantized, in `channel`, where `leaf` says what each leaf is without its bounds.
  Enclosure operator()(const std::function<Enclosure(const AffineForm&)>& leaf, std::size_t channel,
                       int precision) const;

private:
  bool collect(ValueId real, int depth);
  bool fail(std::string reason, std::string hint);
  bool off_channel();
  const AffineForm* leaf_of(ValueId real) const;

  const Graph& graph_;
  const std::map<ValueId, Traced>& values_;
  const Rewritten& rewritten_;
  ValueId result_;
  const Shape& shape_;
  std::optional<TraceResult> problem_;
  std::set<ValueId> seen_;
  std::map<ValueId, std::vector<Rational>> constants_; // one value, or one a channel
  std::vector<const AffineForm*> leaves_;
  std::set<ValueId> sources_;
};

// Bits of the elementary functions, one after the other until everything is decided.
inline constexpr int function_precisions[] = {96, 320, 1280};

// What the quantizer stores; nullopt where the enclosure is too wide to say.
std::optional<std::int64_t> stored(const Enclosure& x, const QuantizeAttributes& quantizer, std::size_t channel);

// What helps where no exact function was found.
std::string needs_quantizers();

} // namespace tilewright
