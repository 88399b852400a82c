// How the engine's non-template code reaches a program.
//
// By default every engine function is inline and nothing needs linking. With TILEWRIGHT_ADF_LIBRARY defined the headers
// only declare them and the program links libtilewright_adf.a, which keeps <thread>, <fstream> and the like out of the
// user's translation units.
#pragma once

#if defined(TILEWRIGHT_ADF_LIBRARY)
#define TILEWRIGHT_ADF_FUNCTION
#else
#define TILEWRIGHT_ADF_FUNCTION inline
#endif
