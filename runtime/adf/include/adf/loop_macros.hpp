// Loop annotations of the AI Engine compilers. They stand between `for (...)` and its body and mean nothing on a host.
#pragma once

#include "../adf_engine/instruction_count.hpp"

#define chess_prepare_for_pipelining
#define chess_loop_range(...)
#if defined(TILEWRIGHT_ADF_COUNT)
// A loop with a stated count is a region whose instructions are counted apart.
#define chess_loop_count(n)                                                                                            \
  if (const ::tilewright::adf::CountedIteration tilewright_iteration{__FILE__, __LINE__, long(n)}; true)
#else
#define chess_loop_count(...)
#endif
#define chess_min_loop_count(...)
#define chess_max_loop_count(...)
#define chess_flatten_loop
#define chess_unroll_loop(...)
#define chess_no_hw_loop
#define chess_modulo_scheduling_budget_ratio(...)
#define chess_peel_pipelined_loop(...)
#define chess_pipeline_non_leaf_loop_solution(...)
#define chess_pipeline_adjust_preamble(...)
#define chess_dont_chess_unroll
#define chess_allocate(...)
#define chess_storage(...)
#define chess_alignof(...)
#define chess_protect_access
#define chess_separator(...)
#define chess_separator_scheduler(...)
#define chess_separator_scheduler_local(...)
#define chess_memory_fence(...)
#define chess_report(...)
#define chess_assert(...)
#define chess_error(...)
#define chess_warning(...)
#define chess_copy(value) (value)
#define chess_const(value) (false)
#define chess_manifest(value) (false)

#ifndef AIE_PREPARE_FOR_PIPELINING
#define AIE_PREPARE_FOR_PIPELINING
#endif
#ifndef AIE_LOOP_MIN_ITERATION_COUNT
#define AIE_LOOP_MIN_ITERATION_COUNT(...)
#endif
#ifndef AIE_LOOP_MAX_ITERATION_COUNT
#define AIE_LOOP_MAX_ITERATION_COUNT(...)
#endif
#ifndef AIE_LOOP_RANGE
#define AIE_LOOP_RANGE(...)
#endif
#ifndef AIE_LOOP_FLATTEN
#define AIE_LOOP_FLATTEN
#endif
#ifndef AIE_LOOP_UNROLL
#define AIE_LOOP_UNROLL(...)
#endif
#ifndef AIE_LOOP_UNROLL_FULL
#define AIE_LOOP_UNROLL_FULL
#endif
#ifndef AIE_LOOP_NO_UNROLL
#define AIE_LOOP_NO_UNROLL
#endif
#ifndef AIE_TRY_INITIATION_INTERVAL
#define AIE_TRY_INITIATION_INTERVAL(...)
#endif
#ifndef AIE_PREPARE_FOR_POSTPIPELINING
#define AIE_PREPARE_FOR_POSTPIPELINING
#endif

// Kernels write C's keyword.
#ifndef restrict
#define restrict __restrict
#endif

// Memory bank annotations on pointer types.
#define __aie_dm_resource_a
#define __aie_dm_resource_b
#define __aie_dm_resource_c
#define __aie_dm_resource_d
#define __aie_dm_resource_stack

// An attribute alone, for lambdas take it, too.
#ifndef __aie_inline
#define __aie_inline __attribute__((always_inline))
#endif
#ifndef __aie_noinline
#define __aie_noinline __attribute__((noinline))
#endif
#ifndef INLINE_DECL
#define INLINE_DECL inline
#endif
