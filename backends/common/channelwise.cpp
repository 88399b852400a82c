#include "backends/common/channelwise.h"

#include <algorithm>

namespace tilewright {

std::vector<Tiling> channelwise_tilings(const LoweringContext& context, std::int64_t channels, const MmulShape& shape,
                                        RowsOfTiles rows) {
  std::vector<Tiling> tilings;
  const int most = static_cast<int>(std::min<std::int64_t>(context.device.rows, divide_up(channels, shape.columns)));
  const bool bands = rows == RowsOfTiles::any && context.spread && context.iteration.by_sample;
  for (int slices = 1; slices <= most; ++slices) {
    const std::int64_t slice = round_up(divide_up(channels, slices), shape.columns);
    if ((slices - 1) * slice >= channels) continue;
    const int most_parts = bands ? context.device.rows / slices : 1;
    for (int parts = 1; parts <= most_parts; ++parts) {
      Tiling tiling;
      tiling.shape = shape;
      tiling.rows = slices * parts;
      tiling.input_ports = slices;
      tiling.output_ports = slices;
      tiling.input_slice = slice;
      tiling.output_slice = slice;
      tiling.same_slice = true;
      tiling.batch_parts = parts;
      tilings.push_back(tiling);
    }
  }
  return tilings;
}

std::vector<Tiling> channelwise_tilings(const LoweringContext& context, std::int64_t channels, int block_features,
                                        RowsOfTiles rows) {
  MmulShape shape = context.target.mmul_shapes.front();
  shape.inner = block_features;
  shape.columns = block_features;
  return channelwise_tilings(context, channels, shape, rows);
}

std::int64_t first_channel(const Tiling& tiling, int tile) { return tile / tiling.batch_parts * tiling.output_slice; }

std::int64_t channelwise_table_length(const RequantizationPlan& plan, const Tiling& tiling) {
  constexpr std::int64_t block = 8;
  return std::max(table_length(plan, tiling.input_slice), block);
}

void add_channelwise_tables(KernelGroup& group, const RequantizationPlan& plan, const Tiling& tiling, int argument) {
  const std::int64_t length = channelwise_table_length(plan, tiling);
  for (int tile = 0; tile < tiling.rows; ++tile) {
    std::vector<std::int32_t> table;
    append_table(plan, first_channel(tiling, tile), tiling.output_slice, table);
    table.resize(static_cast<std::size_t>(length), 0);
    group.parameters.push_back({"parameters", tile, {0, tile}, argument, Tensor::of<std::int32_t>({length}, table)});
  }
}

} // namespace tilewright
