// SHA-256 (FIPS 180-4), for names of cached files and the hashes of build.json.
#pragma once

#include <array>
#include <cstdint>
#include <string>
#include <string_view>

namespace tilewright {

class Sha256 {
public:
  Sha256();
  Sha256& add(std::string_view bytes);
  // Length and bytes, so that {"ab", "c"} and {"a", "bc"} differ.
  Sha256& add_field(std::string_view bytes);
  // 64 hexadecimal digits. The object is used up.
  std::string finish();

private:
  void block(const unsigned char* bytes);
  std::array<std::uint32_t, 8> state_;
  std::array<unsigned char, 64> pending_{};
  std::size_t pending_count_ = 0;
  std::uint64_t total_ = 0;
};

std::string sha256(std::string_view bytes);

} // namespace tilewright
