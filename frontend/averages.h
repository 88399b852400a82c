// Averages over windows: sums, divided by how many elements count.
#pragma once

#include "frontend/windows.h"

namespace tilewright {

// What counts in front of the data and behind it, along each axis.
struct CountedPadding {
  std::vector<std::int64_t> begin;
  std::vector<std::int64_t> end;
};

// With count_include_pad the padding that the model asks for, else nothing. What ceil_mode adds never counts.
CountedPadding counted_padding(NodeImport& node, const Windows& windows);

// Of real numbers [N, space, C]. Errors are reported, and the result is nullopt.
std::optional<ValueId> average_of(NodeImport& node, ValueId image, const Windows& windows,
                                  const CountedPadding& padding);

} // namespace tilewright
