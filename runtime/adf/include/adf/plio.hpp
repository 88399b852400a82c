// PLIO: connections to programmable logic, text files in simulation.
//
// A file holds decimal text, one line per PLIO word: width / element bits values, first value in the lowest bits
// [UG1076 TXT file format]. Reading ignores line structure.
#pragma once

#include <string>

#include "io_attr.hpp"
#include "port.hpp"

namespace adf {

enum plio_type { plio_32_bits = 32, plio_64_bits = 64, plio_128_bits = 128 };

/// Data into the array: out[0] drives a graph.
class input_plio : public IoAttr {
public:
  std::vector<port<direction::out>> out;

  input_plio() = default;
  /// Without a file: the design is to be linked with hardware, and a run of it here needs one.
  static input_plio create(std::string name, plio_type width = plio_32_bits, std::string file = {},
                           double megahertz = 0, bool hexadecimal = false) {
    return input_plio(tilewright::adf::add_plio(tilewright::adf::Direction::in, std::move(name), width, std::move(file),
                                                megahertz, hexadecimal));
  }
  static input_plio create(plio_type width, std::string file = {}, double megahertz = 0, bool hexadecimal = false) {
    return create(std::string(), width, std::move(file), megahertz, hexadecimal);
  }
  static input_plio create() { return create(std::string(), plio_32_bits, std::string()); }
  int id = -1;

private:
  explicit input_plio(int index) : id(index) { out.emplace_back(tilewright::adf::plio_record(index).port); }
};

/// Data out of the array: in[0] is driven by a graph.
class output_plio : public IoAttr {
public:
  std::vector<port<direction::in>> in;

  output_plio() = default;
  /// Without a file nothing is written.
  static output_plio create(std::string name, plio_type width = plio_32_bits, std::string file = {},
                            double megahertz = 0, bool hexadecimal = false) {
    return output_plio(tilewright::adf::add_plio(tilewright::adf::Direction::out, std::move(name), width,
                                                 std::move(file), megahertz, hexadecimal));
  }
  static output_plio create(plio_type width, std::string file = {}, double megahertz = 0, bool hexadecimal = false) {
    return create(std::string(), width, std::move(file), megahertz, hexadecimal);
  }
  static output_plio create() { return create(std::string(), plio_32_bits, std::string()); }
  int id = -1;

private:
  explicit output_plio(int index) : id(index) { in.emplace_back(tilewright::adf::plio_record(index).port); }
};

} // namespace adf
