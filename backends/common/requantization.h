// How a kernel requantizes: the part of a configuration that kernels/requantize_step.h reads, and its table.
#pragma once

#include "backends/common/halfword_step.h"
#include "backends/common/kernel_work.h"
#include "backends/common/lowering.h"
#include "ir/ops/requantize.h"

#include <optional>
#include <variant>
#include <vector>

namespace tilewright {

// What a kernel does with its accumulators.
struct RequantizationPlan {
  enum class Mode {
    none = 0,
    shift = 1,
    multiply = 2,
    two_parts = 3,
    halfwords = 4
  }; // the numbers that the kernel's configuration uses
  Mode mode = Mode::none;
  ElementType element = ElementType::int32; // that leaves
  int shift = 0;
  int rounding = 0; // register value
  IntegerRange range;
  std::vector<std::int64_t> bias;       // added to the accumulator, one a channel
  std::vector<std::int64_t> multiplier; // one a channel; modes multiply and two_parts only
  std::vector<std::int64_t> addend;     // one a channel; as above
  bool narrow_addend = false;           // all of them fit 32 bits: the rest is part of the biases
  std::int64_t rows_at_once = 0;        // of 8 channels that are multiplied together
  std::int64_t table_rows = 2;          // of them that the table holds, each the same
  HalfwordStep halfwords;               // mode halfwords only
};

// The value of the rounding register. UG1583 "Mode Settings"; the IR's names map one to one.
int rounding_register(Rounding rounding);

// Whether the addend can be part of the bias and the rest is a shift. An int32 result needs the 64-bit path: acc32 to
// int32 never shifts.
bool is_shift(const RequantizeAttributes& attributes);

// Plans `attributes` (nullptr: accumulators leave) for accumulators in `sums`, `channels` of them with `bias` (empty:
// none) already part of `sums`.
std::variant<RequantizationPlan, Refusal> plan_requantization(const RequantizeAttributes* attributes,
                                                              const IntegerRange& sums, int accumulator_bits,
                                                              std::size_t channels, std::vector<std::int64_t> bias,
                                                              const Timing& timing);

// Moves as much of the addends as it can into the biases: sum * m + c = (sum + b) * m + (c - b * m). Nothing where sums
// with the biases would not fit 32 bits. Changes no result.
void fold_addends(RequantizationPlan& plan, const IntegerRange& sums);

// The same where the kernel has no place for biases beside a shift.
RequantizationPlan without_bias(RequantizationPlan plan);

// Makes a plan of multipliers one of short products, whose offsets become part of the biases.
void use_halfwords(RequantizationPlan& plan, const HalfwordStep& step);

// Entries of the configuration that requantize_step.h asks for.
std::vector<ConfigEntry> config_entries(const RequantizationPlan& plan);

// One step for all channels: out = requantize(sum over the operands of operand * multiplier + addend), with multipliers
// of 16 bits, operands of at most 16, and sums within 32.
struct UniformStep {
  std::vector<std::int64_t> multiplier; // of each operand
  std::int64_t addend = 0;
};
std::optional<UniformStep> uniform_step(const RequantizeAttributes& attributes, const std::vector<ValueType>& operands);

// addend = high * 2^30 + low, as kernels take it.
struct AddendParts {
  std::int64_t high = 0;
  std::int64_t low = 0;
};
AddendParts addend_parts(std::int64_t addend);

// Rows of 8 channels that are multiplied at once in 64 bits: what an accumulator register holds.
std::int64_t product_rows(const Timing& timing);

// 32-bit numbers for each channel in the table of the plan for `attributes` (nullptr: none). `bias` is the range of all
// biases: where it leaves open whether they stay within 32 bits, the table counts.
std::int64_t most_table_rows(const RequantizeAttributes* attributes, const IntegerRange& sums, int accumulator_bits,
                             const IntegerRange& bias);
std::int64_t halfword_table_rows(const HalfwordStep& step, std::int64_t table_rows);

// Length of the table for `columns` channels, and the table for channels [first, first + columns): zeros past the end,
// and each block of 8 channels `table_rows` times.
std::int64_t table_length(const RequantizationPlan& plan, std::int64_t columns);
void append_table(const RequantizationPlan& plan, std::int64_t first, std::int64_t columns,
                  std::vector<std::int32_t>& table);

// What kernels/requantize_step.h issues for one block of `lanes` accumulators.
struct RequantizationShape {
  RequantizationPlan::Mode mode = RequantizationPlan::Mode::none;
  ElementType element = ElementType::int32; // that leaves
  bool clamp_low = false;
  bool clamp_high = false;
  bool narrow_addend = false;
  bool has_fraction = false; // mode halfwords, as the next
  bool has_residual = false;
  std::int64_t table_rows = 2;
};
// What the plan for `attributes` will be (nullptr: accumulators leave), where sums fit 32 bits. With `biases`, addends
// are folded into them, and `halfwords` (nullptr: none) are used.
RequantizationShape requantization_shape(const RequantizeAttributes* attributes,
                                         const IntegerRange* biased_sums = nullptr,
                                         const HalfwordStep* halfwords = nullptr);
Instructions requantization_work(const RequantizationShape& shape, std::int64_t lanes, int accumulator_bits,
                                 const Timing& timing);

// "int8", "uint16": the element as AMD's headers spell it.
std::string_view type_name(ElementType element);

} // namespace tilewright
