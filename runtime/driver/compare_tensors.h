// Every tensor of a model against tensors that somebody else computed: which is the first that differs, and by how much.
#pragma once

#include "runtime/driver/comparison.h"
#include "runtime/driver/data_set.h"
#include "runtime/driver/prepare_model.h"

#include <filesystem>
#include <map>
#include <optional>
#include <string>
#include <vector>

namespace tilewright {

// Tensors by the names of files that hold them, without extension.
using StoredTensors = std::map<std::string, Tensor>;

// All .npy and .pb files of a folder. nullopt with diagnostics.
std::optional<StoredTensors> read_stored_tensors(const std::filesystem::path& folder, Diagnostics& diagnostics);

// Dumps of other tools name files after tensors: every character but letters, digits, '_', '-' and '.' becomes '_'.
std::string file_stem_of(const std::string& tensor_name);

struct TensorComparison {
  std::string name;
  std::string node; // of the model
  std::string op;
  OutputUnit::Kind unit = OutputUnit::Kind::real;
  std::int64_t elements = 0;
  Difference difference;
  bool tolerated = true; // see is_tolerated
};

struct TensorsReport {
  std::vector<TensorComparison> tensors; // in the order of computation; graph outputs last
  std::vector<std::string> unknown;      // stored tensors that no tensor of the model is named like
};

// Computes every tensor of the imported model: integers are the exact ones of the integer graph, and what lies between them
// is computed in float from those. `model.imported` has to be there. nullopt with diagnostics.
std::optional<TensorsReport> compare_tensors(const PreparedModel& model, const DataSet& data, const StoredTensors& stored,
                                             Diagnostics& diagnostics);

} // namespace tilewright
