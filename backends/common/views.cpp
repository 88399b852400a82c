#include "backends/common/views.h"

#include <algorithm>
#include <map>
#include <numeric>

namespace tilewright {

namespace {

// One column of a value.
struct Column {
  ValueId value;
  std::int64_t index = 0;
};

bool is_view(const Graph& graph, ValueId value, const std::set<NodeId>& host) {
  const std::optional<NodeId> producer = graph.value(value).producer;
  return producer && !host.contains(*producer) && graph.node(*producer).op->traits.shape_only;
}

ValueType index_type(const Graph& graph, ValueId value) {
  return {ElementType::int64, graph.type(value).shape, {}, {}};
}

// The view's result with every element replaced by its place among the elements of all operands, one behind the other.
std::vector<std::int64_t> moved_indices(const Graph& graph, const Node& view) {
  std::vector<Tensor> indices;
  std::vector<ValueType> types;
  std::int64_t first = 0;
  for (const ValueId operand : view.operands) {
    types.push_back(index_type(graph, operand));
    std::vector<std::int64_t> values(static_cast<std::size_t>(*element_count(types.back().shape)));
    std::iota(values.begin(), values.end(), first);
    first += static_cast<std::int64_t>(values.size());
    indices.push_back(Tensor::of(types.back().shape, values));
  }
  std::vector<const Tensor*> operands;
  for (const Tensor& tensor : indices)
    operands.push_back(&tensor);
  const ValueType result = index_type(graph, view.results[0]);
  return to_int64(view.op->evaluate({view.attributes, operands, types, {&result, 1}})[0]);
}

// For every column of the view's result the operand's column that it is.
std::optional<std::vector<Column>> columns_through(const Graph& graph, const Node& view) {
  const std::vector<std::int64_t> moved = moved_indices(graph, view);
  const MatrixShape shape = matrix_shape(graph.type(view.results[0]).shape);
  std::vector<Column> columns;
  for (std::int64_t c = 0; c < shape.features; ++c) {
    std::int64_t first = 0;
    for (const ValueId operand : view.operands) {
      const MatrixShape from = matrix_shape(graph.type(operand).shape);
      const std::int64_t index = moved[static_cast<std::size_t>(c)] - first;
      first += from.rows * from.features;
      if (index < 0 || index >= from.rows * from.features) continue;
      if (from.rows != shape.rows || index >= from.features) return std::nullopt;
      for (std::int64_t row = 0; row < shape.rows; ++row) {
        const std::int64_t expected = first - from.rows * from.features + row * from.features + index;
        if (moved[static_cast<std::size_t>(row * shape.features + c)] != expected) return std::nullopt;
      }
      columns.push_back({operand, index});
    }
  }
  return columns;
}

std::optional<std::vector<Column>> columns_of(const Graph& graph, ValueId value, const std::set<NodeId>& host) {
  if (!is_view(graph, value, host)) {
    std::vector<Column> columns;
    for (std::int64_t c = 0; c < matrix_shape(graph.type(value).shape).features; ++c)
      columns.push_back({value, c});
    return columns;
  }
  std::optional<std::vector<Column>> columns = columns_through(graph, graph.node(*graph.value(value).producer));
  if (!columns) return std::nullopt;
  std::map<ValueId, std::vector<Column>> known;
  for (Column& column : *columns) {
    auto from = known.find(column.value);
    if (from == known.end()) {
      std::optional<std::vector<Column>> found = columns_of(graph, column.value, host);
      if (!found) return std::nullopt;
      from = known.emplace(column.value, *std::move(found)).first;
    }
    column = from->second[static_cast<std::size_t>(column.index)];
  }
  return columns;
}

} // namespace

std::optional<std::vector<Segment>> segments_of(const Graph& graph, ValueId value, const std::set<NodeId>& host) {
  const std::optional<std::vector<Column>> columns = columns_of(graph, value, host);
  if (!columns) return std::nullopt;
  std::vector<Segment> segments;
  for (const Column& column : *columns) {
    const bool continues = !segments.empty() && segments.back().value == column.value &&
                           segments.back().first + segments.back().features == column.index;
    if (!continues) segments.push_back({column.value, column.index, 0});
    ++segments.back().features;
  }
  return segments;
}

std::optional<FlatImage> flat_image_of(const Graph& graph, ValueId value, const std::set<NodeId>& host) {
  const Shape& shape = graph.type(value).shape;
  if (shape.size() != 2 || shape[0] < 1) return std::nullopt;
  std::vector<std::int64_t> from(static_cast<std::size_t>(*element_count(shape)));
  std::iota(from.begin(), from.end(), 0);
  ValueId image = value;
  while (is_view(graph, image, host)) {
    const Node& view = graph.node(*graph.value(image).producer);
    if (view.operands.size() != 1) return std::nullopt;
    const std::vector<std::int64_t> moved = moved_indices(graph, view);
    for (std::int64_t& element : from)
      element = moved[static_cast<std::size_t>(element)];
    image = view.operands[0];
  }
  const Shape& whole = graph.type(image).shape;
  if (whole.size() < 2 || whole[0] != shape[0]) return std::nullopt;
  const std::int64_t share = *element_count(whole) / whole[0];
  FlatImage result{image, {from.begin(), from.begin() + shape[1]}};
  for (std::size_t i = 0; i < from.size(); ++i) {
    const auto sample = static_cast<std::int64_t>(i) / shape[1];
    const std::int64_t element = result.element[i % static_cast<std::size_t>(shape[1])];
    if (element >= share || from[i] != sample * share + element) return std::nullopt;
  }
  return result;
}

bool is_whole(const Graph& graph, const LayerInput& input) {
  if (input.segments.size() != 1) return false;
  const Segment& segment = input.segments.front();
  return segment.features == matrix_shape(graph.type(segment.value).shape).features;
}

bool InputLayout::contiguous() const {
  for (std::size_t i = 0; i < position.size(); ++i) {
    if (position[i] != static_cast<std::int64_t>(i)) return false;
  }
  return true;
}

std::int64_t buffer_features(const Graph& graph, const LayerInput& input, const Iteration& iteration) {
  if (input.flat) {
    const Shape& image = graph.type(input.flat->value).shape;
    return layout_of(iteration, image).rows() * segment_room(image.back());
  }
  if (input.segments.size() == 1) {
    const Segment& segment = input.segments.front();
    return segment.first - window_start(segment) + segment.features;
  }
  std::int64_t features = 0;
  for (const Segment& segment : input.segments)
    features += segment_room(matrix_shape(graph.type(segment.value).shape).features);
  return features;
}

InputLayout input_layout(const Graph& graph, const LayerInput& input, const Iteration& iteration) {
  InputLayout layout;
  if (input.flat) {
    const Shape& image = graph.type(input.flat->value).shape;
    const RowLayout rows = layout_of(iteration, image);
    const std::int64_t room = segment_room(image.back());
    for (const std::int64_t element : input.flat->element) {
      const std::int64_t pixel = element / image.back();
      const std::int64_t row = pixel / rows.width * rows.pitch + pixel % rows.width;
      layout.position.push_back(row * room + element % image.back());
    }
    layout.features = buffer_features(graph, input, iteration);
    return layout;
  }
  const auto append = [&](const Segment& segment, std::int64_t at) {
    for (std::int64_t c = 0; c < segment.features; ++c)
      layout.position.push_back(at + c);
  };
  if (input.segments.size() == 1) {
    const Segment& segment = input.segments.front();
    const std::int64_t at = segment.first - window_start(segment);
    append(segment, at);
    layout.features = buffer_features(graph, input, iteration);
    return layout;
  }
  for (const Segment& segment : input.segments) {
    append(segment, layout.features + segment.first);
    layout.features += segment_room(matrix_shape(graph.type(segment.value).shape).features);
  }
  return layout;
}

std::int64_t segment_room(std::int64_t features) {
  constexpr std::int64_t narrow = 8;
  constexpr std::int64_t wide = 32;
  const std::int64_t unit = features > wide ? wide : narrow;
  return (features + unit - 1) / unit * unit;
}

std::int64_t window_start(const Segment& segment) {
  constexpr std::int64_t word = 4; // bytes; elements may be single bytes
  return segment.first / word * word;
}

} // namespace tilewright
