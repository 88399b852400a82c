// Which importer takes a node: by domain, operator and opset.
#pragma once

#include "frontend/importer.h"
#include "ir/diagnostics.h"

#include <map>
#include <string>
#include <utility>
#include <vector>

namespace tilewright {

struct KnownOperator {
  const ImportedOperator* op = nullptr;
  const ImporterDefinition* importer = nullptr;
};

class OperatorIndex {
public:
  // The registry has to outlive the index.
  explicit OperatorIndex(const ImporterRegistry& importers);

  // Without an `op`, an error has been added: the operator is not known, or not in this opset.
  KnownOperator find(const ModelNode& node, std::int64_t opset, Diagnostics& diagnostics) const;

private:
  std::map<std::pair<std::string, std::string>, std::vector<KnownOperator>> operators_; // by domain and name
};

// Operators that two importers take in the same opset, one phrase each that names both origins.
std::vector<std::string> ambiguous_operators(const ImporterRegistry& importers);

// Whether the node has the inputs and outputs that the operator wants; errors otherwise.
bool check_arity(const ModelNode& node, const ImportedOperator& op, Diagnostics& diagnostics);

} // namespace tilewright
