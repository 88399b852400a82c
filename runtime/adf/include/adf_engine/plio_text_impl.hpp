#pragma once

#include <charconv>
#include <cstdlib>
#include <cstring>
#include <limits>

#include "plio_text.hpp"

namespace tilewright::adf {

namespace text_detail {

template <typename T> T load(const std::uint8_t* bytes) {
  T value;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

template <typename T> void append_number(std::string& text, T value) {
  char buffer[64];
  const std::to_chars_result result = std::to_chars(buffer, buffer + sizeof buffer, value);
  text.append(buffer, result.ptr);
}

template <typename T> void store(std::vector<std::uint8_t>& bytes, T value) {
  const std::size_t size = bytes.size();
  bytes.resize(size + sizeof value);
  std::memcpy(bytes.data() + size, &value, sizeof value);
}

inline bool is_blank(char c) { return c == ' ' || c == '\t' || c == '\r' || c == ',' || c == '\v' || c == '\f'; }

/// An integer field of `Bits` bits, read as signed or unsigned: both forms of one bit pattern are accepted.
template <typename T> bool parse_integer(const char* begin, const char* end, bool hexadecimal, std::int64_t& value) {
  if (hexadecimal && end - begin > 2 && begin[0] == '0' && (begin[1] == 'x' || begin[1] == 'X')) begin += 2;
  if (hexadecimal || sizeof(T) == 8) {
    std::uint64_t raw = 0;
    if (*begin != '-') {
      const std::from_chars_result result = std::from_chars(begin, end, raw, hexadecimal ? 16 : 10);
      value = static_cast<std::int64_t>(raw);
      return result.ec == std::errc() && result.ptr == end;
    }
  }
  const std::from_chars_result result = std::from_chars(begin, end, value, 10);
  if (result.ec != std::errc() || result.ptr != end) return false;
  constexpr int bits = 8 * sizeof(T);
  if constexpr (bits < 64) return value >= -(std::int64_t(1) << (bits - 1)) && value < (std::int64_t(1) << bits);
  return true;
}

inline bool parse_float(const char* begin, const char* end, double& value) {
  // strtod knows inf, nan and exponents; fields are short, so the copy costs little.
  char buffer[80];
  const std::size_t size = static_cast<std::size_t>(end - begin);
  if (size >= sizeof buffer) return false;
  std::memcpy(buffer, begin, size);
  buffer[size] = '\0';
  char* stop = nullptr;
  value = std::strtod(buffer, &stop);
  return stop == buffer + size;
}

template <typename T>
bool parse_integer_field(const char* begin, const char* end, bool hexadecimal, std::vector<std::uint8_t>& bytes) {
  std::int64_t value = 0;
  if (!parse_integer<T>(begin, end, hexadecimal, value)) return false;
  store(bytes, static_cast<T>(value));
  return true;
}

/// A number of one of the formats of 16 and 8 bits, or its bits in hexadecimal.
template <typename Float, typename Integer>
bool parse_narrow_float(const char* begin, const char* end, bool hexadecimal, std::vector<std::uint8_t>& bytes) {
  if (hexadecimal) return parse_integer_field<Integer>(begin, end, true, bytes);
  double real = 0;
  if (!parse_float(begin, end, real)) return false;
  store(bytes, Float(static_cast<float>(real)).bits);
  return true;
}

inline bool parse_field(const char* begin, const char* end, ElementKind kind, bool hexadecimal,
                        std::vector<std::uint8_t>& bytes) {
  double real = 0;
  switch (kind) {
  case ElementKind::int8:
  case ElementKind::uint8:
    return parse_integer_field<std::int8_t>(begin, end, hexadecimal, bytes);
  case ElementKind::int16:
  case ElementKind::uint16:
  case ElementKind::cint16:
    return parse_integer_field<std::int16_t>(begin, end, hexadecimal, bytes);
  case ElementKind::opaque:
  case ElementKind::int32:
  case ElementKind::uint32:
  case ElementKind::cint32:
    return parse_integer_field<std::int32_t>(begin, end, hexadecimal, bytes);
  case ElementKind::int64:
  case ElementKind::uint64:
    return parse_integer_field<std::int64_t>(begin, end, hexadecimal, bytes);
  case ElementKind::bfloat16:
  case ElementKind::cbfloat16:
    return parse_narrow_float<bfloat16, std::int16_t>(begin, end, hexadecimal, bytes);
  case ElementKind::float16:
    return parse_narrow_float<float16, std::int16_t>(begin, end, hexadecimal, bytes);
  case ElementKind::float8:
    return parse_narrow_float<float8, std::int8_t>(begin, end, hexadecimal, bytes);
  case ElementKind::bfloat8:
    return parse_narrow_float<bfloat8, std::int8_t>(begin, end, hexadecimal, bytes);
  case ElementKind::float32:
  case ElementKind::cfloat:
    if (hexadecimal) return parse_integer_field<std::int32_t>(begin, end, true, bytes);
    if (!parse_float(begin, end, real)) return false;
    store(bytes, static_cast<float>(real));
    return true;
  case ElementKind::float64:
    if (!parse_float(begin, end, real)) return false;
    store(bytes, real);
    return true;
  }
  return false;
}

} // namespace text_detail

TILEWRIGHT_ADF_FUNCTION unsigned fields_per_element(ElementType element) {
  return element.kind == ElementKind::cint16 || element.kind == ElementKind::cint32 ||
                 element.kind == ElementKind::cfloat || element.kind == ElementKind::cbfloat16
             ? 2
             : 1;
}

TILEWRIGHT_ADF_FUNCTION void append_element(std::string& text, ElementType element, const std::uint8_t* bytes) {
  using namespace text_detail;
  switch (element.kind) {
  case ElementKind::int8:
    return append_number(text, static_cast<int>(load<std::int8_t>(bytes)));
  case ElementKind::uint8:
    return append_number(text, static_cast<int>(load<std::uint8_t>(bytes)));
  case ElementKind::int16:
    return append_number(text, load<std::int16_t>(bytes));
  case ElementKind::uint16:
    return append_number(text, load<std::uint16_t>(bytes));
  case ElementKind::int32:
    return append_number(text, load<std::int32_t>(bytes));
  case ElementKind::uint32:
    return append_number(text, load<std::uint32_t>(bytes));
  case ElementKind::int64:
    return append_number(text, load<std::int64_t>(bytes));
  case ElementKind::uint64:
    return append_number(text, load<std::uint64_t>(bytes));
  case ElementKind::bfloat16:
    return append_number(text, float(bfloat16::from_bits(load<std::uint16_t>(bytes))));
  case ElementKind::float16:
    return append_number(text, float(float16::from_bits(load<std::uint16_t>(bytes))));
  case ElementKind::float8:
    return append_number(text, float(float8::from_bits(load<std::uint8_t>(bytes))));
  case ElementKind::bfloat8:
    return append_number(text, float(bfloat8::from_bits(load<std::uint8_t>(bytes))));
  case ElementKind::cbfloat16:
    append_number(text, float(bfloat16::from_bits(load<std::uint16_t>(bytes))));
    text += ' ';
    return append_number(text, float(bfloat16::from_bits(load<std::uint16_t>(bytes + 2))));
  case ElementKind::float32:
    return append_number(text, load<float>(bytes));
  case ElementKind::float64:
    return append_number(text, load<double>(bytes));
  case ElementKind::cint16:
    append_number(text, load<std::int16_t>(bytes));
    text += ' ';
    return append_number(text, load<std::int16_t>(bytes + 2));
  case ElementKind::cint32:
    append_number(text, load<std::int32_t>(bytes));
    text += ' ';
    return append_number(text, load<std::int32_t>(bytes + 4));
  case ElementKind::cfloat:
    append_number(text, load<float>(bytes));
    text += ' ';
    return append_number(text, load<float>(bytes + 4));
  case ElementKind::opaque:
    for (unsigned i = 0; i < element.bytes; ++i) {
      if (i > 0) text += ' ';
      append_number(text, static_cast<int>(bytes[i]));
    }
    return;
  }
}

TILEWRIGHT_ADF_FUNCTION std::string parse_elements(const std::string& text, ElementType element, bool hexadecimal,
                                                   std::vector<std::uint8_t>& bytes, std::vector<std::size_t>* last) {
  const char* position = text.data();
  bool tlast = false, data_since_tlast = false;
  const char* const end = position + text.size();
  std::size_t line = 1;
  std::size_t fields = 0;
  while (position < end) {
    if (*position == '\n') {
      if (tlast && data_since_tlast) {
        if (last != nullptr) last->push_back(bytes.size());
        tlast = data_since_tlast = false;
      }
      ++line;
      ++position;
      continue;
    }
    if (text_detail::is_blank(*position)) {
      ++position;
      continue;
    }
    const char* stop = position;
    while (stop < end && *stop != '\n' && !text_detail::is_blank(*stop))
      ++stop;
    if (*position == 'T' || *position == '#') {
      if (stop - position == 5 && std::memcmp(position, "TLAST", 5) == 0) {
        tlast = true;
        data_since_tlast = false;
      }
      while (stop < end && *stop != '\n')
        ++stop;
    } else if (!text_detail::parse_field(position, stop, element.kind, hexadecimal, bytes)) {
      return "line " + std::to_string(line) + ": \"" + std::string(position, std::min(stop, position + 40)) +
             "\" is not a value of type " + element_name(element.kind);
    } else {
      ++fields;
      data_since_tlast = true;
    }
    position = stop;
  }
  if (tlast && data_since_tlast && last != nullptr) last->push_back(bytes.size());
  if (fields % fields_per_element(element) != 0)
    return "line " + std::to_string(line) + ": a complex value lacks its imaginary part";
  return {};
}

} // namespace tilewright::adf
