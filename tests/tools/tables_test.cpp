// Tables in the documents are what the command line prints.
#include "tests/tools/command_line_test.h"

namespace tilewright::testing {

namespace {

using Tables = CommandLineTest;

TEST_F(Tables, SupportedOperatorsAreUpToDate) {
  const CommandResult ops = tilewright({"ops"});
  ASSERT_EQ(ops.code, 0);
  EXPECT_TRUE(content_of("docs/supported_operators.md").ends_with("\n\n" + ops.output))
      << "run scripts/update_tables, and look at what changed";
}

} // namespace

} // namespace tilewright::testing
