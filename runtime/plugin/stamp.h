// What a plugin was built with, as data that can be read before any of its code is trusted.
#pragma once

#include "runtime/plugin/registries.h"
#include "runtime/version.h"

#include <array>
#include <cstdint>
#include <string_view>

namespace tilewright {

struct PluginStamp {
  std::array<char, 16> mark = {}; // "tilewright-abi", so that something else of this name is recognised
  std::array<char, 16> version = {};
  std::int32_t compiler = 0;   // __GXX_ABI_VERSION: how the compiler lays out classes and spells symbols
  std::int32_t strings = 0;    // which std::string and std::list libstdc++ uses
  std::int32_t containers = 0; // whether libstdc++'s debug mode changes the containers
  std::int32_t layout = 0;     // of the structs that both sides read and write
};

inline constexpr std::string_view plugin_stamp_mark = "tilewright-abi";

// A number that changes when one of the shared structs changes its size.
constexpr std::int32_t shared_layout() {
  std::uint32_t hash = 17;
  for (const std::size_t size :
       {sizeof(Registries), sizeof(OpDefinition), sizeof(ImporterDefinition), sizeof(NodeImport), sizeof(Pass),
        sizeof(Lowering), sizeof(LoweringContext), sizeof(Tiling), sizeof(Target), sizeof(Device), sizeof(Backend),
        sizeof(MapContext), sizeof(KernelSource), sizeof(Graph), sizeof(Tensor), sizeof(Design), sizeof(KernelGroup)}) {
    hash = hash * 31 + static_cast<std::uint32_t>(size);
  }
  return static_cast<std::int32_t>(hash & 0x7fffffff);
}

// The stamp of whoever includes this header.
constexpr PluginStamp current_stamp() {
  PluginStamp stamp;
  for (std::size_t i = 0; i < plugin_stamp_mark.size(); ++i)
    stamp.mark[i] = plugin_stamp_mark[i];
  for (std::size_t i = 0; version[i] != '\0'; ++i)
    stamp.version[i] = version[i];
#ifdef __GXX_ABI_VERSION
  stamp.compiler = __GXX_ABI_VERSION;
#endif
#ifdef _GLIBCXX_USE_CXX11_ABI
  stamp.strings = _GLIBCXX_USE_CXX11_ABI;
#endif
#ifdef _GLIBCXX_DEBUG
  stamp.containers = 1;
#endif
  stamp.layout = shared_layout();
  return stamp;
}

} // namespace tilewright
