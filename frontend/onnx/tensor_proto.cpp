#include "frontend/onnx/tensor_proto.h"

#include "frontend/onnx/element_types.h"

#include <algorithm>
#include <bit>
#include <charconv>
#include <fmt/format.h>

namespace tilewright {

namespace {

// Raw data are little-endian by ONNX's definition, and are taken as they are.
static_assert(std::endian::native == std::endian::little);

// Bytes of one element in raw data; 4-bit elements come two a byte.
std::size_t raw_size(std::int32_t type) {
  switch (type) {
  case onnx::TensorProto::FLOAT16:
  case onnx::TensorProto::BFLOAT16:
    return 2;
  case onnx::TensorProto::UINT32:
    return 4;
  default:
    return size_in_bytes(*element_of_onnx_type(type));
  }
}

std::uint16_t u16_at(const char* bytes) {
  std::uint16_t value = 0;
  std::memcpy(&value, bytes, sizeof value);
  return value;
}

std::int8_t nibble(std::uint8_t byte, bool high, bool is_signed) {
  const int value = high ? byte >> 4 : byte & 15;
  return static_cast<std::int8_t>(is_signed && value >= 8 ? value - 16 : value);
}

class Reader {
public:
  Reader(onnx::TensorProto& proto, ExternalData& external, const Limits& limits, Diagnostic& problem)
      : proto_(proto), external_(external), limits_(limits), problem_(problem) {}

  std::optional<Tensor> read() {
    const auto element = element_of_onnx_type(proto_.data_type());
    if (!element) {
      const std::string type = name_of_onnx_type(proto_.data_type());
      const bool float8 = type.starts_with("float8") || type.starts_with("float4");
      fail("import.element-type", fmt::format("tensors of type {} are not supported", type));
      problem_.hint = float8 ? "quantize to integers" : "";
      return std::nullopt;
    }
    if (!read_shape()) return std::nullopt;
    if (proto_.has_segment()) return fail("import.tensor", "tensors in segments are not supported"), std::nullopt;
    // Only the sizes are known so far; the data are looked at before the tensor is made.
    if (proto_.data_location() == onnx::TensorProto::EXTERNAL) return read_external(*element);
    if (proto_.has_raw_data()) return read_raw(*element);
    return read_typed(*element);
  }

private:
  bool fail(std::string code, std::string reason, std::string expected = {}, std::string got = {}) {
    problem_.code = std::move(code);
    problem_.reason = std::move(reason);
    problem_.expected = std::move(expected);
    problem_.got = std::move(got);
    return false;
  }

  bool read_shape() {
    if (static_cast<std::size_t>(proto_.dims_size()) > limits_.rank) {
      return fail("import.limit", "a tensor has too many dimensions", fmt::format("at most {}", limits_.rank),
                  fmt::format("{}", proto_.dims_size()));
    }
    shape_.assign(proto_.dims().begin(), proto_.dims().end());
    const bool negative = std::ranges::any_of(shape_, [](std::int64_t size) { return size < 0; });
    if (negative) return fail("import.tensor", "a tensor has a negative dimension", "", text_of(shape_));
    const auto count = element_count(shape_);
    if (!count || *count > limits_.elements) {
      return fail("import.limit", "a tensor has too many elements", fmt::format("at most {}", limits_.elements),
                  text_of(shape_));
    }
    count_ = *count;
    return true;
  }

  std::uint64_t raw_bytes() const {
    const auto count = static_cast<std::uint64_t>(count_);
    return is_4_bit(proto_.data_type()) ? (count + 1) / 2 : count * raw_size(proto_.data_type());
  }

  // Types whose raw data are exactly what a Tensor holds.
  bool is_stored_as_is(ElementType element) const {
    return !is_4_bit(proto_.data_type()) && raw_size(proto_.data_type()) == size_in_bytes(element) &&
           element != ElementType::boolean && proto_.data_type() != onnx::TensorProto::UINT64;
  }

