// DepthToSpace and SpaceToDepth: a reshape, a transpose and a reshape.
#include "frontend/importer.h"
#include "ir/ops/reshape.h"
#include "ir/ops/transpose.h"

#include <fmt/format.h>

namespace tilewright {

namespace {

struct Move {
  Shape split;
  std::vector<std::int64_t> permutation;
  Shape result;
};

void move_blocks(NodeImport& node, Move move) {
  const auto split =
      node.add_node("split", "reshape", Attributes::of(ReshapeAttributes{std::move(move.split)}), {node.input(0)});
  const auto turned = split ? node.add_node("turned", "transpose",
                                            Attributes::of(TransposeAttributes{std::move(move.permutation)}), {*split})
                            : std::nullopt;
  if (turned) node.add_output(0, "reshape", Attributes::of(ReshapeAttributes{std::move(move.result)}), {*turned});
}

// The operand's shape and the block's side, where the block fits; an error otherwise.
std::optional<std::int64_t> block_of(NodeImport& node, bool of_channels) {
  const Shape& shape = node.type(0).shape;
  const std::int64_t block = node.integer("blocksize", 0);
  constexpr std::int64_t largest = 1 << 14;
  bool fits = shape.size() == 4 && block >= 1 && block <= largest;
  if (fits) fits = of_channels ? shape[1] % (block * block) == 0 : shape[2] % block == 0 && shape[3] % block == 0;
  if (fits && !node.failed()) return block;
  node.fail({"import.shape", "the block does not fit the operand", "four dimensions that the block divides",
             fmt::format("block {} for '{}'", block, text_of(shape)), "", node.input_name(0)});
  return std::nullopt;
}

void import_depth_to_space(NodeImport& node) {
  const std::string mode = node.text("mode", "DCR");
  if (mode != "DCR" && mode != "CRD") {
    return node.fail({"import.attribute", "the order of the blocks is not known", "DCR or CRD", mode});
  }
  const auto block = block_of(node, true);
  if (!block) return;
  const Shape& s = node.type(0).shape;
  const std::int64_t depth = s[1] / (*block * *block);
  const Shape result{s[0], depth, s[2] * *block, s[3] * *block};
  if (mode == "DCR") {
    move_blocks(node, {{s[0], *block, *block, depth, s[2], s[3]}, {0, 3, 4, 1, 5, 2}, result});
  } else {
    move_blocks(node, {{s[0], depth, *block, *block, s[2], s[3]}, {0, 1, 4, 2, 5, 3}, result});
  }
}

void import_space_to_depth(NodeImport& node) {
  const auto block = block_of(node, false);
  if (!block) return;
  const Shape& s = node.type(0).shape;
  const std::int64_t rows = s[2] / *block;
  const std::int64_t columns = s[3] / *block;
  move_blocks(
      node,
      {{s[0], s[1], rows, *block, columns, *block}, {0, 3, 5, 1, 2, 4}, {s[0], s[1] * *block * *block, rows, columns}});
}

} // namespace

void register_depth_to_space_importer(ImporterRegistry& registry) {
  ImporterDefinition depth;
  depth.name = "depth_to_space";
  depth.import = import_depth_to_space;
  depth.operators = {{"", "DepthToSpace", 1, newest_opset, 1, 1, 1}};
  registry.add(std::move(depth));
  ImporterDefinition space;
  space.name = "space_to_depth";
  space.import = import_space_to_depth;
  space.operators = {{"", "SpaceToDepth", 1, newest_opset, 1, 1, 1}};
  registry.add(std::move(space));
}

} // namespace tilewright
