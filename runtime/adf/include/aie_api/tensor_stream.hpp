// Tensor buffer streams: vectors read or written along up to three nested loops, deeper ones as streams of streams.
//
// Dimensions are given outermost first; a step counts vectors of the descriptor. The outermost loop has no end.
// With more than three dimensions pop() advances the outer three and gives a stream over the rest.
#pragma once

#include <array>
#include <concepts>

#include "iterator.hpp"

namespace aie {

struct tensor_dim {
  unsigned num;
  int step;
  constexpr tensor_dim(unsigned count, int stride) : num(count), step(stride) {}
};

template <typename T, unsigned Elems, unsigned Rank> struct tensor_descriptor { std::array<tensor_dim, Rank> dims; };

template <typename T, unsigned Elems, std::same_as<tensor_dim>... Dims>
constexpr auto make_tensor_descriptor(Dims... dims) {
  return tensor_descriptor<T, Elems, sizeof...(Dims)>{{dims...}};
}

namespace detail {

template <typename T, unsigned Elems, unsigned Rank> class TensorStream {
  static constexpr unsigned own = Rank <= 3 ? Rank : 3;

public:
  using vector_type = vector<std::remove_const_t<T>, Elems>;

  TensorStream(T* base, const tensor_dim* dims) : base_(base), dims_{} {
    for (unsigned i = 0; i < Rank; ++i)
      dims_[i] = {dims[i].num, dims[i].step};
  }

  auto pop() {
    T* at = advance();
    if constexpr (Rank <= 3) {
      return load_v<Elems>(static_cast<const std::remove_const_t<T>*>(at));
    } else {
      std::array<tensor_dim, Rank - 3> inner = rest(std::make_index_sequence<Rank - 3>{});
      return TensorStream<T, Elems, Rank - 3>(at, inner.data());
    }
  }
  TensorStream& operator>>(vector_type& v) {
    v = pop();
    return *this;
  }
  void push(const vector_type& v) { store_v(advance(), v); }
  TensorStream& operator<<(const vector_type& v) {
    push(v);
    return *this;
  }

private:
  struct Loop {
    unsigned count = 1;
    int step = 0;
    unsigned index = 0;
  };
  template <std::size_t... I> std::array<tensor_dim, Rank - own> rest(std::index_sequence<I...>) const {
    return {tensor_dim(dims_[I + own].count, dims_[I + own].step)...};
  }
  /// Address of this step; the innermost of the own loops moves on.
  T* advance() {
    std::ptrdiff_t offset = 0;
    for (unsigned i = 0; i < own; ++i)
      offset += static_cast<std::ptrdiff_t>(dims_[i].index) * dims_[i].step;
    for (unsigned i = own; i-- > 0;) {
      if (++dims_[i].index < dims_[i].count || i == 0) break;
      dims_[i].index = 0;
    }
    return base_ + offset * static_cast<std::ptrdiff_t>(Elems);
  }

  T* base_;
  Loop dims_[Rank];
};

} // namespace detail

template <aie_dm_resource R = aie_dm_resource::none, typename T, typename U, unsigned Elems, unsigned Rank>
auto make_tensor_buffer_stream(T* base, const tensor_descriptor<U, Elems, Rank>& descriptor) {
  return detail::TensorStream<T, Elems, Rank>(base, descriptor.dims.data());
}
template <aie_dm_resource R = aie_dm_resource::none, typename T, typename U, unsigned Elems, unsigned Rank>
auto make_restrict_tensor_buffer_stream(T* base, const tensor_descriptor<U, Elems, Rank>& descriptor) {
  return detail::TensorStream<T, Elems, Rank>(base, descriptor.dims.data());
}

} // namespace aie
