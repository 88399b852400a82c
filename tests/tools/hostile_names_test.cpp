// Text of the model reaches emitted C++ and make files only through the sanitizer: names that try to end comments, open
// directives and run commands are harmless, and the project still builds and computes the model.
#include "frontend/export.h"
#include "frontend/onnx/loader.h"
#include "tests/tools/command_line_test.h"

#include <algorithm>

namespace tilewright::testing {

namespace {

namespace fs = std::filesystem;

const std::string poison =
    "\"*/ \n#error INJECTED\n\\\n' ?\?/ $(touch injected) `touch injected` %s {} </script> \x01\x80";

// Every name of the model with the poison behind it.
void poison_names(Model& model) {
  const auto spoil = [](std::string& name) {
    if (!name.empty()) name += poison;
  };
  spoil(model.graph_name);
  spoil(model.producer);
  for (ModelValue& value : model.inputs)
    spoil(value.name);
  for (ModelValue& value : model.outputs)
    spoil(value.name);
  for (ModelTensor& tensor : model.initializers)
    spoil(tensor.name);
  for (ModelNode& node : model.nodes) {
    spoil(node.name);
    std::ranges::for_each(node.inputs, spoil);
    std::ranges::for_each(node.outputs, spoil);
  }
}

class HostileNames : public CommandLineTest {
protected:
  void write_poisoned(const std::string& name) {
    Diagnostics diagnostics;
    auto loaded = load_model(fs::path(model(name)), Limits{}, diagnostics);
    ASSERT_TRUE(loaded);
    poison_names(*loaded);
    ASSERT_FALSE(write_file(folder() / "poisoned.onnx", onnx_bytes_of(*loaded)));
  }
};

TEST_F(HostileNames, NeverReachTheProjectsSources) {
  for (const char* name : {"mlp_po2_qonnx", "mlp_host_parts"}) {
    SCOPED_TRACE(name);
    write_poisoned(name);
    const CommandResult result =
        tilewright({"verify", "poisoned.onnx", "--allow-host-islands", "-o", "project", "--force"});
    ASSERT_EQ(result.code, 0) << result.errors;
    for (const auto& entry : fs::recursive_directory_iterator(folder() / "project")) {
      const std::string file = entry.path().lexically_relative(folder() / "project").string();
      if (!entry.is_regular_file() || entry.path().extension() == ".onnx") continue; // ONNX keeps names as they are
      const std::string text = read_file(entry.path()).value();
      EXPECT_EQ(text.find("\n#error"), std::string::npos) << file;
      EXPECT_EQ(text.find("*/ \n"), std::string::npos) << file;
      EXPECT_EQ(text.find("</script>") == std::string::npos || entry.path().extension() != ".html", true) << file;
      const bool control = std::ranges::any_of(text, [](char c) {
        return (static_cast<unsigned char>(c) < 0x20 && c != '\n' && c != '\t') ||
               static_cast<unsigned char>(c) >= 0x80;
      });
      EXPECT_FALSE(control) << file << " holds control characters or bytes beyond ASCII";
      const bool is_source = file.starts_with("src/") || file.starts_with("check/") || file == "Makefile";
      if (is_source) {
        EXPECT_EQ(text.find("$(touch"), std::string::npos) << file;
        EXPECT_EQ(text.find("`touch"), std::string::npos) << file;
      }
    }
    EXPECT_FALSE(fs::exists(folder() / "injected"));
    EXPECT_FALSE(fs::exists(folder() / "project" / "injected"));
  }
}

} // namespace

} // namespace tilewright::testing
