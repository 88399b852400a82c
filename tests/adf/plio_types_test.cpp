// Values per line and their order for every element type and width, through a project of their own each.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include "sandbox.h"

namespace {

using namespace adf;

template <typename T> void copy(input_buffer<T, extents<16>>& in, output_buffer<T, extents<16>>& out) {
  for (int i = 0; i < 16; ++i)
    out.data()[i] = in.data()[i];
}

template <typename T> struct Copy : graph {
  input_plio in;
  output_plio out;
  kernel k;
  explicit Copy(plio_type width) {
    in = input_plio::create("in", width, "in.txt");
    out = output_plio::create("out", width, "data/out.txt");
    k = kernel::create(copy<T>);
    runtime<ratio>(k) = 0.5;
    connect<>(in.out[0], k.in[0]);
    connect<>(k.out[0], out.in[0]);
  }
};

/// `values` as text, 16 elements; lines of `per_line` elements, each of `words` numbers.
template <typename T> void check(plio_type width, int per_line, int words, const std::vector<std::string>& values) {
  std::string text;
  for (std::size_t i = 0; i < values.size(); ++i)
    text += values[i] + ((i + 1) % static_cast<std::size_t>(per_line * words) == 0 ? "\n" : " ");
  Sandbox box;
  box.write_text("in.txt", text);
  const Outcome outcome = box.run([=] {
    Copy<T> g(width);
    g.init();
    g.run(1);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  std::string output = box.read_text("data/out.txt"); // the folder in the name is made below the output folder
  for (std::size_t at; (at = output.find(" \n")) != std::string::npos;)
    output.erase(at, 1);
  EXPECT_EQ(output, text) << per_line << " a line";
}

std::vector<std::string> numbers(int n, const std::string& tail = "") {
  std::vector<std::string> out;
  for (int i = 0; i < n; ++i)
    out.push_back(std::to_string(i % 2 == 0 ? i : -i) + tail);
  return out;
}
std::vector<std::string> naturals(int n) {
  std::vector<std::string> out;
  for (int i = 0; i < n; ++i)
    out.push_back(std::to_string(i));
  return out;
}

TEST(PlioTypes, EightBits) {
  check<int8>(plio_32_bits, 4, 1, numbers(16));
  check<int8>(plio_64_bits, 8, 1, numbers(16));
  check<int8>(plio_128_bits, 16, 1, numbers(16));
  check<uint8>(plio_64_bits, 8, 1, naturals(16));
}
TEST(PlioTypes, SixteenBits) {
  check<int16>(plio_32_bits, 2, 1, numbers(16));
  check<int16>(plio_64_bits, 4, 1, numbers(16));
  check<int16>(plio_128_bits, 8, 1, numbers(16));
  check<uint16>(plio_128_bits, 8, 1, naturals(16));
}
TEST(PlioTypes, ThirtyTwoBits) {
  check<int32>(plio_32_bits, 1, 1, numbers(16));
  check<int32>(plio_64_bits, 2, 1, numbers(16));
  check<int32>(plio_128_bits, 4, 1, numbers(16));
  check<uint32>(plio_64_bits, 2, 1, naturals(16));
}
TEST(PlioTypes, SixtyFourBits) {
  check<int64>(plio_64_bits, 1, 1, numbers(16));
  check<int64>(plio_128_bits, 2, 1, numbers(16));
}
TEST(PlioTypes, Complex) {
  check<cint16>(plio_32_bits, 1, 2, numbers(32)); // real part first
  check<cint16>(plio_64_bits, 2, 2, numbers(32));
  check<cint16>(plio_128_bits, 4, 2, numbers(32));
  check<cint32>(plio_64_bits, 1, 2, numbers(32));
  check<cint32>(plio_128_bits, 2, 2, numbers(32));
}
TEST(PlioTypes, Floats) {
  check<float>(plio_32_bits, 1, 1, numbers(16, ".5"));
  check<float>(plio_128_bits, 4, 1, numbers(16, ".5"));
  check<bfloat16>(plio_64_bits, 4, 1, numbers(16, ".5"));
  check<bfloat16>(plio_128_bits, 8, 1, numbers(16, ".5"));
  check<cfloat>(plio_64_bits, 1, 2, numbers(32, ".5"));
  check<cbfloat16>(plio_64_bits, 2, 2, numbers(32, ".5"));
  check<float16>(plio_64_bits, 4, 1, numbers(16, ".5"));
  check<float8>(plio_32_bits, 4, 1, numbers(16));
  const std::vector<std::string> coarse = {"0", "1",  "-1.5", "0.25",   "2", "3", "-4",   "5",
                                           "6", "-7", "8",    "-57344", "0", "1", "1.25", "1.75"};
  check<bfloat8>(plio_128_bits, 16, 1, coarse);
}

} // namespace
