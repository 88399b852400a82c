// Tensor data in files beside the model. Only files below the model's folder are opened, whatever the model says.
#pragma once

#include "frontend/limits.h"
#include "ir/diagnostics.h"

#include <cstddef>
#include <cstdint>
#include <filesystem>
#include <optional>
#include <span>
#include <string>

namespace tilewright {

struct ExternalLocation {
  std::string path; // as the model spells it
  std::uint64_t offset = 0;
  std::optional<std::uint64_t> length;
};

class ExternalData {
public:
  // `folder` holds the model; without one, no external data can be read.
  ExternalData(std::filesystem::path folder, const Limits& limits) : folder_(std::move(folder)), limits_(limits) {}

  // Why the data cannot be read as `bytes` bytes, or nothing. The reason is a diagnostic without a place.
  std::optional<Diagnostic> check(const ExternalLocation& location, std::uint64_t bytes);
  // Fills `bytes`, after `check` found nothing.
  bool read(const ExternalLocation& location, std::span<std::byte> bytes) const;

private:
  std::optional<std::filesystem::path> resolve(const std::string& path, Diagnostic& problem) const;

  std::filesystem::path folder_;
  const Limits& limits_;
  std::uint64_t read_so_far_ = 0;
};

} // namespace tilewright
