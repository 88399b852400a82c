#include "pass_fixture.h"

#include "passes/pass_manager.h"
#include "passes/pipeline.h"

namespace tilewright::testing_support {
namespace {

class PassManager : public PassFixture {
protected:
  const char* const text_ = R"(graph "t" {
    %x = input "x" : f32[2]
    %a = relu(%x) from ["a"] : "a" f32[2]
    %b = relu(%x) from ["b"] : "b" f32[2]
    output "y" = %b
  })";
};

TEST_F(PassManager, EveryDefaultPassIsRegisteredAndEveryPassIsNamed) {
  Diagnostics diagnostics;
  EXPECT_TRUE(passes_named(default_pipeline(), passes_, diagnostics));
  EXPECT_TRUE(passes_.errors().empty());
  for (const auto& [name, entry] : passes_.entries()) {
    EXPECT_EQ(name, entry.definition.name);
    EXPECT_FALSE(entry.definition.summary.empty());
    EXPECT_NE(entry.definition.run, nullptr);
  }
}

TEST_F(PassManager, AnUnknownPassIsAUsageError) {
  Diagnostics diagnostics;
  const std::vector<std::string> names{"fold_constants", "fold_everything"};
  EXPECT_FALSE(passes_named(names, passes_, diagnostics));
  EXPECT_EQ(diagnostics.exit_code(), 2);
  EXPECT_EQ(diagnostics.all()[0].reason, "there is no pass 'fold_everything'");
  EXPECT_NE(diagnostics.all()[0].expected.find("eliminate_dead_code, expand_broadcasts, fold_constants"),
            std::string::npos);
}

TEST_F(PassManager, RunsTimesAndShowsEveryPass) {
  Graph graph = parse(text_);
  Diagnostics diagnostics;
  const std::vector<std::string> names{"eliminate_dead_code", "fold_constants"};
  const auto passes = passes_named(names, passes_, diagnostics);
  PassContext context{ops_, diagnostics};
  std::string seen;
  PassHooks hooks;
  hooks.before = [&](const Pass& pass, const Graph& g) { seen += "<" + pass.name + std::to_string(g.order().size()); };
  hooks.after = [&](const Pass& pass, const Graph& g, const PassRun& run) {
    seen += ">" + pass.name + std::to_string(g.order().size()) + (run.changed == Changed::yes ? "!" : "");
  };
  const PassesResult result = run_passes(graph, *passes, context, hooks);
  EXPECT_TRUE(result.succeeded);
  EXPECT_EQ(seen, "<eliminate_dead_code2>eliminate_dead_code1!<fold_constants1>fold_constants1");
  ASSERT_EQ(result.runs.size(), 2u);
  EXPECT_EQ(result.runs[0].pass, "eliminate_dead_code");
  EXPECT_EQ(result.runs[0].changed, Changed::yes);
  EXPECT_EQ(result.runs[1].changed, Changed::no);
  EXPECT_GE(result.runs[0].seconds, 0);
}

TEST_F(PassManager, ABrokenRuleNamesThePass) {
  const Pass breaks{"breaks", "", [](Graph& graph, PassContext&) {
                      graph.set_origin(graph.order().front(), {});
                      return Changed::yes;
                    }};
  const Pass never{"never", "", [](Graph&, PassContext&) {
                     ADD_FAILURE() << "the pipeline goes on";
                     return Changed::no;
                   }};
  Graph graph = parse(text_);
  Diagnostics diagnostics;
  PassContext context{ops_, diagnostics};
  const Pass* const passes[] = {&breaks, &never};
  EXPECT_FALSE(run_passes(graph, passes, context).succeeded);
  ASSERT_EQ(diagnostics.error_count(), 1u);
  EXPECT_EQ(diagnostics.exit_code(), 1);
  EXPECT_EQ(diagnostics.all()[0].code, "ir.origin");
  EXPECT_EQ(diagnostics.all()[0].reason.find("behind the pass 'breaks': "), 0u) << diagnostics.all()[0].reason;
}

TEST_F(PassManager, AProblemOfTheModelStopsThePipeline) {
  const Pass complains{"complains", "", [](Graph&, PassContext& context) {
                         context.diagnostics.add({});
                         return Changed::no;
                       }};
  Graph graph = parse(text_);
  Diagnostics diagnostics;
  PassContext context{ops_, diagnostics};
  const Pass* const passes[] = {&complains, &complains};
  const PassesResult result = run_passes(graph, passes, context);
  EXPECT_FALSE(result.succeeded);
  EXPECT_EQ(result.runs.size(), 1u);
  EXPECT_EQ(diagnostics.error_count(), 1u);
}

TEST_F(PassManager, AnUnsoundGraphIsNotTouched) {
  Graph graph("empty");
  Diagnostics diagnostics;
  PassContext context{ops_, diagnostics};
  const PassesResult result = run_passes(graph, {}, context);
  EXPECT_FALSE(result.succeeded);
  EXPECT_EQ(diagnostics.all()[0].reason.find("in front of the first pass: "), 0u);
}

} // namespace
} // namespace tilewright::testing_support
