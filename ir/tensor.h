// A tensor with its data: constants in the graph, inputs and results of the reference executor.
#pragma once

#include "ir/types.h"

#include <cassert>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

namespace tilewright {

template <class T> struct ElementOf; // maps a C++ type to its ElementType
template <> struct ElementOf<std::int8_t> { static constexpr ElementType value = ElementType::int8; };
template <> struct ElementOf<std::uint8_t> { static constexpr ElementType value = ElementType::uint8; };
template <> struct ElementOf<std::int16_t> { static constexpr ElementType value = ElementType::int16; };
template <> struct ElementOf<std::uint16_t> { static constexpr ElementType value = ElementType::uint16; };
template <> struct ElementOf<std::int32_t> { static constexpr ElementType value = ElementType::int32; };
template <> struct ElementOf<std::int64_t> { static constexpr ElementType value = ElementType::int64; };
template <> struct ElementOf<float> { static constexpr ElementType value = ElementType::float32; };
template <> struct ElementOf<double> { static constexpr ElementType value = ElementType::float64; };
template <> struct ElementOf<bool> { static constexpr ElementType value = ElementType::boolean; };

// Row-major, contiguous. Copies share the data; `mutable_data` may only be called by the sole owner.
class Tensor {
public:
  Tensor() = default;
  // Zero-filled. The shape's element count must be known to fit in memory.
  Tensor(ElementType element, Shape shape);

  template <class T> static Tensor of(Shape shape, std::span<const T> values) {
    Tensor result(ElementOf<T>::value, std::move(shape));
    assert(static_cast<std::int64_t>(values.size()) == result.count());
    if (!values.empty()) std::memcpy(result.bytes_->data(), values.data(), values.size_bytes());
    return result;
  }
  template <class T> static Tensor of(Shape shape, const std::vector<T>& values) {
    return of(std::move(shape), std::span<const T>(values));
  }

  ElementType element() const { return element_; }
  const Shape& shape() const { return shape_; }
  std::int64_t count() const { return count_; }
  std::span<const std::byte> bytes() const;
  std::span<std::byte> mutable_bytes();

  template <class T> std::span<const T> data() const {
    assert(ElementOf<T>::value == element_);
    return {reinterpret_cast<const T*>(bytes().data()), static_cast<std::size_t>(count_)};
  }
  template <class T> std::span<T> mutable_data() {
    assert(ElementOf<T>::value == element_);
    return {reinterpret_cast<T*>(mutable_bytes().data()), static_cast<std::size_t>(count_)};
  }

  // The same data under another shape with the same element count.
  Tensor reshaped(Shape shape) const;

  // Same element type, shape and bytes.
  friend bool operator==(const Tensor& a, const Tensor& b);

private:
  ElementType element_ = ElementType::float32;
  Shape shape_;
  std::int64_t count_ = 0;
  std::shared_ptr<std::vector<std::byte>> bytes_;
};

// Calls `function(span<const T>)` with the tensor's data in its own element type.
template <class Function> decltype(auto) visit_elements(const Tensor& tensor, Function&& function) {
  switch (tensor.element()) {
  case ElementType::int8: return function(tensor.data<std::int8_t>());
  case ElementType::uint8: return function(tensor.data<std::uint8_t>());
  case ElementType::int16: return function(tensor.data<std::int16_t>());
  case ElementType::uint16: return function(tensor.data<std::uint16_t>());
  case ElementType::int32: return function(tensor.data<std::int32_t>());
  case ElementType::int64: return function(tensor.data<std::int64_t>());
  case ElementType::float32: return function(tensor.data<float>());
  case ElementType::float64: return function(tensor.data<double>());
  case ElementType::boolean: break;
  }
  return function(tensor.data<bool>());
}

// The elements as int64; the tensor holds integers or booleans.
std::vector<std::int64_t> to_int64(const Tensor& tensor);
// Stores `values` as `element`; every value must fit.
Tensor from_int64(ElementType element, Shape shape, std::span<const std::int64_t> values);
// The elements as double; exact for everything but int64 above 2^53.
std::vector<double> to_double(const Tensor& tensor);
// Smallest and largest element of a non-empty integer tensor.
IntegerRange value_range(const Tensor& tensor);

} // namespace tilewright
