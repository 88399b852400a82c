#include "ir/dense_arithmetic.h"

#include "ir/pointwise.h"

#include <Eigen/Core>
#include <algorithm>
#include <fmt/format.h>
#include <limits>
#include <type_traits>

namespace tilewright {

namespace {

constexpr IntegerRange int32_range{std::numeric_limits<std::int32_t>::min(), std::numeric_limits<std::int32_t>::max()};

// Sums of a column's positive and of its negative weights: all that the extremes of its accumulator depend on.
struct ColumnSums {
  std::vector<std::int64_t> positive;
  std::vector<std::int64_t> negative;
};

ColumnSums column_sums(const Tensor& weights) {
  const auto columns = static_cast<std::size_t>(weights.shape()[1]);
  ColumnSums sums{std::vector<std::int64_t>(columns), std::vector<std::int64_t>(columns)};
  visit_elements(weights, [&]<class T>(std::span<const T> values) {
    // Partial sums of small weights fit 32 bits, and twice as many of those go into a vector.
    using Partial = std::conditional_t<sizeof(T) <= 2, std::int32_t, std::int64_t>;
    constexpr std::size_t rows_at_once = 1 << 14;
    std::vector<Partial> positive(columns);
    std::vector<Partial> negative(columns);
    for (std::size_t first = 0; first < values.size(); first += rows_at_once * columns) {
      const std::size_t end = std::min(values.size(), first + rows_at_once * columns);
      std::ranges::fill(positive, 0);
      std::ranges::fill(negative, 0);
      for (std::size_t row = first; row < end; row += columns) {
        const T* const weight = values.data() + row;
        for (std::size_t n = 0; n < columns; ++n) {
          const auto w = static_cast<Partial>(weight[n]);
          positive[n] += w > 0 ? w : 0;
          negative[n] += w < 0 ? w : 0;
        }
      }
      for (std::size_t n = 0; n < columns; ++n) {
        sums.positive[n] += positive[n];
        sums.negative[n] += negative[n];
      }
    }
  });
  return sums;
}

struct WideRange {
  __int128 min = 0;
  __int128 max = 0;
};

WideRange range_of_column(std::int64_t positive, std::int64_t negative, const IntegerRange& x) {
  const __int128 p = positive;
  const __int128 n = negative;
  return {p * x.min + n * x.max, p * x.max + n * x.min};
}

// Without constant weights: K products of any two values.
WideRange range_of_products(const IntegerRange& x, const IntegerRange& w, std::int64_t count) {
  const __int128 products[] = {static_cast<__int128>(x.min) * w.min, static_cast<__int128>(x.min) * w.max,
                               static_cast<__int128>(x.max) * w.min, static_cast<__int128>(x.max) * w.max};
  const __int128* low = std::min_element(std::begin(products), std::end(products));
  const __int128* high = std::max_element(std::begin(products), std::end(products));
  return {*low * count, *high * count};
}

// real = s_x (x - z_x) * s_w w, summed, is s_x s_w (sum - z_x * sum of w): a scale and a zero point for each column. A
// bias takes part where it has the accumulator's own scale. Weights with a zero point leave no such form.
std::optional<Quantization> quantization_of_sums(const InferContext& context, const ColumnSums* sums) {
  const std::optional<Quantization>& x = context.operands[0].quantization;
  const std::optional<Quantization>& w = context.operands[1].quantization;
  if (!x || !w || x->scales.size() != 1) return std::nullopt;
  if (w->scales.size() > 1 && w->axis != 1) return std::nullopt;
  if (std::ranges::any_of(w->zero_points, [](std::int64_t z) { return z != 0; })) return std::nullopt;
  const std::int64_t x_zero_point = x->zero_points[0];
  if (x_zero_point != 0 && !sums) return std::nullopt;
  const std::optional<Quantization>* bias = context.operands.size() > 2 ? &context.operands[2].quantization : nullptr;
  if (bias && !*bias) return std::nullopt;

  const auto columns = static_cast<std::size_t>(context.operands[1].shape[1]);
  Quantization result;
  for (std::size_t n = 0; n < columns; ++n) {
    result.scales.push_back(x->scales[0] * w->scales[w->scales.size() == 1 ? 0 : n]);
    std::int64_t zero_point = 0;
    if (x_zero_point != 0 && __builtin_mul_overflow(x_zero_point, sums->positive[n] + sums->negative[n], &zero_point)) {
      return std::nullopt;
    }
    if (bias) {
      const std::size_t channel = (*bias)->scales.size() == 1 ? 0 : n;
      if ((*bias)->scales[channel] != result.scales[n]) return std::nullopt;
      if (__builtin_add_overflow(zero_point, (*bias)->zero_points[channel], &zero_point)) return std::nullopt;
    }
    result.zero_points.push_back(zero_point);
  }
  const bool uniform =
      std::ranges::all_of(result.scales, [&](const Rational& s) { return s == result.scales.front(); }) &&
      std::ranges::all_of(result.zero_points, [&](std::int64_t z) { return z == result.zero_points.front(); });
  if (columns == 0) return std::nullopt;
  if (uniform) return per_tensor(result.scales.front(), result.zero_points.front());
  result.axis = context.operands[0].shape.size() - 1;
  return result;
}

template <class T> using Matrix = Eigen::Matrix<T, Eigen::Dynamic, Eigen::Dynamic, Eigen::RowMajor>;

template <class T> Matrix<T> matrix_of(const Tensor& tensor, std::int64_t rows, std::int64_t columns) {
  Matrix<T> result(rows, columns);
  visit_elements(tensor, [&](auto values) {
    std::ranges::transform(values, result.data(), [](auto value) { return static_cast<T>(value); });
  });
  return result;
}

// `T` is unsigned for integers: partial sums may leave the range that the result is proven to have, and unsigned sums
// are allowed to wrap.
template <class T, class Stored>
void multiply_into(Tensor& result, const Tensor& x, const Tensor& weights, const Tensor* bias) {
  const std::int64_t inputs = weights.shape()[0];
  const std::int64_t outputs = weights.shape()[1];
  std::int64_t rows = 1;
  for (std::size_t i = 0; i + 1 < x.shape().size(); ++i)
    rows *= x.shape()[i];
  Matrix<T> product = matrix_of<T>(x, rows, inputs) * matrix_of<T>(weights, inputs, outputs);
  if (bias) product.rowwise() += matrix_of<T>(*bias, 1, outputs).row(0);
  const std::span<Stored> stored = result.mutable_data<Stored>();
  std::transform(product.data(), product.data() + stored.size(), stored.begin(),
                 [](T value) { return static_cast<Stored>(value); });
}

} // namespace

std::optional<OpError> check_contraction_elements(std::span<const ValueType> operands) {
  const ElementType element = operands[0].element;
  for (std::size_t i = 0; i < operands.size(); ++i) {
    const ElementType other = operands[i].element;
    if (is_integer(element) ? is_integer(other) : other == element && element != ElementType::boolean) continue;
    return OpError{"the operands' element types do not go together", "integers throughout, or one real type throughout",
                   fmt::format("{} and {}", name_of(element), name_of(other)), "quantize input and weights", i};
  }
  return std::nullopt;
}

void set_accumulator(ValueType& result, AccumulatorResult accumulator) {
  result.range = accumulator.range;
  result.quantization = std::move(accumulator.quantization);
  if (result.quantization && result.quantization->axis) result.quantization->axis = result.shape.size() - 1;
  result.element = int32_range.contains(accumulator.range) ? ElementType::int32 : ElementType::int64;
}

Work work_of_contraction(const EvaluateContext& context, std::int64_t products) {
  Work work = work_of_pointwise(context);
  work.multiply_accumulates = element_count(context.result_types[0].shape).value_or(0) * products;
  return work;
}

AccumulatorResult accumulator_of(const InferContext& context) {
  AccumulatorResult result;
  const ValueType& w = context.operands[1];
  const IntegerRange x_range = range_of(context.operands[0]);
  for (std::size_t i = 0; i < 2; ++i) {
    const ValueType& type = context.operands[i];
    if (int32_range.contains(range_of(type))) continue;
    result.error = OpError{"an operand is wider than 32 bits", "a range within 32 bits",
                           std::string(name_of(type.element)), "", i};
    return result;
  }
  std::optional<ColumnSums> sums;
  if (context.constants[1]) sums = column_sums(*context.constants[1]);
  const Tensor* bias = context.operands.size() > 2 ? context.constants[2] : nullptr;
  std::vector<std::int64_t> addends;
  if (bias) addends = to_int64(*bias);
  const IntegerRange any_bias = context.operands.size() > 2 ? range_of(context.operands[2]) : IntegerRange{};

  for (std::size_t n = 0; n < static_cast<std::size_t>(w.shape[1]); ++n) {
    WideRange sum = sums ? range_of_column(sums->positive[n], sums->negative[n], x_range)
                         : range_of_products(x_range, range_of(w), w.shape[0]);
    sum.min += bias ? addends[n] : any_bias.min;
    sum.max += bias ? addends[n] : any_bias.max;
    const IntegerRange all = storage_range(ElementType::int64);
    if (sum.min < all.min || sum.max > all.max) {
      result.error = OpError{"the accumulator can exceed 64 bits", "", "", "narrow the ranges of input or weights", {}};
      return result;
    }
    result.channels.push_back({static_cast<std::int64_t>(sum.min), static_cast<std::int64_t>(sum.max)});
  }
  if (!result.channels.empty()) result.range = result.channels.front();
  for (const IntegerRange& channel : result.channels) {
    result.range = {std::min(result.range.min, channel.min), std::max(result.range.max, channel.max)};
  }
  result.quantization = quantization_of_sums(context, sums ? &*sums : nullptr);
  return result;
}

Tensor multiply(ElementType element, const Tensor& x, const Tensor& weights, const Tensor* bias) {
  Shape shape = x.shape();
  shape.back() = weights.shape()[1];
  Tensor result(element, std::move(shape));
  switch (element) {
  case ElementType::float32:
    multiply_into<float, float>(result, x, weights, bias);
    break;
  case ElementType::float64:
    multiply_into<double, double>(result, x, weights, bias);
    break;
  case ElementType::int32:
    multiply_into<std::uint32_t, std::int32_t>(result, x, weights, bias);
    break;
  default:
    multiply_into<std::uint64_t, std::int64_t>(result, x, weights, bias);
    break;
  }
  return result;
}

} // namespace tilewright
