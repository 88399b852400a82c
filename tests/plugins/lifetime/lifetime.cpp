// Two contexts that share a plugin: its code stays while one of them lives, and is gone with the last. Arguments:
// plugins.
#include "runtime/plugin/loader.h"

#include <dlfcn.h>
#include <iostream>
#include <memory>

namespace {

bool is_loaded(const char* file) {
  void* handle = dlopen(file, RTLD_NOW | RTLD_NOLOAD);
  if (handle != nullptr) dlclose(handle);
  return handle != nullptr;
}

std::unique_ptr<tilewright::CompilerContext> context_with(const char* file) {
  auto context = std::make_unique<tilewright::CompilerContext>();
  if (!tilewright::load_builtins(*context) || !tilewright::load_plugin(file, *context)) return nullptr;
  return context;
}

bool lives_as_long_as_its_contexts(const char* file) {
  if (is_loaded(file)) return false;
  auto first = context_with(file);
  auto second = context_with(file);
  if (!first || !second) return false;
  first.reset();
  if (!is_loaded(file)) return false;
  second.reset();
  return !is_loaded(file);
}

} // namespace

int main(int count, char** arguments) {
  for (int i = 1; i < count; ++i) {
    if (lives_as_long_as_its_contexts(arguments[i])) continue;
    std::cerr << arguments[i] << "\n";
    return 1;
  }
  return 0;
}
