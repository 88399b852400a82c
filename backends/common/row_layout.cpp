#include "backends/common/row_layout.h"

namespace tilewright {

RowLayout layout_of(const Iteration& iteration, const Shape& shape) {
  if (!iteration.by_sample) return {iteration.rows, iteration.rows, 1};
  RowLayout layout;
  if (shape.size() > 2) layout.width = shape[shape.size() - 2];
  for (std::size_t i = 1; i + 2 < shape.size(); ++i)
    layout.height *= shape[i];
  layout.pitch = (layout.width + iteration.row_unit - 1) / iteration.row_unit * iteration.row_unit;
  return layout;
}

} // namespace tilewright
