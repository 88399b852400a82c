#include "runtime/driver/precompiled_headers.h"

#include "runtime/driver/files.h"
#include "runtime/driver/process.h"
#include "runtime/driver/sha256.h"

#include <fmt/format.h>

namespace tilewright {

namespace fs = std::filesystem;

namespace {

// Precompiled headers take two seconds and save half a second a unit: a large build gains at once, small ones together.
constexpr std::size_t units_that_gain = 4;

// Whether an earlier build has asked for the same; the next one will find that this one has.
bool asked_before(const std::string& key, const fs::path& folder, const BuildCache& cache) {
  const std::string mark = sha256(key + "asked for");
  if (find_cached(cache, mark)) return true;
  const fs::path empty = folder / "common_headers.asked";
  if (!write_file(empty, "")) store_cached(cache, mark, empty);
  return false;
}

} // namespace

std::optional<fs::path> precompiled_headers(const PrecompiledHeaders& wanted, const BuildCache& cache,
                                            std::size_t units) {
  std::string text;
  for (const std::string& header : wanted.headers)
    text += fmt::format("#include <{}>\n", header);
  const std::string key = sha256(wanted.key + text);
  auto compiled = find_cached(cache, key);
  if (!compiled && units < units_that_gain && !asked_before(key, wanted.folder, cache)) return std::nullopt;

  const fs::path header = wanted.folder / "common_headers.h";
  if (write_file(header, text)) return std::nullopt;
  if (!compiled) {
    const fs::path made = wanted.folder / "common_headers.made";
    Command command{.arguments = wanted.command, .folder = wanted.folder};
    command.arguments.insert(command.arguments.end(), {"-x", "c++-header", header.string(), "-o", made.string()});
    if (!run(command).succeeded()) return std::nullopt;
    compiled = store_cached(cache, key, made);
  }
  // The compiler looks for the result beside the header, and reads the header itself where that has gone or doesn't
  // suit.
  std::error_code error;
  fs::create_symlink(*compiled, header.string() + ".gch", error);
  if (error) return std::nullopt;
  return header;
}

} // namespace tilewright
