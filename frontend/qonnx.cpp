#include "frontend/qonnx.h"

#include <algorithm>
#include <cctype>
#include <cmath>
#include <fmt/format.h>

namespace tilewright {

namespace {

// The names are those of Brevitas and QONNX; two of them do not mean what they mean elsewhere.
std::optional<Rounding> rounding_of(std::string mode) {
  struct Entry {
    std::string_view mode;
    Rounding rounding;
  };
  constexpr std::array modes{
      Entry{"ROUND", Rounding::half_even},
      Entry{"HALF_EVEN", Rounding::half_even},
      Entry{"CEIL", Rounding::ceil},
      Entry{"FLOOR", Rounding::floor},
      Entry{"UP", Rounding::away_from_zero},
      Entry{"DOWN", Rounding::toward_zero},
      Entry{"ROUND_TO_ZERO", Rounding::toward_zero},
      Entry{"HALF_UP", Rounding::half_away},
      Entry{"HALF_DOWN", Rounding::half_toward_zero},
  };
  std::ranges::transform(mode, mode.begin(), [](unsigned char c) { return static_cast<char>(std::toupper(c)); });
  for (const Entry& entry : modes) {
    if (entry.mode == mode) return entry.rounding;
  }
  return std::nullopt;
}

} // namespace

std::optional<Rounding> qonnx_rounding(NodeImport& node, std::string otherwise) {
  const std::string mode = node.text("rounding_mode", std::move(otherwise));
  const auto rounding = rounding_of(mode);
  if (!rounding) {
    node.fail({"import.rounding", "the rounding mode is not known",
               "ROUND, HALF_EVEN, CEIL, FLOOR, UP, DOWN, ROUND_TO_ZERO, HALF_UP or HALF_DOWN", mode});
  }
  return rounding;
}

std::optional<int> qonnx_bits(NodeImport& node, std::size_t input, int most) {
  const Tensor* data = node.constant(input, "the bit width");
  if (!data) return std::nullopt;
  const double bits = data->count() == 1 ? to_double(*data)[0] : 0;
  if (bits >= 1 && bits <= most && bits == std::floor(bits)) return static_cast<int>(bits);
  node.fail({"import.bit-width", "the bit width is not supported", fmt::format("one integer from 1 to {}", most),
             data->count() == 1 ? fmt::format("{}", bits) : fmt::format("{} widths", data->count()),
             data->count() == 1 ? "" : "use one width for the whole tensor", node.input_name(input)});
  return std::nullopt;
}

std::optional<IntegerRange> qonnx_range(NodeImport& node, int bits, bool is_signed, bool is_narrow) {
  const std::int64_t half = std::int64_t{1} << (bits - 1);
  const std::int64_t less = is_narrow ? 1 : 0;
  const IntegerRange range = is_signed ? IntegerRange{-half + less, half - 1} : IntegerRange{0, 2 * half - 1 - less};
  if (range.min < range.max) return range;
  node.fail({"import.bit-width", "the quantizer has a single value", "at least two values",
             fmt::format("{} bit{}{}", bits, is_signed ? ", signed" : "", is_narrow ? ", narrow" : "")});
  return std::nullopt;
}

} // namespace tilewright
