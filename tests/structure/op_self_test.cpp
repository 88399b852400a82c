// What every registered op owes, whoever wrote it: checked for all of them, so a new op needs no line here.
#include "ir/attributes.h"
#include "ir/graph.h"
#include "ir/parser.h"
#include "runtime/driver/context.h"
#include "tests/support/source_tree.h"

#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

class OpSelf : public ::testing::Test {
protected:
  void SetUp() override { ASSERT_TRUE(load_builtins(context_)); }
  CompilerContext context_;
};

TEST_F(OpSelf, IsNamedLikeItsFile) {
  for (const auto& [name, entry] : context_.ops.entries()) {
    EXPECT_EQ(std::filesystem::path(entry.origin).stem().string(), name);
    EXPECT_TRUE(std::filesystem::exists(source_root() / "ir" / "ops" / (name + ".cpp"))) << name;
  }
}

TEST_F(OpSelf, HasEveryFunction) {
  for (const auto& [name, entry] : context_.ops.entries()) {
    const OpDefinition& op = entry.definition;
    EXPECT_NE(op.infer, nullptr) << name;
    EXPECT_NE(op.evaluate, nullptr) << name;
    EXPECT_NE(op.work, nullptr) << name;
    EXPECT_FALSE(op.summary.empty()) << name;
    EXPECT_EQ(op.summary.find('\n'), std::string::npos) << name;
    EXPECT_LE(op.min_operands, op.max_operands) << name;
  }
}

TEST_F(OpSelf, RefusesTooFewOperands) {
  for (const auto& [name, entry] : context_.ops.entries()) {
    const OpDefinition& op = entry.definition;
    if (op.min_operands == 0) continue;
    Graph graph("empty");
    const auto result = graph.add_node(op, op.default_attributes, {}, Origin{{"here"}});
    const auto* error = std::get_if<OpError>(&result);
    ASSERT_NE(error, nullptr) << name << " accepts no operands";
    EXPECT_FALSE(error->reason.empty()) << name;
    EXPECT_TRUE(graph.order().empty()) << name << " left a node behind";
  }
}

// Shows every field to count them; a struct whose reflect list is empty would print as nothing.
TEST_F(OpSelf, DefaultAttributesSurviveText) {
  for (const auto& [name, entry] : context_.ops.entries()) {
    const Attributes& defaults = entry.definition.default_attributes;
    const std::string text = text_of(defaults);
    const auto parsed = parse_attributes(text, defaults);
    ASSERT_TRUE(parsed.has_value()) << name << ": " << text;
    EXPECT_EQ(*parsed, defaults) << name << ": " << text;
    EXPECT_EQ(text_of(*parsed), text) << name;
  }
}

} // namespace
} // namespace tilewright::testing
