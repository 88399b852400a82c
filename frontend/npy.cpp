#include "frontend/npy.h"

#include "ir/literals.h"

#include <array>
#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr std::string_view magic = "\x93NUMPY";

struct TypeName {
  std::string_view name;
  ElementType element;
};
constexpr std::array type_names{TypeName{"|i1", ElementType::int8},    TypeName{"|u1", ElementType::uint8},
                                TypeName{"<i2", ElementType::int16},   TypeName{"<u2", ElementType::uint16},
                                TypeName{"<i4", ElementType::int32},   TypeName{"<i8", ElementType::int64},
                                TypeName{"<f4", ElementType::float32}, TypeName{"<f8", ElementType::float64},
                                TypeName{"|b1", ElementType::boolean}};

bool fail(Diagnostic& problem, std::string reason, std::string expected = {}, std::string got = {},
          std::string hint = {}) {
  problem.code = "import.npy";
  problem.reason = std::move(reason);
  problem.expected = std::move(expected);
  problem.got = std::move(got);
  problem.hint = std::move(hint);
  return false;
}

// The text after "'key':" in the header, a Python dictionary.
std::optional<std::string_view> value_of(std::string_view header, std::string_view key) {
  const std::size_t at = header.find(fmt::format("'{}'", key));
  if (at == std::string_view::npos) return std::nullopt;
  const std::size_t colon = header.find(':', at);
  if (colon == std::string_view::npos) return std::nullopt;
  const std::size_t start = header.find_first_not_of(' ', colon + 1);
  return start == std::string_view::npos ? std::nullopt : std::optional(header.substr(start));
}

std::optional<Shape> parse_shape(std::string_view text) {
  const std::size_t end = text.find(')');
  if (!text.starts_with('(') || end == std::string_view::npos) return std::nullopt;
  text = text.substr(1, end - 1);
  Shape shape;
  while (!text.empty()) {
    const std::size_t comma = std::min(text.find(','), text.size());
    std::string_view number = text.substr(0, comma);
    while (number.starts_with(' '))
      number.remove_prefix(1);
    while (number.ends_with(' '))
      number.remove_suffix(1);
    text.remove_prefix(std::min(comma + 1, text.size()));
    if (number.empty() && text.empty()) break; // after the last comma
    const auto size = parse_integer(number);
    if (!size || *size < 0) return std::nullopt;
    shape.push_back(*size);
  }
  return shape;
}

} // namespace

std::optional<Tensor> parse_npy(std::string_view bytes, const Limits& limits, Diagnostic& problem) {
  constexpr std::size_t prefix = 8; // magic and version
  if (bytes.size() < prefix + 4 || !bytes.starts_with(magic))
    return fail(problem, "the file is not a NumPy array"), std::nullopt;
  const int version = bytes[6];
  const std::size_t length_bytes = version == 1 ? 2 : 4;
  std::size_t header_length = 0;
  for (std::size_t i = length_bytes; i-- > 0;)
    header_length = header_length << 8 | static_cast<std::uint8_t>(bytes[prefix + i]);
  if (version < 1 || version > 3 || header_length > bytes.size() - prefix - length_bytes) {
    return fail(problem, "the header of the NumPy array is damaged"), std::nullopt;
  }
  const std::string_view header = bytes.substr(prefix + length_bytes, header_length);
  const std::string_view data = bytes.substr(prefix + length_bytes + header_length);
  const auto type = value_of(header, "descr");
  const auto order = value_of(header, "fortran_order");
  const auto dimensions = value_of(header, "shape");
  const auto shape = dimensions ? parse_shape(*dimensions) : std::nullopt;
  if (!type || !order || !shape) return fail(problem, "the header of the NumPy array is damaged"), std::nullopt;
  std::optional<ElementType> element;
  for (const TypeName& entry : type_names) {
    if (type->starts_with(fmt::format("'{}'", entry.name))) element = entry.element;
  }
  if (!element) {
    const std::string got(type->substr(0, std::min<std::size_t>(type->find(','), 16)));
    return fail(problem, "the NumPy array's type is not supported", "a little-endian number", got), std::nullopt;
  }
  const auto count = element_count(*shape);
  if (!count || *count > limits.elements || shape->size() > limits.rank) {
    return fail(problem, "the NumPy array is too large", fmt::format("at most {} elements", limits.elements),
                text_of(*shape)),
           std::nullopt;
  }
  if (!order->starts_with("False") && shape->size() > 1) {
    return fail(problem, "the NumPy array is in Fortran order", "C order", "", "save numpy.ascontiguousarray(x)"),
           std::nullopt;
  }
  if (data.size() != static_cast<std::size_t>(*count) * size_in_bytes(*element)) {
    return fail(problem, "the NumPy array's data do not have its size",
                fmt::format("{} bytes", static_cast<std::size_t>(*count) * size_in_bytes(*element)),
                fmt::format("{} bytes", data.size())),
           std::nullopt;
  }
  Tensor tensor(*element, *shape);
  if (!data.empty()) std::memcpy(tensor.mutable_bytes().data(), data.data(), data.size());
  return tensor;
}

std::string npy_of(const Tensor& tensor) {
  std::string_view type;
  for (const TypeName& entry : type_names) {
    if (entry.element == tensor.element()) type = entry.name;
  }
  // A tuple with one entry ends with a comma.
  const std::string shape =
      fmt::format("({}{})", fmt::join(tensor.shape(), ", "), tensor.shape().size() == 1 ? "," : "");
  std::string header = fmt::format("{{'descr': '{}', 'fortran_order': False, 'shape': {}, }}", type, shape);
  constexpr std::size_t prefix = 10;
  constexpr std::size_t alignment = 64;
  while ((prefix + header.size() + 1) % alignment != 0)
    header += ' ';
  header += '\n';
  std::string bytes(magic);
  bytes += '\x01';
  bytes += '\x00';
  bytes += static_cast<char>(header.size() & 255);
  bytes += static_cast<char>(header.size() >> 8);
  bytes += header;
  const std::span<const std::byte> data = tensor.bytes();
  bytes.append(reinterpret_cast<const char*>(data.data()), data.size());
  return bytes;
}

} // namespace tilewright
