#include "ir/parser.h"
#include "ir/printer.h"
#include "tests/ir/sample_ops.h"

#include <random>

namespace tilewright {
namespace {

// "line:column: reason; ..." of every error.
std::vector<std::string> errors_of(std::string_view text) {
  const OpRegistry ops = testing::sample_ops();
  Diagnostics diagnostics;
  const bool parsed = parse_graph(text, ops, diagnostics).has_value();
  std::vector<std::string> errors;
  for (const Diagnostic& diagnostic : diagnostics.all())
    errors.push_back(text_of(diagnostic));
  EXPECT_EQ(parsed, errors.empty());
  return errors;
}

struct Case {
  std::string_view line;
  std::string_view error; // without "error: " in front and the code behind
};

TEST(ParserError, OneMistakeEach) {
  const std::vector<Case> cases{
      {"%y = nonsense(%x) from [\"n\"] : \"y\" f32[2]", "3:6: unknown op 'nonsense'"},
      {"%y = same(%z) from [\"n\"] : \"y\" f32[2]", "3:11: %z is not defined before its use"},
      {"%y = same(%x, %x) from [\"n\"] : \"y\" f32[2]",
       "3:6: same: same has the wrong number of operands; expected 1; got 2"},
      {"%y = same(%x) from [\"n\"] : \"y\" f32[3]",
       "3:28: the type of %y is not what same computes; expected f32[2]; got f32[3]"},
      {"%y = same(%x) from [\"n\"] : \"y\" f99[2]",
       "3:32: unknown element type; expected i8, u8, i16, u16, i32, i64, f32, f64 or bool; got 'f99'"},
      {"%y = same(%x) from [\"n\"] : \"y\" f32[2x]",
       "3:36: a shape is malformed; expected dimensions with x between them"},
      {"%y = same(%x) from [\"n\"] : \"y\" f32[-2]",
       "3:36: a shape is malformed; expected dimensions with x between them"},
      {"%y = same(%x) from [\"n\"] : \"y\" f32[4611686018427387904x4]", "3:36: a shape has too many elements"},
      {"%y = same(%x) from [\"n] : \"y\" f32[2]", "3:28: syntax error; expected ','; got 'y'"},
      {"%y = same(%x) from [\"\\q\"] : \"y\" f32[2]",
       "3:21: a name is malformed; expected \\\", \\\\ and \\xNN as escapes; got '\"\\q\"'"},
      {"%y = same(%x) : \"y\" f32[2]", "3:15: syntax error; expected 'from'; got ':'"},
      {"%x = same(%x) from [\"n\"] : \"y\" f32[2]", "3:1: %x is defined twice"},
      {"%y = twin(%x) from [\"n\"] : \"y\" f32[2]", "3:6: twin has another number of results; expected 2; got 1"},
      {"%y = twin(%x) from [\"n\"] : \"y\" f32[2], \"z\" f32[2]",
       "3:28: not as many types as results; expected 1; got 2"},
      {"%y = numbered(%x) from [\"n\"] : \"y\" f32[2]", "3:6: field 'number' is missing"},
      {"%y = numbered(%x) {number = 1, number = 2} from [\"n\"] : \"y\" f32[2]", "3:32: field 'number' is given twice"},
      {"%y = numbered(%x) {number = 1, extra = 2} from [\"n\"] : \"y\" f32[2]", "3:32: unknown field 'extra'"},
      {"%y = numbered(%x) {number = one} from [\"n\"] : \"y\" f32[2]",
       "3:29: field 'number' is malformed; expected an integer; got 'one'"},
      {"%y = numbered(%x) {number = 9223372036854775808} from [\"n\"] : \"y\" f32[2]",
       "3:29: field 'number' is malformed; expected an integer; got '9223372036854775808'"},
      {"%y = numbered(%x) {number = -1} from [\"n\"] : \"y\" f32[2]",
       "3:6: numbered: the number is negative; expected 0 or more; got -1"},
      {"%y = same(%x) {number = 1} from [\"n\"] : \"y\" f32[2]", "3:16: unknown field 'number'"},
      {"%c = constant \"c\" : i8[2] range [1, 2] = [1, 300]",
       "3:46: not an element of this constant; expected a value of type i8; got '300'"},
      {"%c = constant \"c\" : i8[2] range [1, 2] = [1]", "3:44: syntax error; expected ','; got ']'"},
      {"%c = constant \"c\" : i8[2] range [1, 2] = [1, 3]",
       "3:21: the constant's type is not that of its data; expected i8[2] range [1, 3]; got i8[2] range [1, 2]"},
      {"%c = constant \"c\" : i8[1000000000000] = [1]",
       "3:21: the text ends before the constant's data; expected 1000000000000 elements"},
      {"%c = constant \"c\" : f32[1] = [0x1.0000001p+0]",
       "3:31: not an element of this constant; expected a value of type f32; got '0x1.0000001p+0'"},
      {"%c = constant \"c\" : f32[1] range [0, 1] = [0]", "3:21: only integers have a range; got f32"},
      {"%c = input \"c\" : i8[2] range [0, 128]",
       "3:18: the range does not fit the element type; expected a range within [-128, 127] (i8); got [0, 128]"},
      {"%c = input \"c\" : i8[2] quantization {scale = [0], zero_point = [0]}",
       "3:18: a scale is not positive; expected a scale above 0; got 0"},
      {"%c = input \"c\" : i8[2] quantization {scale = [1/0], zero_point = [0]}",
       "3:47: field 'scale' is malformed; expected a list of rational numbers; got something else"},
      {"%c = input \"c\" : i8[2] quantization {scale = [1, 2], zero_point = [0, 0], axis = 1}",
       "3:18: the quantization axis does not exist; expected an axis below 1; got 1"},
      {"%c = input \"c\" : i8[2] quantization {scale = [1], zero_point = [0], axis = -1}",
       "3:24: the axis of a quantization is negative"},
      {"output \"z\" = x", "3:14: syntax error; expected '%'; got 'x'"},
      {"?", "3:1: syntax error; expected '%'; got '?'"},
  };
  for (const auto& [line, error] : cases) {
    const std::string text =
        "graph \"g\" {\n%x = input \"x\" : f32[2]\n" + std::string(line) + "\noutput \"o\" = %x\n}\n";
    EXPECT_EQ(errors_of(text), std::vector<std::string>{"error: " + std::string(error) + " [ir.text]"}) << line;
  }
}

TEST(ParserError, SeveralMistakesInOneRunWithoutFollowUps) {
  const std::vector<std::string> errors = errors_of(R"(graph "g" {
  %x = input "x" : f32[2]
  %a = nonsense(%x) from ["n"] : "a" f32[2]
  %b = same(%a) from ["n"] : "b" f32[2]       // reads what line 3 could not define
  %c = numbered(%b) {numbr = 1} from ["n"] : "c" f32[2]
  output "o" = %b
  output "p" = %nowhere
})");
  ASSERT_EQ(errors.size(), 4U);
  EXPECT_EQ(errors[0], "error: 3:8: unknown op 'nonsense' [ir.text]");
  EXPECT_EQ(errors[1], "error: 5:8: field 'number' is missing [ir.text]");
  EXPECT_EQ(errors[2], "error: 5:22: unknown field 'numbr' [ir.text]");
  EXPECT_EQ(errors[3], "error: 7:16: %nowhere is not defined before its use [ir.text]");
}

TEST(ParserError, OutsideOfStatements) {
  EXPECT_EQ(errors_of(""),
            std::vector<std::string>{"error: 1:1: syntax error; expected 'graph'; got the end of the text [ir.text]"});
  EXPECT_EQ(errors_of("graph \"g\" {"),
            std::vector<std::string>{"error: 1:12: syntax error; expected '}'; got the end of the text [ir.text]"});
  EXPECT_EQ(
      errors_of("graph \"g\" {}\n}"),
      std::vector<std::string>{"error: 2:1: text after the graph; expected the end of the text; got '}' [ir.text]"});
}

TEST(ParserError, Limits) {
  const OpRegistry ops = testing::sample_ops();
  TextLimits limits;
  limits.bytes = 10;
  Diagnostics too_long;
  EXPECT_FALSE(parse_graph("graph \"g\" {}", ops, too_long, limits));
  EXPECT_EQ(text_of(too_long.all().at(0)),
            "error: 1:1: the text is too long; expected at most 10 bytes; got 12 [ir.text]");
  std::string many = "graph \"g\" {\n";
  for (int i = 0; i < 1000; ++i)
    many += "%a =\n";
  EXPECT_EQ(errors_of(many + "}").size(), TextLimits{}.errors);
  std::string deep = "graph \"g\" {\n%x = input \"x\" : f32[1";
  for (int i = 0; i < 1000; ++i)
    deep += "x1";
  EXPECT_EQ(errors_of(deep + "]\n}").size(), 1U);
}

// Nothing a text says may crash the parser. Deterministic, and quick enough for every run.
TEST(ParserError, MutatedTextNeverCrashes) {
  const std::string text = R"(graph "net" {
  %0 = input "x.1" : i8[2x3] quantization {scale = [1/32], zero_point = [-3]} range [-127, 127]
  %1 = constant "w" : f32[2] = [0x1.8p+1, nan]
  %2 = every(%0) {flag = true, number = 1, maybe_number = none, numbers = [1], word = "a", ratio = 1/3, maybe_ratio = 2, ratios = [], element = i8, rounding = floor, range = [0, 1]} from ["n"] : "s" i8[2x3] quantization {scale = [1/32], zero_point = [-3]} range [-127, 127]
  output "y" = %2
}
)";
  const OpRegistry ops = testing::sample_ops();
  constexpr unsigned seed = 20240611;
  SCOPED_TRACE(seed);
  std::mt19937 random(seed);
  const std::string pieces = "{}()[],=:%\"\\ \nx019-/.";
  for (int round = 0; round < 4000; ++round) {
    std::string mutant = text;
    for (unsigned edits = 1 + random() % 4; edits > 0; --edits) {
      const std::size_t at = random() % mutant.size();
      switch (random() % 4) {
      case 0:
        mutant[at] = pieces[random() % pieces.size()];
        break;
      case 1:
        mutant.erase(at, 1 + random() % 20);
        break;
      case 2:
        mutant.insert(at, mutant.substr(random() % mutant.size(), random() % 30));
        break;
      default:
        mutant[at] = static_cast<char>(random());
      }
      if (mutant.empty()) mutant = " ";
    }
    Diagnostics diagnostics;
    const auto graph = parse_graph(mutant, ops, diagnostics);
    EXPECT_EQ(graph.has_value(), !diagnostics.has_errors());
    if (!graph) continue;
    Diagnostics again;
    const std::string printed = text_of(*graph);
    const auto reparsed = parse_graph(printed, ops, again);
    ASSERT_TRUE(reparsed) << printed;
    EXPECT_EQ(text_of(*reparsed), printed);
  }
}

} // namespace
} // namespace tilewright
