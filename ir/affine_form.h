// A real-valued tensor seen as a function of integer tensors: what makes a float graph with quantizers exact integers.
//
//   real = clamp(ratio[c] * source + offset[c], lower, upper)        c = index along `axis`
//
// A sum of several computed tensors has further terms ratio[c] * source, its addends. `ratio` and `offset` have one
// entry, or one per index of `axis`. A constant has no source and no ratio. Everything is exact: the scales of the model
// are the exact values of their float32.
#pragma once

#include "ir/graph_ids.h"
#include "ir/rational.h"

#include <optional>
#include <string>
#include <vector>

namespace tilewright {

// ratio * source beside a form's own; the source has the shape of the form's.
struct AffineTerm {
  ValueId source;
  std::vector<Rational> ratio;
};

struct AffineForm {
  std::optional<ValueId> source; // an integer value of the graph; absent for a constant
  std::vector<Rational> ratio;   // empty for a constant
  std::vector<Rational> offset;
  std::optional<std::size_t> axis; // required when ratio or offset has more than one entry
  std::optional<Rational> lower;
  std::optional<Rational> upper;
  std::vector<AffineTerm> addends; // no source twice, none without `source`
};

// A form, or why there is none and what would help.
struct TraceResult {
  std::optional<AffineForm> form;
  std::string reason;
  std::string hint;
};

inline TraceResult no_form(std::string reason, std::string hint = {}) {
  return {std::nullopt, std::move(reason), std::move(hint)};
}

// Entry `channel` of a list that has one entry for all, or one each.
inline const Rational& entry(const std::vector<Rational>& list, std::size_t channel) {
  return list.size() == 1 ? list.front() : list[channel];
}

} // namespace tilewright
