// What a model may ask for. Everything is checked before memory is taken.
#pragma once

#include <cstddef>
#include <cstdint>

namespace tilewright {

struct Limits {
  std::uint64_t file_bytes = (std::uint64_t{1} << 31) - 1; // protobuf's own limit
  std::uint64_t external_bytes = std::uint64_t{1} << 33;   // of all external data together
  std::uint64_t message_bytes = std::uint64_t{1} << 27;    // of the parsed messages, beyond twice the file
  std::size_t nodes = 100'000;
  std::size_t tensors = 200'000; // initializers and tensors in attributes
  std::size_t inputs_of_a_node = 10'000;
  std::int64_t elements = std::int64_t{1} << 28; // of one tensor or value
  std::size_t rank = 16;
  int nesting = 32; // of messages in the file
};

} // namespace tilewright
