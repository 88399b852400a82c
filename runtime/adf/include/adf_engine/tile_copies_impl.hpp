#pragma once

#include <dlfcn.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/sendfile.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cstdio>
#include <map>

#include "tile_copies.hpp"

namespace tilewright::adf {

namespace tile_copies_detail {

/// Sends standard output and error nowhere for as long as it lives.
class Silence {
public:
  Silence() {
    std::fflush(nullptr);
    const int nowhere = open("/dev/null", O_WRONLY | O_CLOEXEC);
    for (int stream = 0; stream < 2; ++stream) {
      kept_[stream] = dup(stream + 1);
      dup2(nowhere, stream + 1);
    }
    close(nowhere);
  }
  ~Silence() {
    std::fflush(nullptr);
    for (int stream = 0; stream < 2; ++stream) {
      dup2(kept_[stream], stream + 1);
      close(kept_[stream]);
    }
  }
  Silence(const Silence&) = delete;
  Silence& operator=(const Silence&) = delete;

private:
  int kept_[2];
};

/// Loads the library as if it had not been loaded before; an empty text, or why that failed. It stays loaded.
inline std::string load_copy(const std::string& library, void*& handle) {
  const int file = open(library.c_str(), O_RDONLY | O_CLOEXEC);
  if (file < 0) return "can't read " + library;
  struct stat status {};
  fstat(file, &status);
  // The loader knows a library by its file, so each copy needs one.
  const int copy = memfd_create("tilewright_adf_tile", MFD_CLOEXEC);
  off_t offset = 0;
  while (copy >= 0 && offset < status.st_size)
    if (sendfile(copy, file, &offset, static_cast<std::size_t>(status.st_size - offset)) <= 0) break;
  close(file);
  std::string error;
  if (copy < 0 || offset < status.st_size)
    error = "can't copy " + library;
  else if (handle = dlopen(("/proc/self/fd/" + std::to_string(copy)).c_str(), RTLD_NOW | RTLD_LOCAL); !handle)
    error = dlerror();
  if (copy >= 0) close(copy);
  return error;
}

/// Symbol of `void name()` in the C++ ABI of the host.
inline std::string mangled(std::string name) {
  std::string parts;
  int count = 0;
  for (std::size_t colons = 0; colons != std::string::npos; ++count) {
    colons = name.find("::");
    const std::string part = name.substr(0, colons);
    if (!part.empty()) parts += std::to_string(part.size()) + part;
    if (colons != std::string::npos) name = name.substr(colons + 2);
  }
  return count > 1 ? "_ZN" + parts + "Ev" : "_Z" + parts + "v";
}

} // namespace tile_copies_detail

TILEWRIGHT_ADF_FUNCTION InitializationFunction find_initialization_function(const Kernel& kernel) {
  void* const place = kernel.library != nullptr ? kernel.library : RTLD_DEFAULT;
  const std::string& name = kernel.initialization_function;
  for (const std::string& symbol : {tile_copies_detail::mangled(name), name})
    if (void* const found = dlsym(place, symbol.c_str())) return reinterpret_cast<InitializationFunction>(found);
  return nullptr;
}

TILEWRIGHT_ADF_FUNCTION void load_tile_copies(Design& design, const std::string& library, Diagnostics& diagnostics) {
  std::map<std::pair<int, int>, std::vector<std::size_t>> tiles;
  for (std::size_t k = 0; k < design.kernels.size(); ++k) {
    const Kernel& kernel = design.kernels[k];
    tiles[kernel.placed ? std::pair{kernel.column, kernel.row} : std::pair{-1, static_cast<int>(k)}].push_back(k);
  }
  const tile_copies_detail::Silence silence;
  for (const auto& [tile, members] : tiles) {
    Design& copy = *design.tile_copies.emplace_back(std::make_unique<Design>());
    Design* const own = swap_design(&copy);
    void* handle = nullptr;
    const std::string error = tile_copies_detail::load_copy(library, handle);
    swap_design(own);
    if (!error.empty()) {
      diagnostics.push_back({exit_malformed, "a copy of the program for a tile: " + error});
      return;
    }
    for (const std::size_t k : members)
      if (k < copy.kernels.size() && copy.kernels[k].name == design.kernels[k].name) {
        design.kernels[k].body = std::move(copy.kernels[k].body);
        design.kernels[k].library = handle;
      }
  }
}

} // namespace tilewright::adf
