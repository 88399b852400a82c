#include "backends/common/names.h"

#include <gtest/gtest.h>

namespace tilewright {
namespace {

TEST(Names, IdentifiersHoldLettersDigitsAndSingleUnderscores) {
  EXPECT_EQ(identifier("/f/f.1/Gemm"), "f_f_1_Gemm");
  EXPECT_EQ(identifier("a__b"), "a_b");
  EXPECT_EQ(identifier("x\n#include \"/etc/passwd\""), "x_include_etc_passwd");
  EXPECT_EQ(identifier("日本"), "");
  EXPECT_EQ(identifier(std::string(500, 'a')).size(), 48U);
}

TEST(Names, EqualAfterSanitizingStayApart) {
  NameTable names;
  EXPECT_EQ(names.unique("layer_" + identifier("a.b")), "layer_a_b");
  EXPECT_EQ(names.unique("layer_" + identifier("a_b")), "layer_a_b_2");
  EXPECT_EQ(names.unique("layer_" + identifier("a_b_2")), "layer_a_b_2_2");
  EXPECT_EQ(names.unique("layer_" + identifier("a b")), "layer_a_b_3");
}

TEST(Names, CommentsCannotBeLeft) {
  EXPECT_EQ(comment_text("a\\"), "a_");
  EXPECT_EQ(comment_text("a\nint x;"), "a_int x_");
  EXPECT_EQ(comment_text("a?\?/"), "a__/");
  EXPECT_EQ(comment_text("*/ evil /*"), "_/ evil /_");
}

} // namespace
} // namespace tilewright
