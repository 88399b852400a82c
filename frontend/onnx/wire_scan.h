// A look at a model's bytes before they are parsed. Parsed, a message of two bytes takes a hundred and more, so a small
// file could ask for any amount of memory; adding up what its pieces take costs next to nothing and bounds that.
#pragma once

#include <cstdint>
#include <string_view>

namespace tilewright {

struct WireScan {
  std::uint64_t extra_bytes = 0; // about what the parsed messages take beyond the bytes themselves
  int nesting = 0;               // the deepest
  bool malformed = false;        // the scan stopped there
};

// Scans a serialized ModelProto; data of tensors are skipped, not read. It stops once a limit is passed.
WireScan scan_model(std::string_view bytes, std::uint64_t most_extra_bytes, int most_nesting);

} // namespace tilewright
