// Which machine and which simulator a translation unit is compiled for.
//
// __AIE_ARCH__ is 20 for AIE-ML (default) and 22 for AIE-MLv2; give it with -D. __X86SIM__ and __AIENGINE__ are defined
// as AMD's x86 simulator defines both for kernel code [UG1076 preprocessor].
#pragma once

#ifndef __AIE_ARCH__
#define __AIE_ARCH__ 20
#endif
#if __AIE_ARCH__ != 20 && __AIE_ARCH__ != 22
#error "Tilewright emulates __AIE_ARCH__ 20 (AIE-ML) and 22 (AIE-MLv2) only"
#endif

#ifndef __X86SIM__
#define __X86SIM__ 1
#endif
#ifndef __AIENGINE__
#define __AIENGINE__ 1
#endif
