// Convolution and pooling: channels last here, channels first there, so each stands between two transposes.
#include "frontend/exporter.h"
#include "ir/ops/conv.h"
#include "ir/ops/max_pool.h"
#include "ir/ops/sum_pool.h"

namespace tilewright {

namespace {

std::vector<ModelAttribute> attributes_of(const Windows& windows) {
  std::vector<std::int64_t> pads = windows.pads_begin;
  pads.insert(pads.end(), windows.pads_end.begin(), windows.pads_end.end());
  return {
      {"kernel_shape", windows.kernel}, {"strides", windows.strides}, {"dilations", windows.dilations}, {"pads", pads}};
}

std::string channels_first(NodeExport& node, const std::string& x, std::size_t rank) {
  std::vector<std::int64_t> permutation{0, static_cast<std::int64_t>(rank) - 1};
  for (std::size_t i = 2; i < rank; ++i)
    permutation.push_back(static_cast<std::int64_t>(i) - 1);
  return node.add("Transpose", {x}, {{"perm", permutation}});
}

void channels_last(NodeExport& node, const std::string& x, std::size_t rank) {
  std::vector<std::int64_t> permutation{0};
  for (std::size_t i = 2; i < rank; ++i)
    permutation.push_back(static_cast<std::int64_t>(i));
  permutation.push_back(1);
  node.result("Transpose", {x}, {{"perm", permutation}});
}

bool is_real(NodeExport& node) {
  if (!is_integer(node.type(0).element)) return true;
  node.refuse("windows of integers");
  return false;
}

void write_conv(NodeExport& node) {
  if (!is_real(node)) return;
  const auto& attributes = node.node().attributes.as<ConvAttributes>();
  const std::size_t rank = node.type(0).shape.size();
  // weights[window, C/groups, M] -> [M, C/groups, window]
  const auto spatial = static_cast<std::int64_t>(rank) - 2;
  std::vector<std::int64_t> permutation{spatial + 1, spatial};
  for (std::int64_t i = 0; i < spatial; ++i)
    permutation.push_back(i);
  std::vector<std::string> inputs{channels_first(node, node.operand(0), rank),
                                  node.add("Transpose", {node.operand(1)}, {{"perm", permutation}})};
  if (node.node().operands.size() > 2) inputs.push_back(node.operand(2));
  std::vector<ModelAttribute> list = attributes_of(attributes.windows);
  list.push_back({"group", attributes.groups});
  channels_last(node, node.add("Conv", std::move(inputs), std::move(list)), rank);
}

void write_max_pool(NodeExport& node) {
  if (!is_real(node)) return;
  const std::size_t rank = node.type(0).shape.size();
  const std::string x = channels_first(node, node.operand(0), rank);
  const Windows& windows = node.node().attributes.as<MaxPoolAttributes>().windows;
  channels_last(node, node.add("MaxPool", {x}, attributes_of(windows)), rank);
}

// A sum of windows is a convolution of each channel with ones.
void write_sum_pool(NodeExport& node) {
  if (!is_real(node) || node.type(0).element != ElementType::float32) return node.refuse("sums of double precision");
  const Windows& windows = node.node().attributes.as<SumPoolAttributes>().windows;
  const Shape& shape = node.type(0).shape;
  Shape weights{shape.back(), 1};
  weights.insert(weights.end(), windows.kernel.begin(), windows.kernel.end());
  Tensor ones(ElementType::float32, weights);
  for (float& one : ones.mutable_data<float>())
    one = 1;
  std::vector<ModelAttribute> list = attributes_of(windows);
  list.push_back({"group", shape.back()});
  const std::string x = channels_first(node, node.operand(0), shape.size());
  channels_last(node, node.add("Conv", {x, node.constant(std::move(ones))}, std::move(list)), shape.size());
}

} // namespace

void register_windows_exporter(ExporterRegistry& registry) {
  registry.add({"conv", write_conv});
  registry.add({"max_pool", write_max_pool});
  registry.add({"sum_pool", write_sum_pool});
}

} // namespace tilewright
