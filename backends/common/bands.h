// Bands of an image: what some of a layer's calls read of it, and what they read of a buffer that holds only that.
#pragma once

#include "backends/common/lowering.h"

namespace tilewright {

// Rows [first, first + count) of a value's layout (row_layout.h).
struct RowSpan {
  std::int64_t first = 0;
  std::int64_t count = 0;
  std::int64_t end() const { return first + count; }
  friend bool operator==(const RowSpan&, const RowSpan&) = default;
};

// What calls [first_call, first_call + calls) read: whole image rows, or blocks of pixels of the only one.
RowSpan rows_read(const WindowReads& reads, std::int64_t first_call, std::int64_t calls);

// Whether a buffer may hold `rows` and nothing else of the image: it has to begin and end between image rows.
bool is_band(const WindowReads& reads, const RowSpan& rows);

// The same reads, counted from the beginning of a buffer that holds `rows`.
WindowReads seen_from(const RowSpan& rows, WindowReads reads);

} // namespace tilewright
