#include "size_sweep.h"

#include <algorithm>
#include <fmt/format.h>
#include <random>

namespace tilewright::testing {

namespace {

// Around blocks, slices and banks, and odd sizes between.
const std::vector<std::int64_t> widths = {1,   2,   3,   5,   8,   13,  16,  17,   33,   64,   100,  128,  129, 255,
                                          256, 257, 300, 512, 513, 640, 784, 1000, 1024, 1536, 2048, 3000, 4096};

} // namespace

std::vector<NetworkSpec> size_sweep() {
  std::vector<NetworkSpec> specs;
  for (const std::int64_t inputs : widths) {
    for (const std::int64_t outputs : widths)
      specs.push_back(mlp(8, {inputs, outputs}));
  }
  for (const std::int64_t rows : {1, 2, 3, 7, 8, 15, 16, 31, 64, 100, 128, 200, 255, 256}) {
    for (const std::int64_t width : {1, 16, 37, 128, 300, 512, 1024})
      specs.push_back(mlp(rows, {width, width, 10}));
  }
  for (const std::int64_t width : {1, 5, 16, 24, 33, 64, 100, 128, 192, 256}) {
    specs.push_back(mlp(8, std::vector<std::int64_t>(21, width)));
  }
  for (std::int64_t width = 16; width <= 2048; width += width < 256 ? 16 : 128) {
    for (const std::int64_t rows : {1, 32})
      specs.push_back(mlp(rows, {width, width}));
  }
  // Chains of mixed sizes: what neighbours make of each other.
  std::mt19937 random(7);
  for (int i = 0; i < 60; ++i) {
    std::vector<std::int64_t> chain;
    const std::size_t layers = i % 3 == 0 ? 20 : 2 + random() % 6;
    // Long chains of small layers, short ones of any.
    const std::size_t largest = layers > 10 ? 12 : widths.size();
    for (std::size_t k = 0; k <= layers; ++k)
      chain.push_back(widths[random() % largest]);
    specs.push_back(mlp(1 + static_cast<std::int64_t>(random() % 64), chain));
  }
  // Weights of four bits, which have shapes of their own.
  const std::size_t count = specs.size();
  for (std::size_t i = 0; i < count; i += 5) {
    NetworkSpec narrow = specs[i];
    for (LayerSpec& layer : narrow.layers)
      layer.weight_range = {-8, 7};
    specs.push_back(std::move(narrow));
  }
  // Not std::shuffle, which differs between libraries.
  for (std::size_t i = specs.size(); i-- > 1;)
    std::swap(specs[i], specs[random() % (i + 1)]);
  return specs;
}

std::string text_of(const NetworkSpec& spec) {
  std::string text = fmt::format("{} x {}", spec.rows, spec.inputs);
  for (const LayerSpec& layer : spec.layers)
    text += fmt::format(" -> {}", layer.outputs);
  return text;
}

} // namespace tilewright::testing
