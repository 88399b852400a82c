// A short list stored in place. Access patterns are built of these: graph constructors create many, and compile several
// times faster without the clean-up code of heap-allocated vectors.
#pragma once

#include <cstddef>
#include <cstdio>
#include <cstdlib>
#include <initializer_list>

namespace tilewright::adf {

/// At most Capacity elements; more end the program with a message. Converts from any container of T.
template <typename T, std::size_t Capacity> class SmallList {
public:
  constexpr SmallList() = default;
  constexpr SmallList(std::initializer_list<T> values) : SmallList(values.begin(), values.size()) {}
  template <typename Container, typename = typename Container::value_type>
  constexpr SmallList(const Container& values) : SmallList(values.data(), values.size()) {}

  constexpr std::size_t size() const { return size_; }
  constexpr bool empty() const { return size_ == 0; }
  constexpr const T& operator[](std::size_t i) const { return values_[i]; }
  constexpr T& operator[](std::size_t i) { return values_[i]; }
  constexpr const T* begin() const { return values_; }
  constexpr const T* end() const { return values_ + size_; }
  constexpr T* begin() { return values_; }
  constexpr T* end() { return values_ + size_; }
  constexpr void push_back(const T& value) {
    if (size_ == Capacity) overflow();
    values_[size_++] = value;
  }

private:
  constexpr SmallList(const T* values, std::size_t count) {
    if (count > Capacity) overflow();
    for (; size_ < count; ++size_)
      values_[size_] = values[size_];
  }
  [[noreturn]] static void overflow() {
    std::fprintf(stderr, "tilewright-adf: error: an access pattern has more than %zu dimensions\n", Capacity);
    std::exit(3);
  }

  T values_[Capacity] = {};
  std::size_t size_ = 0;
};

} // namespace tilewright::adf
