// PLIO text, value by value.
#include <adf.h>
#include <adf_engine/plio_text.hpp>
#include <gtest/gtest.h>

namespace {

using tilewright::adf::element_type;

template <typename T>
std::vector<T> parse(const std::string& text, std::string* error = nullptr, bool hexadecimal = false) {
  std::vector<std::uint8_t> bytes;
  const std::string message = tilewright::adf::parse_elements(text, element_type<T>(), hexadecimal, bytes);
  if (error != nullptr) *error = message;
  std::vector<T> values(bytes.size() / sizeof(T));
  if (!bytes.empty()) std::memcpy(static_cast<void*>(values.data()), bytes.data(), values.size() * sizeof(T));
  return values;
}

template <typename T> std::string print(T value) {
  std::string text;
  tilewright::adf::append_element(text, element_type<T>(), reinterpret_cast<const std::uint8_t*>(&value));
  return text;
}

TEST(PlioText, IgnoresLineStructure) {
  EXPECT_EQ(parse<int8>("1 2\n-3\t4\r\n\n5"), (std::vector<int8>{1, 2, -3, 4, 5}));
}

TEST(PlioText, SkipsWhatSimulatorsAdd) {
  EXPECT_EQ(parse<int16>("T 1234 ns\n7 8\nTLAST\n9\n"), (std::vector<int16>{7, 8, 9}));
}

TEST(PlioText, BothReadingsOfABitPattern) {
  EXPECT_EQ(parse<int8>("255 -128"), (std::vector<int8>{-1, -128}));
  EXPECT_EQ(parse<uint32>("4294967295 -1"), (std::vector<uint32>{0xffffffffu, 0xffffffffu}));
}

TEST(PlioText, NamesTheLineOfAnError) {
  std::string error;
  parse<int8>("1\n2\n300\n", &error);
  EXPECT_EQ(error, "line 3: \"300\" is not a value of type int8");
  parse<int32>("1 2 x", &error);
  EXPECT_EQ(error, "line 1: \"x\" is not a value of type int32");
  parse<cint16>("1 2 3", &error);
  EXPECT_EQ(error, "line 1: a complex value lacks its imaginary part");
}

TEST(PlioText, OtherTypes) {
  EXPECT_EQ(parse<cint16>("1 -2 3 4")[0], (cint16{1, -2}));
  EXPECT_EQ(parse<float>("0.5 -1e3"), (std::vector<float>{0.5f, -1000.0f}));
  EXPECT_EQ(static_cast<float>(parse<bfloat16>("1.5")[0]), 1.5f);
  EXPECT_EQ(parse<int64>("-9000000000"), (std::vector<int64>{-9000000000}));
  EXPECT_EQ(parse<int32>("ff 0x10", nullptr, true), (std::vector<int32>{255, 16}));
}

TEST(PlioText, Prints) {
  EXPECT_EQ(print<int8>(-7), "-7");
  EXPECT_EQ(print<uint8>(200), "200");
  EXPECT_EQ(print<cint32>({3, -4}), "3 -4");
  EXPECT_EQ(print<bfloat16>(bfloat16(0.25f)), "0.25");
  EXPECT_EQ(print<float>(1.0f / 3), "0.33333334");
}

} // namespace
