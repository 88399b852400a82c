// A short, repeatable stand-in for the fuzzer in every test run.
#include "tests/fuzz/import_once.h"
#include "tests/support/source_tree.h"

#include <algorithm>
#include <chrono>
#include <filesystem>
#include <fstream>
#include <gtest/gtest.h>
#include <iterator>
#include <random>
#include <vector>

namespace tilewright {
namespace {

using Bytes = std::vector<std::uint8_t>;

std::vector<Bytes> seeds() {
  std::vector<std::filesystem::path> files;
  for (const auto& entry :
       std::filesystem::recursive_directory_iterator(testing::source_root() / "models")) {
    if (entry.path().extension() == ".onnx") files.push_back(entry.path());
  }
  std::ranges::sort(files);
  std::vector<Bytes> seeds;
  for (const auto& file : files) {
    std::ifstream stream(file, std::ios::binary);
    seeds.emplace_back(std::istreambuf_iterator<char>(stream), std::istreambuf_iterator<char>());
  }
  return seeds;
}

// Most edits hit small bytes: lengths, tags and enumerators are where the structure is.
void mutate(Bytes& bytes, std::mt19937& random) {
  const auto any = [&random](std::size_t below) { return static_cast<std::size_t>(random()) % below; };
  for (std::size_t edits = 1 + any(5); edits > 0; --edits) {
    if (bytes.empty()) bytes.push_back(0);
    const std::size_t at = any(bytes.size());
    const std::size_t length = std::min(1 + any(24), bytes.size() - at);
    switch (random() % 6) {
    case 0:
      bytes[at] ^= static_cast<std::uint8_t>(1U << any(8));
      break;
    case 1:
      bytes[at] = static_cast<std::uint8_t>(any(24));
      break;
    case 2:
      bytes[at] = static_cast<std::uint8_t>(0xff - any(3));
      break;
    case 3:
      bytes.erase(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                  bytes.begin() + static_cast<std::ptrdiff_t>(at + length));
      break;
    case 4: {
      const Bytes copy(bytes.begin() + static_cast<std::ptrdiff_t>(at),
                       bytes.begin() + static_cast<std::ptrdiff_t>(at + length));
      bytes.insert(bytes.begin() + static_cast<std::ptrdiff_t>(any(bytes.size())), copy.begin(), copy.end());
      break;
    }
    default:
      std::ranges::copy(Bytes(length, static_cast<std::uint8_t>(random())),
                        bytes.begin() + static_cast<std::ptrdiff_t>(at));
    }
  }
}

TEST(Mutation, ImportingNeverCrashes) {
  const std::vector<Bytes> originals = seeds();
  ASSERT_FALSE(originals.empty());
  for (const Bytes& original : originals)
    EXPECT_EQ(testing::import_once(original.data(), original.size()), "");
  constexpr unsigned seed = 7;
  constexpr int rounds = 3000;
  constexpr auto time_box = std::chrono::seconds(3);
  std::mt19937 random(seed);
  const auto start = std::chrono::steady_clock::now();
  int round = 0;
  for (; round < rounds && std::chrono::steady_clock::now() - start < time_box; ++round) {
    Bytes mutant = originals[random() % originals.size()];
    mutate(mutant, random);
    EXPECT_EQ(testing::import_once(mutant.data(), mutant.size()), "") << "seed " << seed << ", round " << round;
  }
  printf("seed %u, %d of %d rounds\n", seed, round, rounds);
}

} // namespace
} // namespace tilewright