  std::optional<Tensor> from_raw(ElementType element, std::string_view raw) {
    Tensor tensor(element, shape_);
    if (is_stored_as_is(element)) {
      if (!raw.empty()) std::memcpy(tensor.mutable_bytes().data(), raw.data(), raw.size());
      return tensor;
    }
    for (std::size_t i = 0; i < static_cast<std::size_t>(count_); ++i) {
      switch (proto_.data_type()) {
      case onnx::TensorProto::FLOAT16:
        tensor.mutable_data<float>()[i] = from_half(u16_at(&raw[2 * i]));
        break;
      case onnx::TensorProto::BFLOAT16:
        tensor.mutable_data<float>()[i] = from_bfloat(u16_at(&raw[2 * i]));
        break;
      case onnx::TensorProto::BOOL:
        tensor.mutable_data<bool>()[i] = raw[i] != 0;
        break;
      case onnx::TensorProto::UINT32: {
        std::uint32_t value = 0;
        std::memcpy(&value, &raw[4 * i], sizeof value);
        tensor.mutable_data<std::int64_t>()[i] = value;
        break;
      }
      case onnx::TensorProto::UINT64: {
        std::int64_t value = 0;
        std::memcpy(&value, &raw[8 * i], sizeof value);
        if (value < 0) return fail("import.tensor", "a uint64 value is above 2^63 - 1"), std::nullopt;
        tensor.mutable_data<std::int64_t>()[i] = value;
        break;
      }
      default: {
        const bool is_signed = proto_.data_type() == onnx_int4;
        const std::int8_t value = nibble(static_cast<std::uint8_t>(raw[i / 2]), i % 2 == 1, is_signed);
        tensor.mutable_bytes()[i] = static_cast<std::byte>(value);
      }
      }
    }
    return tensor;
  }

  std::optional<Tensor> read_raw(ElementType element) {
    if (proto_.raw_data().size() != raw_bytes()) {
      fail("import.tensor", "a tensor's data do not have its size",
           fmt::format("{} bytes for {}", raw_bytes(), text_of(ValueType{element, shape_, {}, {}})),
           fmt::format("{} bytes", proto_.raw_data().size()));
      return std::nullopt;
    }
    const std::unique_ptr<std::string> raw(proto_.release_raw_data());
    return from_raw(element, raw ? *raw : std::string());
  }

  std::optional<Tensor> read_external(ElementType element) {
    ExternalLocation location;
    for (const onnx::StringStringEntryProto& entry : proto_.external_data()) {
      std::uint64_t number = 0;
      const std::string& text = entry.value();
      const auto [end, error] = std::from_chars(text.data(), text.data() + text.size(), number);
      const bool is_number = error == std::errc() && end == text.data() + text.size();
      if (entry.key() == "location") {
        location.path = text;
      } else if (entry.key() == "offset" || entry.key() == "length") {
        if (!is_number) {
          fail("import.external-data", fmt::format("the {} of external data is malformed", entry.key()), "bytes", text);
          return std::nullopt;
        }
        if (entry.key() == "offset") location.offset = number;
        if (entry.key() == "length") location.length = number;
      }
    }
    if (auto problem = external_.check(location, raw_bytes())) return problem_ = *std::move(problem), std::nullopt;
    std::optional<Tensor> tensor;
    bool good = false;
    if (is_stored_as_is(element)) {
      tensor.emplace(element, shape_);
      good = external_.read(location, tensor->mutable_bytes());
    } else {
      std::string raw(raw_bytes(), '\0');
      good = external_.read(location, std::as_writable_bytes(std::span(raw)));
      if (good) return from_raw(element, raw);
    }
    if (!good)
      return fail("import.external-data", "the external data could not be read", "", location.path), std::nullopt;
    return tensor;
  }

