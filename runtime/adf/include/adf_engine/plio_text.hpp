// Elements as decimal text: PLIO files and dumps.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "config.hpp"
#include "element_kind.hpp"

namespace tilewright::adf {

/// Appends one element in decimal; complex values as "re im".
void append_element(std::string& text, ElementType element, const std::uint8_t* bytes);

/// Appends the elements of `text` to `bytes`. Line structure is ignored, and so are lines that aiesimulator adds: a
/// time stamp "T <number> <unit>" or "TLAST". A line "TLAST" marks the
/// data of the next line as the end of a packet: `last` gets the offset behind it. Returns an error, empty if there is
/// none, that names the line.
std::string parse_elements(const std::string& text, ElementType element, bool hexadecimal,
                           std::vector<std::uint8_t>& bytes, std::vector<std::size_t>* last = nullptr);

/// Columns of text per element: 2 for complex types.
unsigned fields_per_element(ElementType element);

} // namespace tilewright::adf
