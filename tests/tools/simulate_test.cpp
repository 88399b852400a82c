// `simulate` on projects as others write them: sources that libraries compute, names that kernels share, mistakes.
#include "tests/tools/command_line_test.h"

namespace tilewright::testing {

namespace {

class Simulate : public CommandLineTest {
protected:
  void write(const std::string& name, const std::string& text) const {
    std::filesystem::create_directories((folder() / name).parent_path());
    ASSERT_FALSE(write_file(folder() / name, text));
  }
  // A project of two kernels in a row, `first` and `second`, that `graph.h` declares and gives sources.
  void write_application(const std::string& sources) const {
    write("p/aie/graph.h", R"(
#include <adf.h>
void first(adf::input_buffer<int32, adf::extents<8>>& in, adf::output_buffer<int32, adf::extents<8>>& out);
void second(adf::input_buffer<int32, adf::extents<8>>& in, adf::output_buffer<int32, adf::extents<8>>& out);
struct Two : adf::graph {
  adf::input_plio in;
  adf::output_plio out;
  adf::kernel k[2];
  Two() {
    in = adf::input_plio::create("in", adf::plio_32_bits, "in.txt");
    out = adf::output_plio::create("out", adf::plio_32_bits, "out.txt");
    k[0] = adf::kernel::create(first);
    k[1] = adf::kernel::create(second);
    for (int i = 0; i < 2; ++i) adf::runtime<adf::ratio>(k[i]) = 0.9;
)" + sources + R"(
    adf::connect<>(in.out[0], k[0].in[0]);
    adf::connect<>(k[0].out[0], k[1].in[0]);
    adf::connect<>(k[1].out[0], out.in[0]);
  }
};
)");
    write("p/aie/app.cpp",
          "#include \"graph.h\"\nTwo g;\nint main() {\n  g.init();\n  g.run(1);\n  g.end();\n  return 0;\n}\n");
    write("p/in.txt", "0 1 2 3 4 5 6 7\n");
  }
  // A kernel that adds `offset`, a global variable as the other one has it.
  static std::string adder(const std::string& name, int offset, int elements = 8) {
    return "#include <adf.h>\n#include <aie_api/aie.hpp>\nint32 offset = " + std::to_string(offset) +
           ";\nint32 shifted(int32 value) { return value + offset; }\nvoid " + name +
           "(adf::input_buffer<int32, adf::extents<8>>& in, adf::output_buffer<int32, adf::extents<8>>& out) {\n"
           "  for (int i = 0; i < " +
           std::to_string(elements) + "; ++i)\n    out.data()[i] = shifted(in.data()[i]);\n}\n";
  }
  // first.cc and second.cc beside the application.
  void write_kernels() const {
    write("p/aie/first.cc", adder("first", 10));
    write("p/aie/second.cc", adder("second", 100));
  }
  // With the kernels above.
  void expect_sums(const std::vector<std::string>& arguments) const {
    const CommandResult result = tilewright(arguments);
    ASSERT_EQ(result.code, 0) << result.errors;
    EXPECT_EQ(output(), "110\n111\n112\n113\n114\n115\n116\n117\n");
  }
  std::string output() const { return read_file(folder() / "out" / "out.txt").value_or(""); }
};

TEST_F(Simulate, KernelSourcesMayDefineTheSameNames) {
  write_application("adf::source(k[0]) = \"aie/kernels/first.cc\";\nadf::source(k[1]) = \"aie/kernels/second.cc\";");
  write("p/aie/kernels/first.cc", adder("first", 10));
  write("p/aie/kernels/second.cc", adder("second", 100));
  // The application's file: the names begin in the folder above.
  const CommandResult result = tilewright({"simulate", "p/aie/app.cpp", "--output-dir", "out"});
  ASSERT_EQ(result.code, 0) << result.errors;
  EXPECT_EQ(output(), "110\n111\n112\n113\n114\n115\n116\n117\n");
}

TEST_F(Simulate, SourcesMayLieBesideTheHeaderThatNamesThem) {
  write_application("adf::source(k[0]) = \"first.cc\";\nadf::source(k[1]) = \"second.cc\";");
  write("p/aie/graph/two.h", read_file(folder() / "p" / "aie" / "graph.h").value());
  write("p/aie/graph.h", "#include \"graph/two.h\"\n");
  write("p/aie/graph/first.cc", adder("first", 10));
  write("p/aie/graph/second.cc", adder("second", 100));
  const CommandResult result = tilewright({"simulate", "p", "--output-dir", "out"});
  ASSERT_EQ(result.code, 0) << result.errors;
  EXPECT_EQ(output(), "110\n111\n112\n113\n114\n115\n116\n117\n");
}

TEST_F(Simulate, AnIncludeInABranchThatIsNotTakenIsNone) {
  write_application("adf::source(k[0]) = \"first.cc\";\nadf::source(k[1]) = \"second.cc\";\n"
                    "#ifdef ALL_IN_ONE\n#include \"first.cc\"\n#include \"second.cc\"\n#endif\n");
  write_kernels();
  expect_sums({"simulate", "p/aie/app.cpp", "--output-dir", "out"});
}

TEST_F(Simulate, OnlySourcesOfKernelsThatTheGraphHasNeedToCompile) {
  write_application("adf::source(k[0]) = \"first.cc\";\nadf::source(k[1]) = \"second.cc\";\n"
                    "if (k[0].in.size() > 7) adf::source(k[1]) = \"third.cc\";\n");
  write_kernels();
  write("p/aie/third.cc", "void third() { not_declared = 1; }\n");
  expect_sums({"simulate", "p/aie/app.cpp", "--output-dir", "out"});
}

TEST_F(Simulate, AMainBehindAConditionIsSaid) {
  write_application("adf::source(k[0]) = \"first.cc\";\nadf::source(k[1]) = \"second.cc\";");
  write_kernels();
  const std::string application = read_file(folder() / "p/aie/app.cpp").value();
  const std::size_t main = application.find("int main");
  write("p/aie/app.cpp", application.substr(0, main) + "#ifdef __AIESIM__\n" + application.substr(main) + "#endif\n");
  const CommandResult without = tilewright({"simulate", "p", "--output-dir", "out"});
  EXPECT_EQ(without.code, 2);
  EXPECT_EQ(without.errors, "error: main() of '" + (folder() / "p/aie/app.cpp").string() +
                                "' is not compiled; hint: it stands behind a condition: -D NAME, for "
                                "example -D __AIESIM__ or -D __ADF_FRONTEND__, makes that true [simulate.no-main]\n");
  expect_sums({"simulate", "p", "-D", "__AIESIM__", "--output-dir", "out"});
}

TEST_F(Simulate, SourcesMayBeComputed) {
  write_application("const char* const names[] = {\"one.cc\", \"two.cc\", \"not_needed.cc\"};\n"
                    "for (int i = 0; i < 2; ++i) adf::source(k[i]) = names[i];");
  write("p/kernels/one.cc", adder("first", 1));
  write("p/kernels/two.cc", adder("second", 2));
  write("p/kernels/not_needed.cc", "#error not needed\n");
  const CommandResult result = tilewright({"simulate", "p", "--output-dir", "out"});
  ASSERT_EQ(result.code, 0) << result.errors;
  EXPECT_EQ(output(), "3\n4\n5\n6\n7\n8\n9\n10\n");
}

TEST_F(Simulate, DebugModeNamesTheLine) {
  write_application("adf::source(k[0]) = \"first.cc\";\nadf::source(k[1]) = \"second.cc\";");
  write("p/kernels/first.cc", adder("first", 1));
  write("p/kernels/second.cc", adder("second", 2, 2000));
  const CommandResult result = tilewright({"simulate", "p", "--output-dir", "out", "-D", "TILEWRIGHT_ADF_DEBUG"});
  EXPECT_EQ(result.code, 3) << result.errors;
  EXPECT_NE(result.errors.find("second.cc:"), std::string::npos) << result.errors;
  EXPECT_NE(result.errors.find("bytes behind the end of k1"), std::string::npos) << result.errors;
}

} // namespace

} // namespace tilewright::testing
