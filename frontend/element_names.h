// ONNX's names of element types, without protobuf.
#pragma once

#include "ir/types.h"

#include <array>
#include <optional>
#include <string_view>

namespace tilewright {

// What a graph input of this ONNX type is; nullopt for types that nothing computes with.
inline std::optional<ElementType> input_element_named(std::string_view type) {
  struct Entry {
    std::string_view name;
    ElementType element;
  };
  constexpr std::array entries{
      Entry{"float", ElementType::float32}, Entry{"double", ElementType::float64}, Entry{"int8", ElementType::int8},
      Entry{"uint8", ElementType::uint8}, Entry{"int16", ElementType::int16}, Entry{"uint16", ElementType::uint16},
      Entry{"int32", ElementType::int32}, Entry{"int64", ElementType::int64}, Entry{"bool", ElementType::boolean},
      // 64 bits hold them, but for the upper half of uint64.
      Entry{"uint32", ElementType::int64}, Entry{"uint64", ElementType::int64},
      // Every one of their values is a float32, and so are all that arithmetic makes of them here.
      Entry{"float16", ElementType::float32}, Entry{"bfloat16", ElementType::float32}};
  for (const Entry& entry : entries) {
    if (entry.name == type) return entry.element;
  }
  return std::nullopt;
}

} // namespace tilewright
