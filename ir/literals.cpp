#include "ir/literals.h"

#include <bit>
#include <charconv>
#include <cmath>
#include <fmt/format.h>
#include <iterator>
#include <limits>

namespace tilewright {

namespace {

template <class Float> using BitsOf = std::conditional_t<sizeof(Float) == 4, std::uint32_t, std::uint64_t>;

template <class Float> void append_float(std::string& out, Float value) {
  if (std::isnan(value)) {
    const auto bits = std::bit_cast<BitsOf<Float>>(value);
    out += "nan";
    if (bits != std::bit_cast<BitsOf<Float>>(std::numeric_limits<Float>::quiet_NaN())) {
      fmt::format_to(std::back_inserter(out), ".{:x}", bits);
    }
  } else if (std::isinf(value)) {
    out += value < 0 ? "-inf" : "inf";
  } else {
    // Widening is exact, so both widths share one spelling.
    fmt::format_to(std::back_inserter(out), "{:a}", static_cast<double>(value));
  }
}

template <class Unsigned> std::optional<Unsigned> parse_hex(std::string_view text) {
  Unsigned value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, 16);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

template <class Float> std::optional<Float> parse_float(std::string_view text) {
  using Limits = std::numeric_limits<Float>;
  if (text == "nan") return Limits::quiet_NaN();
  if (text.starts_with("nan.")) {
    const auto bits = parse_hex<BitsOf<Float>>(text.substr(4));
    if (!bits || !std::isnan(std::bit_cast<Float>(*bits))) return std::nullopt;
    return std::bit_cast<Float>(*bits);
  }
  if (text == "inf") return Limits::infinity();
  if (text == "-inf") return -Limits::infinity();
  const bool negative = text.starts_with('-');
  if (negative) text.remove_prefix(1);
  const bool hexadecimal = text.starts_with("0x");
  if (hexadecimal) text.remove_prefix(2);
  if (text.empty() || text.front() == '-' || text.front() == 'i' || text.front() == 'n') return std::nullopt;
  double value = 0;
  const auto format = hexadecimal ? std::chars_format::hex : std::chars_format::general;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value, format);
  if (error != std::errc() || end != text.data() + text.size() || !std::isfinite(value)) return std::nullopt;
  if (negative) value = -value;
  // A decimal number stands for the nearest float; a hexadecimal one has to be exact, because it is meant to be.
  const auto narrowed = static_cast<Float>(value);
  if (!std::isfinite(narrowed) || (hexadecimal && static_cast<double>(narrowed) != value)) return std::nullopt;
  return narrowed;
}

} // namespace

std::string quoted(std::string_view text) {
  std::string result = "\"";
  for (const char c : text) {
    if (c == '"' || c == '\\') {
      result += '\\';
      result += c;
    } else if (c >= 0x20 && c < 0x7f) {
      result += c;
    } else {
      fmt::format_to(std::back_inserter(result), "\\x{:02x}", static_cast<unsigned char>(c));
    }
  }
  return result + '"';
}

std::optional<std::string> unquoted(std::string_view text) {
  if (text.size() < 2 || text.front() != '"' || text.back() != '"') return std::nullopt;
  text = text.substr(1, text.size() - 2);
  std::string result;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '"') return std::nullopt;
    if (text[i] != '\\') {
      result += text[i];
      continue;
    }
    if (i + 1 >= text.size()) return std::nullopt;
    const char kind = text[++i];
    if (kind == '"' || kind == '\\') {
      result += kind;
    } else if (kind == 'x' && i + 2 < text.size()) {
      const auto byte = parse_hex<std::uint8_t>(text.substr(i + 1, 2));
      if (!byte) return std::nullopt;
      result += static_cast<char>(*byte);
      i += 2;
    } else {
      return std::nullopt;
    }
  }
  return result;
}

std::optional<std::int64_t> parse_integer(std::string_view text) {
  std::int64_t value = 0;
  const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), value);
  if (error != std::errc() || end != text.data() + text.size() || text.empty()) return std::nullopt;
  return value;
}

void append_element(std::string& out, const Tensor& tensor, std::int64_t index) {
  visit_elements(tensor, [&](auto values) {
    const auto value = values[static_cast<std::size_t>(index)];
    using T = std::remove_const_t<decltype(value)>;
    if constexpr (std::is_same_v<T, bool>) {
      out += value ? "true" : "false";
    } else if constexpr (std::is_floating_point_v<T>) {
      append_float(out, value);
    } else {
      fmt::format_to(std::back_inserter(out), "{}", static_cast<std::int64_t>(value));
    }
  });
}

bool store_element(Tensor& tensor, std::int64_t index, std::string_view text) {
  const auto position = static_cast<std::size_t>(index);
  switch (tensor.element()) {
  case ElementType::float32: {
    const auto value = parse_float<float>(text);
    if (value) tensor.mutable_data<float>()[position] = *value;
    return value.has_value();
  }
  case ElementType::float64: {
    const auto value = parse_float<double>(text);
    if (value) tensor.mutable_data<double>()[position] = *value;
    return value.has_value();
  }
  case ElementType::boolean:
    tensor.mutable_data<bool>()[position] = text == "true";
    return text == "true" || text == "false";
  default:
    break;
  }
  const std::optional<std::int64_t> value = parse_integer(text);
  if (!value || !storage_range(tensor.element()).contains({*value, *value})) return false;
  // Little-endian machines only, as everything that this compiler targets.
  static_assert(std::endian::native == std::endian::little);
  const std::size_t size = size_in_bytes(tensor.element());
  std::memcpy(tensor.mutable_bytes().data() + position * size, &*value, size);
  return true;
}

std::uint64_t content_hash(const Tensor& tensor) {
  std::uint64_t hash = 0xcbf29ce484222325U;
  const auto add = [&hash](std::uint8_t byte) { hash = (hash ^ byte) * 0x100000001b3U; };
  for (const char c : text_of(ValueType{tensor.element(), tensor.shape(), {}, {}}))
    add(static_cast<std::uint8_t>(c));
  for (const std::byte byte : tensor.bytes())
    add(static_cast<std::uint8_t>(byte));
  return hash;
}

} // namespace tilewright
