// The type of a value in the text form: "i8[8x16] quantization {...} range [...]". Internal to the parser.
#pragma once

#include "ir/field_parser.h"
#include "ir/parser.h"

namespace tilewright {

// A type that makes sense by itself (see check_type in ir/verifier.h), or nothing and an error.
std::optional<ValueType> parse_type(Lexer& lexer, TextErrors& errors, const TextLimits& limits);

} // namespace tilewright
