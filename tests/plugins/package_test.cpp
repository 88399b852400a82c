// The Debian package, unpacked into an empty folder; and the manual and completion that it brings.
#include "runtime/driver/files.h"
#include "runtime/driver/process.h"
#include "tests/support/source_tree.h"

#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

namespace fs = std::filesystem;

std::string output_of(const std::vector<std::string>& arguments, const fs::path& folder = {}) {
  const CommandResult result = run({.arguments = arguments, .folder = folder, .timeout_seconds = 120});
  EXPECT_TRUE(result.succeeded()) << arguments[0] << ": " << result.output << result.errors;
  return result.output + result.errors;
}

class Package : public ::testing::Test {
protected:
  void SetUp() override {
    if (find_program("dpkg-shlibdeps").empty()) GTEST_SKIP() << "dpkg-dev is not installed";
    const fs::path config = build_root() / "CPackConfig.cmake";
    output_of({TILEWRIGHT_CPACK, "--config", config.string(), "-B", folder().string()});
    for (const auto& entry : fs::directory_iterator(folder())) {
      if (entry.path().extension() == ".deb") file_ = entry.path();
    }
    ASSERT_FALSE(file_.empty());
    output_of({"dpkg-deb", "-x", file_.string(), (folder() / "root").string()});
  }
  fs::path folder() const { return scratch_.path(); }
  fs::path installed(const std::string& path) const { return folder() / "root" / "usr" / path; }

  ScopedFolder scratch_{"tilewright-package-"};
  fs::path file_;
};

TEST_F(Package, RunsFromWhereItIsUnpacked) {
  const std::string facts = output_of({"dpkg-deb", "-I", file_.string()});
  for (const char* library : {"libc6", "libstdc++6", "libfmt", "libgmp", "libonnx", "libprotobuf"})
    EXPECT_NE(facts.find(library), std::string::npos) << library << "\n" << facts;
  const std::string program = installed("bin/tilewright").string();
  const std::string model = (source_root() / "models" / "mlp_po2_qonnx" / "model.onnx").string();
  EXPECT_NE(output_of({program, "check", model}).find("on the AI Engine"), std::string::npos);
  output_of({program, "verify", model});
}

TEST_F(Package, BringsManualAndCompletion) {
  const std::string manual = read_file(installed("share/man/man1/tilewright.1")).value_or("");
  for (const char* words :
       {".SH NAME", ".SH TILEWRIGHT verify", ".SH TILEWRIGHT passes", "\\-\\-plugin FILE", "TILEWRIGHT_PLUGINS"})
    EXPECT_NE(manual.find(words), std::string::npos) << words;
  const auto complete = [&](const std::string& words, int index) {
    const std::string script = "source " + installed("share/bash-completion/completions/tilewright").string() +
                               "; COMP_WORDS=(tilewright " + words + "); COMP_CWORD=" + std::to_string(index) +
                               "; _tilewright; echo \"${COMPREPLY[@]}\"";
    return run({.arguments = {"bash", "-c", script},
                .environment = {{"PATH", installed("bin").string() + ":" + std::getenv("PATH")}}})
        .output;
  };
  EXPECT_EQ(complete("veri", 1), "verify\n");
  EXPECT_EQ(complete("verify --plu", 2), "--plugin\n");
  EXPECT_EQ(complete("verify --target aie-mlv", 3), "aie-mlv2\n");
  EXPECT_EQ(complete("verify --target aie-ml --device ''", 5), "vek280 vek385\n");
}

} // namespace
} // namespace tilewright::testing
