#include "pass_fixture.h"

#include <fmt/format.h>

namespace tilewright::testing_support {
namespace {

class SimplifyRescales : public PassFixture {
protected:
  static std::string rescale(std::string_view from, std::string_view to, std::string_view ratio,
                             std::string_view offset, std::string_view clamp, std::string_view range,
                             std::string_view scale = "1/4", int zero_point = 0) {
    return fmt::format(
        "%{1} = rescale(%{0}) {{ratio = [{2}], offset = [{3}], rounding = half_even{4}}} from [\"{1}\"] : \"{1}\" "
        "i8[4] {5} range {6}\n",
        from, to, ratio, offset, stored_as(scale, zero_point, "i8", clamp), quantization(scale, zero_point), range);
  }
  static std::string graph(const std::string& body, std::string_view output = "y") {
    return fmt::format("graph \"t\" {{\n%x = input \"x\" : i8[4] {} range [-100, 90]\n{}output \"out\" = %{}\n}}",
                       quantization("1/4", 0), body, output);
  }
};

TEST_F(SimplifyRescales, ARescaleThatChangesNothingGoes) {
  expect("simplify_rescales", graph(rescale("x", "y", "1", "0", "[-128, 127]", "[-100, 90]")), graph("", "x"));
}

TEST_F(SimplifyRescales, ARectifierOfEqualScaleIsARange) {
  expect("simplify_rescales",
         graph(rescale("x", "a", "3/2", "1", "[-128, 127]", "[-128, 127]", "1/2") +
               rescale("a", "y", "1", "0", "[0, 127]", "[0, 127]", "1/2")),
         fmt::format("graph \"t\" {{\n%x = input \"x\" : i8[4] {} range [-100, 90]\n"
                     "%y = rescale(%x) {{ratio = [3/2], offset = [1], rounding = half_even{}}} from [\"a\", \"y\"] : "
                     "\"y\" i8[4] {} "
                     "range [0, 127]\noutput \"out\" = %y\n}}",
                     quantization("1/4", 0), stored_as("1/2", 0, "i8", "[0, 127]"), quantization("1/2", 0)));
}

TEST_F(SimplifyRescales, ClampsThatMissEachOtherKeepTheSecond) {
  const std::string after = run("simplify_rescales", graph(rescale("x", "a", "1/2", "0", "[-128, -10]", "[-50, -10]") +
                                                           rescale("a", "y", "1", "0", "[5, 20]", "[5, 5]")));
  EXPECT_NE(after.find("range = [5, 5], scale"), std::string::npos) << after;
}

TEST_F(SimplifyRescales, AnotherMeaningStays) {
  expect_unchanged("simplify_rescales", graph(rescale("x", "y", "1", "0", "[-128, 127]", "[-100, 90]", "1/8")));
}

TEST_F(SimplifyRescales, ARealRescaleStays) {
  expect_unchanged("simplify_rescales", graph(rescale("x", "a", "1/2", "0", "[-128, 127]", "[-50, 45]") +
                                              rescale("a", "y", "1/2", "0", "[-128, 127]", "[-25, 22]")));
  expect_unchanged("simplify_rescales", graph(rescale("x", "y", "1", "1", "[-128, 127]", "[-99, 91]")));
}

TEST_F(SimplifyRescales, ASharedRescaleKeepsItsRange) {
  std::string text = graph(rescale("x", "a", "3/2", "1", "[-128, 127]", "[-128, 127]") +
                           rescale("a", "y", "1", "0", "[0, 127]", "[0, 127]"));
  text.insert(text.rfind('}'), "output \"all\" = %a\n");
  expect_unchanged("simplify_rescales", text);
}

TEST_F(SimplifyRescales, AClampOfAnInputStays) {
  expect_unchanged("simplify_rescales", graph(rescale("x", "y", "1", "0", "[0, 127]", "[0, 90]")));
}

} // namespace
} // namespace tilewright::testing_support
