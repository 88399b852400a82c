#include "backends/common/stream_routes.h"

#include <algorithm>
#include <map>
#include <set>
#include <tuple>

namespace tilewright {

namespace {

// Columns of the tiles in whose memory an input port ends: slice k is for tile k of every cascade.
std::set<int> columns_behind(const KernelGroup& group, int port) {
  const int length = group.cascade_length();
  const int operand_ports = length * group.batch_parts;
  const bool by_tile = static_cast<int>(group.inputs.size()) % operand_ports == 0;
  const int tile = by_tile ? port % operand_ports / group.batch_parts : 0;
  std::set<int> columns;
  for (int stack = 0; stack < group.strips; ++stack)
    columns.insert(group.place.column + stack * length + tile - (group.input_in_west ? 1 : 0));
  return columns;
}

// The column of the tile that an output port leaves: cascades are stacked `rows` high.
int column_of_output(const KernelGroup& group, int port) {
  return group.place.column + (port / group.rows + 1) * group.cascade_length() - 1;
}

} // namespace

std::vector<ColumnLoad> column_loads(const Design& design) {
  std::map<std::tuple<Endpoint::Kind, int, int>, std::set<int>> ends; // of a stream, by where it begins
  for (const Connection& connection : design.connections) {
    if (connection.to.kind != Endpoint::Kind::group) continue;
    const KernelGroup& group = design.groups[static_cast<std::size_t>(connection.to.index)];
    ends[{connection.from.kind, connection.from.index, connection.from.port}].merge(
        columns_behind(group, connection.to.port));
  }
  std::map<int, ColumnLoad> loads;
  for (const auto& [from, columns] : ends) {
    for (const int column : columns)
      ++loads[column].ending;
    const auto& [kind, index, port] = from;
    if (kind != Endpoint::Kind::group) continue;
    const int start = column_of_output(design.groups[static_cast<std::size_t>(index)], port);
    for (int column = start; column < *columns.rbegin(); ++column)
      ++loads[column].eastward;
    for (int column = *columns.begin(); column < start; ++column)
      ++loads[column].westward;
  }
  std::vector<ColumnLoad> result;
  for (auto& [column, load] : loads) {
    load.column = column;
    result.push_back(load);
  }
  return result;
}

} // namespace tilewright
