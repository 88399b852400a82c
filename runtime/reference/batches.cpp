#include "runtime/reference/batches.h"

#include <algorithm>

namespace tilewright {

std::optional<std::int64_t> parts_of(const Shape& whole, const Shape& part) {
  if (whole == part) return 1;
  if (whole.size() != part.size() || whole.empty()) return std::nullopt;
  if (!std::equal(whole.begin() + 1, whole.end(), part.begin() + 1)) return std::nullopt;
  if (part[0] <= 0 || whole[0] <= 0 || whole[0] % part[0] != 0) return std::nullopt;
  return whole[0] / part[0];
}

Tensor slice_of(const Tensor& whole, std::int64_t index, std::int64_t parts) {
  Shape shape = whole.shape();
  shape[0] /= parts;
  Tensor slice(whole.element(), std::move(shape));
  const std::span<std::byte> to = slice.mutable_bytes();
  const auto from = whole.bytes().subspan(static_cast<std::size_t>(index) * to.size(), to.size());
  std::ranges::copy(from, to.begin());
  return slice;
}

Tensor join(const std::vector<Tensor>& slices) {
  Shape shape = slices.front().shape();
  if (shape.empty()) shape.push_back(1);
  shape[0] *= static_cast<std::int64_t>(slices.size());
  Tensor whole(slices.front().element(), std::move(shape));
  auto to = whole.mutable_bytes().begin();
  for (const Tensor& slice : slices)
    to = std::ranges::copy(slice.bytes(), to).out;
  return whole;
}

} // namespace tilewright
