#include "ir/types.h"

#include <array>
#include <cassert>
#include <fmt/format.h>
#include <limits>

namespace tilewright {

namespace {

struct ElementFacts {
  ElementType element;
  std::string_view name;
  std::size_t bytes;
};

constexpr std::array facts{
    ElementFacts{ElementType::int8, "i8", 1},      ElementFacts{ElementType::uint8, "u8", 1},
    ElementFacts{ElementType::int16, "i16", 2},    ElementFacts{ElementType::uint16, "u16", 2},
    ElementFacts{ElementType::int32, "i32", 4},    ElementFacts{ElementType::int64, "i64", 8},
    ElementFacts{ElementType::float32, "f32", 4},  ElementFacts{ElementType::float64, "f64", 8},
    ElementFacts{ElementType::boolean, "bool", 1},
};

const ElementFacts& facts_of(ElementType element) { return facts[static_cast<std::size_t>(element)]; }

} // namespace

std::string_view name_of(ElementType element) { return facts_of(element).name; }

std::optional<ElementType> element_type_named(std::string_view name) {
  for (const ElementFacts& entry : facts) {
    if (entry.name == name) return entry.element;
  }
  return std::nullopt;
}

std::size_t size_in_bytes(ElementType element) { return facts_of(element).bytes; }

bool is_integer(ElementType element) {
  return element != ElementType::float32 && element != ElementType::float64 && element != ElementType::boolean;
}

bool is_signed(ElementType element) {
  return is_integer(element) && element != ElementType::uint8 && element != ElementType::uint16;
}

std::optional<std::int64_t> element_count(const Shape& shape) {
  std::int64_t count = 1;
  for (const std::int64_t dimension : shape) {
    if (dimension < 0 || __builtin_mul_overflow(count, dimension, &count)) return std::nullopt;
  }
  return count;
}

std::string text_of(const Shape& shape) { return fmt::format("{}", fmt::join(shape, "x")); }

IntegerRange storage_range(ElementType element) {
  assert(is_integer(element));
  if (element == ElementType::int64) {
    return {std::numeric_limits<std::int64_t>::min(), std::numeric_limits<std::int64_t>::max()};
  }
  const int bits = static_cast<int>(8 * size_in_bytes(element));
  if (!is_signed(element)) return {0, (std::int64_t{1} << bits) - 1};
  const std::int64_t half = std::int64_t{1} << (bits - 1);
  return {-half, half - 1};
}

ElementType narrowest_element(const IntegerRange& range) {
  for (const ElementType element : {ElementType::int8, ElementType::uint8, ElementType::int16, ElementType::uint16,
                                    ElementType::int32}) {
    if (storage_range(element).contains(range)) return element;
  }
  return ElementType::int64;
}

Quantization per_tensor(Rational scale, std::int64_t zero_point) { return {{std::move(scale)}, {zero_point}, {}}; }

IntegerRange range_of(const ValueType& type) { return type.range ? *type.range : storage_range(type.element); }

std::string text_of(const ValueType& type) {
  return fmt::format("{}[{}]", name_of(type.element), text_of(type.shape));
}

} // namespace tilewright
