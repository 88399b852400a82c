// Accumulator tags: graph headers name them in the types of cascades. acc40 to acc64 share the native 64-bit lane on
// both generations [api aie_doc.hpp].
#pragma once

namespace tilewright::adf {
/// Base of all tags.
struct AccumulatorTag {};
} // namespace tilewright::adf

struct acc16 : tilewright::adf::AccumulatorTag {};
struct acc24 : tilewright::adf::AccumulatorTag {};
struct acc32 : tilewright::adf::AccumulatorTag {};
struct acc40 : tilewright::adf::AccumulatorTag {};
struct acc48 : tilewright::adf::AccumulatorTag {};
struct acc56 : tilewright::adf::AccumulatorTag {};
struct acc64 : tilewright::adf::AccumulatorTag {};
struct acc72 : tilewright::adf::AccumulatorTag {};
struct acc80 : tilewright::adf::AccumulatorTag {};
struct cacc32 : tilewright::adf::AccumulatorTag {};
struct cacc40 : tilewright::adf::AccumulatorTag {};
struct cacc48 : tilewright::adf::AccumulatorTag {};
struct cacc56 : tilewright::adf::AccumulatorTag {};
struct cacc64 : tilewright::adf::AccumulatorTag {};
struct cacc72 : tilewright::adf::AccumulatorTag {};
struct cacc80 : tilewright::adf::AccumulatorTag {};
struct accfloat : tilewright::adf::AccumulatorTag {};
struct caccfloat : tilewright::adf::AccumulatorTag {};

/// Asks for the default accumulator of a multiplication.
struct accauto {};
