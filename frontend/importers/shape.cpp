// Shape and Size: every shape is known, so these are constants.
#include "frontend/importer.h"

#include <algorithm>

namespace tilewright {

namespace {

void import_shape(NodeImport& node) {
  constexpr std::int64_t first_with_range = 15;
  const Shape& shape = node.type(0).shape;
  const auto rank = static_cast<std::int64_t>(shape.size());
  std::int64_t start = 0;
  std::int64_t end = rank;
  if (node.opset() >= first_with_range) {
    start = node.integer("start", 0);
    end = node.integer("end", rank);
  }
  if (node.failed()) return;
  const auto bound = [rank](std::int64_t at) { return std::clamp<std::int64_t>(at < 0 ? at + rank : at, 0, rank); };
  const std::int64_t first = bound(start);
  const std::int64_t last = std::max(first, bound(end));
  const std::vector<std::int64_t> sizes(shape.begin() + first, shape.begin() + last);
  node.bind(0, Tensor::of({last - first}, sizes));
}

void import_size(NodeImport& node) {
  node.bind(0, Tensor::of({}, std::vector<std::int64_t>{element_count(node.type(0).shape).value_or(0)}));
}

} // namespace

void register_shape_importer(ImporterRegistry& registry) {
  ImporterDefinition shape;
  shape.name = "shape";
  shape.import = import_shape;
  shape.operators = {{"", "Shape", 1, newest_opset, 1, 1, 1}};
  registry.add(std::move(shape));
  ImporterDefinition size;
  size.name = "size";
  size.import = import_size;
  size.operators = {{"", "Size", 1, newest_opset, 1, 1, 1}};
  registry.add(std::move(size));
}

} // namespace tilewright
