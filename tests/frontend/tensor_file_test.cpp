#include "frontend/npy.h"
#include "frontend/tensor_file.h"

#include <cstdlib>
#include <fstream>
#include <gtest/gtest.h>

namespace tilewright {
namespace {

namespace fs = std::filesystem;

class TensorFileTest : public ::testing::Test {
protected:
  TensorFileTest() {
    std::string pattern = (fs::temp_directory_path() / "tilewright_test_XXXXXX").string();
    folder_ = mkdtemp(pattern.data());
  }
  ~TensorFileTest() override { fs::remove_all(folder_); }

  std::string error_of(const std::string& name, std::string_view bytes) {
    std::ofstream(folder_ / name, std::ios::binary) << bytes;
    Diagnostics diagnostics;
    if (read_tensor_file(folder_ / name, diagnostics)) return "";
    Diagnostic problem = diagnostics.all().at(0);
    EXPECT_EQ(problem.tensor, (folder_ / name).string());
    problem.tensor.clear();
    return text_of(problem);
  }

  fs::path folder_;
};

TEST_F(TensorFileTest, RoundTripOfEveryElementType) {
  for (const char* extension : {".pb", ".npy"}) {
    for (const ElementType element :
         {ElementType::int8, ElementType::uint8, ElementType::int16, ElementType::uint16, ElementType::int32,
          ElementType::int64, ElementType::float32, ElementType::float64, ElementType::boolean}) {
      for (const Shape& shape : {Shape{}, Shape{3}, Shape{2, 3}, Shape{0, 2}}) {
        Tensor tensor(element, shape);
        std::uint8_t next = 1;
        for (std::byte& byte : tensor.mutable_bytes())
          byte = std::byte{element == ElementType::boolean ? std::uint8_t{1} : next++};
        const fs::path file = folder_ / ("t" + std::string(extension));
        Diagnostics diagnostics;
        ASSERT_TRUE(write_tensor_file(file, tensor, "t", diagnostics));
        const auto read = read_tensor_file(file, diagnostics);
        ASSERT_TRUE(read) << text_of(diagnostics.all().at(0));
        EXPECT_TRUE(*read == tensor) << extension << " " << name_of(element) << " " << text_of(shape);
      }
    }
  }
}

TEST(Npy, HeaderIsNumpysOwn) {
  const std::string bytes = npy_of(Tensor(ElementType::float32, {2, 3}));
  EXPECT_EQ(bytes.size() % 64, 24U);
  EXPECT_EQ(bytes.substr(0, 10), std::string("\x93NUMPY\x01\x00\x76\x00", 10));
  EXPECT_EQ(bytes.substr(10, 58), "{'descr': '<f4', 'fortran_order': False, 'shape': (2, 3), ");
  EXPECT_NE(npy_of(Tensor(ElementType::int8, {4})).find("'shape': (4,), }"), std::string::npos);
  EXPECT_NE(npy_of(Tensor(ElementType::int8, {})).find("'shape': (), }"), std::string::npos);
}

TEST_F(TensorFileTest, Mistakes) {
  EXPECT_EQ(error_of("a.txt", "x"),
            "error: the file's extension says no tensor format; expected .pb or .npy; got .txt [import.file]");
  EXPECT_EQ(error_of("a.pb", "\xff\xff"), "error: the file is not an ONNX tensor, or it is damaged; expected a "
                                          "protobuf of type TensorProto [import.malformed]");
  EXPECT_EQ(error_of("a.npy", "x"), "error: the file is not a NumPy array [import.npy]");
  const std::string good = npy_of(Tensor(ElementType::float32, {2, 3}));
  const auto changed = [&good](std::string_view from, std::string_view to) {
    std::string bytes = good;
    bytes.replace(bytes.find(from), from.size(), to);
    return bytes;
  };
  EXPECT_EQ(error_of("a.npy", good.substr(0, good.size() - 1)),
            "error: the NumPy array's data do not have its size; expected 24 bytes; got 23 bytes [import.npy]");
  EXPECT_EQ(error_of("a.npy", good.substr(0, 40)), "error: the header of the NumPy array is damaged [import.npy]");
  EXPECT_EQ(error_of("a.npy", changed("'<f4'", "'>f4'")),
            "error: the NumPy array's type is not supported; expected a little-endian number; got '>f4' [import.npy]");
  EXPECT_EQ(error_of("a.npy", changed("False", "True ")), "error: the NumPy array is in Fortran order; expected C "
                                                          "order; hint: save numpy.ascontiguousarray(x) [import.npy]");
  EXPECT_EQ(error_of("a.npy", changed("(2, 3)", "(2,-3)")),
            "error: the header of the NumPy array is damaged [import.npy]");
  EXPECT_EQ(error_of("a.npy", changed("shape", "shapf")),
            "error: the header of the NumPy array is damaged [import.npy]");
  Diagnostics diagnostics;
  EXPECT_FALSE(read_tensor_file(folder_ / "none.pb", diagnostics));
  EXPECT_EQ(diagnostics.all().back().reason, "there is no such file");
  EXPECT_FALSE(read_tensor_file(fs::path(folder_ / "d.pb").replace_extension(".npy"), diagnostics));
  fs::create_directory(folder_ / "folder.pb");
  EXPECT_FALSE(read_tensor_file(folder_ / "folder.pb", diagnostics));
  EXPECT_EQ(diagnostics.all().back().reason, "not a regular file");
  EXPECT_FALSE(write_tensor_file(folder_ / "a.txt", Tensor(ElementType::int8, {}), "t", diagnostics));
  EXPECT_FALSE(write_tensor_file(folder_ / "none" / "a.pb", Tensor(ElementType::int8, {}), "t", diagnostics));
}

} // namespace
} // namespace tilewright