  template <class T, class Values> std::optional<Tensor> from_values(const Values& values, ElementType element) {
    if (values.size() != count_) {
      fail("import.tensor", "a tensor's data do not have its size",
           fmt::format("{} elements for {}", count_, text_of(ValueType{element, shape_, {}, {}})),
           fmt::format("{} elements", values.size()));
      return std::nullopt;
    }
    Tensor tensor(element, shape_);
    const std::span<T> to = tensor.mutable_data<T>();
    for (int i = 0; i < values.size(); ++i) {
      const auto value = values[i];
      if constexpr (std::is_integral_v<T> && !std::is_same_v<T, bool>) {
        if (!std::in_range<T>(value)) {
          fail("import.tensor", "a value does not fit the tensor's type", std::string(name_of(element)),
               fmt::format("{}", value));
          return std::nullopt;
        }
      }
      to[static_cast<std::size_t>(i)] = static_cast<T>(value);
    }
    return tensor;
  }

  // Types of up to 32 bits share int32_data; 16-bit floats are there by their bits, 4-bit integers two a byte.
  std::optional<Tensor> read_typed(ElementType element) {
    switch (proto_.data_type()) {
    case onnx::TensorProto::FLOAT:
      return from_values<float>(proto_.float_data(), element);
    case onnx::TensorProto::DOUBLE:
      return from_values<double>(proto_.double_data(), element);
    case onnx::TensorProto::INT64:
      return from_values<std::int64_t>(proto_.int64_data(), element);
    case onnx::TensorProto::UINT32:
    case onnx::TensorProto::UINT64:
      return from_values<std::int64_t>(proto_.uint64_data(), element);
    case onnx::TensorProto::INT8:
      return from_values<std::int8_t>(proto_.int32_data(), element);
    case onnx::TensorProto::UINT8:
      return from_values<std::uint8_t>(proto_.int32_data(), element);
    case onnx::TensorProto::INT16:
      return from_values<std::int16_t>(proto_.int32_data(), element);
    case onnx::TensorProto::UINT16:
      return from_values<std::uint16_t>(proto_.int32_data(), element);
    case onnx::TensorProto::INT32:
      return from_values<std::int32_t>(proto_.int32_data(), element);
    case onnx::TensorProto::BOOL:
      return from_values<bool>(proto_.int32_data(), element);
    default:
      break;
    }
    std::string raw;
    const bool bytes = is_4_bit(proto_.data_type());
    for (const std::int32_t value : proto_.int32_data()) {
      raw += static_cast<char>(value & 255);
      if (!bytes) raw += static_cast<char>((value >> 8) & 255);
    }
    if (raw.size() == raw_bytes()) return from_raw(element, raw);
    fail("import.tensor", "a tensor's data do not have its size",
         fmt::format("{} elements for {}", count_, text_of(ValueType{element, shape_, {}, {}})),
         fmt::format("{} values", proto_.int32_data_size()));
    return std::nullopt;
  }

  onnx::TensorProto& proto_;
  ExternalData& external_;
  const Limits& limits_;
  Diagnostic& problem_;
  Shape shape_;
  std::int64_t count_ = 0;
};

template <class T> void release(google::protobuf::RepeatedField<T>* values) {
  google::protobuf::RepeatedField<T>().Swap(values);
}

} // namespace

ModelTensor take_tensor(onnx::TensorProto& proto, ExternalData& external, const Limits& limits, Diagnostic& problem) {
  ModelTensor result;
  result.name = proto.name();
  result.bits = is_4_bit(proto.data_type()) ? 4 : 0;
  result.data = Reader(proto, external, limits, problem).read();
  if (!result.data) problem.tensor = proto.name();
  release(proto.mutable_float_data());
  release(proto.mutable_int32_data());
  release(proto.mutable_int64_data());
  release(proto.mutable_double_data());
  release(proto.mutable_uint64_data());
  return result;
}

onnx::TensorProto to_proto(const Tensor& tensor, const std::string& name) {
  onnx::TensorProto proto;
  proto.set_name(name);
  proto.set_data_type(onnx_type_of(tensor.element()));
  for (const std::int64_t size : tensor.shape())
    proto.add_dims(size);
  const std::span<const std::byte> bytes = tensor.bytes();
  proto.set_raw_data(bytes.data(), bytes.size());
  return proto;
}

} // namespace tilewright
