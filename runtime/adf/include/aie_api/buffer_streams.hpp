// Buffer streams: >> loads and << stores one vector after the other.
#pragma once

#include "iterator.hpp"

namespace aie {
namespace detail {

template <typename T, unsigned Elems, bool Aligned> class BufferStream {
public:
  using vector_type = vector<std::remove_const_t<T>, Elems>;
  explicit BufferStream(T* base) : pointer_(base) {}
  BufferStream& operator>>(vector_type& v) {
    v = pop();
    return *this;
  }
  vector_type pop() {
    vector_type v;
    if constexpr (Aligned)
      v.load(pointer_);
    else
      v.load_unaligned(pointer_);
    pointer_ += step_v<T, Elems>;
    return v;
  }
  BufferStream& operator<<(const vector_type& v) {
    push(v);
    return *this;
  }
  void push(const vector_type& v) {
    if constexpr (Aligned)
      v.store(pointer_);
    else
      v.store_unaligned(pointer_);
    pointer_ += step_v<T, Elems>;
  }

private:
  T* pointer_;
};

} // namespace detail

template <typename T, unsigned Elems, aie_dm_resource = aie_dm_resource::none>
using vector_input_buffer_stream = detail::BufferStream<const T, Elems, true>;
template <typename T, unsigned Elems, aie_dm_resource = aie_dm_resource::none>
using vector_output_buffer_stream = detail::BufferStream<T, Elems, true>;
template <typename T, unsigned Elems, aie_dm_resource = aie_dm_resource::none>
using unaligned_vector_input_buffer_stream = detail::BufferStream<const T, Elems, false>;
template <typename T, unsigned Elems, aie_dm_resource = aie_dm_resource::none>
using unaligned_vector_output_buffer_stream = detail::BufferStream<T, Elems, false>;

template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T>
auto make_vector_input_buffer_stream(const T* base) {
  return vector_input_buffer_stream<T, Elems, R>(base);
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T>
auto make_vector_output_buffer_stream(T* base) {
  return vector_output_buffer_stream<T, Elems, R>(base);
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T>
auto make_unaligned_vector_input_buffer_stream(const T* base) {
  return unaligned_vector_input_buffer_stream<T, Elems, R>(base);
}
template <unsigned Elems, aie_dm_resource R = aie_dm_resource::none, typename T>
auto make_unaligned_vector_output_buffer_stream(T* base) {
  return unaligned_vector_output_buffer_stream<T, Elems, R>(base);
}

} // namespace aie
