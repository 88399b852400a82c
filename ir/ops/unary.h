// Attributes of `unary`: a function of one real number, for every element.
#pragma once

#include "ir/attributes.h"


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

} // namespace tilewright
