#include "ir/conv_arithmetic.h"

#include <algorithm>
#include <array>

namespace tilewright {

namespace {

Shape as_matrix(const Shape& weights) {
  const std::int64_t outputs = weights.back();
  return {outputs == 0 ? 0 : element_count(weights).value_or(0) / outputs, outputs};
}

// Columns `first` to `first + count` of a matrix.
Tensor columns_of(const Tensor& matrix, std::int64_t first, std::int64_t count) {
  const std::int64_t rows = matrix.shape()[0];
  const std::int64_t columns = matrix.shape()[1];
  if (count == columns) return matrix;
  Tensor result(matrix.element(), {rows, count});
  const auto size = static_cast<std::int64_t>(size_in_bytes(matrix.element()));
  for (std::int64_t row = 0; row < rows; ++row) {
    std::memcpy(result.mutable_bytes().data() + row * count * size,
                matrix.bytes().data() + (row * columns + first) * size, static_cast<std::size_t>(count * size));
  }
  return result;
}

// The windows of one image and one group as rows, and their products, a few rows at a time to bound the memory.
class GroupConvolution {
public:
  GroupConvolution(const Tensor& x, const Tensor& weights, const Tensor* bias, const Tensor& padding, Tensor& result)
      : x_(x), weights_(weights), bias_(bias), padding_(padding), result_(result),
        element_size_(size_in_bytes(x.element())), row_(static_cast<std::size_t>(weights.shape()[0])) {
    constexpr std::size_t elements_at_once = std::size_t{1} << 20;
    most_rows_ = std::max<std::size_t>(1, elements_at_once / std::max<std::size_t>(1, row_));
  }

  // `x_start` and `result_start` count elements up to the group's first channel in the image's first pixel.
  void run(const ConvAttributes& attributes, std::size_t x_start, std::size_t result_start) {
    const std::size_t channels = static_cast<std::size_t>(padding_.count());
    const std::size_t pixel = static_cast<std::size_t>(x_.shape().back());
    for_each_window(attributes.windows, x_.shape(), [&](std::size_t position, std::span<const std::int64_t> elements) {
      for (const std::int64_t element : elements) {
        const std::byte* from =
            element < 0 ? padding_.bytes().data()
                        : x_.bytes().data() + (x_start + static_cast<std::size_t>(element) * pixel) * element_size_;
        rows_.insert(rows_.end(), from, from + channels * element_size_);
      }
      if (++row_count_ == most_rows_) flush(position + 1, result_start);
    });
    const Shape& shape = result_.shape();
    std::size_t positions = 1;
    for (std::size_t axis = 1; axis + 1 < shape.size(); ++axis)
      positions *= static_cast<std::size_t>(shape[axis]);
    if (row_count_ > 0) flush(positions, result_start);
  }

private:
  // The rows end before position `end`.
  void flush(std::size_t end, std::size_t result_start) {
    Tensor windows(x_.element(), {static_cast<std::int64_t>(row_count_), static_cast<std::int64_t>(row_)});
    std::ranges::copy(rows_, windows.mutable_bytes().begin());
    const Tensor products = multiply(result_.element(), windows, weights_, bias_);
    const std::size_t size = size_in_bytes(result_.element());
    const auto outputs = static_cast<std::size_t>(weights_.shape()[1]);
    const auto pixel = static_cast<std::size_t>(result_.shape().back());
    for (std::size_t row = 0; row < row_count_; ++row) {
      std::memcpy(result_.mutable_bytes().data() + (result_start + (end - row_count_ + row) * pixel) * size,
                  products.bytes().data() + row * outputs * size, outputs * size);
    }
    rows_.clear();
    row_count_ = 0;
  }

  const Tensor& x_;
  const Tensor& weights_;
  const Tensor* bias_;
  const Tensor& padding_;
  Tensor& result_;
  std::size_t element_size_;
  std::size_t row_; // elements of a window
  std::size_t most_rows_ = 1;
  std::size_t row_count_ = 0;
  std::vector<std::byte> rows_;
};

} // namespace

AccumulatorResult accumulator_of_conv(const InferContext& context) {
  const auto& attributes = context.attributes.as<ConvAttributes>();
  std::vector<ValueType> types(context.operands.begin(), context.operands.end());
  std::vector<const Tensor*> constants(context.constants.begin(), context.constants.end());
  types[1].shape = as_matrix(types[1].shape);
  if (types[1].quantization && types[1].quantization->axis) {
    // Per output channel is what sums can inherit; along any other axis there is nothing to inherit.
    if (types[1].quantization->axis == context.operands[1].shape.size() - 1) {
      types[1].quantization->axis = 1;
    } else {
      types[1].quantization.reset();
    }
  }
  std::optional<Tensor> matrix;
  if (constants[1]) constants[1] = &matrix.emplace(constants[1]->reshaped(types[1].shape));
  if (has_padding(attributes.windows)) {
    const IntegerRange range = range_of(types[0]);
    types[0].range = IntegerRange{std::min(range.min, attributes.pad_value), std::max(range.max, attributes.pad_value)};
    const auto& quantization = types[0].quantization;
    // Padding that does not mean 0 takes part in the sums like an input of its own.
    if (quantization && quantization->zero_points != std::vector{attributes.pad_value}) types[0].quantization.reset();
  }
  return accumulator_of({context.attributes, types, constants});
}

Tensor convolve(const ConvAttributes& attributes, const ValueType& type, const Tensor& x, const Tensor& weights,
                const Tensor* bias) {
  Tensor result(type.element, type.shape);
  if (result.count() == 0) return result;
  const Tensor matrix = weights.reshaped(as_matrix(weights.shape()));
  const std::int64_t channels = x.shape().back() / attributes.groups;
  const std::int64_t outputs = type.shape.back() / attributes.groups;
  Tensor padding(x.element(), {channels});
  if (is_integer(x.element())) {
    const std::vector<std::int64_t> values(static_cast<std::size_t>(channels), attributes.pad_value);
    padding = from_int64(x.element(), {channels}, values);
  }
  const std::int64_t images = x.shape()[0];
  for (std::int64_t group = 0; group < attributes.groups; ++group) {
    const Tensor own_weights = columns_of(matrix, group * outputs, outputs);
    std::optional<Tensor> own_bias;
    if (bias) own_bias = columns_of(bias->reshaped({1, bias->count()}), group * outputs, outputs);
    GroupConvolution convolution(x, own_weights, own_bias ? &*own_bias : nullptr, padding, result);
    for (std::int64_t image = 0; image < images; ++image) {
      convolution.run(attributes, static_cast<std::size_t>(image * (x.count() / images) + group * channels),
                      static_cast<std::size_t>(image * (result.count() / images) + group * outputs));
    }
  }
  return result;
}

} // namespace tilewright
