#include "backends/common/requantization.h"

#include <algorithm>
#include <cassert>
#include <cstdlib>
#include <fmt/format.h>
#include <limits>
#include <span>

namespace tilewright {

namespace {

constexpr std::int64_t channels_at_once = 8; // kernels/requantize_step.h: blocks of them
constexpr std::int64_t low_bits = 30;        // kernels/requantize_step.h: addend = high * 2^30 + low

std::vector<std::int64_t> per_channel(const std::vector<std::int64_t>& list, std::size_t channels) {
  if (list.size() == channels) return list;
  assert(list.size() == 1);
  return std::vector<std::int64_t>(channels, list.front());
}

bool all_equal_to(const std::vector<std::int64_t>& list, std::int64_t value) {
  return std::ranges::all_of(list, [&](std::int64_t entry) { return entry == value; });
}

// The nearest integer to value / unit.
std::int64_t nearest_quotient(std::int64_t value, std::int64_t unit) {
  const std::int64_t quotient = value / unit;
  const std::int64_t rest = value % unit;
  if (std::abs(rest) <= std::abs(unit) / 2) return quotient;
  return quotient + ((rest < 0) == (unit < 0) ? 1 : -1);
}

// Where addends have room in biases: the interval of what moves there. Multipliers of zero move nothing.
bool folds(const std::vector<std::int64_t>& multiplier, const std::vector<std::int64_t>& addend,
           const IntegerRange& sums) {
  const IntegerRange word = storage_range(ElementType::int32);
  for (std::size_t i = 0; i < std::max(multiplier.size(), addend.size()); ++i) {
    const std::int64_t m = multiplier[multiplier.size() == 1 ? 0 : i];
    const std::int64_t c = addend[addend.size() == 1 ? 0 : i];
    const std::int64_t moved = m == 0 ? 0 : nearest_quotient(c, m);
    if (moved < word.min || moved > word.max || sums.min + moved < word.min || sums.max + moved > word.max)
      return false;
    if (!word.contains({c - moved * m, c - moved * m})) return false;
  }
  return true;
}

bool fits(const IntegerRange& range, ElementType element) { return storage_range(element).contains(range); }

IntegerRange with_addends(const IntegerRange& sums, const std::vector<std::int64_t>& addend) {
  const auto [least, most] = std::ranges::minmax(addend);
  return {sums.min + std::min<std::int64_t>(least, 0), sums.max + std::max<std::int64_t>(most, 0)};
}

Refusal width_refusal(std::string reason, std::int64_t need, std::int64_t limit) {
  return {ProblemKind::device,
          "accumulator bits",
          std::move(reason),
          need,
          limit,
          "use fewer bits for activations or weights, or fewer features"};
}

// Bits that a two's complement number needs to hold the range.
std::int64_t bits_for(const IntegerRange& range) {
  std::int64_t bits = 1;
  while (bits < 64 && !(range.min >= -(std::int64_t{1} << (bits - 1)) && range.max < (std::int64_t{1} << (bits - 1)))) {
    ++bits;
  }
  return bits;
}

} // namespace

bool is_shift(const RequantizeAttributes& attributes) {
  return attributes.prior_shift == 0 && all_equal_to(attributes.multiplier, 1) && size_in_bytes(attributes.element) < 4;
}

int rounding_register(Rounding rounding) {
  switch (rounding) {
  case Rounding::floor:
    return 0;
  case Rounding::ceil:
    return 1;
  case Rounding::toward_zero:
    return 2;
  case Rounding::away_from_zero:
    return 3;
  case Rounding::half_down:
    return 8;
  case Rounding::half_up:
    return 9;
  case Rounding::half_toward_zero:
    return 10;
  case Rounding::half_away:
    return 11;
  case Rounding::half_even:
    return 12;
  case Rounding::half_odd:
    break;
  }
  return 13;
}

std::variant<RequantizationPlan, Refusal> plan_requantization(const RequantizeAttributes* attributes,
                                                              const IntegerRange& sums, int accumulator_bits,
                                                              std::size_t channels, std::vector<std::int64_t> bias,
                                                              const Timing& timing) {
  RequantizationPlan plan;
  plan.rows_at_once = product_rows(timing);
  plan.bias = bias.empty() ? std::vector<std::int64_t>(channels, 0) : std::move(bias);
  if (bits_for(sums) > accumulator_bits) {
    return width_refusal(fmt::format("sums from {} to {} need {} bits", sums.min, sums.max, bits_for(sums)),
                         bits_for(sums), accumulator_bits);
  }
  if (!fits(sums, ElementType::int32) &&
      (!attributes || attributes->prior_shift != 0 || !all_equal_to(attributes->multiplier, 1))) {
    return width_refusal(fmt::format("sums from {} to {} need {} bits, and only a shift works on more than 32",
                                     sums.min, sums.max, bits_for(sums)),
                         bits_for(sums), 32);
  }
  if (!attributes) {
    plan.range = storage_range(ElementType::int32);
    return plan;
  }
  plan.element = attributes->element;
  plan.shift = static_cast<int>(attributes->shift);
  plan.rounding = rounding_register(attributes->rounding);
  plan.range = attributes->range;
  plan.mode = RequantizationPlan::Mode::shift;
  const std::vector<std::int64_t> addend = per_channel(attributes->addend, channels);
  std::vector<std::int64_t> shifted_bias = plan.bias;
  for (std::size_t i = 0; i < channels; ++i)
    shifted_bias[i] += addend[i];
  const bool bias_fits = std::ranges::all_of(shifted_bias, [](std::int64_t value) {
    return fits({value, value}, ElementType::int32);
  });
  if (is_shift(*attributes) && bias_fits && bits_for(with_addends(sums, addend)) <= accumulator_bits) {
    plan.bias = std::move(shifted_bias);
    return plan;
  }
  plan.mode = attributes->prior_shift == 0 ? RequantizationPlan::Mode::multiply : RequantizationPlan::Mode::two_parts;
  plan.multiplier = per_channel(attributes->multiplier, channels);
  plan.addend = addend;
  return plan;
}

void fold_addends(RequantizationPlan& plan, const IntegerRange& sums) {
  if (plan.mode != RequantizationPlan::Mode::multiply || !folds(plan.multiplier, plan.addend, sums)) return;
  std::vector<std::int64_t> bias = plan.bias;
  std::vector<std::int64_t> addend = plan.addend;
  for (std::size_t i = 0; i < bias.size(); ++i) {
    const std::int64_t moved = plan.multiplier[i] == 0 ? 0 : nearest_quotient(addend[i], plan.multiplier[i]);
    bias[i] += moved;
    addend[i] -= moved * plan.multiplier[i];
    if (!fits({bias[i], bias[i]}, ElementType::int32)) return;
  }
  plan.bias = std::move(bias);
  plan.addend = std::move(addend);
  plan.narrow_addend = true;
}

RequantizationPlan without_bias(RequantizationPlan plan) {
  const bool biased = std::ranges::any_of(plan.bias, [](std::int64_t value) { return value != 0; });
  if (plan.mode == RequantizationPlan::Mode::shift && biased) {
    plan.mode = RequantizationPlan::Mode::multiply;
    plan.multiplier.assign(plan.bias.size(), 1);
    plan.addend = plan.bias;
  }
  return plan;
}

void use_halfwords(RequantizationPlan& plan, const HalfwordStep& step) {
  plan.mode = RequantizationPlan::Mode::halfwords;
  plan.shift = step.shift;
  plan.rounding = rounding_register(Rounding::floor);
  for (std::size_t i = 0; i < plan.bias.size(); ++i)
    plan.bias[i] += step.offset[i];
  plan.halfwords = step;
}

std::vector<ConfigEntry> config_entries(const RequantizationPlan& plan) {
  const IntegerRange storage = storage_range(plan.element);
  const auto flag = [](bool value) { return std::string(value ? "true" : "false"); };
  std::vector<ConfigEntry> entries{
      {"using", "output_type", std::string(type_name(plan.element))},
      {"int", "requantization", fmt::format("{}", static_cast<int>(plan.mode))},
      {"bool", "narrow_addend", flag(plan.narrow_addend)},
      {"int", "shift", fmt::format("{}", plan.shift)},
      {"int", "rounding", fmt::format("{}", plan.rounding)},
      {"bool", "clamp_low", flag(plan.range.min > storage.min)},
      {"bool", "clamp_high", flag(plan.range.max < storage.max)},
      {"int", "low", fmt::format("{}", std::max<std::int64_t>(plan.range.min, -2147483647))},
      {"int", "high", fmt::format("{}", plan.range.max)},
      {"unsigned", "rows_at_once", fmt::format("{}", plan.rows_at_once)},
      {"unsigned", "table_rows", fmt::format("{}", plan.table_rows)},
  };
  if (plan.mode == RequantizationPlan::Mode::halfwords) {
    const HalfwordStep& step = plan.halfwords;
    entries.push_back({"using", "part_type", step.unsigned_part ? "uint16" : "int16"});
    entries.push_back({"int", "residual_bits", fmt::format("{}", step.residual_bits)});
    entries.push_back({"bool", "has_fraction", flag(step.has_fraction)});
    entries.push_back({"int", "fraction_shift", fmt::format("{}", step.fraction_shift)});
  }
  return entries;
}

std::optional<UniformStep> uniform_step(const RequantizeAttributes& attributes,
                                        const std::vector<ValueType>& operands) {
  constexpr std::int64_t most_multiplier = std::numeric_limits<std::int16_t>::max();
  constexpr std::int64_t most_shift = 30; // acc32 to int32 never shifts
  constexpr std::int64_t most_sum = std::numeric_limits<std::int32_t>::max();
  if (attributes.prior_shift != 0 || attributes.shift > most_shift || size_in_bytes(attributes.element) == 4 ||
      !all_equal_to(attributes.addend, attributes.addend.front())) {
    return std::nullopt;
  }
  UniformStep step{{}, attributes.addend.front()};
  if (!fits({step.addend, step.addend}, ElementType::int32)) return std::nullopt;
  std::int64_t reach = std::abs(step.addend);
  const std::size_t each = attributes.multiplier.size() / operands.size();
  for (std::size_t k = 0; k < operands.size(); ++k) {
    const std::span<const std::int64_t> own = std::span(attributes.multiplier).subspan(k * each, each);
    const IntegerRange range = range_of(operands[k]);
    if (size_in_bytes(operands[k].element) > 2 || std::abs(own.front()) > most_multiplier ||
        std::ranges::any_of(own, [&](std::int64_t multiplier) { return multiplier != own.front(); })) {
      return std::nullopt;
    }
    reach += std::abs(own.front()) * std::max(std::abs(range.min), std::abs(range.max));
    step.multiplier.push_back(own.front());
  }
  return reach <= most_sum ? std::optional(step) : std::nullopt;
}

AddendParts addend_parts(std::int64_t addend) {
  return {addend >> low_bits, addend & ((std::int64_t{1} << low_bits) - 1)};
}

std::int64_t product_rows(const Timing& timing) {
  return timing.accumulator_bytes / (channels_at_once * static_cast<std::int64_t>(sizeof(std::int64_t)));
}

std::int64_t halfword_table_rows(const HalfwordStep& step, std::int64_t table_rows) {
  const std::int64_t tables = 2 + (step.has_fraction ? 1 : 0) + (step.residual_bits > 0 ? 1 : 0);
  return tables * table_rows / 2; // two numbers in 32 bits
}

std::int64_t most_table_rows(const RequantizeAttributes* attributes, const IntegerRange& sums, int accumulator_bits,
                             const IntegerRange& bias) {
  if (!attributes) return 0;
  const auto [least, most] = std::ranges::minmax(attributes->addend);
  if (is_shift(*attributes) && fits({bias.min + least, bias.max + most}, ElementType::int32) &&
      bits_for(with_addends(sums, attributes->addend)) <= accumulator_bits) {
    return 0;
  }
  return RequantizationPlan{}.table_rows * (attributes->prior_shift == 0 ? 3 : 4);
}

std::int64_t table_length(const RequantizationPlan& plan, std::int64_t columns) {
  switch (plan.mode) {
  case RequantizationPlan::Mode::multiply:
    return plan.table_rows * (plan.narrow_addend ? 2 : 3) * columns;
  case RequantizationPlan::Mode::two_parts:
    return plan.table_rows * 4 * columns;
  case RequantizationPlan::Mode::halfwords:
    return halfword_table_rows(plan.halfwords, plan.table_rows) * columns;
  default:
    return 0;
  }
}

namespace {

// For each block of channels high, addend, fraction and low, each for all rows of a block, two numbers in 32 bits.
void append_halfwords(const RequantizationPlan& plan, std::int64_t first, std::int64_t columns,
                      std::vector<std::int32_t>& table) {
  const HalfwordStep& step = plan.halfwords;
  std::vector<const std::vector<std::int64_t>*> lists{&step.high, &step.addend};
  if (step.has_fraction) lists.push_back(&step.fraction);
  if (step.residual_bits > 0) lists.push_back(&step.low);
  for (std::int64_t block = first; block < first + columns; block += channels_at_once) {
    for (const std::vector<std::int64_t>* list : lists) {
      const auto half = [&](std::int64_t i) {
        const bool real = i < static_cast<std::int64_t>(list->size());
        return static_cast<std::uint32_t>(real ? (*list)[static_cast<std::size_t>(i)] : 0) & 0xffffU;
      };
      for (std::int64_t row = 0; row < plan.table_rows; ++row) {
        for (std::int64_t i = block; i < block + channels_at_once; i += 2)
          table.push_back(static_cast<std::int32_t>(half(i) | half(i + 1) << 16));
      }
    }
  }
}

} // namespace

void append_table(const RequantizationPlan& plan, std::int64_t first, std::int64_t columns,
                  std::vector<std::int32_t>& table) {
  if (plan.mode == RequantizationPlan::Mode::halfwords) append_halfwords(plan, first, columns, table);
  const bool in_two = plan.mode == RequantizationPlan::Mode::two_parts;
  if (plan.mode != RequantizationPlan::Mode::multiply && !in_two) return;
  const auto append = [&](const std::vector<std::int64_t>& list, auto part) {
    for (std::int64_t block = first; block < first + columns; block += channels_at_once) {
      for (std::int64_t row = 0; row < plan.table_rows; ++row) {
        for (std::int64_t i = block; i < block + channels_at_once; ++i) {
          const bool real = i < static_cast<std::int64_t>(list.size());
          table.push_back(real ? static_cast<std::int32_t>(part(list[static_cast<std::size_t>(i)])) : 0);
        }
      }
    }
  };
  append(plan.multiplier, [&](std::int64_t value) { return in_two ? two_parts(value).high : value; });
  if (plan.narrow_addend) {
    append(plan.addend, [](std::int64_t value) { return value; });
  } else {
    append(plan.addend, [](std::int64_t value) { return addend_parts(value).high; });
    append(plan.addend, [](std::int64_t value) { return addend_parts(value).low; });
  }
  if (in_two) append(plan.multiplier, [](std::int64_t value) { return two_parts(value).low; });
}

RequantizationShape requantization_shape(const RequantizeAttributes* attributes, const IntegerRange* biased_sums,
                                         const HalfwordStep* halfwords) {
  if (!attributes) return {};
  const IntegerRange storage = storage_range(attributes->element);
  const auto multiplied =
      attributes->prior_shift == 0 ? RequantizationPlan::Mode::multiply : RequantizationPlan::Mode::two_parts;
  RequantizationShape shape{is_shift(*attributes) ? RequantizationPlan::Mode::shift : multiplied, attributes->element,
                            attributes->range.min > storage.min, attributes->range.max < storage.max};
  if (shape.mode == RequantizationPlan::Mode::multiply && halfwords != nullptr) {
    shape.mode = RequantizationPlan::Mode::halfwords;
    shape.has_fraction = halfwords->has_fraction;
    shape.has_residual = halfwords->residual_bits > 0;
  }
  shape.narrow_addend = biased_sums != nullptr && attributes->prior_shift == 0 &&
                        folds(attributes->multiplier, attributes->addend, *biased_sums);
  return shape;
}

Instructions requantization_work(const RequantizationShape& shape, std::int64_t lanes, int accumulator_bits,
                                 const Timing& timing) {
  const std::int64_t wide = channels_at_once * product_rows(timing); // lanes that `multiplied` works on
  const auto bytes = static_cast<std::int64_t>(size_in_bytes(shape.element));
  const auto whole = [](std::int64_t value, std::int64_t unit) { return (value + unit - 1) / unit; };
  // acc.to_vector<element>: a move where the width stays, two steps from 64 to 8 bits.
  const auto narrowed = [&](std::int64_t count, int from_bits, std::int64_t to_bytes) {
    Instructions result;
    if (from_bits == 32 && to_bytes == 4) {
      result.shuffles = vector_instructions_of(4 * count, timing);
      return result;
    }
    result.narrowings = whole(count, from_bits == 32 ? timing.narrowing_lanes : timing.wide_narrowing_lanes);
    if (from_bits == 64 && to_bytes == 1) result.shuffles = vector_instructions_of(2 * count, timing);
    return result;
  };
  Instructions result;
  switch (shape.mode) {
  case RequantizationPlan::Mode::none:
    return narrowed(lanes, accumulator_bits, 4);
  case RequantizationPlan::Mode::shift:
    result = narrowed(lanes, accumulator_bits, bytes);
    break;
  case RequantizationPlan::Mode::multiply:
  case RequantizationPlan::Mode::two_parts: {
    Instructions part = narrowed(wide, 64, bytes);
    const std::int64_t addends = shape.narrow_addend ? 1 : 2;
    const std::int64_t stored = channels_at_once * shape.table_rows; // repeated in whole registers
    part.loads += (1 + addends) * loads_of(stored * 4, timing);
    part.shuffles += addends * vector_instructions_of(wide * 8, timing); // to 64 bits
    part.shuffles += placing_work(wide * bytes, timing);
    part.multiplies += (addends - 1) * whole(wide * 8, timing.accumulator_bytes) + 4; // 32 x 32 bits: four of halves
    if (shape.mode == RequantizationPlan::Mode::two_parts) { // one more product, and its carry added
      part += narrowed(wide, 64, 4);
      part.loads += loads_of(stored * 4, timing);
      part.shuffles += vector_instructions_of(wide * 8, timing);
      part.multiplies += whole(wide * 8, timing.accumulator_bytes) + 4;
    }
    result = narrowed(lanes, accumulator_bits, 4) + lanes / wide * part;
    break;
  }
  case RequantizationPlan::Mode::halfwords: {
    const std::int64_t product = whole(lanes * 4, timing.accumulator_bytes);
    const std::int64_t halves = vector_instructions_of(lanes * 2, timing);
    result = narrowed(lanes, accumulator_bits, 2) + narrowed(lanes, 32, bytes);
    const std::int64_t stored = channels_at_once * shape.table_rows;
    const std::int64_t tables = 2 + (shape.has_fraction ? 1 : 0) + (shape.has_residual ? 1 : 0);
    result.loads += tables * loads_of(stored * 2, timing);
    if (stored < lanes) result.shuffles += tables * 2 * placing_work(stored * 2, timing);
    result.shuffles += vector_instructions_of(lanes * 4, timing); // the addends, to 32 bits
    result.multiplies += product;
    if (shape.has_fraction) {
      result += narrowed(lanes, 32, 2);
      result.multiplies += product;
      result.vector_alu += halves;
    }
    if (shape.has_residual) {
      result += narrowed(lanes, accumulator_bits, 4);
      result.shuffles += halves; // every other one of the 32-bit lanes
      result.multiplies += product;
      result.vector_alu += halves;
    }
    break;
  }
  }
  const std::int64_t clamps = (shape.clamp_low ? 1 : 0) + (shape.clamp_high ? 1 : 0);
  result.vector_alu += clamps * vector_instructions_of(lanes * bytes, timing);
  return result;
}

std::string_view type_name(ElementType element) {
  switch (element) {
  case ElementType::int8:
    return "int8";
  case ElementType::uint8:
    return "uint8";
  case ElementType::int16:
    return "int16";
  case ElementType::uint16:
    return "uint16";
  case ElementType::int32:
    return "int32";
  default:
    break;
  }
  assert(false && "no such element on the array");
  return "";
}

} // namespace tilewright
