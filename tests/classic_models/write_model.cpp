// write_model NAME FILE: one of the classic networks as an ONNX file, to try things with.
#include "classic_models.h"

#include <fmt/format.h>
#include <fstream>

int main(int argc, char** argv) {
  using namespace tilewright::testing;
  const std::string bytes = argc == 3 ? classic_model(argv[1]) : std::string();
  if (bytes.empty()) {
    fmt::print(stderr, "write_model NAME FILE, where NAME is one of:");
    for (const std::string_view name : classic_model_names())
      fmt::print(stderr, " {}", name);
    fmt::print(stderr, "\n");
    return 2;
  }
  std::ofstream(argv[2], std::ios::binary) << bytes;
  return 0;
}
