#include "backends/common/pieces.h"

#include "backends/common/windows_of_pixels.h"

namespace tilewright {

std::optional<Tiling> in_pieces(const LoweringContext& context, const Lowering& lowering, Tiling tiling,
                                std::optional<Refusal>& refusal) {
  const RowLayout out = output_image(context);
  const bool windows = lowering.looks_at_windows != nullptr && lowering.looks_at_windows(context);
  // Whole image rows where kernels look at windows of several, blocks otherwise.
  const std::int64_t unit = windows && out.height > 1 ? out.pitch : tiling.shape.rows;
  if (out.rows() % unit != 0) return std::nullopt;
  const std::int64_t units = out.rows() / unit;
  // A batch of matrices is cut into iterations instead.
  const std::int64_t most = context.iteration.by_sample ? units / tiling.batch_parts : 1;
  for (std::int64_t repetitions = 1; repetitions <= most; ++repetitions) {
    const std::int64_t pieces = tiling.batch_parts * repetitions;
    const std::int64_t in_piece = divide_up(units, pieces);
    // The last piece of an image may reach beyond it, but not all of it.
    const bool possible = windows ? (pieces - 1) * in_piece < units : pieces * in_piece == units;
    if (!possible) continue;
    tiling.repetitions = static_cast<int>(repetitions);
    tiling.piece_rows = in_piece * unit;
    std::optional<Refusal> exceeds = exceeds_banks(lowering.memory(context, tiling), context.target);
    if (!exceeds) return tiling;
    refusal = std::move(exceeds);
  }
  return std::nullopt;
}

} // namespace tilewright
