// libFuzzer's entry. Seeds: the .onnx files under models/.
#include "tests/fuzz/import_once.h"

#include <cstdio>
#include <cstdlib>

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* bytes, std::size_t size) {
  const std::string problem = tilewright::testing::import_once(bytes, size);
  if (problem.empty()) return 0;
  std::fprintf(stderr, "%s\n", problem.c_str());
  std::abort();
}
