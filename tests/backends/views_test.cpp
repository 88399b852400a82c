#include "backends/common/views.h"

#include "ir/ops/concat.h"
#include "ir/ops/gather.h"
#include "ir/ops/reshape.h"
#include "ir/ops/transpose.h"
#include "networks.h"

#include <gtest/gtest.h>

namespace tilewright::testing {
namespace {

class ViewsOfColumns : public ::testing::Test {
protected:
  Registries registries;
  Graph graph{"views"};
  ValueId a = graph.add_input("a", {ElementType::int8, {2, 3, 5}, {}, {}});
  ValueId b = graph.add_input("b", {ElementType::int8, {2, 3, 40}, {}, {}});

  ValueId add(std::string_view op, Attributes attributes, std::vector<ValueId> operands) {
    const auto node =
        graph.add_node(*registries.ops.find(op), std::move(attributes), std::move(operands), Origin{{"n"}});
    return graph.node(std::get<NodeId>(node)).results.front();
  }
  ValueId concat(std::int64_t axis, std::vector<ValueId> parts) {
    return add("concat", Attributes::of(ConcatAttributes{axis}), std::move(parts));
  }
  ValueId columns(ValueId x, std::vector<std::int64_t> indices) {
    return add("gather", Attributes::of(GatherAttributes{.axis = 2, .indices = std::move(indices)}), {x});
  }
  std::vector<Segment> segments(ValueId value) { return segments_of(graph, value, {}).value(); }
};

TEST_F(ViewsOfColumns, WithoutViewsAWholeValue) { EXPECT_EQ(segments(a), (std::vector<Segment>{{a, 0, 5}})); }

TEST_F(ViewsOfColumns, SideBySideAndInParts) {
  const ValueId joined = concat(2, {b, a});
  EXPECT_EQ(segments(joined), (std::vector<Segment>{{b, 0, 40}, {a, 0, 5}}));
  const ValueId part = columns(joined, {38, 39, 40, 41, 3});
  EXPECT_EQ(segments(part), (std::vector<Segment>{{b, 38, 2}, {a, 0, 2}, {b, 3, 1}}));
  const ValueId flat = add("reshape", Attributes::of(ReshapeAttributes{{6, 5}}), {part});
  EXPECT_EQ(segments(flat), segments(part)) << "rows and columns stay";
  EXPECT_EQ(segments(columns(concat(2, {a, part}), {5, 6})), (std::vector<Segment>{{b, 38, 2}}))
      << "segments meet again";
}

TEST_F(ViewsOfColumns, ElementsThatChangeTheirRow) {
  EXPECT_FALSE(segments_of(graph, concat(1, {a, a}), {}));
  EXPECT_FALSE(segments_of(graph, add("reshape", Attributes::of(ReshapeAttributes{{2, 15}}), {a}), {}));
  EXPECT_FALSE(segments_of(graph, add("transpose", Attributes::of(TransposeAttributes{{1, 0, 2}}), {a}), {}));
}

TEST_F(ViewsOfColumns, TheHostsViewsAreValues) {
  const ValueId joined = concat(2, {b, a});
  EXPECT_EQ(segments_of(graph, joined, {*graph.value(joined).producer}), (std::vector<Segment>{{joined, 0, 45}}));
}

TEST_F(ViewsOfColumns, Layouts) {
  const auto layout = [&](ValueId value) { return input_layout(graph, {value, segments(value)}, {}); };
  EXPECT_TRUE(layout(b).contiguous());
  EXPECT_EQ(layout(b).features, 40);
  // Both values have room for padding: 64 columns for 40, 8 for 5.
  const InputLayout joined = layout(concat(2, {b, a}));
  EXPECT_EQ(joined.features, 72);
  EXPECT_EQ(joined.position[39], 39);
  EXPECT_EQ(joined.position[40], 64);
  EXPECT_FALSE(joined.contiguous());
  // Part of one value is read from the word on in which it begins.
  const InputLayout part = layout(columns(b, {13, 14, 15, 16}));
  EXPECT_EQ(part.features, 5);
  EXPECT_EQ(part.position, (std::vector<std::int64_t>{1, 2, 3, 4}));
}

} // namespace
} // namespace tilewright::testing
