// Folders of tensors as in ONNX's backend tests: input_0.pb ... in the order of the graph's inputs, and where they are
// known output_0.pb ... in the order of its outputs. NumPy files (.npy) stand in for .pb.
#pragma once

#include "ir/diagnostics.h"
#include "ir/graph.h"

#include <filesystem>
#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tilewright {

struct DataSet {
  std::vector<Tensor> inputs;
  std::vector<Tensor> outputs; // may be fewer than the graph has, or none
};

// nullopt, with diagnostics, when the folder has no inputs or a file of it can't be read.
std::optional<DataSet> read_data_set(const std::filesystem::path& folder, Diagnostics& diagnostics);

// The tensors of single files, as the inputs of a set.
std::optional<DataSet> read_inputs(std::span<const std::string> files, Diagnostics& diagnostics);

std::vector<Shape> input_shapes(const DataSet& data);

// Data of several times the graph's batch, cut into sets of the graph's own shapes; all others come back as they are.
std::vector<DataSet> parts_for(const Graph& graph, DataSet data);

} // namespace tilewright
