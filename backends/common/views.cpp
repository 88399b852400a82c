#include "backends/common/views.h"

#include "backends/common/rearrangement.h"

#include <algorithm>
#include <map>
#include <set>

namespace tilewright {

namespace {

// One column of a value.
struct Column {
  ValueId value;
  std::int64_t index = 0;
};

bool is_view(const Graph& graph, ValueId value, const std::set<NodeId>& host) {
  const std::optional<NodeId> producer = graph.value(value).producer;
  return producer && !host.contains(*producer) && moves_elements(*graph.node(*producer).op);
}

// For every column of the view's result the operand's column that it is.
std::optional<std::vector<Column>> columns_through(const Graph& graph, const Node& view) {
  const std::vector<std::optional<std::int64_t>> moved = moved_indices(graph, view);
  const MatrixShape shape = matrix_shape(graph.type(view.results[0]).shape);
  std::vector<Column> columns;
  for (std::int64_t c = 0; c < shape.features; ++c) {
    if (!moved[static_cast<std::size_t>(c)]) return std::nullopt;
    std::int64_t first = 0;
    for (const ValueId operand : view.operands) {
      const MatrixShape from = matrix_shape(graph.type(operand).shape);
      const std::int64_t index = *moved[static_cast<std::size_t>(c)] - first;
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

// Where an element comes from: of a value that no view computes, the place among all its elements.
struct Source {
  ValueId value;
  std::int64_t index = 0;
};

std::optional<std::vector<Source>> sources_of(const Graph& graph, ValueId value, const std::set<NodeId>& host) {
  std::vector<Source> sources;
  if (!is_view(graph, value, host)) {
    const std::int64_t count = *element_count(graph.type(value).shape);
    for (std::int64_t i = 0; i < count; ++i)
      sources.push_back({value, i});
    return sources;
  }
  const Node& view = graph.node(*graph.value(value).producer);
  std::vector<Source> operands;
  for (const ValueId operand : view.operands) {
    const std::optional<std::vector<Source>> found = sources_of(graph, operand, host);
    if (!found) return std::nullopt;
    std::ranges::copy(*found, std::back_inserter(operands));
  }
  for (const std::optional<std::int64_t> index : moved_indices(graph, view)) {
    if (!index) return std::nullopt;
    sources.push_back(operands[static_cast<std::size_t>(*index)]);
  }
  return sources;
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
  const std::optional<std::vector<Source>> sources = sources_of(graph, value, host);
  if (!sources) return std::nullopt;
  FlatImage result;
  for (std::size_t i = 0; i < sources->size(); ++i) {
    const Source& source = (*sources)[i];
    const Shape& whole = graph.type(source.value).shape;
    if (whole.size() < 2 || whole[0] != shape[0]) return std::nullopt;
    const std::int64_t share = *element_count(whole) / whole[0];
    const auto sample = static_cast<std::int64_t>(i) / shape[1];
    const std::int64_t index = source.index - sample * share;
    if (index < 0 || index >= share) return std::nullopt;
    auto position = static_cast<std::size_t>(std::ranges::find(result.values, source.value) - result.values.begin());
    if (sample == 0) {
      if (position == result.values.size()) result.values.push_back(source.value);
      result.elements.push_back({position, index});
      continue;
    }
    const FlatImage::Element& first = result.elements[i % static_cast<std::size_t>(shape[1])];
    if (first.value != position || first.index != index) return std::nullopt;
  }
  const auto image = [&](ValueId part) {
    const Shape& whole = graph.type(part).shape;
    return Shape(whole.begin(), whole.end() - 1);
  };
  // Weights would have to be added up where views repeat an element.
  std::set<std::pair<std::size_t, std::int64_t>> seen;
  for (const FlatImage::Element& element : result.elements) {
    if (!seen.emplace(element.value, element.index).second) return std::nullopt;
  }
  const bool alike =
      std::ranges::all_of(result.values, [&](ValueId part) { return image(part) == image(result.values[0]); });
  return alike && !result.values.empty() ? std::optional(std::move(result)) : std::nullopt;
}

bool is_whole(const Graph& graph, const LayerInput& input) {
  if (input.segments.size() != 1) return false;
  const Segment& segment = input.segments.front();
  return segment.features == matrix_shape(graph.type(segment.value).shape).features;
}

namespace {

RowLayout flat_rows(const Graph& graph, const FlatImage& flat, const Iteration& iteration) {
  return layout_of(iteration, graph.type(flat.values.front()).shape);
}

// Columns of a buffer that holds all values.
std::int64_t flat_room(const Graph& graph, const FlatImage& flat) {
  std::int64_t room = 0;
  for (const ValueId value : flat.values)
    room += segment_room(graph.type(value).shape.back());
  return room;
}

} // namespace

std::vector<std::int64_t> InputLayout::columns() const {
  std::vector<std::int64_t> result(static_cast<std::size_t>(features), -1);
  for (std::size_t k = 0; k < position.size(); ++k)
    result[static_cast<std::size_t>(position[k])] = static_cast<std::int64_t>(k);
  return result;
}

bool InputLayout::contiguous() const {
  for (std::size_t i = 0; i < position.size(); ++i) {
    if (position[i] != static_cast<std::int64_t>(i)) return false;
  }
  return true;
}

std::int64_t buffer_features(const Graph& graph, const LayerInput& input, const Iteration& iteration) {
  if (input.flat) return flat_rows(graph, *input.flat, iteration).rows() * flat_room(graph, *input.flat);
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
    const RowLayout rows = flat_rows(graph, *input.flat, iteration);
    std::vector<std::int64_t> first; // column of each value
    for (const ValueId value : input.flat->values) {
      first.push_back(layout.features);
      layout.features += segment_room(graph.type(value).shape.back());
    }
    const std::int64_t room = layout.features;
    for (const FlatImage::Element& element : input.flat->elements) {
      const std::int64_t channels = graph.type(input.flat->values[element.value]).shape.back();
      const std::int64_t pixel = element.index / channels;
      const std::int64_t row = pixel / rows.width * rows.pitch + pixel % rows.width;
      layout.position.push_back(row * room + first[element.value] + element.index % channels);
    }
    layout.features = rows.rows() * room;
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
