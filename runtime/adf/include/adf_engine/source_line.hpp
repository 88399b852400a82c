// Where in the user's sources the calling thread is, for the reports of debug mode.
#pragma once

#include <string>

#include "config.hpp"

namespace tilewright::adf {

/// "kernels/add.cc:12", the innermost line on the stack that is not in the emulator's or the system's headers; empty
/// where the program has no debug information (-g) or binutils' addr2line is missing. `tile_program` is the file that
/// copies of the program for tiles were made of.
TILEWRIGHT_ADF_FUNCTION std::string source_line_of_caller(const std::string& tile_program);
/// The same for a stack that was noted before: return addresses, innermost first.
TILEWRIGHT_ADF_FUNCTION std::string source_line_of_frames(void* const* frames, int count,
                                                          const std::string& tile_program);
/// In a signal handler: the stack of the code that the signal stopped at `instruction`. Returns the number of frames.
TILEWRIGHT_ADF_FUNCTION int frames_of_interrupted_code(void* instruction, void** frames, int most);

} // namespace tilewright::adf
