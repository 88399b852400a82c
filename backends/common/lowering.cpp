#include "backends/common/lowering.h"

namespace tilewright {

std::vector<const Lowering*> lowerings_for(const LoweringRegistry& registry, std::string_view op,
                                           std::string_view backend) {
  std::vector<const Lowering*> result;
  for (const auto& [name, entry] : registry.entries()) {
    const Lowering& lowering = entry.definition;
    if (lowering.op == op && (backend.empty() || lowering.backend == backend)) result.push_back(&lowering);
  }
  return result;
}

std::optional<Refusal> exceeds_banks(const TileMemory& memory, const Target& target) {
  const std::int64_t bank = target.bank_bytes();
  const auto over = [&](std::int64_t need, std::string resource, std::string hint) -> std::optional<Refusal> {
    if (need <= bank) return std::nullopt;
    const std::string reason = "one memory bank holds the " + resource;
    return Refusal{ProblemKind::device, std::move(resource), reason, need, bank, std::move(hint)};
  };
  if (auto refusal = over(memory.input, "input buffer", "use a smaller batch or more tiles")) return refusal;
  if (auto refusal = over(memory.second_input, "second input buffer", "use a smaller batch or more tiles")) return refusal;
  if (auto refusal = over(memory.output, "output buffer", "use a smaller batch or more tiles")) return refusal;
  if (auto refusal = over(memory.weights, "weights of a tile", "use more tiles or fewer features")) return refusal;
  if (memory.input_in_west) {
    return over(memory.parameters + memory.stack, "stack and parameters of a tile", "use more tiles or fewer features");
  }
  return over(memory.parameters + memory.stack + 2 * memory.output, "stack, parameters and output buffers of a tile",
              "use more tiles or a smaller batch");
}

Refusal scattered_columns() {
  return {ProblemKind::model, "", "the operand is put together from values whose widths leave gaps between them", 0, 0,
          "concatenate behind the operation, or widths that are multiples of 32"};
}

std::int64_t divide_up(std::int64_t value, std::int64_t unit) { return (value + unit - 1) / unit; }

std::int64_t round_up(std::int64_t value, std::int64_t unit) { return divide_up(value, unit) * unit; }

} // namespace tilewright
