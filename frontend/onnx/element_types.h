// ONNX's element types: names, numbers, and what stores them here.
#pragma once

#include "ir/types.h"

#include <cstdint>
#include <optional>
#include <string>

namespace tilewright {

// Numbers of TensorProto.DataType that are newer than the header of the installed library.
inline constexpr std::int32_t onnx_uint4 = 21;
inline constexpr std::int32_t onnx_int4 = 22;
inline bool is_4_bit(std::int32_t type) { return type == onnx_uint4 || type == onnx_int4; }

// ONNX's spelling of a data type: "float", "int8", ...; "type 99" for one that nobody knows.
std::string name_of_onnx_type(std::int32_t type);
// What stores such elements: int4 in i8, uint4 in u8, float16 and bfloat16 in f32, uint32 and uint64 in i64; nullopt
// for what nothing stores (strings, 8-bit floats, complex numbers).
std::optional<ElementType> element_of_onnx_type(std::int32_t type);
// The type's number; unsigned ones only for u8 and u16.
std::int32_t onnx_type_of(ElementType element);

// The values of the bits of a float16 and a bfloat16, exactly.
float from_half(std::uint16_t bits);
float from_bfloat(std::uint16_t bits);

} // namespace tilewright
