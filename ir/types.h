// The types of values: element type, shape, quantization and proven integer range.
#pragma once

#include "ir/rational.h"

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace tilewright {

// How one element is stored. Widths below 8 bits live in int8/uint8 lanes with a narrower `IntegerRange`.
enum class ElementType { int8, uint8, int16, uint16, int32, int64, float32, float64, boolean };

std::string_view name_of(ElementType element); // "i8", "u8", "i16", "u16", "i32", "i64", "f32", "f64", "bool"
std::optional<ElementType> element_type_named(std::string_view name);
std::size_t size_in_bytes(ElementType element);
bool is_integer(ElementType element); // int8 to int64; boolean is not
bool is_signed(ElementType element);  // signed integers only

// Dimensions, outermost first; empty for a scalar. All are known and non-negative.
using Shape = std::vector<std::int64_t>;

// Product of the dimensions; 1 for a scalar. nullopt when it does not fit in int64 or a dimension is negative.
std::optional<std::int64_t> element_count(const Shape& shape);
std::string text_of(const Shape& shape); // "8x16"; "" for a scalar

// Closed interval of integers.
struct IntegerRange {
  std::int64_t min = 0;
  std::int64_t max = 0;
  bool contains(const IntegerRange& other) const { return min <= other.min && other.max <= max; }
  friend bool operator==(const IntegerRange&, const IntegerRange&) = default;
};

// What the element type can store. Only for integers.
IntegerRange storage_range(ElementType element);
// The narrowest of int8, uint8, int16, uint16, int32, int64 that stores `range`; signed is preferred at equal width.
ElementType narrowest_element(const IntegerRange& range);

// real = scale * (stored - zero_point), per tensor (one scale) or along `axis` (one per index).
// Scales are exact and non-zero. `zero_points` has as many entries as `scales`.
struct Quantization {
  std::vector<Rational> scales;
  std::vector<std::int64_t> zero_points;
  std::optional<std::size_t> axis; // absent: per tensor
  friend bool operator==(const Quantization&, const Quantization&) = default;
};

Quantization per_tensor(Rational scale, std::int64_t zero_point = 0);

struct ValueType {
  ElementType element = ElementType::float32;
  Shape shape;
  std::optional<Quantization> quantization; // integers only
  std::optional<IntegerRange> range;        // integers only: every stored value is proven to lie inside
  friend bool operator==(const ValueType&, const ValueType&) = default;
};

// `range` if proven, else what the element type can store.
IntegerRange range_of(const ValueType& type);
// Without quantization and range: "i8[8x16]".
std::string text_of(const ValueType& type);

} // namespace tilewright
