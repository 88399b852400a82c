#include "backends/common/project_data.h"

#include "backends/common/blocks.h"
#include "backends/common/layers.h"

#include <array>
#include <charconv>
#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr std::int64_t padding = -1;

// For each element that passes in one iteration, its row within the iteration's layout and its feature in the whole value.
struct Element {
  std::int64_t row = 0;
  std::int64_t feature = 0;
};

// A value as an iteration sees it.
struct ValueShape {
  MatrixShape matrix;
  RowLayout layout;
};

ValueShape value_shape(const Design& design, const Shape& shape) {
  return {matrix_shape(shape), layout_of(iteration_of(design), shape)};
}

std::vector<Element> elements_of(const AccessPattern& pattern, std::int64_t first_feature, std::int64_t first_row) {
  std::vector<Element> result;
  const std::int64_t features = pattern.buffer_dimension[0];
  for (const std::int64_t index : touched_indices(pattern)) result.push_back({first_row + index / features, first_feature + index % features});
  return result;
}

// Position in the value's data, or `padding`.
std::int64_t position(const ValueShape& shape, const Element& element, std::int64_t iteration) {
  const RowLayout& layout = shape.layout;
  const std::int64_t x = element.row % layout.pitch;
  const std::int64_t y = element.row / layout.pitch;
  if (x >= layout.width || y >= layout.height || element.feature >= shape.matrix.features) return padding;
  const std::int64_t row = (iteration * layout.height + y) * layout.width + x;
  return row < shape.matrix.rows ? row * shape.matrix.features + element.feature : padding;
}

void append_number(std::int64_t value, std::string& text) {
  std::array<char, 24> digits{};
  const auto result = std::to_chars(digits.data(), digits.data() + digits.size(), value);
  text.append(digits.data(), result.ptr);
}

// Numbers of a text that a simulator wrote; time stamps ("T 123 ns") and TLAST marks are skipped.
class NumberReader {
public:
  explicit NumberReader(std::string_view text) : text_(text) {}

  std::optional<std::int64_t> next() {
    for (;;) {
      while (at_ < text_.size() && is_blank(text_[at_])) ++at_;
      if (at_ == text_.size()) return std::nullopt;
      if (text_[at_] != 'T') break;
      while (at_ < text_.size() && text_[at_] != '\n') ++at_;
    }
    std::int64_t value = 0;
    const auto result = std::from_chars(text_.data() + at_, text_.data() + text_.size(), value);
    if (result.ec != std::errc()) {
      at_ = text_.size();
      return std::nullopt;
    }
    at_ = static_cast<std::size_t>(result.ptr - text_.data());
    return value;
  }

private:
  static bool is_blank(char c) { return c == ' ' || c == '\n' || c == '\r' || c == '\t'; }
  std::string_view text_;
  std::size_t at_ = 0;
};

} // namespace

std::vector<LayerBoundary> boundaries(const Design& design) {
  std::vector<LayerBoundary> result;
  for (const Plio& plio : design.plios) {
    if (plio.direction != Plio::Direction::out) continue;
    result.push_back({plio.name + ".txt", plio.name, plio.value,
                      row_major(plio.features, plio.rows, 0, plio.features), plio.first_feature, plio.first_row, true});
  }
  // The emulator names a kernel by the order of creation: group after group, in each cascade by cascade
  // (kernels/<kernel>_graph.h). The last kernel of a cascade writes the output buffer.
  std::size_t created = 0;
  for (const KernelGroup& group : design.groups) {
    for (const Port& output : group.outputs) {
      created += static_cast<std::size_t>(group.cascade_length());
      result.push_back({fmt::format("k{}.out[0].txt", created - 1), group.name, group.output, output.pattern, 0, 0, false});
    }
  }
  return result;
}

std::string input_text(const Design& design, const Target& target, const Plio& plio, const Tensor& value) {
  const ValueShape shape = value_shape(design, value.shape());
  const std::vector<std::int64_t> data = to_int64(value);
  const std::vector<Element> elements =
      elements_of(row_major(plio.features, plio.rows, 0, plio.features), plio.first_feature, plio.first_row);
  const std::size_t per_line = static_cast<std::size_t>(target.plio_bits) / (8 * size_in_bytes(plio.element));
  std::string text;
  std::size_t in_line = 0;
  for (std::int64_t iteration = 0; iteration < design.iterations; ++iteration) {
    for (const Element& element : elements) {
      const std::int64_t at = position(shape, element, iteration);
      append_number(at == padding ? 0 : data[static_cast<std::size_t>(at)], text);
      text += ++in_line % per_line == 0 ? '\n' : ' ';
    }
  }
  return text;
}

std::string golden_text(const Design& design, const LayerBoundary& boundary, const Tensor& value) {
  const ValueShape shape = value_shape(design, value.shape());
  const std::vector<std::int64_t> data = to_int64(value);
  const std::vector<Element> elements = elements_of(boundary.pattern, boundary.first_feature, boundary.first_row);
  std::string text;
  for (std::int64_t iteration = 0; iteration < design.iterations; ++iteration) {
    for (const Element& element : elements) {
      const std::int64_t at = position(shape, element, iteration);
      if (at == padding) {
        text += '-';
      } else {
        append_number(data[static_cast<std::size_t>(at)], text);
      }
      text += ' ';
    }
    text.back() = '\n';
  }
  return text;
}

Comparison compare(const Design& design, const LayerBoundary& boundary, const Tensor& reference, std::string_view text) {
  const ValueShape shape = value_shape(design, reference.shape());
  const std::vector<std::int64_t> data = to_int64(reference);
  const std::vector<Element> elements = elements_of(boundary.pattern, boundary.first_feature, boundary.first_row);
  NumberReader numbers(text);
  Comparison result;
  for (std::int64_t iteration = 0; iteration < design.iterations; ++iteration) {
    for (const Element& element : elements) {
      const std::optional<std::int64_t> number = numbers.next();
      if (!number) result.complete = false;
      const std::int64_t at = position(shape, element, iteration);
      if (at == padding) continue;
      ++result.compared;
      if (number != data[static_cast<std::size_t>(at)]) ++result.mismatches;
    }
  }
  if (numbers.next()) result.complete = false;
  return result;
}

std::optional<Tensor> output_value(const Design& design, ValueId value, const ValueType& type,
                                   std::span<const std::string> texts) {
  const ValueShape shape = value_shape(design, type.shape);
  std::vector<std::int64_t> data(static_cast<std::size_t>(shape.matrix.rows * shape.matrix.features), 0);
  std::size_t stream = 0;
  for (const Plio& plio : design.plios) {
    if (plio.direction != Plio::Direction::out || plio.value != value) continue;
    if (stream == texts.size()) return std::nullopt;
    NumberReader numbers(texts[stream++]);
    const std::vector<Element> elements =
        elements_of(row_major(plio.features, plio.rows, 0, plio.features), plio.first_feature, plio.first_row);
    for (std::int64_t iteration = 0; iteration < design.iterations; ++iteration) {
      for (const Element& element : elements) {
        const std::optional<std::int64_t> number = numbers.next();
        const IntegerRange storage = storage_range(type.element);
        if (!number || *number < storage.min || *number > storage.max) return std::nullopt;
        const std::int64_t at = position(shape, element, iteration);
        if (at != padding) data[static_cast<std::size_t>(at)] = *number;
      }
    }
  }
  return from_int64(type.element, type.shape, data);
}

} // namespace tilewright
