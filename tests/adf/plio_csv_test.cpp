// PLIO files in CSV: repeated words, stalls, TLAST, TKEEP, and what is wrong with a file.
#include <adf.h>
#include <gtest/gtest.h>

#include <adf_engine/plio_csv.hpp>

#include "sandbox.h"

namespace {

using namespace adf;
namespace engine = tilewright::adf;

struct Parsed {
  std::vector<std::uint8_t> bytes;
  std::vector<std::size_t> last;
  std::string error;
};

Parsed parse(const std::string& text, engine::ElementType element) {
  Parsed result;
  result.error = engine::parse_csv(text, element, false, result.bytes, result.last);
  return result;
}

const engine::ElementType byte{engine::ElementKind::int8, 1};

TEST(PlioCsv, RowsInOrder) {
  const Parsed parsed = parse("CMD,D,D,TLAST,TKEEP\nDATA,1,2,0,-1\r\nSTALL:3,0,0,0,0\nDATA:2, 3 ,4,1,-1\n\n", byte);
  EXPECT_EQ(parsed.error, "");
  EXPECT_EQ(parsed.bytes, (std::vector<std::uint8_t>{1, 2, 3, 4, 3, 4}));
  EXPECT_EQ(parsed.last, (std::vector<std::size_t>{4, 6}));
}

TEST(PlioCsv, ColumnsMayBeSwappedOrLeftOut) {
  EXPECT_EQ(parse("CMD,D,TKEEP,TLAST\nDATA,7,-1,1\n", byte).last, std::vector<std::size_t>{1});
  EXPECT_EQ(parse("CMD,D\nDATA,7\n", byte).bytes, std::vector<std::uint8_t>{7});
}

TEST(PlioCsv, KeepDropsBytes) {
  EXPECT_EQ(parse("CMD,D,D,D,D,TLAST,TKEEP\nDATA,1,2,3,4,1,5\n", byte).bytes, (std::vector<std::uint8_t>{1, 3}));
}

TEST(PlioCsv, ErrorsNameTheLine) {
  EXPECT_EQ(parse("1,2\n", byte).error, "line 1: the header is not \"CMD,D,...,TLAST,TKEEP\"");
  EXPECT_EQ(parse("CMD,D\nDATA,1\nDATA,300\n", byte).error, "line 3: \"300\" is not a value of type int8");
  EXPECT_EQ(parse("CMD,D\nDATA:x,1\n", byte).error, "line 2: \"DATA:x\" is neither DATA nor STALL");
  EXPECT_EQ(parse("CMD,D,D\nDATA,1\n", byte).error, "line 2: \"\" is not a value of type int8");
  EXPECT_EQ(parse("CMD,D,TLAST\nDATA,1,yes\n", byte).error, "line 2: TLAST is no number");
}

void pass(input_stream<int32>* in, output_stream<int32>* out) {
  bool last = false;
  const int32 value = readincr(in, last);
  writeincr(out, value + 1, last);
}

TEST(PlioCsv, ThroughAGraph) {
  struct Graph : graph {
    input_plio in;
    output_plio out;
    kernel k;
    Graph() {
      in = input_plio::create("in", plio_64_bits, "in.csv");
      out = output_plio::create("out", plio_64_bits, "out.csv");
      k = kernel::create(pass);
      runtime<ratio>(k) = 1;
      connect<>(in.out[0], k.in[0]);
      connect<>(k.out[0], out.in[0]);
    }
  };
  Sandbox box;
  box.write_text("in.csv", "CMD,D,D,TLAST,TKEEP\nDATA,1,2,0,-1\nDATA,3,4,1,-1\n");
  const Outcome outcome = box.run([] {
    Graph g;
    g.init();
    g.run(4);
    g.end();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, 0) << outcome.errors;
  EXPECT_EQ(box.read_text("out.csv"), "CMD,D,D,TLAST,TKEEP\nDATA,2,3,0,-1\nDATA,4,5,1,-1\n");
}

} // namespace
