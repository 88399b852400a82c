// A collection of malformed and hostile files with what each has to come to, where it lies beside the checkout.
#include "tests/frontend/sample_model.h"
#include "tests/support/source_tree.h"

#include <chrono>
#include <cstdlib>
#include <fstream>
#include <nlohmann/json.hpp>

namespace tilewright {
namespace {

namespace fs = std::filesystem;

TEST(HostileFiles, EachIsRejectedOrImports) {
  const char* given = std::getenv("TILEWRIGHT_HOSTILE_MODELS");
  const fs::path folder = given ? fs::path(given) : testing::source_root() / ".." / "shared" / "hostile";
  std::ifstream stream(folder / "index.json");
  if (!stream) GTEST_SKIP() << "the collection is absent; the other tests of this folder hold the same mistakes";
  const auto index = nlohmann::json::parse(stream);
  EXPECT_GE(index.size(), 30U);
  for (const auto& [file, entry] : index.items()) {
    SCOPED_TRACE(file + ": " + entry.value("what", ""));
    const auto start = std::chrono::steady_clock::now();
    Diagnostics diagnostics;
    const auto graph =
        import_model(folder / file, testing::registries().ops, testing::registries().importers, {}, diagnostics);
    EXPECT_LT(std::chrono::steady_clock::now() - start, std::chrono::seconds(2));
    EXPECT_EQ(graph.has_value(), !diagnostics.has_errors());
    const std::string expected = entry.at("expect");
    EXPECT_TRUE(expected != "reject" || diagnostics.exit_code() == 3);
    EXPECT_TRUE(expected != "compile" || graph.has_value());
    EXPECT_TRUE(!graph || verify(*graph).empty());
    for (const Diagnostic& problem : diagnostics.all())
      EXPECT_EQ(problem.kind, ProblemKind::model) << text_of(problem);
  }
}

} // namespace
} // namespace tilewright
