#include "backends/common/channelwise.h"

#include <algorithm>

namespace tilewright {

std::vector<Tiling> channelwise_tilings(const LoweringContext& context, std::int64_t channels, const MmulShape& shape) {
  std::vector<Tiling> tilings;
  const int most = static_cast<int>(std::min<std::int64_t>(context.device.rows, divide_up(channels, shape.columns)));
  for (int tiles = 1; tiles <= most; ++tiles) {
    const std::int64_t slice = round_up(divide_up(channels, tiles), shape.columns);
    if ((tiles - 1) * slice >= channels) continue;
    Tiling tiling;
    tiling.shape = shape;
    tiling.rows = tiles;
    tiling.input_ports = tiles;
    tiling.output_ports = tiles;
    tiling.input_slice = slice;
    tiling.output_slice = slice;
    tiling.same_slice = true;
    tilings.push_back(tiling);
  }
  return tilings;
}

std::vector<Tiling> channelwise_tilings(const LoweringContext& context, std::int64_t channels, int block_features) {
  MmulShape shape = context.target.mmul_shapes.front();
  shape.inner = block_features;
  shape.columns = block_features;
  return channelwise_tilings(context, channels, shape);
}

std::int64_t channelwise_table_length(const RequantizationPlan& plan, const Tiling& tiling) {
  constexpr std::int64_t block = 8;
  return std::max(table_length(plan, tiling.input_slice), block);
}

void add_channelwise_tables(KernelGroup& group, const RequantizationPlan& plan, const Tiling& tiling, int argument) {
  const std::int64_t length = channelwise_table_length(plan, tiling);
  for (int tile = 0; tile < tiling.rows; ++tile) {
    std::vector<std::int32_t> table;
    append_table(plan, tile * tiling.input_slice, tiling.input_slice, table);
    table.resize(static_cast<std::size_t>(length), 0);
    group.parameters.push_back({"parameters", tile, {0, tile}, argument, Tensor::of<std::int32_t>({length}, table)});
  }
}

} // namespace tilewright
