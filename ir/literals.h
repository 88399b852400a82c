// The spelling of names and numbers in the IR's text form. What one function writes, its partner reads back exactly.
#pragma once

#include "ir/tensor.h"

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

namespace tilewright {

// In double quotes: printable ASCII as it is, '"' and '\' behind a '\', every other byte as \xNN.
std::string quoted(std::string_view text);
// Reads what `quoted` writes, quotes included.
std::optional<std::string> unquoted(std::string_view text);

// Decimal, an optional minus sign, nothing else; nullopt when it does not fit.
std::optional<std::int64_t> parse_integer(std::string_view text);

// Element `index`: integers in decimal, floats as hexadecimal floats ("0x1.8p+1", "inf", "nan", "nan.7fc00001" for a
// NaN with other bits than the default one), booleans as true and false.
void append_element(std::string& out, const Tensor& tensor, std::int64_t index);
// Stores the element that `text` spells; false when it is not a value of the tensor's element type.
bool store_element(Tensor& tensor, std::int64_t index, std::string_view text);

// A hash of element type, shape and data that is the same on every machine (FNV-1a, 64 bits).
std::uint64_t content_hash(const Tensor& tensor);

} // namespace tilewright
