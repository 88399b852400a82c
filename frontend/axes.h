// Axes and other lists of integers, which operators take as attributes or as inputs, depending on the opset.
#pragma once

#include "frontend/importer.h"

namespace tilewright {

// An input with integers, such as a shape or axes; a scalar is a list of one. Otherwise an error, and nullopt.
std::optional<std::vector<std::int64_t>> integer_list(NodeImport& node, std::size_t input, std::string_view what);

// `axis` counted from the front; nullopt and an error where a tensor of `rank` axes has none such.
std::optional<std::int64_t> axis_from_front(NodeImport& node, std::int64_t axis, std::size_t rank);

// The same for a list, sorted; an axis given twice is an error.
std::optional<std::vector<std::int64_t>> axes_from_front(NodeImport& node, std::vector<std::int64_t> axes,
                                                         std::size_t rank);

} // namespace tilewright
