// Resize and Upsample. With the nearest element each axis picks indices of itself; linear interpolation is a
// convolution.
#include "frontend/axes.h"
#include "frontend/interpolation.h"
#include "frontend/windows.h"
#include "ir/ops/gather.h"

#include <algorithm>
#include <cmath>
#include <fmt/format.h>
#include <numeric>

namespace tilewright {

namespace {

// How one axis changes.
struct Scaling {
  std::int64_t size = 0;   // before
  std::int64_t result = 0; // after
  double scale = 1;        // result / size, as the model says it
};

// The place in the axis that element `index` of the result comes from, by ONNX's names for the ways to say it; nullopt
// for a name that is not known.
std::optional<double> place_of(const std::string& mode, const Scaling& axis, std::int64_t index) {
  const auto x = static_cast<double>(index);
  if (mode == "asymmetric") return x / axis.scale;
  if (mode == "half_pixel") return (x + 0.5) / axis.scale - 0.5;
  if (mode == "pytorch_half_pixel") return axis.result > 1 ? (x + 0.5) / axis.scale - 0.5 : 0;
  if (mode == "tf_half_pixel_for_nn") return (x + 0.5) / axis.scale;
  if (mode == "align_corners") {
    return axis.result > 1 ? x * static_cast<double>(axis.size - 1) / static_cast<double>(axis.result - 1) : 0;
  }
  return std::nullopt;
}

std::optional<double> rounded(const std::string& mode, double place) {
  if (mode == "round_prefer_floor") return std::ceil(place - 0.5);
  if (mode == "round_prefer_ceil") return std::floor(place + 0.5);
  if (mode == "floor") return std::floor(place);
  if (mode == "ceil") return std::ceil(place);
  return std::nullopt;
}

// One gather after the other, for every axis that changes.
void add_gathers(NodeImport& node, const std::vector<Scaling>& axes, const std::string& coordinates,
                 const std::string& nearest) {
  std::vector<GatherAttributes> gathers;
  for (std::size_t axis = 0; axis < axes.size(); ++axis) {
    const Scaling& scaling = axes[axis];
    if (scaling.result == scaling.size) continue;
    if (scaling.size == 0 || !node.reserve_list(scaling.result)) return;
    GatherAttributes gather{static_cast<std::int64_t>(axis), {}};
    for (std::int64_t i = 0; i < scaling.result; ++i) {
      const auto place = place_of(coordinates, scaling, i);
      if (!place) {
        return node.fail({"import.attribute", "this way to find coordinates is not supported",
                          "half_pixel, pytorch_half_pixel, tf_half_pixel_for_nn, asymmetric or align_corners",
                          coordinates});
      }
      const auto index = rounded(nearest, *place);
      if (!index) return node.fail({"import.attribute", "this way to round is not known", "", nearest});
      gather.indices.push_back(
          static_cast<std::int64_t>(std::clamp(*index, 0.0, static_cast<double>(scaling.size - 1))));
    }
    gathers.push_back(std::move(gather));
  }
  if (gathers.empty()) return node.bind(0, node.input(0));
  ValueId value = node.input(0);
  for (std::size_t i = 0; i + 1 < gathers.size(); ++i) {
    const auto next = node.add_node(fmt::format("axis{}", i), "gather", Attributes::of(std::move(gathers[i])), {value});
    if (!next) return;
    value = *next;
  }
  node.add_output(0, "gather", Attributes::of(std::move(gathers.back())), {value});
}

// The axes of `shape` by scales, one for each of `axes`.
std::optional<std::vector<Scaling>> by_scales(NodeImport& node, const Shape& shape,
                                              const std::vector<std::int64_t>& axes,
                                              const std::vector<double>& scales) {
  std::vector<Scaling> result;
  for (const std::int64_t size : shape)
    result.push_back({size, size, 1});
  if (scales.size() != axes.size()) {
    node.fail({"import.operand", "there is not one scale for each axis", fmt::format("{}", axes.size()),
               fmt::format("{}", scales.size())});
    return std::nullopt;
  }
  constexpr double most = 1 << 30;
  for (std::size_t i = 0; i < axes.size(); ++i) {
    Scaling& axis = result[static_cast<std::size_t>(axes[i])];
    const double size = std::floor(static_cast<double>(axis.size) * scales[i]);
    if (!(scales[i] > 0) || !(size < most)) {
      node.fail({"import.operand", "a scale is not positive, or far too large", "", fmt::format("{}", scales[i])});
      return std::nullopt;
    }
    axis.scale = scales[i];
    axis.result = static_cast<std::int64_t>(size);
  }
  return result;
}

std::vector<std::int64_t> all_axes(std::size_t rank) {
  std::vector<std::int64_t> axes(rank);
  std::iota(axes.begin(), axes.end(), 0);
  return axes;
}

// How elements between those of the operand are found.
struct Method {
  bool linear = false;
  std::string coordinates;
  std::string nearest; // how places are rounded
};

// False, and an error, for a mode without an exact integer form.
bool read_mode(NodeImport& node, Method& method) {
  const std::string mode = node.text("mode", "nearest");
  method.linear = mode == "linear";
  if (mode == "nearest" || method.linear) return true;
  node.fail({"import.attribute", "this interpolation has no exact integer form", "nearest or linear", mode,
             "upsample with the nearest element"});
  return false;
}

void add_resized(NodeImport& node, const std::vector<Scaling>& axes, const Method& method) {
  if (!method.linear) return add_gathers(node, axes, method.coordinates, method.nearest);
  if (!require_image(node, 0)) return;
  std::vector<std::int64_t> factors;
  for (const Scaling& axis : axes) {
    const bool whole = axis.size > 0 && axis.result % axis.size == 0 &&
                       axis.scale == static_cast<double>(axis.result) / static_cast<double>(axis.size);
    factors.push_back(whole ? axis.result / axis.size : 0);
  }
  if (factors[0] != 1 || factors[1] != 1) {
    return node.fail(
        {"import.attribute", "samples or channels are interpolated", "scale 1 for the first two axes", ""});
  }
  add_interpolation(node, {factors.begin() + 2, factors.end()}, method.coordinates);
}

void import_resize(NodeImport& node) {
  const Shape shape = node.type(0).shape;
  Method method{false, node.text("coordinate_transformation_mode", "half_pixel"),
                node.text("nearest_mode", "round_prefer_floor")};
  const std::string policy = node.text("keep_aspect_ratio_policy", "stretch");
  // These only change what other modes compute.
  node.integer("antialias", 0);
  node.real("cubic_coeff_a", -0.75F);
  node.integer("exclude_outside", 0);
  node.real("extrapolation_value", 0);
  std::vector<std::int64_t> axes = node.integers("axes").value_or(all_axes(shape.size()));
  if (!read_mode(node, method) || node.failed()) return;
  for (std::int64_t& axis : axes) {
    const auto from_front = axis_from_front(node, axis, shape.size());
    if (!from_front) return;
    axis = *from_front;
  }
  if (policy != "stretch") {
    return node.fail({"import.attribute", "this policy for the aspect ratio is not supported", "stretch", policy});
  }
  const auto given = [&](std::size_t input) { return node.has_input(input) && node.type(input).shape != Shape{0}; };
  if (given(2)) {
    const Tensor* scales = node.constant(2, "the list of scales");
    if (!scales) return;
    const auto scaled = by_scales(node, shape, axes, to_double(*scales));
    if (scaled) add_resized(node, *scaled, method);
    return;
  }
  const auto sizes = given(3) ? integer_list(node, 3, "the list of sizes") : std::nullopt;
  if (!sizes || sizes->size() != axes.size() || std::ranges::any_of(*sizes, [](std::int64_t s) { return s < 0; })) {
    if (!node.failed()) node.fail({"import.operand", "there is neither a scale nor a size for each axis"});
    return;
  }
  std::vector<Scaling> result;
  for (const std::int64_t size : shape)
    result.push_back({size, size, 1});
  for (std::size_t i = 0; i < axes.size(); ++i) {
    Scaling& axis = result[static_cast<std::size_t>(axes[i])];
    axis.result = (*sizes)[i];
    axis.scale = static_cast<double>(axis.result) / static_cast<double>(std::max<std::int64_t>(axis.size, 1));
  }
  add_resized(node, result, method);
}

// Upsample, and Resize of opset 10: scales only, rounded down.
void import_upsample(NodeImport& node) {
  const Shape shape = node.type(0).shape;
  std::vector<double> scales;
  if (node.node().op_type == "Upsample" && node.opset() < 9) {
    const auto list = node.reals("scales");
    if (list) scales.assign(list->begin(), list->end());
  } else {
    const Tensor* data = node.constant(1, "the list of scales");
    if (!data) return;
    scales = to_double(*data);
  }
  Method method{false, "asymmetric", "floor"};
  if (!read_mode(node, method) || node.failed()) return;
  const auto scaled = by_scales(node, shape, all_axes(shape.size()), scales);
  if (scaled) add_resized(node, *scaled, method);
}

} // namespace

void register_resize_importer(ImporterRegistry& registry) {
  ImporterDefinition resize;
  resize.name = "resize";
  resize.import = import_resize;
  resize.operators = {{"", "Resize", 11, newest_opset, 1, 4, 1}};
  registry.add(std::move(resize));
  ImporterDefinition upsample;
  upsample.name = "upsample";
  upsample.import = import_upsample;
  upsample.operators = {{"", "Upsample", 7, 9, 1, 2, 1}, {"", "Resize", 10, 10, 2, 2, 1}};
  registry.add(std::move(upsample));
}

} // namespace tilewright
