#include "frontend/constant_arithmetic.h"

#include "ir/pointwise.h"

#include <fmt/format.h>
#include <type_traits>

namespace tilewright {

namespace {

// Integers in the unsigned type of the same width, where wrapping around is defined.
template <class T> T apply(ConstantOperator op, T a, T b) {
  if constexpr (std::is_integral_v<T>) {
    if (op == ConstantOperator::divide)
      return b == -1 && std::is_signed_v<T> ? apply(ConstantOperator::subtract, T{0}, a) : static_cast<T>(a / b);
    const auto x = static_cast<std::uint64_t>(a);
    const auto y = static_cast<std::uint64_t>(b);
    switch (op) {
    case ConstantOperator::add:
      return static_cast<T>(x + y);
    case ConstantOperator::subtract:
      return static_cast<T>(x - y);
    default:
      return static_cast<T>(x * y);
    }
  } else {
    switch (op) {
    case ConstantOperator::add:
      return a + b;
    case ConstantOperator::subtract:
      return a - b;
    case ConstantOperator::multiply:
      return a * b;
    default:
      return a / b;
    }
  }
}

} // namespace

std::optional<Tensor> compute(ConstantOperator op, const Tensor& a, const Tensor& b) {
  const std::optional<Shape> shape = broadcast(a.shape(), b.shape());
  const std::vector<std::size_t> from_a = broadcast_indices(a.shape(), *shape);
  const std::vector<std::size_t> from_b = broadcast_indices(b.shape(), *shape);
  return visit_elements(a, [&]<class T>(std::span<const T> x) -> std::optional<Tensor> {
    if constexpr (std::is_same_v<T, bool>) {
      return std::nullopt;
    } else {
      const std::span<const T> y = b.data<T>();
      Tensor result(a.element(), *shape);
      const std::span<T> z = result.mutable_data<T>();
      for (std::size_t i = 0; i < z.size(); ++i) {
        if constexpr (std::is_integral_v<T>) {
          if (op == ConstantOperator::divide && y[from_b[i]] == 0) return std::nullopt;
        }
        z[i] = apply<T>(op, x[from_a[i]], y[from_b[i]]);
      }
      return result;
    }
  });
}

void import_constant_arithmetic(NodeImport& node, ConstantOperator op) {
  const Tensor* a = node.constant(0, "the first operand");
  const Tensor* b = node.constant(1, "the second operand");
  if (!a || !b) return;
  const std::optional<Shape> shape = broadcast(a->shape(), b->shape());
  const std::int64_t count = shape ? element_count(*shape).value_or(-1) : -1;
  if (a->element() != b->element() || count < 0 || !node.allows_elements(count)) {
    node.fail({"import.operand", "the constants do not go together", "equal types, and shapes that broadcast",
               fmt::format("{} and {}", text_of(node.type(0)), text_of(node.type(1)))});
    return;
  }
  std::optional<Tensor> result = compute(op, *a, *b);
  if (!result) {
    node.fail({"import.operand", "these constants have no result", "numbers, and no integer division by zero"});
    return;
  }
  node.bind(0, *std::move(result));
}

bool require_real_operand(NodeImport& node, std::size_t input) {
  const ElementType element = node.type(input).element;
  if (element == ElementType::float32 || element == ElementType::float64) return node.require_finite(input);
  node.fail({"import.integer-arithmetic", "arithmetic on integers outside of a quantizer is not supported", "float",
             std::string(name_of(element)), "dequantize the operand first", node.input_name(input)});
  return false;
}

bool require_real_operands(NodeImport& node) {
  for (std::size_t i = 0; i < node.node().inputs.size(); ++i) {
    if (node.has_input(i) && !require_real_operand(node, i)) return false;
  }
  return true;
}

} // namespace tilewright
