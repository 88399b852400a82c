// What reads whole lines of a tensor: softmax, layer_norm, arg_max, reduce_sum; and products of matrices.
#include "frontend/exporter.h"
#include "ir/ops/arg_max.h"
#include "ir/ops/layer_norm.h"
#include "ir/ops/reduce_sum.h"
#include "ir/ops/softmax.h"

namespace tilewright {

namespace {

void write_softmax(NodeExport& node) {
  const auto& attributes = node.node().attributes.as<SoftmaxAttributes>();
  node.result(attributes.logarithm ? "LogSoftmax" : "Softmax", {node.operand(0)}, {{"axis", attributes.axis}});
}

void write_layer_norm(NodeExport& node) {
  const auto& attributes = node.node().attributes.as<LayerNormAttributes>();
  const Shape& shape = node.type(0).shape;
  const Shape rest(shape.begin() + attributes.axis, shape.end());
  Tensor ones(node.type(0).element, rest);
  if (ones.element() == ElementType::float32) {
    for (float& one : ones.mutable_data<float>())
      one = 1;
  } else {
    for (double& one : ones.mutable_data<double>())
      one = 1;
  }
  node.result("LayerNormalization", {node.operand(0), node.constant(std::move(ones))},
              {{"axis", attributes.axis}, {"epsilon", static_cast<float>(attributes.epsilon.to_double())}});
}

void write_arg_max(NodeExport& node) {
  const auto& attributes = node.node().attributes.as<ArgMaxAttributes>();
  node.result(attributes.smallest ? "ArgMin" : "ArgMax", {node.operand(0)},
              {{"axis", attributes.axis},
               {"keepdims", std::int64_t{1}},
               {"select_last_index", std::int64_t{attributes.last ? 1 : 0}}});
}

void write_reduce_sum(NodeExport& node) {
  const auto& axes = node.node().attributes.as<ReduceSumAttributes>().axes;
  if (axes.empty()) return node.result("Identity", {node.operand(0)});
  node.result("ReduceSum", {node.operand(0), node.constant(Tensor::of({static_cast<std::int64_t>(axes.size())}, axes))},
              {{"keepdims", std::int64_t{1}}});
}

void write_dense(NodeExport& node) {
  std::vector<std::string> factors{node.operand(0), node.operand(1)};
  if (node.node().operands.size() == 2) return node.result("MatMul", std::move(factors));
  node.result("Add", {node.add("MatMul", std::move(factors)), node.operand(2)});
}

void write_matmul(NodeExport& node) { node.result("MatMul", {node.operand(0), node.operand(1)}); }

} // namespace

void register_reductions_exporter(ExporterRegistry& registry) {
  registry.add({"softmax", write_softmax});
  registry.add({"layer_norm", write_layer_norm});
  registry.add({"arg_max", write_arg_max});
  registry.add({"reduce_sum", write_reduce_sum});
  registry.add({"dense", write_dense});
  registry.add({"matmul", write_matmul});
}

} // namespace tilewright
