// Expand and Tile: indices of an axis several times over.
#include "frontend/axes.h"
#include "ir/ops/gather.h"
#include "ir/ops/reshape.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

// Binds the operand with axis i `repeats[i]` times, one after the other.
void repeat(NodeImport& node, ValueId value, const std::vector<std::int64_t>& repeats) {
  const Shape shape = node.type_of(value).shape;
  std::vector<GatherAttributes> gathers;
  for (std::size_t axis = 0; axis < shape.size(); ++axis) {
    if (repeats[axis] == 1) continue;
    std::int64_t size = 0;
    if (__builtin_mul_overflow(shape[axis], repeats[axis], &size)) size = -1;
    if (!node.reserve_list(size)) return;
    GatherAttributes all{static_cast<std::int64_t>(axis), {}};
    for (std::int64_t i = 0; i < size; ++i)
      all.indices.push_back(i % shape[axis]);
    gathers.push_back(std::move(all));
  }
  for (std::size_t i = 0; i + 1 < gathers.size(); ++i) {
    const auto next =
        node.add_node(fmt::format("axis{}", gathers[i].axis), "gather", Attributes::of(gathers[i]), {value});
    if (!next) return;
    value = *next;
  }
  if (gathers.empty()) return node.bind(0, value);
  node.add_output(0, "gather", Attributes::of(gathers.back()), {value});
}

// Sizes align at the last axis, as in all broadcasts; a size of 1 leaves the operand's.
void import_expand(NodeImport& node) {
  const auto sizes = integer_list(node, 1, "the shape");
  if (!sizes) return;
  const Shape& from = node.type(0).shape;
  const std::size_t rank = std::max(from.size(), sizes->size());
  Shape shape(rank - from.size(), 1);
  shape.insert(shape.end(), from.begin(), from.end());
  std::vector<std::int64_t> repeats(rank, 1);
  for (std::size_t axis = rank - sizes->size(); axis < rank; ++axis) {
    const std::int64_t size = (*sizes)[axis - (rank - sizes->size())];
    if (size == 1 || size == shape[axis]) continue;
    if (shape[axis] != 1 || size < 0) {
      return node.fail({"import.shape", "the tensor can't be expanded to this shape",
                        fmt::format("1 or {} for axis {}", shape[axis], axis), fmt::format("{}", size), "",
                        node.input_name(1)});
    }
    repeats[axis] = size;
  }
  std::optional<ValueId> value = node.input(0);
  if (shape.size() != from.size())
    value = node.add_node("axes", "reshape", Attributes::of(ReshapeAttributes{shape}), {*value});
  if (value) repeat(node, *value, repeats);
}

void import_tile(NodeImport& node) {
  const auto repeats = integer_list(node, 1, "the numbers of repetitions");
  if (!repeats) return;
  const std::size_t rank = node.type(0).shape.size();
  const bool negative = std::ranges::any_of(*repeats, [](std::int64_t count) { return count < 0; });
  if (repeats->size() != rank || negative) {
    return node.fail({"import.operand", "the numbers of repetitions do not fit the tensor",
                      fmt::format("{} numbers from 0 on", rank),
                      negative ? "a negative one" : fmt::format("{}", repeats->size()), "", node.input_name(1)});
  }
  repeat(node, node.input(0), *repeats);
}

} // namespace

void register_expand_importer(ImporterRegistry& registry) {
  ImporterDefinition expand;
  expand.name = "expand";
  expand.import = import_expand;
  expand.operators = {{"", "Expand", 8, newest_opset, 2, 2, 1}};
  registry.add(std::move(expand));
  ImporterDefinition tile;
  tile.name = "tile";
  tile.import = import_tile;
  tile.operators = {{"", "Tile", 6, newest_opset, 2, 2, 1}};
  registry.add(std::move(tile));
}

} // namespace tilewright
