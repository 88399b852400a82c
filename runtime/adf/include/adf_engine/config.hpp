// How the engine's non-template code reaches a program.
//
// By default every engine function is inline and nothing needs linking. With TILEWRIGHT_ADF_LIBRARY defined the headers
// only declare them and the program links libtilewright_adf.a, which keeps <thread>, <fstream> and the like out of the
// user's translation units. What kernels share with the engine per thread is the library's too then, so that copies of
// the program (tile_copies.hpp) refer to the same objects.
#pragma once

#if defined(TILEWRIGHT_ADF_LIBRARY)
#define TILEWRIGHT_ADF_FUNCTION
#define TILEWRIGHT_ADF_THREAD_STATE extern __attribute__((tls_model("initial-exec"))) __thread
#else
#define TILEWRIGHT_ADF_FUNCTION inline
#define TILEWRIGHT_ADF_THREAD_STATE inline thread_local
#endif
