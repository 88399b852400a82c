// Properties of a core of both generations, under the names that AMD's libraries ask for.
#pragma once

inline constexpr int get_input_streams_core_module() { return 1; } ///< stream inputs of a core [AM020, AM027]
inline constexpr int get_output_streams_core_module() { return 1; }
