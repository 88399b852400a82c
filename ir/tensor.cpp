#include "ir/tensor.h"

#include <algorithm>

namespace tilewright {

Tensor::Tensor(ElementType element, Shape shape) : element_(element), shape_(std::move(shape)) {
  const std::optional<std::int64_t> count = element_count(shape_);
  assert(count);
  count_ = *count;
  bytes_ = std::make_shared<std::vector<std::byte>>(static_cast<std::size_t>(count_) * size_in_bytes(element_));
}

std::span<const std::byte> Tensor::bytes() const {
  if (!bytes_) return {};
  return *bytes_;
}

std::span<std::byte> Tensor::mutable_bytes() {
  assert(!bytes_ || bytes_.use_count() == 1);
  if (!bytes_) return {};
  return *bytes_;
}

Tensor Tensor::reshaped(Shape shape) const {
  assert(element_count(shape) == count_);
  Tensor result = *this;
  result.shape_ = std::move(shape);
  return result;
}

bool operator==(const Tensor& a, const Tensor& b) {
  return a.element_ == b.element_ && a.shape_ == b.shape_ && std::ranges::equal(a.bytes(), b.bytes());
}

std::vector<std::int64_t> to_int64(const Tensor& tensor) {
  return visit_elements(tensor, [](auto values) { return std::vector<std::int64_t>(values.begin(), values.end()); });
}

Tensor from_int64(ElementType element, Shape shape, std::span<const std::int64_t> values) {
  Tensor result(element, std::move(shape));
  assert(static_cast<std::int64_t>(values.size()) == result.count());
  const auto store = [&]<class T>(T) {
    std::ranges::transform(values, result.mutable_data<T>().begin(), [](std::int64_t value) {
      assert(static_cast<std::int64_t>(static_cast<T>(value)) == value);
      return static_cast<T>(value);
    });
  };
  switch (element) {
  case ElementType::int8:
    store(std::int8_t{});
    break;
  case ElementType::uint8:
    store(std::uint8_t{});
    break;
  case ElementType::int16:
    store(std::int16_t{});
    break;
  case ElementType::uint16:
    store(std::uint16_t{});
    break;
  case ElementType::int32:
    store(std::int32_t{});
    break;
  case ElementType::int64:
    store(std::int64_t{});
    break;
  case ElementType::float32:
    store(float{});
    break;
  case ElementType::float64:
    store(double{});
    break;
  case ElementType::boolean:
    store(bool{});
    break;
  }
  return result;
}

std::vector<double> to_double(const Tensor& tensor) {
  return visit_elements(tensor, [](auto values) { return std::vector<double>(values.begin(), values.end()); });
}

IntegerRange value_range(const Tensor& tensor) {
  assert(tensor.count() > 0 && is_integer(tensor.element()));
  return visit_elements(tensor, [](auto values) -> IntegerRange {
    // Two plain loops: compilers turn them into vector instructions.
    auto low = values[0];
    for (const auto value : values)
      low = value < low ? value : low;
    auto high = values[0];
    for (const auto value : values)
      high = value > high ? value : high;
    return {static_cast<std::int64_t>(low), static_cast<std::int64_t>(high)};
  });
}

} // namespace tilewright
