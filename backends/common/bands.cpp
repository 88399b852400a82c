#include "backends/common/bands.h"

#include <algorithm>

namespace tilewright {

namespace {

// Pixels are moved in blocks of as many, so that the words of streams and PLIOs come out even; pitches are multiples of
// the rows of a block, which divide it or are it.
constexpr std::int64_t pixels_together = 8;

// What calls from `first` on, `step` apart, see of `size` positions; at least one, for a call may see padding alone.
RowSpan seen(std::int64_t first, std::int64_t step, std::int64_t calls, std::int64_t window, std::int64_t size) {
  const std::int64_t begin = std::clamp<std::int64_t>(first, 0, size - 1);
  const std::int64_t end = std::clamp(first + (calls - 1) * step + window, begin + 1, size);
  return {begin, end - begin};
}

bool along_the_row(const WindowReads& reads) { return reads.step_x > 0; }

} // namespace

RowSpan rows_read(const WindowReads& reads, std::int64_t first_call, std::int64_t calls) {
  const RowLayout& image = reads.image;
  if (along_the_row(reads)) {
    if (image.height > 1) return {0, image.rows()}; // a band would be pieces of all image rows
    const RowSpan pixels =
        seen(reads.first_x + first_call * reads.step_x, reads.step_x, calls, reads.width, image.width);
    const std::int64_t begin = pixels.first / pixels_together * pixels_together;
    return {begin, std::min(round_up(pixels.end(), pixels_together), image.pitch) - begin};
  }
  const RowSpan lines =
      seen(reads.first_y + first_call * reads.step_y, reads.step_y, calls, reads.height, image.height);
  return {lines.first * image.pitch, lines.count * image.pitch};
}

bool is_band(const WindowReads& reads, const RowSpan& rows) {
  const std::int64_t unit = along_the_row(reads) ? 1 : reads.image.pitch;
  return rows.first % unit == 0 && rows.count % unit == 0;
}

WindowReads seen_from(const RowSpan& rows, WindowReads reads) {
  if (rows.first == 0 && rows.count >= reads.image.rows()) return reads;
  if (along_the_row(reads)) {
    reads.first_x -= rows.first;
    reads.image.width = std::min(reads.image.width - rows.first, rows.count);
    reads.image.pitch = rows.count;
  } else {
    const std::int64_t lines = rows.count / reads.image.pitch;
    const std::int64_t above = rows.first / reads.image.pitch;
    reads.first_y -= above;
    reads.image.height = std::min(reads.image.height - above, lines);
  }
  return reads;
}

} // namespace tilewright
