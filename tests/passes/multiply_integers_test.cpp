#include "pass_fixture.h"

#include <fmt/format.h>

namespace tilewright::testing_support {
namespace {

class MultiplyIntegers : public PassFixture {
protected:
  static std::string input(std::string_view name, std::string_view scale, int zero_point,
                           std::string_view element = "i8") {
    return fmt::format("%{0}q = input \"{0}\" : {3}[2x2]\n"
                       "%{0}r = dequantize(%{0}q) {1} from [\"{0}r\"] : \"{0}r\" f32[2x2]\n",
                       name, dequantize_attributes(scale, zero_point), "", element);
  }
  static std::string product_of(std::string_view a, std::string_view b) {
    return fmt::format("%m = mul({}, {}) from [\"m\"] : \"m\" f32[2x2]\noutput \"y\" = %m\n}}", a, b);
  }
};

TEST_F(MultiplyIntegers, ScalesMultiplyAndZeroPointsAreLeftOut) {
  const std::string a = "graph \"t\" {\n" + input("a", "1/4", 3);
  expect("multiply_integers", a + input("b", "1/3", -2) + product_of("%ar", "%br"),
         "graph \"t\" {\n%a = input \"a\" : i8[2x2]\n%b = input \"b\" : i8[2x2]\n"
         "%p = product(%a, %b) {zero_point = [3, -2]} from [\"m\"] : \"m.int\" i32[2x2] range [-16899, 16506]\n"
         "%m = dequantize(%p) " +
             dequantize_attributes("1/12", 0) + " from [\"m\"] : \"m\" f32[2x2]\noutput \"y\" = %m\n}");
}

TEST_F(MultiplyIntegers, FunctionsOfOneTensorStay) {
  const std::string a = "graph \"t\" {\n" + input("a", "1/4", 3);
  const std::string square = a + product_of("%ar", "%ar");
  expect_unchanged("multiply_integers", square);
  const std::string gated = a + "%s = relu(%ar) from [\"s\"] : \"s\" f32[2x2]\n%q = quantize(%s) " +
                            quantize_attributes("1/2", 0) + " from [\"q\"] : \"q\" i8[2x2] " + quantization("1/2", 0) +
                            " range [-128, 127]\n%r = dequantize(%q) " + dequantize_attributes("1/2", 0) +
                            " from [\"r\"] : \"r\" f32[2x2]\n" + product_of("%ar", "%r");
  expect_unchanged("multiply_integers", gated);
}

TEST_F(MultiplyIntegers, WideIntegersAndRealNumbersStay) {
  const std::string a = "graph \"t\" {\n" + input("a", "1/4", 3);
  expect_unchanged("multiply_integers", a + input("b", "1/3", 0, "i32") + product_of("%ar", "%br"));
  expect_unchanged("multiply_integers", a + "%x = input \"x\" : f32[2x2]\n" + product_of("%ar", "%x"));
}

// Ops that read one value twice: as many paths as 2 to the power of their number.
TEST_F(MultiplyIntegers, LongChainsTakeNoTime) {
  std::string text = "graph \"t\" {\n" + input("a", "1/4", 3);
  std::string last = "%ar";
  for (int i = 0; i < 100; ++i) {
    text += fmt::format("%s{0} = add({1}, {1}) from [\"s\"] : \"s{0}\" f32[2x2]\n", i, last);
    last = fmt::format("%s{}", i);
  }
  text += "%q = quantize(" + last + ") " + quantize_attributes("1/2", 0) + " from [\"q\"] : \"q\" i8[2x2] " +
          quantization("1/2", 0) + " range [-128, 127]\n%r = dequantize(%q) " + dequantize_attributes("1/2", 0) +
          " from [\"r\"] : \"r\" f32[2x2]\n" + product_of("%ar", "%r");
  expect_unchanged("multiply_integers", text);
}

} // namespace
} // namespace tilewright::testing_support
