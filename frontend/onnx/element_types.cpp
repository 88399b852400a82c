#include "frontend/onnx/element_types.h"

#include "frontend/onnx/messages.h"

#include <array>
#include <bit>
#include <cmath>
#include <fmt/format.h>
#include <limits>
#include <string_view>

namespace tilewright {

namespace {

constexpr std::array<std::string_view, 24> type_names{
    "undefined", "float",        "uint8",          "int8",       "uint16",         "int16",  "int32",     "int64",
    "string",    "bool",         "float16",        "double",     "uint32",         "uint64", "complex64", "complex128",
    "bfloat16",  "float8e4m3fn", "float8e4m3fnuz", "float8e5m2", "float8e5m2fnuz", "uint4",  "int4",      "float4e2m1"};

} // namespace

std::string name_of_onnx_type(std::int32_t type) {
  if (type < 0 || static_cast<std::size_t>(type) >= type_names.size()) return fmt::format("type {}", type);
  return std::string(type_names[static_cast<std::size_t>(type)]);
}

std::optional<ElementType> element_of_onnx_type(std::int32_t type) {
  switch (type) {
  case onnx::TensorProto::FLOAT:
  case onnx::TensorProto::FLOAT16:
  case onnx::TensorProto::BFLOAT16:
    return ElementType::float32;
  case onnx::TensorProto::DOUBLE:
    return ElementType::float64;
  case onnx::TensorProto::INT8:
  case onnx_int4:
    return ElementType::int8;
  case onnx::TensorProto::UINT8:
  case onnx_uint4:
    return ElementType::uint8;
  case onnx::TensorProto::INT16:
    return ElementType::int16;
  case onnx::TensorProto::UINT16:
    return ElementType::uint16;
  case onnx::TensorProto::INT32:
    return ElementType::int32;
  case onnx::TensorProto::INT64:
  case onnx::TensorProto::UINT32:
  case onnx::TensorProto::UINT64:
    return ElementType::int64;
  case onnx::TensorProto::BOOL:
    return ElementType::boolean;
  default:
    return std::nullopt;
  }
}

std::int32_t onnx_type_of(ElementType element) {
  switch (element) {
  case ElementType::int8:
    return onnx::TensorProto::INT8;
  case ElementType::uint8:
    return onnx::TensorProto::UINT8;
  case ElementType::int16:
    return onnx::TensorProto::INT16;
  case ElementType::uint16:
    return onnx::TensorProto::UINT16;
  case ElementType::int32:
    return onnx::TensorProto::INT32;
  case ElementType::int64:
    return onnx::TensorProto::INT64;
  case ElementType::float64:
    return onnx::TensorProto::DOUBLE;
  case ElementType::boolean:
    return onnx::TensorProto::BOOL;
  case ElementType::float32:
    break;
  }
  return onnx::TensorProto::FLOAT;
}

float from_half(std::uint16_t bits) {
  const int exponent = (bits >> 10) & 31;
  const int mantissa = bits & 1023;
  float value = 0;
  if (exponent == 31) {
    value = mantissa ? std::numeric_limits<float>::quiet_NaN() : std::numeric_limits<float>::infinity();
  } else {
    value = std::ldexp(static_cast<float>(exponent ? mantissa + 1024 : mantissa), (exponent ? exponent : 1) - 25);
  }
  return bits & 0x8000 ? -value : value;
}

float from_bfloat(std::uint16_t bits) { return std::bit_cast<float>(static_cast<std::uint32_t>(bits) << 16); }

} // namespace tilewright
