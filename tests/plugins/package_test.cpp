// The Debian package, unpacked into an empty folder; and the manual and completion that it brings.
#include "runtime/driver/files.h"
#include "runtime/driver/process.h"
#include "tests/support/source_tree.h"

#include <gtest/gtest.h>
#include <memory>

namespace tilewright::testing {
namespace {

namespace fs = std::filesystem;

std::string output_of(const std::vector<std::string>& arguments, const fs::path& folder = {}) {
  const CommandResult result = run({.arguments = arguments, .folder = folder, .timeout_seconds = 120});
  EXPECT_TRUE(result.succeeded()) << arguments[0] << ": " << result.output << result.errors;
  return result.output + result.errors;
}

// Made once for all tests.
struct UnpackedPackage {
  ScopedFolder scratch{"tilewright-package-"};
  fs::path file;
  std::string path(const std::string& installed) const {
    return (scratch.path() / "root" / "usr" / installed).string();
  }
};

class Package : public ::testing::Test {
protected:
  static void SetUpTestSuite() {
    if (find_program("dpkg-shlibdeps").empty()) return;
    package_ = std::make_unique<UnpackedPackage>();
    const fs::path& folder = package_->scratch.path();
    output_of({TILEWRIGHT_CPACK, "--config", (build_root() / "CPackConfig.cmake").string(), "-B", folder.string()});
    for (const auto& entry : fs::directory_iterator(folder)) {
      if (entry.path().extension() == ".deb") package_->file = entry.path();
    }
    ASSERT_FALSE(package_->file.empty());
    output_of({"dpkg-deb", "-x", package_->file.string(), (folder / "root").string()});
  }
  static void TearDownTestSuite() { package_.reset(); }
  void SetUp() override {
    if (!package_) GTEST_SKIP() << "dpkg-dev is not installed";
  }

  static inline std::unique_ptr<UnpackedPackage> package_;
};

TEST_F(Package, RunsFromWhereItIsUnpacked) {
  const std::string facts = output_of({"dpkg-deb", "-I", package_->file.string()});
  for (const char* library : {"libc6", "libstdc++6", "libfmt", "libgmp", "libonnx", "libprotobuf"})
    EXPECT_NE(facts.find(library), std::string::npos) << library << "\n" << facts;
  const std::string program = package_->path("bin/tilewright");
  const std::string model = (source_root() / "models" / "mlp_po2_qonnx" / "model.onnx").string();
  EXPECT_NE(output_of({program, "check", model}).find("on the AI Engine"), std::string::npos);
  output_of({program, "verify", model});
}

TEST_F(Package, BringsManualAndCompletion) {
  const std::string manual = read_file(package_->path("share/man/man1/tilewright.1")).value_or("");
  for (const char* words :
       {".SH NAME", ".SH TILEWRIGHT verify", ".SH TILEWRIGHT passes", "\\-\\-plugin FILE", "TILEWRIGHT_PLUGINS"})
    EXPECT_NE(manual.find(words), std::string::npos) << words;
  const auto complete = [&](const std::string& words, int index) {
    const std::string script = "source " + package_->path("share/bash-completion/completions/tilewright") +
                               "; COMP_WORDS=(tilewright " + words + "); COMP_CWORD=" + std::to_string(index) +
                               "; _tilewright; echo \"${COMPREPLY[@]}\"";
    return run({.arguments = {"bash", "-c", script},
                .environment = {{"PATH", package_->path("bin") + ":" + std::getenv("PATH")}}})
        .output;
  };
  EXPECT_EQ(complete("veri", 1), "verify\n");
  EXPECT_EQ(complete("verify --plu", 2), "--plugin\n");
  EXPECT_EQ(complete("verify --target aie-mlv", 3), "aie-mlv2\n");
  EXPECT_EQ(complete("verify --target aie-ml --device ''", 5), "vek280 vek385\n");
}

} // namespace
} // namespace tilewright::testing
