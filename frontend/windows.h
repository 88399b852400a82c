// What convolution and pooling share: windows as ONNX's attributes describe them, and the order of the axes, which is
// channels first in ONNX and channels last in the IR.
#pragma once

#include "frontend/importer.h"
#include "ir/windows.h"

namespace tilewright {

// kernel_shape, strides, dilations, pads and auto_pad for an operand of ONNX's `shape` [N, C, space]; `kernel` where
// the weights say how large the window is. With ceil_mode the padding at the end grows until the last window fits; a
// window that would start behind the data is left out. Errors are reported, and the result is nullopt.
std::optional<Windows> windows_of(NodeImport& node, const Shape& shape,
                                  std::optional<std::vector<std::int64_t>> kernel = {});

// An operand [N, C, space] with one axis of space or more; false, and an error, otherwise.
bool require_image(NodeImport& node, std::size_t input);

// [N, C, space] to [N, space, C], and back; as the node's first output, too.
std::optional<ValueId> to_channels_last(NodeImport& node, ValueId value);
std::optional<ValueId> to_channels_first(NodeImport& node, ValueId value);
void bind_channels_first(NodeImport& node, std::optional<ValueId> value);

} // namespace tilewright
