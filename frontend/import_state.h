// The graph while it is being built: what each tensor name of the model stands for, and the values of constants.
#pragma once

#include "frontend/limits.h"
#include "ir/diagnostics.h"
#include "ir/graph.h"

#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tilewright {

class ImportState {
public:
  ImportState(Graph& graph, const OpRegistry& ops, const Limits& limits, Diagnostics& diagnostics)
      : graph_(graph), ops_(ops), limits_(limits), diagnostics_(diagnostics) {}

  Graph& graph() { return graph_; }
  const OpRegistry& ops() const { return ops_; }
  const Limits& limits() const { return limits_; }
  Diagnostics& diagnostics() { return diagnostics_; }

  // A name is undefined, unknown (defined by something that failed), or stands for a value.
  bool is_defined(const std::string& name) const { return names_.contains(name); }
  bool is_unknown(const std::string& name) const;
  ValueId value(const std::string& name) const { return *names_.at(name); }
  void define(const std::string& name, std::optional<ValueId> value) { names_[name] = value; }

  // Whether a value is a constant, or computed from constants alone.
  bool is_constant(ValueId id) const;
  // Its data; `is_constant(id)`. nullptr when evaluating would exceed the limits.
  const Tensor* evaluate(ValueId id);

  // Counts a list of so many entries; false once all together are too many.
  bool reserve_list(std::int64_t count);

  void set_narrow_bits(ValueId id, int bits) { narrow_bits_[id] = bits; }
  int narrow_bits(ValueId id) const;

  // How far constants were from being multiples of their scale; the largest is what the user hears of.
  struct Residue {
    double steps = 0;
    std::size_t tensors = 0;
    std::string tensor; // the one with the largest
  };
  void add_residue(double steps, const std::string& tensor);
  const Residue& residue() const { return residue_; }

private:
  bool evaluate_node(NodeId id);
  const Tensor* data(ValueId id) const;

  Graph& graph_;
  const OpRegistry& ops_;
  const Limits& limits_;
  Diagnostics& diagnostics_;
  std::map<std::string, std::optional<ValueId>> names_;
  mutable std::vector<std::optional<bool>> constant_; // by value id, as far as known
  std::map<ValueId, Tensor> evaluated_;
  std::int64_t evaluated_elements_ = 0;
  std::int64_t listed_entries_ = 0;
  std::map<ValueId, int> narrow_bits_;
  Residue residue_;
};

} // namespace tilewright
