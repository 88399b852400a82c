// Compiles a model and prints what runs where. Arguments: a model, and plugins to load.
#include "runtime/driver/compile_model.h"
#include "runtime/plugin/loader.h"

#include <iostream>

int main(int count, char** arguments) {
  if (count < 2) return 2;
  tilewright::CompilerContext context; // has everything; a program may have several, also on several threads
  const std::vector<std::filesystem::path> plugins(arguments + 2, arguments + count);
  bool good = tilewright::load_builtins(context) && tilewright::load_plugins(plugins, {}, context);
  if (good) {
    const auto choice = tilewright::choose_target("aie-ml", "", context); // "": the target's first device
    const auto compiled = tilewright::compile_model({.file = arguments[1]}, *choice, context);
    good = compiled.has_value();
    if (good) {
      for (const tilewright::KernelGroup& group : compiled->design.groups) {
        std::cout << group.op << " on " << group.columns * group.rows << " tiles\n";
      }
      std::cout << compiled->files.size() << " files\n"; // their text by path, in memory
    }
  }
  for (const tilewright::Diagnostic& diagnostic : context.diagnostics.all()) {
    std::cerr << tilewright::text_of(diagnostic) << "\n";
  }
  return good ? 0 : context.diagnostics.exit_code();
}
