// Attributes of `table`: any function of one 8-bit tensor, as the list of its values.
//
//   table(x, entries)[.., c] = entries[c or 0, x mod 256]
//
// x is int8 or uint8. `entries` is a constant with 256 columns, one for each bit pattern of x: column 0 to 127 for
// x = 0 to 127, column 128 to 255 for x = -128 to -1 of int8, or 128 to 255 of uint8. It has one row, or one for each
// index of the last axis. Entries of values that x never takes are there and are never read. The element of the result
// is that of the entries.
#pragma once

#include "ir/attributes.h"

namespace tilewright {

inline constexpr std::int64_t table_columns = 256;

struct TableAttributes {
  // Quantization of the result.
  std::vector<Rational> scale = {Rational(1)};
  std::vector<std::int64_t> zero_point = {0};
  std::optional<std::int64_t> axis;

  void reflect(AttributeVisitor& visit) {
    visit.field("scale", scale);
    visit.field("zero_point", zero_point);
    visit.field("axis", axis);
  }
};

} // namespace tilewright
