// aie::mmul: C (M x N) += A (M x K) * B (K x N), all row-major in vector registers, a sparse B by columns
// [api aie.hpp mmul].
//
// Integer results are exact modulo the width of the accumulator. Float results are accumulated in float32 in the order
// of k, each product exact; the order of the hardware's adder tree is not public, so the last bits may differ from it.
#pragma once

#include <concepts>

#include "accum.hpp"
#include "mmul_kernels.hpp"
#include "mmul_shapes.hpp"
#include "operators.hpp"
#include "sparse_vector.hpp"

namespace aie {

enum class accum_ownership { owned, ref };

template <unsigned M_Elems, unsigned K_Elems, unsigned N_Elems, typename TypeA, typename TypeB = TypeA,
          typename AccumTag = accauto, accum_ownership Ownership = accum_ownership::owned>
class mmul {
  static constexpr detail::MmulShape dense_shape =
      detail::find_mmul_shape(detail::mmul_operand<TypeA>(), detail::mmul_operand<TypeB>(), M_Elems, K_Elems, N_Elems);
  static constexpr detail::MmulShape sparse_shape = detail::find_sparse_mmul_shape(
      detail::mmul_operand<TypeA>(), detail::mmul_operand<TypeB>(), M_Elems, K_Elems, N_Elems);
  static constexpr bool takes_dense = dense_shape.a != detail::MmulOperand::none;
  static constexpr bool takes_sparse = sparse_shape.a != detail::MmulOperand::none;
  static constexpr detail::MmulShape shape = takes_dense ? dense_shape : sparse_shape;
  static constexpr bool legal_shape = shape.a != detail::MmulOperand::none;
  static constexpr bool is_float = detail::is_float_v<TypeA>;
  static constexpr bool is_complex = detail::is_complex_v<TypeA> || detail::is_complex_v<TypeB>;
  // As in AMD's headers only the width of the tag counts; its class follows from the operands.
  using RequestedTraits = detail::AccumTraits<detail::select_accum_tag_t<AccumTag, TypeA, TypeB>>;
  static constexpr unsigned requested_bits = is_complex && !is_float ? 64 : RequestedTraits::min_bits <= 32 ? 32 : 64;
  static_assert(legal_shape, "aie::mmul: this generation (__AIE_ARCH__) has no such shape for these operand types");
  static_assert(!legal_shape || requested_bits <= shape.max_requested,
                "aie::mmul: this shape has no accumulator that wide");
  static_assert(!legal_shape || is_float || is_complex || requested_bits == 64 ||
                    (detail::type_bits_v<TypeA> < 32 && detail::type_bits_v<TypeB> < 32),
                "aie::mmul: 32-bit operands need a 64-bit accumulator");
  static_assert(Ownership == accum_ownership::owned, "aie::mmul: accum_ownership::ref is not supported yet");

public:
  static constexpr unsigned M = M_Elems;
  static constexpr unsigned K = K_Elems;
  static constexpr unsigned N = N_Elems;
  static constexpr unsigned size_A = M * K;
  static constexpr unsigned size_B = K * N;
  static constexpr unsigned size_C = M * N;
  static constexpr unsigned size() { return size_C; }

  using accum_tag = std::conditional_t<
      is_float, std::conditional_t<is_complex, caccfloat, accfloat>,
      std::conditional_t<is_complex, cacc64, std::conditional_t<shape.lane_bits == 64, acc64, acc32>>>;
  using accum_type = accum<accum_tag, size_C>;
  using vector_A_type = vector<TypeA, size_A>;
  using vector_B_type = vector<TypeB, size_B>;
  using vector_B_sparse_type = sparse_vector<TypeB, size_B>;
  static constexpr unsigned accum_bits = requested_bits;

  /// Zero: the first mac() behaves as mul().
  mmul() { std::memset(static_cast<void*>(data_.data()), 0, sizeof(accum_type)); }
  explicit mmul(bool) : mmul() {}
  mmul(const accum_type& acc, bool to_zero = false) : data_(acc) {
    if (to_zero) *this = mmul();
  }
  template <typename T> mmul(const vector<T, size_C>& v, int shift = 0) : data_(v, shift) {}
  mmul(const OpAdd<accum_type>& op) : data_(op.value) {}
  mmul(const OpZero<accum_type>& op) : mmul(op.value, op.zero) {}

  void mul(const vector_A_type& a, const vector_B_type& b) {
    *this = mmul();
    mac(a, b);
  }
  template <std::same_as<vector_B_sparse_type> B> void mul(const vector_A_type& a, const B& b) {
    *this = mmul();
    mac(a, b);
  }
  void mac(const vector_A_type& a, const vector_B_type& b) {
    static_assert(takes_dense || !legal_shape, "aie::mmul: this shape takes a sparse B only");
    count_multiplications();
    if constexpr (detail::is_nibble_v<TypeB>)
      detail::mmul_accumulate<M, K, N>(
          data_.data(), a.data(),
          b.template unpack<std::conditional_t<detail::is_signed_v<TypeB>, int8, uint8>>().data());
    else
      detail::mmul_accumulate<M, K, N>(data_.data(), a.data(), b.data());
  }
  /// B by columns: element (k, n) is element n * K + k of the sparse vector.
  template <std::same_as<vector_B_sparse_type> B> void mac(const vector_A_type& a, const B& b) {
    static_assert(takes_sparse || !legal_shape, "aie::mmul: this shape takes no sparse B");
    count_multiplications();
    TypeB rows[size_B];
    for (unsigned k = 0; k < K; ++k)
      for (unsigned n = 0; n < N; ++n)
        rows[k * N + n] = b.decompressed()[n * K + k];
    detail::mmul_accumulate<M, K, N>(data_.data(), a.data(), rows);
  }

  accum_type to_accum() const { return data_; }
  operator accum_type() const { return data_; }
  template <typename T> vector<T, size_C> to_vector(int shift = 0) const { return data_.template to_vector<T>(shift); }
  template <typename T> vector<T, size_C> to_vector_sign(bool v_sign, int shift = 0) const {
    return data_.template to_vector_sign<T>(v_sign, shift);
  }

private:
  static void count_multiplications() {
    tilewright::adf::count(
        tilewright::adf::Slot::multiply,
        tilewright::adf::instructions_for(
            M * K * N, tilewright::adf::products_per_cycle(detail::type_bits_v<TypeA>, detail::type_bits_v<TypeB>)));
  }

  accum_type data_;
};

} // namespace aie
