#include "pass_fixture.h"

#include <fmt/format.h>

namespace tilewright::testing_support {

PassFixture::PassFixture() {
  register_all_ops(ops_);
  register_all_passes(passes_);
}

Graph PassFixture::parse(std::string_view text) {
  Diagnostics diagnostics;
  std::optional<Graph> graph = parse_graph(text, ops_, diagnostics);
  EXPECT_TRUE(graph) << all_text(diagnostics) << text;
  return graph ? *std::move(graph) : Graph();
}

std::string PassFixture::all_text(const Diagnostics& diagnostics) {
  std::string text;
  for (const Diagnostic& diagnostic : diagnostics.all())
    text += text_of(diagnostic) + "\n";
  return text;
}

std::string PassFixture::run(std::string_view name, std::string_view text) {
  const Pass* pass = passes_.find(name);
  EXPECT_NE(pass, nullptr) << name;
  Graph graph = parse(text);
  if (!pass || HasFailure()) return {};
  diagnostics_ = {};
  PassContext context{ops_, diagnostics_};
  const std::string before = text_of(graph);
  const Changed changed = pass->run(graph, context);
  const std::string after = text_of(graph);
  EXPECT_EQ(changed == Changed::yes, before != after) << "the pass says the opposite of what it does\n" << after;
  if (diagnostics_.has_errors()) return after;
  for (const Diagnostic& problem : verify(graph))
    ADD_FAILURE() << text_of(problem) << "\n" << after;

  Diagnostics again;
  PassContext second{ops_, again};
  EXPECT_EQ(pass->run(graph, second), Changed::no) << "not idempotent:\n" << after << text_of(graph);
  EXPECT_EQ(text_of(graph), after);
  return after;
}

void PassFixture::expect(std::string_view pass, std::string_view text, std::string_view expected) {
  const std::string after = run(pass, text);
  EXPECT_FALSE(diagnostics_.has_errors()) << all_text(diagnostics_);
  EXPECT_EQ(after, text_of(parse(expected)));
}

void PassFixture::expect_errors(std::string_view pass, std::string_view text, const std::vector<std::string>& errors) {
  run(pass, text);
  std::vector<std::string> got;
  for (const Diagnostic& diagnostic : diagnostics_.all()) {
    if (diagnostic.severity == Severity::error) {
      got.push_back(fmt::format("{}: {}: {}", diagnostic.node, diagnostic.code, diagnostic.reason));
    }
  }
  EXPECT_EQ(got, errors);
}

std::string quantize_attributes(std::string_view scale, int zero_point, std::string_view element,
                                std::string_view range, std::string_view rounding, bool after_zero_point) {
  return fmt::format("{{scale = [{}], zero_point = [{}], axis = none, element = {}, range = {}, rounding = {}, "
                     "round_after_zero_point = {}}}",
                     scale, zero_point, element, range, rounding, after_zero_point);
}

std::string dequantize_attributes(std::string_view scale, int zero_point) {
  return fmt::format("{{scale = [{}], zero_point = [{}], axis = none}}", scale, zero_point);
}

std::string quantization(std::string_view scale, int zero_point) {
  return fmt::format("quantization {{scale = [{}], zero_point = [{}]}}", scale, zero_point);
}

std::string stored_as(std::string_view scale, int zero_point, std::string_view element, std::string_view range) {
  return fmt::format(", element = {}, range = {}, scale = [{}], zero_point = [{}], axis = none", element, range, scale,
                     zero_point);
}

} // namespace tilewright::testing_support
