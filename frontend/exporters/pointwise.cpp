// Sums, products, quotients, bounds and conversions of real numbers.
#include "frontend/exporter.h"
#include "ir/ops/cast.h"
#include "ir/ops/clip.h"
#include "ir/ops/extremum.h"

#include <algorithm>

namespace tilewright {

namespace {

void write_add(NodeExport& node) { node.result("Add", {node.operand(0), node.operand(1)}); }
void write_mul(NodeExport& node) { node.result("Mul", {node.operand(0), node.operand(1)}); }
void write_div(NodeExport& node) { node.result("Div", {node.operand(0), node.operand(1)}); }
void write_extremum(NodeExport& node) {
  node.result(node.node().attributes.as<ExtremumAttributes>().smallest ? "Min" : "Max",
              {node.operand(0), node.operand(1)});
}
void write_relu(NodeExport& node) { node.result("Relu", {node.operand(0)}); }

void write_cast(NodeExport& node) {
  const std::int64_t to = onnx_number_of(node.node().attributes.as<CastAttributes>().element);
  node.result("Cast", {node.operand(0)}, {{"to", to}});
}

void write_clip(NodeExport& node) {
  const auto& attributes = node.node().attributes.as<ClipAttributes>();
  const ElementType element = node.type(0).element;
  const auto bound = [&](const std::optional<Rational>& value) -> std::string {
    if (!value) return "";
    if (!is_integer(element)) return node.scalar(element, value->to_double());
    const IntegerRange storage = storage_range(element);
    const std::int64_t whole = value->to_int64().value_or(value->sign() < 0 ? storage.min : storage.max);
    return node.constant(
        from_int64(element, {}, std::vector<std::int64_t>{std::clamp(whole, storage.min, storage.max)}));
  };
  std::vector<std::string> inputs{node.operand(0), bound(attributes.low), bound(attributes.high)};
  while (inputs.back().empty())
    inputs.pop_back();
  node.result("Clip", std::move(inputs));
}

} // namespace

void register_pointwise_exporter(ExporterRegistry& registry) {
  registry.add({"add", write_add});
  registry.add({"mul", write_mul});
  registry.add({"div", write_div});
  registry.add({"extremum", write_extremum});
  registry.add({"relu", write_relu});
  registry.add({"clip", write_clip});
  registry.add({"cast", write_cast});
}

} // namespace tilewright
