// Iterators over data memory: scalars, vectors, circular and unaligned ones, and patterns.
//
// Dereferencing a vector iterator gives a reference to the vector in memory. "Restrict" and bank annotations are
// accepted and mean nothing here.
#pragma once

#include <cstddef>
#include <iterator>
#include <limits>
#include <tuple>

#include "alignment.hpp"
#include "load_store.hpp"
#include "vector.hpp"

namespace aie {

inline constexpr std::size_t dynamic_extent = std::numeric_limits<std::size_t>::max();

namespace detail {

/// What an iterator over T (possibly const) with Elems elements a step refers to: a scalar for Elems == 1.
template <typename T, unsigned Elems> struct Pointee {
  using value_type = vector<std::remove_const_t<T>, Elems>;
  using type = std::conditional_t<std::is_const_v<T>, const value_type, value_type>;
};
template <typename T> struct Pointee<T, 1> {
  using value_type = std::remove_const_t<T>;
  using type = T;
};

template <typename T, unsigned Elems> typename Pointee<T, Elems>::type& dereference(T* pointer) {
  if constexpr (Elems > 1) check_alignment(pointer, vector_ldst_align_v<std::remove_const_t<T>, Elems>);
  return *reinterpret_cast<typename Pointee<T, Elems>::type*>(pointer);
}

/// Elements of storage per step: two 4-bit elements share a byte, and the pointer's type is already packed.
template <typename T, unsigned Elems>
inline constexpr std::ptrdiff_t step_v = is_nibble_v<std::remove_const_t<T>> ? Elems / 2 : Elems;

template <typename T, unsigned Elems> class LinearIterator {
public:
  using iterator_category = std::random_access_iterator_tag;
  using value_type = typename Pointee<T, Elems>::value_type;
  using difference_type = std::ptrdiff_t;
  using pointer = typename Pointee<T, Elems>::type*;
  using reference = typename Pointee<T, Elems>::type&;

  LinearIterator() = default;
  explicit LinearIterator(T* base) : pointer_(base) {}

  reference operator*() const { return dereference<T, Elems>(pointer_); }
  pointer operator->() const { return &**this; }
  reference operator[](difference_type n) const { return *(*this + n); }
  LinearIterator& operator+=(difference_type n) {
    pointer_ += n * step_v<T, Elems>;
    return *this;
  }
  LinearIterator& operator-=(difference_type n) { return *this += -n; }
  LinearIterator& operator++() { return *this += 1; }
  LinearIterator& operator--() { return *this -= 1; }
  LinearIterator operator++(int) {
    LinearIterator old = *this;
    ++*this;
    return old;
  }
  LinearIterator operator--(int) {
    LinearIterator old = *this;
    --*this;
    return old;
  }
  friend LinearIterator operator+(LinearIterator it, difference_type n) { return it += n; }
  friend LinearIterator operator+(difference_type n, LinearIterator it) { return it += n; }
  friend LinearIterator operator-(LinearIterator it, difference_type n) { return it -= n; }
  friend difference_type operator-(LinearIterator a, LinearIterator b) {
    return (a.pointer_ - b.pointer_) / step_v<T, Elems>;
  }
  friend bool operator==(LinearIterator a, LinearIterator b) { return a.pointer_ == b.pointer_; }
  friend bool operator!=(LinearIterator a, LinearIterator b) { return a.pointer_ != b.pointer_; }
  friend bool operator<(LinearIterator a, LinearIterator b) { return a.pointer_ < b.pointer_; }

private:
  T* pointer_ = nullptr;
};

/// Wraps around after `size` elements, in both directions.
/// Wraps around after `size` elements, given at compile time or to the constructor.
template <typename T, unsigned Elems, std::size_t Size = dynamic_extent> class CircularIterator {
public:
  using iterator_category = std::random_access_iterator_tag;
  using value_type = typename Pointee<T, Elems>::value_type;
  using difference_type = std::ptrdiff_t;
  using pointer = typename Pointee<T, Elems>::type*;
  using reference = typename Pointee<T, Elems>::type&;

  CircularIterator(T* current, T* base, std::size_t size)
      : base_(base), size_(static_cast<difference_type>(size)), position_(current - base) {}
  CircularIterator(T* base, std::size_t size) : CircularIterator(base, base, size) {}
  explicit CircularIterator(T* base) requires(Size != dynamic_extent) : CircularIterator(base, base, Size) {}

  reference operator*() const { return dereference<T, Elems>(base_ + position_); }
  pointer operator->() const { return &**this; }
  reference operator[](difference_type n) const { return *(*this + n); }
  CircularIterator& operator+=(difference_type n) {
    position_ = (position_ + n * static_cast<difference_type>(Elems)) % size_;
    if (position_ < 0) position_ += size_;
    return *this;
  }
  CircularIterator& operator-=(difference_type n) { return *this += -n; }
  CircularIterator& operator++() { return *this += 1; }
  CircularIterator& operator--() { return *this -= 1; }
  CircularIterator operator++(int) {
    CircularIterator old = *this;
    ++*this;
    return old;
  }
  CircularIterator operator--(int) {
    CircularIterator old = *this;
    --*this;
    return old;
  }
  friend CircularIterator operator+(CircularIterator it, difference_type n) { return it += n; }
  friend CircularIterator operator-(CircularIterator it, difference_type n) { return it -= n; }
  friend bool operator==(const CircularIterator& a, const CircularIterator& b) {
    return a.base_ + a.position_ == b.base_ + b.position_;
  }
  friend bool operator!=(const CircularIterator& a, const CircularIterator& b) { return !(a == b); }

private:
  T* base_;
  difference_type size_;
  difference_type position_;
};

/// Stands for a vector at any address: reads and writes it element-aligned.
template <typename T, unsigned Elems> class UnalignedReference {
  using Value = vector<std::remove_const_t<T>, Elems>;

public:
  explicit UnalignedReference(T* pointer) : pointer_(pointer) {}
  operator Value() const { return load_unaligned_v<Elems>(pointer_); }
  UnalignedReference& operator=(const Value& v) {
    store_unaligned_v(pointer_, v);
    return *this;
  }

private:
  T* pointer_;
};

template <typename T, unsigned Elems> class UnalignedIterator {
public:
  using difference_type = std::ptrdiff_t;
  explicit UnalignedIterator(T* base) : pointer_(base) {}
  UnalignedReference<T, Elems> operator*() const { return UnalignedReference<T, Elems>(pointer_); }
  UnalignedReference<T, Elems> operator[](difference_type n) const { return *(*this + n); }
  UnalignedIterator& operator+=(difference_type n) {
    pointer_ += n * step_v<T, Elems>;
    return *this;
  }
  UnalignedIterator& operator-=(difference_type n) { return *this += -n; }
  UnalignedIterator& operator++() { return *this += 1; }
  UnalignedIterator operator++(int) {
    UnalignedIterator old = *this;
    ++*this;
    return old;
  }
  friend UnalignedIterator operator+(UnalignedIterator it, difference_type n) { return it += n; }
  friend UnalignedIterator operator-(UnalignedIterator it, difference_type n) { return it -= n; }
  friend bool operator==(UnalignedIterator a, UnalignedIterator b) { return a.pointer_ == b.pointer_; }
  friend bool operator!=(UnalignedIterator a, UnalignedIterator b) { return !(a == b); }

private:
  T* pointer_;
};

/// Steps by the given offsets in turn, in elements.
template <typename T, unsigned Steps> class PatternIterator {
public:
  template <typename... Offsets>
  explicit PatternIterator(T* base, Offsets... offsets) : pointer_(base), offsets_{static_cast<int>(offsets)...} {}
  T& operator*() const { return *pointer_; }
  PatternIterator& operator++() {
    pointer_ += offsets_[next_];
    next_ = (next_ + 1) % Steps;
    return *this;
  }
  PatternIterator operator++(int) {
    PatternIterator old = *this;
    ++*this;
    return old;
  }
  friend bool operator==(const PatternIterator& a, const PatternIterator& b) { return a.pointer_ == b.pointer_; }
  friend bool operator!=(const PatternIterator& a, const PatternIterator& b) { return !(a == b); }

private:
  T* pointer_;
  int offsets_[Steps];
  unsigned next_ = 0;
};

} // namespace detail

template <typename T, unsigned Elems, aie_dm_resource = aie_dm_resource::none>
using vector_iterator = detail::LinearIterator<T, Elems>;
template <typename T, unsigned Elems, aie_dm_resource = aie_dm_resource::none>
using const_vector_iterator = detail::LinearIterator<const T, Elems>;
template <typename T, unsigned Elems, aie_dm_resource = aie_dm_resource::none>
using restrict_vector_iterator = detail::LinearIterator<T, Elems>;
template <typename T, unsigned Elems, aie_dm_resource = aie_dm_resource::none>
using const_restrict_vector_iterator = detail::LinearIterator<const T, Elems>;
template <typename T, std::size_t Size = dynamic_extent, aie_dm_resource = aie_dm_resource::none>
using circular_iterator = detail::CircularIterator<T, 1, Size>;
template <typename T, std::size_t Size = dynamic_extent, aie_dm_resource = aie_dm_resource::none>
using const_circular_iterator = detail::CircularIterator<const T, 1, Size>;
template <typename T, std::size_t Size = dynamic_extent, aie_dm_resource = aie_dm_resource::none>
using random_circular_iterator = detail::CircularIterator<T, 1, Size>;
template <typename T, unsigned Elems, std::size_t Size = dynamic_extent, aie_dm_resource = aie_dm_resource::none>
using vector_circular_iterator = detail::CircularIterator<T, Elems, Size>;
template <typename T, unsigned Elems, std::size_t Size = dynamic_extent, aie_dm_resource = aie_dm_resource::none>
using vector_random_circular_iterator = detail::CircularIterator<T, Elems, Size>;
template <typename T, unsigned Elems, std::size_t Size = dynamic_extent, aie_dm_resource = aie_dm_resource::none>
using const_vector_random_circular_iterator = detail::CircularIterator<const T, Elems, Size>;
template <typename T, unsigned Elems, std::size_t Size = dynamic_extent, aie_dm_resource = aie_dm_resource::none>
using const_vector_circular_iterator = detail::CircularIterator<const T, Elems, Size>;
template <typename T, unsigned Steps> using pattern_iterator = detail::PatternIterator<T, Steps>;
template <typename T, unsigned Steps> using const_pattern_iterator = detail::PatternIterator<const T, Steps>;
template <typename T, unsigned Elems, aie_dm_resource = aie_dm_resource::none>
using unaligned_vector_iterator = detail::UnalignedIterator<T, Elems>;
template <typename T, unsigned Elems, aie_dm_resource = aie_dm_resource::none>
using const_unaligned_vector_iterator = detail::UnalignedIterator<const T, Elems>;
template <typename T, std::size_t Size = dynamic_extent, aie_dm_resource = aie_dm_resource::none>
using const_random_circular_iterator = detail::CircularIterator<const T, 1, Size>;

template <aie_dm_resource R = aie_dm_resource::none, typename T> T* begin(T* base, std::size_t) { return base; }
template <aie_dm_resource R = aie_dm_resource::none, typename T> T* end(T* base, std::size_t n) { return base + n; }
template <aie_dm_resource R = aie_dm_resource::none, typename T> const T* cbegin(const T* base, std::size_t) {
  return base;
}
template <aie_dm_resource R = aie_dm_resource::none, typename T> const T* cend(const T* base, std::size_t n) {
  return base + n;
}

template <aie_dm_resource R = aie_dm_resource::none, typename T, std::size_t N> T* begin(T (&base)[N]) { return base; }
template <aie_dm_resource R = aie_dm_resource::none, typename T, std::size_t N> const T* cbegin(const T (&base)[N]) {
  return base;
}

template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T> auto begin_vector(T* base) {
  return detail::LinearIterator<T, Elems>(base);
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T> auto cbegin_vector(const T* base) {
  return detail::LinearIterator<const T, Elems>(base);
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T> auto begin_restrict_vector(T* base) {
  return detail::LinearIterator<T, Elems>(base);
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T>
auto cbegin_restrict_vector(const T* base) {
  return detail::LinearIterator<const T, Elems>(base);
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T> auto begin_unaligned_vector(T* base) {
  return detail::UnalignedIterator<T, Elems>(base);
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T>
auto cbegin_unaligned_vector(const T* base) {
  return detail::UnalignedIterator<const T, Elems>(base);
}

/// `n` elements, then from the start again.
template <aie_dm_resource R = aie_dm_resource::none, typename T> auto begin_circular(T* base, std::size_t n) {
  return detail::CircularIterator<T, 1>(base, n);
}
template <std::size_t Size, aie_dm_resource R = aie_dm_resource::none, typename T> auto begin_circular(T* base) {
  return detail::CircularIterator<T, 1, Size>(base);
}
template <aie_dm_resource R = aie_dm_resource::none, typename T> auto cbegin_circular(const T* base, std::size_t n) {
  return detail::CircularIterator<const T, 1>(base, n);
}
template <std::size_t Size, aie_dm_resource R = aie_dm_resource::none, typename T> auto cbegin_circular(const T* base) {
  return detail::CircularIterator<const T, 1, Size>(base);
}
template <aie_dm_resource R = aie_dm_resource::none, typename T> auto begin_random_circular(T* base, std::size_t n) {
  return detail::CircularIterator<T, 1>(base, n);
}
template <std::size_t Size, aie_dm_resource R = aie_dm_resource::none, typename T> auto begin_random_circular(T* base) {
  return detail::CircularIterator<T, 1, Size>(base);
}
template <std::size_t Size, aie_dm_resource R = aie_dm_resource::none, typename T>
auto cbegin_random_circular(const T* base) {
  return detail::CircularIterator<const T, 1, Size>(base);
}
template <aie_dm_resource R = aie_dm_resource::none, typename T>
auto cbegin_random_circular(const T* base, std::size_t n) {
  return detail::CircularIterator<const T, 1>(base, n);
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T>
auto begin_vector_circular(T* base, std::size_t n) {
  return detail::CircularIterator<T, Elems>(base, n);
}
template <unsigned Elems, std::size_t Size, aie_dm_resource R = aie_dm_resource::none, typename T>
auto begin_vector_circular(T* base) {
  return detail::CircularIterator<T, Elems, Size>(base);
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T>
auto cbegin_vector_circular(const T* base, std::size_t n) {
  return detail::CircularIterator<const T, Elems>(base, n);
}
template <unsigned Elems, std::size_t Size, aie_dm_resource R = aie_dm_resource::none, typename T>
auto cbegin_vector_circular(const T* base) {
  return detail::CircularIterator<const T, Elems, Size>(base);
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T>
auto begin_vector_random_circular(T* base, std::size_t n) {
  return detail::CircularIterator<T, Elems>(base, n);
}
template <unsigned Elems, std::size_t Size, aie_dm_resource R = aie_dm_resource::none, typename T>
auto begin_vector_random_circular(T* base) {
  return detail::CircularIterator<T, Elems, Size>(base);
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T>
auto cbegin_vector_random_circular(const T* base, std::size_t n) {
  return detail::CircularIterator<const T, Elems>(base, n);
}
template <unsigned Elems, std::size_t Size, aie_dm_resource R = aie_dm_resource::none, typename T>
auto cbegin_vector_random_circular(const T* base) {
  return detail::CircularIterator<const T, Elems, Size>(base);
}

// Arrays know their size.
template <aie_dm_resource R = aie_dm_resource::none, typename T, std::size_t N> auto begin_circular(T (&base)[N]) {
  return detail::CircularIterator<T, 1, N>(base);
}
template <aie_dm_resource R = aie_dm_resource::none, typename T, std::size_t N>
auto cbegin_circular(const T (&base)[N]) {
  return detail::CircularIterator<const T, 1, N>(base);
}
template <aie_dm_resource R = aie_dm_resource::none, typename T, std::size_t N>
auto begin_random_circular(T (&base)[N]) {
  return detail::CircularIterator<T, 1, N>(base);
}
template <aie_dm_resource R = aie_dm_resource::none, typename T, std::size_t N>
auto cbegin_random_circular(const T (&base)[N]) {
  return detail::CircularIterator<const T, 1, N>(base);
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T, std::size_t N>
auto begin_vector_circular(T (&base)[N]) {
  return detail::CircularIterator<T, Elems, N>(base);
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T, std::size_t N>
auto cbegin_vector_circular(const T (&base)[N]) {
  return detail::CircularIterator<const T, Elems, N>(base);
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T, std::size_t N>
auto begin_vector_random_circular(T (&base)[N]) {
  return detail::CircularIterator<T, Elems, N>(base);
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T, std::size_t N>
auto cbegin_vector_random_circular(const T (&base)[N]) {
  return detail::CircularIterator<const T, Elems, N>(base);
}

/// One iterator for each pointer.
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename... T> auto begin_vectors(T*... bases) {
  return std::make_tuple(begin_vector<Elems, R>(bases)...);
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename... T>
auto cbegin_vectors(const T*... bases) {
  return std::make_tuple(cbegin_vector<Elems, R>(bases)...);
}

template <unsigned Steps, typename T, typename... Offsets> auto begin_pattern(T* base, Offsets... offsets) {
  static_assert(sizeof...(Offsets) == Steps, "begin_pattern: one offset per step");
  return detail::PatternIterator<T, Steps>(base, offsets...);
}
template <unsigned Steps, typename T, typename... Offsets> auto cbegin_pattern(const T* base, Offsets... offsets) {
  return detail::PatternIterator<const T, Steps>(base, offsets...);
}

} // namespace aie
