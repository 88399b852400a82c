// Attributes of `unary`: a function of one real number, for every element.
#pragma once

#include "ir/attributes.h"
#include "ir/enclosure.h"

namespace tilewright {

struct UnaryAttributes {
  std::string function = "abs";
  Rational alpha; // of the functions that have parameters, as ONNX names them
  Rational beta;

  void reflect(AttributeVisitor& visit) {
    visit.field("function", function);
    visit.field("alpha", alpha);
    visit.field("beta", beta);
  }
};

// The function's value in double precision; nullptr for a name that is none.
using UnaryFunction = double (*)(double x, double alpha, double beta);
UnaryFunction unary_function(std::string_view name);

// The same function of a number that is known exactly or between bounds, written down a second time.
using UnaryEnclosure = Enclosure (*)(const Enclosure& x, const Rational& alpha, const Rational& beta, int precision);
UnaryEnclosure unary_enclosure(std::string_view name);

// The names of all functions, sorted.
std::vector<std::string_view> unary_function_names();

} // namespace tilewright
