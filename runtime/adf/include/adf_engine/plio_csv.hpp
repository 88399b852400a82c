// PLIO files in CSV [UG1076 CSV file format]: a header "CMD,D,...,TLAST,TKEEP" with one D per value of a PLIO word, then
// "DATA:<n>" rows, n times the same word (1 without n), and "STALL:<n>" rows, cycles without data. TLAST and TKEEP may
// be left out; their defaults are 0 and -1, all bytes.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "element_kind.hpp"

namespace tilewright::adf {

/// Whether a PLIO's file is CSV: by its name.
bool is_csv(std::string_view file);

/// As parse_elements: appends the data, and to `last` the offset behind every word that carries TLAST. Returns an error
/// that names the line, or nothing.
std::string parse_csv(const std::string& text, ElementType element, bool hexadecimal, std::vector<std::uint8_t>& bytes,
                      std::vector<std::size_t>& last);

/// Header line of an output file whose words hold `values` values.
std::string csv_header(std::size_t values, ElementType element);

} // namespace tilewright::adf
