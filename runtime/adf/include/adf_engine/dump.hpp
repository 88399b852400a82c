// TILEWRIGHT_ADF_DUMP: everything that passes a port, as text, one line per firing, values separated by blanks.
//
// File names: k<kernel>.out[<i>].txt and shared_buffer<n>.in[<i>].txt or .out[<i>].txt; kernels and shared buffers are
// numbered in the order of their creation. index.txt lists "file element_type column row name", one line a file, the
// place of a kernel or -1 -1.
#pragma once

#include <fstream>
#include <memory>
#include <string>

#include "design.hpp"

namespace tilewright::adf {

class DumpFile {
public:
  /// Opens the port's file below `directory`; an empty directory means no dump.
  void open(const std::string& directory, const Design& design, int port);
  void write_line(const std::uint8_t* bytes, std::size_t size);

private:
  std::unique_ptr<std::ofstream> file_;
  ElementType element_;
};

} // namespace tilewright::adf
