// What moves elements: reshape, transpose, gather, concat, pad.
#include "frontend/exporter.h"
#include "ir/ops/concat.h"
#include "ir/ops/gather.h"
#include "ir/ops/pad.h"
#include "ir/ops/reshape.h"
#include "ir/ops/transpose.h"

namespace tilewright {

namespace {

std::string list(NodeExport& node, const std::vector<std::int64_t>& values) {
  return node.constant(Tensor::of({static_cast<std::int64_t>(values.size())}, values));
}

void write_reshape(NodeExport& node) {
  node.result("Reshape", {node.operand(0), list(node, node.node().attributes.as<ReshapeAttributes>().shape)});
}

void write_transpose(NodeExport& node) {
  node.result("Transpose", {node.operand(0)}, {{"perm", node.node().attributes.as<TransposeAttributes>().permutation}});
}

void write_gather(NodeExport& node) {
  const auto& attributes = node.node().attributes.as<GatherAttributes>();
  node.result("Gather", {node.operand(0), list(node, attributes.indices)}, {{"axis", attributes.axis}});
}

void write_concat(NodeExport& node) {
  std::vector<std::string> inputs;
  for (std::size_t i = 0; i < node.node().operands.size(); ++i)
    inputs.push_back(node.operand(i));
  node.result("Concat", std::move(inputs), {{"axis", node.node().attributes.as<ConcatAttributes>().axis}});
}

void write_pad(NodeExport& node) {
  const auto& attributes = node.node().attributes.as<PadAttributes>();
  std::vector<std::int64_t> pads = attributes.begin;
  pads.insert(pads.end(), attributes.end.begin(), attributes.end.end());
  const ElementType element = node.type(0).element;
  const std::string value =
      is_integer(element)
          ? node.constant(from_int64(element, {}, std::vector<std::int64_t>{attributes.value.to_int64().value_or(0)}))
          : node.scalar(element, attributes.value.to_double());
  node.result("Pad", {node.operand(0), list(node, pads), value});
}

} // namespace

void register_views_exporter(ExporterRegistry& registry) {
  registry.add({"reshape", write_reshape});
  registry.add({"transpose", write_transpose});
  registry.add({"gather", write_gather});
  registry.add({"concat", write_concat});
  registry.add({"pad", write_pad});
}

} // namespace tilewright
