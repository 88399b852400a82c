// Between tensors of the model and the text files of a project: inputs, golden values, and outputs read back.
#pragma once

#include "backends/common/emit.h"

#include <optional>
#include <span>
#include <string>
#include <vector>

namespace tilewright {

// A place of the Design whose elements can be compared with the reference: an output stream, or a kernel's output buffer.
struct LayerBoundary {
  std::string file;   // of the golden values and of what the emulator writes: "<name>.txt"
  std::string layer;  // for people
  ValueId value;
  AccessPattern pattern; // over {padded features, rows}, from `first_feature` and `first_row` of the iteration on
  std::int64_t first_feature = 0;
  std::int64_t first_row = 0;
  bool is_stream = false; // an output stream, else an output buffer that the emulator dumps
};

// Every output stream, then every kernel group's output ports.
std::vector<LayerBoundary> boundaries(const Design& design);

// The text of an input stream for all iterations: padding is 0.
std::string input_text(const Design& design, const Target& target, const Plio& plio, const Tensor& value);

// The reference's elements at a boundary, an iteration a line; "-" for padding.
std::string golden_text(const Design& design, const LayerBoundary& boundary, const Tensor& value);

// Input files data/<stream>.txt and golden files data/golden/<boundary>.txt. `values` maps a value to its tensor.
template <class Values> Files project_data(const Design& design, const Target& target, const Values& values) {
  Files files;
  for (const Plio& plio : design.plios) {
    if (plio.direction == Plio::Direction::in) files[plio.file] = input_text(design, target, plio, values(plio.value));
  }
  for (const LayerBoundary& boundary : boundaries(design)) {
    files["data/golden/" + boundary.file] = golden_text(design, boundary, values(boundary.value));
  }
  return files;
}

struct Comparison {
  std::int64_t compared = 0;
  std::int64_t mismatches = 0;
  bool complete = true; // as many elements as expected
};

// Compares what the emulator wrote at a boundary with the reference.
Comparison compare(const Design& design, const LayerBoundary& boundary, const Tensor& reference, std::string_view text);

// A value that leaves the array, put together from the texts of its output streams (in the order of design.plios, only those
// of `value`). nullopt if a text is short or holds something that is no number.
std::optional<Tensor> output_value(const Design& design, ValueId value, const ValueType& type,
                                   std::span<const std::string> texts);

} // namespace tilewright
