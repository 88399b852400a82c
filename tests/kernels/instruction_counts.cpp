#include "instruction_counts.h"

#include "emulation.h"

#include <gtest/gtest.h>
#include <map>

namespace tilewright::testing {

namespace {

// The kernel that a tile of a cascade runs.
std::string function_of(const KernelGroup& group, const KernelWork& work) {
  const int last = group.cascade_length() - 1;
  const std::size_t role = work.first_column == 0 ? 0 : work.first_column == last ? group.kernel_classes.size() - 1 : 1;
  return group.kernel_classes[role] + "::run";
}

// Work rebuilt from the counts of one kernel; what overlaps is the closed form's to say.
KernelWork counted_work(const std::vector<CountedLoop>& loops, const KernelWork& expected) {
  KernelWork work{expected.first_column, expected.columns, expected.locks, {}, {}};
  for (const CountedLoop& loop : loops) {
    if (loop.place == "-") {
      work.straight = loop.slots;
      continue;
    }
    LoopWork counted{.name = loop.place, .entries = loop.iterations / loop.count, .iterations = loop.count};
    const Instructions& s = loop.slots;
    const std::int64_t n = loop.iterations;
    counted.body = {s.loads / n,      s.stores / n,   s.multiplies / n,    s.vector_alu / n,
                    s.narrowings / n, s.shuffles / n, s.cascade_reads / n, s.cascade_writes / n};
    for (const LoopWork& same : expected.loops) {
      if (same.entries != counted.entries || same.iterations != counted.iterations) continue;
      counted.pipelined = same.pipelined;
      counted.recurrence = same.recurrence;
    }
    work.loops.push_back(counted);
  }
  return work;
}

} // namespace

void expect_counted(const Registries& registries, const Graph& graph, const std::string& target,
                    const MapOptions& options) {
  const MapResult mapped = map(registries, graph, target, options);
  ASSERT_TRUE(mapped.design) << text_of(mapped.diagnostics.all().front());
  const Timing& timing = registries.target(target).timing;
  std::map<std::pair<std::string, int>, std::vector<CountedLoop>> kernels;
  for (const CountedLoop& loop : count_instructions(registries, graph, *mapped.design)) {
    kernels[{loop.function, loop.kernel}].push_back(loop);
  }
  ASSERT_EQ(mapped.design->groups.size(), 1U) << "kernels are told apart by their functions";
  const KernelGroup& group = mapped.design->groups.front();
  ASSERT_EQ(static_cast<int>(kernels.size()), group.columns * group.rows);
  for (const KernelWork& work : group.work) {
    const KernelCycles closed = kernel_cycles(work, timing);
    int seen = 0;
    for (const auto& [kernel, loops] : kernels) {
      if (kernel.first != function_of(group, work)) continue;
      ++seen;
      const KernelCycles counted = kernel_cycles(counted_work(loops, work), timing);
      EXPECT_EQ(counted.issued.loads, closed.issued.loads) << kernel.first;
      EXPECT_EQ(counted.issued.stores, closed.issued.stores) << kernel.first;
      EXPECT_EQ(counted.issued.multiplies, closed.issued.multiplies) << kernel.first;
      EXPECT_EQ(counted.issued.vector_alu, closed.issued.vector_alu) << kernel.first;
      EXPECT_EQ(counted.issued.narrowings, closed.issued.narrowings) << kernel.first;
      EXPECT_EQ(counted.issued.shuffles, closed.issued.shuffles) << kernel.first;
      EXPECT_EQ(counted.issued.cascade_reads, closed.issued.cascade_reads) << kernel.first;
      EXPECT_EQ(counted.issued.cascade_writes, closed.issued.cascade_writes) << kernel.first;
      EXPECT_NEAR(static_cast<double>(counted.total), static_cast<double>(closed.total),
                  0.05 * static_cast<double>(closed.total))
          << kernel.first;
    }
    EXPECT_GT(seen, 0) << function_of(group, work);
  }
}

} // namespace tilewright::testing
