// Counting differences between tensors: exactly, and in units of the last place of an output.
#pragma once

#include "ir/graph.h"

#include <cstdint>
#include <optional>
#include <vector>

namespace tilewright {

// Elements whose bytes differ. The tensors have the same element type and count.
std::int64_t count_differences(const Tensor& a, const Tensor& b);

// What a difference of a graph output is measured in.
struct OutputUnit {
  enum class Kind {
    integer,   // an integer output: 1
    quantized, // a dequantized integer: its scale, one or one per index of `axis`
    real,      // computed in float on the host: 1e-5 * max(1, |expected|)
  };
  Kind kind = Kind::real;
  std::vector<double> scales;
  std::optional<std::size_t> axis;
};

OutputUnit unit_of_output(const Graph& graph, ValueId output);

struct Difference {
  std::int64_t mismatches = 0; // differences of more than half a unit; of `real`: of more than one
  double largest = 0;          // in units
  double mean = 0;             // in units, over all elements
};

// nullopt when the element counts are not the same. NaN equals NaN only.
std::optional<Difference> difference(const Tensor& actual, const Tensor& expected, const OutputUnit& unit);

// Expected values may come from a tool that rounds in float32, which moves single elements by one unit: what is within one
// unit, on at most this part of the elements (and always on one element), is no mistake.
inline constexpr double tolerated_part = 0.02;
bool is_tolerated(const Difference& found, std::int64_t elements, OutputUnit::Kind kind);

} // namespace tilewright
