#include "backends/common/transport.h"

#include "backends/common/blocks.h"
#include "backends/common/memory_tiles.h"
#include "backends/common/views.h"

#include <algorithm>
#include <numeric>

namespace tilewright {

namespace {

constexpr std::int64_t halves = 2; // every memory-tile buffer is a ping-pong pair

bool fits_memory_tile(std::int64_t features, std::int64_t rows, std::int64_t element_bytes, const Target& target) {
  return halves * features * rows * element_bytes <= target.memory_tile_bytes;
}

// How many ports of `parts` in a row, and of slices on top of each other, share a buffer with `most` ports.
std::pair<int, int> ports_together(int parts, int most) {
  const int parts_each = std::min(parts, most);
  return {parts_each, std::max(1, most / parts_each)};
}

int count_shares(int slices, int parts, int most) {
  const auto [parts_each, slices_each] = ports_together(parts, most);
  return static_cast<int>(divide_up(slices, slices_each) * divide_up(parts, parts_each));
}

// Of a buffer for so many parts.
std::int64_t most_rows_of(const PortSet& side, int parts) {
  std::int64_t rows = 0;
  for (int part = 0; part < side.batch_parts; part += parts)
    rows = std::max(rows, rows_of_parts(side, part, std::min(parts, side.batch_parts - part)).count);
  return rows;
}

// The writer's parts [first, end) for the reader's band `band` of `bands`: those with what it reads. What nobody reads
// goes to the band in front of it, for every part has to go somewhere.
struct WriterParts {
  int first = 0;
  int end = 0;
};

WriterParts writers_for(const PortSet& from, const PortSet& to, int band, int bands) {
  const int parts = to.batch_parts / bands;
  const auto end_of = [&](int index) {
    const RowSpan read = rows_of_parts(to, index * parts, parts);
    const std::int64_t end = divide_up(read.end(), from.part_rows());
    return index + 1 == bands ? from.batch_parts : static_cast<int>(std::min<std::int64_t>(end, from.batch_parts));
  };
  const std::int64_t first = rows_of_parts(to, band * parts, parts).first / from.part_rows();
  return {band == 0 ? 0 : static_cast<int>(std::min<std::int64_t>(first, end_of(band - 1))), end_of(band)};
}

// The one buffer for all rows.
JoinedCell whole_cell(const GroupInput& input, std::int64_t room, const std::vector<std::optional<PortSet>>& from,
                      const PortSet& to) {
  const std::int64_t read_rows = input.flat ? to.rows() : to.buffer_rows();
  std::int64_t rows = input.flat ? divide_up(to.features() * to.rows(), room) : read_rows;
  for (const std::optional<PortSet>& side : from)
    rows = std::max(rows, side ? side->rows() : 0);
  JoinedCell cell{{0, rows}, {}, {0, to.ports, 0, to.batch_parts, 0, {0, input.flat ? read_rows : rows}}};
  for (const std::optional<PortSet>& side : from)
    cell.writers.push_back(side ? BufferShare{0, side->ports, 0, side->batch_parts, 0, cell.rows} : BufferShare{});
  return cell;
}

// The buffer for an equal share of the reader's parts: it holds whole parts of the writers. nullopt where it would
// begin or end within an image row.
std::optional<JoinedCell> band_of(const std::vector<std::optional<PortSet>>& from, const PortSet& to, int band,
                                  int bands) {
  const int parts = to.batch_parts / bands;
  const RowSpan read = rows_of_parts(to, band * parts, parts);
  JoinedCell cell{read, {}, {0, to.ports, band * parts, parts, 0, {}}};
  std::int64_t end = read.end();
  for (const std::optional<PortSet>& side : from) {
    cell.writers.push_back({});
    if (!side) continue;
    const WriterParts writers = writers_for(*side, to, band, bands);
    const RowSpan written = rows_of_parts(*side, writers.first, writers.end - writers.first);
    if (to.windows && !is_band(*to.windows, written)) return std::nullopt;
    cell.writers.back() = {0, side->ports, writers.first, writers.end - writers.first, 0, {}};
    cell.rows.first = std::min(cell.rows.first, written.first);
    end = std::max(end, written.end());
  }
  cell.rows.count = end - cell.rows.first;
  cell.readers.rows = cell.rows;
  for (BufferShare& share : cell.writers)
    share.rows = cell.rows;
  return cell;
}

} // namespace

LayerPorts ports_of(const Tiling& tiling, const std::optional<WindowReads>& reads) {
  PortSet input{tiling.input_ports,
                tiling.input_slice,
                tiling.shape.block_inner(),
                tiling.batch_parts,
                tiling.repetitions,
                tiling.piece_rows,
                reads};
  PortSet output{tiling.output_ports, tiling.output_slice, tiling.shape.columns,
                 tiling.batch_parts,  tiling.repetitions,  tiling.piece_rows};
  return {input, output};
}

RowSpan rows_of_parts(const PortSet& side, int first, int count) {
  if (side.windows) return rows_read(*side.windows, first * side.repetitions, count * side.repetitions);
  return {first * side.part_rows(), count * side.part_rows()};
}

AccessPattern pattern_of(const PortSet& side, std::int64_t features, const RowSpan& rows, int slice, int part,
                         std::int64_t base) {
  const std::int64_t first = base + slice * side.slice;
  if (side.windows) {
    return windows_of_image(seen_from(rows, *side.windows), features, rows.count, first, side.slice,
                            side.block_features, part * side.repetitions, side.repetitions);
  }
  return blocked(features, rows.count, first, side.slice, side.block_features, part * side.part_rows() - rows.first,
                 side.piece_rows, side.repetitions);
}

int ports_in_buffer(const PortSet& side, int channels, const Target& target) {
  if (side.repetitions == 1) return channels; // the dimensions of one descriptor are enough
  const AccessPattern pattern = pattern_of(side, side.features(), {0, side.buffer_rows()}, 0, 0);
  // Odd and even channels have descriptors of their own.
  const std::int64_t each = target.memory_tile_descriptors / descriptors_of(pattern, target);
  return static_cast<int>(std::min<std::int64_t>(channels, 2 * each));
}

bool connects_directly(const PortSet& from, const PortSet& to) { return from == to; }

bool is_direct(const GroupInput& input, const PortSet& from, const PortSet& to) {
  return input.transport != Transport::memory_tile && connects_directly(from, to);
}

std::vector<BufferShare> shares_of(const BufferShare& all, int most) {
  const auto [parts_each, slices_each] = ports_together(all.parts, most);
  std::vector<BufferShare> shares;
  for (int slice = 0; slice < all.slices; slice += slices_each) {
    for (int part = 0; part < all.parts; part += parts_each) {
      shares.push_back({all.first_slice + slice, std::min(slices_each, all.slices - slice), all.first_part + part,
                        std::min(parts_each, all.parts - part), all.origin_slice, all.rows});
    }
  }
  return shares;
}

std::optional<BufferCell> cell_of(const PortSet& from, const PortSet& to, const BufferCut& cut, int column, int row) {
  const auto share = [&](const PortSet& side) {
    const int slices = side.ports / cut.features;
    const int parts = side.batch_parts / cut.rows;
    return BufferShare{column * slices, slices, row * parts, parts, column * slices, {}};
  };
  BufferCell cell{share(from), share(to)};
  RowSpan rows{row * from.rows() / cut.rows, std::max(from.rows(), to.buffer_rows()) / cut.rows};
  if (to.windows && cut.rows > 1) {
    const WriterParts writers = writers_for(from, to, row, cut.rows);
    cell.writers.first_part = writers.first;
    cell.writers.parts = writers.end - writers.first;
    rows = rows_of_parts(from, cell.writers.first_part, cell.writers.parts);
    if (!is_band(*to.windows, rows)) return std::nullopt;
  }
  cell.writers.rows = rows;
  cell.readers.rows = rows;
  return cell;
}

std::optional<BufferCut> buffers_between(const PortSet& from, const PortSet& to, std::int64_t element_bytes,
                                         const Target& target) {
  const std::int64_t all_features = std::max(from.features(), to.features());
  const int common_rows = from.rows() == to.rows() ? std::gcd(from.batch_parts, to.batch_parts) : 1;
  const int most_rows = to.windows ? to.batch_parts : common_rows;
  const int most_features = from.features() == to.features() ? std::gcd(from.ports, to.ports) : 1;
  const int readers = ports_in_buffer(to, target.memory_tile_dma_out, target);
  if (readers == 0) return std::nullopt;
  std::optional<BufferCut> best;
  for (int rows = 1; rows <= most_rows; ++rows) {
    if (most_rows % rows != 0) continue;
    for (int features = 1; features <= most_features; ++features) {
      if (most_features % features != 0) continue;
      if (best && best->buffers() <= features * rows) break; // more features only make more
      const int copies = count_shares(to.ports / features, to.batch_parts / rows, readers);
      const BufferCut cut{features, rows, copies};
      const auto fits = [&](int row) {
        const std::optional<BufferCell> cell = cell_of(from, to, cut, 0, row);
        return cell && cell->writers.slices * cell->writers.parts <= target.memory_tile_dma_in &&
               fits_memory_tile(all_features / features, cell->writers.rows.count, element_bytes, target);
      };
      if (best && cut.buffers() >= best->buffers()) continue;
      bool all_fit = true;
      for (int row = 0; row < rows && all_fit; ++row)
        all_fit = fits(row);
      if (all_fit) best = cut;
    }
  }
  return best;
}

std::int64_t start_of(const GroupInput& input) {
  if (input.flat || input.parts.size() != 1) return 0;
  return window_start({input.parts[0].value, input.parts[0].first, 0});
}

int JoinedCut::buffers() const {
  int buffers = 0;
  for (const JoinedCell& cell : cells)
    buffers += count_shares(cell.readers.slices, cell.readers.parts, most_readers);
  return buffers;
}

std::optional<JoinedCut> joined_buffers(const GroupInput& input, const std::vector<std::optional<PortSet>>& from,
                                        const PortSet& to, const Target& target) {
  std::int64_t room = 0;
  for (std::size_t i = 0; i < input.parts.size(); ++i) {
    if (from[i] && from[i]->features() > input.parts[i].room) return std::nullopt;
    room += input.parts[i].room;
  }
  JoinedCut cut{.features = input.flat ? room : std::max(room, start_of(input) + to.features()),
                .cells = {},
                .most_readers = ports_in_buffer(to, target.memory_tile_dma_out, target)};
  if (cut.most_readers == 0) return std::nullopt;
  const auto fits = [&](const JoinedCell& cell) {
    int writers = 0;
    for (std::size_t i = 0; i < from.size(); ++i)
      writers += from[i] ? cell.writers[i].slices * cell.writers[i].parts : 1;
    return writers <= target.memory_tile_dma_in &&
           fits_memory_tile(cut.features, cell.rows.count, bytes_of(input.element), target);
  };
  const int most_bands = input.flat ? 1 : to.batch_parts;
  for (int bands = 1; bands <= most_bands; ++bands) {
    if (most_bands % bands != 0) continue;
    cut.cells.clear();
    for (int band = 0; band < bands; ++band) {
      const std::optional<JoinedCell> cell =
          bands == 1 ? whole_cell(input, room, from, to) : band_of(from, to, band, bands);
      if (!cell || !fits(*cell)) break;
      cut.cells.push_back(*cell);
    }
    if (static_cast<int>(cut.cells.size()) == bands) return cut;
  }
  return std::nullopt;
}

std::int64_t least_plio_buffer(const PortSet& side, std::int64_t element_bytes) {
  return halves * side.slice * most_rows_of(side, 1) * element_bytes;
}

std::optional<std::vector<BufferShare>> plio_shares(const PortSet& side, std::int64_t element_bytes, int most_ports,
                                                    const Target& target) {
  most_ports = ports_in_buffer(side, most_ports, target);
  if (most_ports == 0) return std::nullopt;
  const RowSpan all_rows{0, side.buffer_rows()};
  const auto fits = [&](int slices, std::int64_t rows) {
    return fits_memory_tile(slices * side.slice, rows, element_bytes, target);
  };
  const bool together = side.streams() <= most_ports && fits(side.ports, all_rows.count);
  if (together) return std::vector<BufferShare>{{0, side.ports, 0, side.batch_parts, 0, all_rows}};
  // Parts have buffers of their own. Windows of several parts overlap: all rows in every buffer, or as many parts as
  // fit.
  const bool whole_image = side.windows && fits(1, all_rows.count);
  int parts = side.windows ? std::min(side.batch_parts, most_ports) : 1;
  while (!whole_image && parts > 1 && !fits(1, most_rows_of(side, parts)))
    --parts;
  const std::int64_t rows = whole_image ? all_rows.count : most_rows_of(side, parts);
  int slices = std::min(side.ports, most_ports / parts);
  while (slices > 0 && !fits(slices, rows))
    --slices;
  if (slices == 0) return std::nullopt;
  std::vector<BufferShare> shares;
  for (int part = 0; part < side.batch_parts; part += parts) {
    const int here = std::min(parts, side.batch_parts - part);
    for (int slice = 0; slice < side.ports; slice += slices) {
      shares.push_back({slice, std::min(slices, side.ports - slice), part, here, slice,
                        whole_image ? all_rows : rows_of_parts(side, part, here)});
    }
  }
  return shares;
}

double plio_bytes_per_cycle(const Target& target, const Device& device) {
  const double plio = target.plio_bits / 8 * target.plio_mhz / (device.clock_ghz * 1000);
  return std::min(plio, static_cast<double>(target.timing.stream_bytes));
}

PlioLoad plio_load(const Iteration& iteration, const ValueType& type, std::int64_t first_feature, std::int64_t features,
                   const RowSpan& rows) {
  const MatrixShape matrix = matrix_shape(type.shape);
  const RowLayout layout = layout_of(iteration, type.shape);
  PlioLoad load{features, rows.count, 0, rows.count, type.element};
  load.data_features = std::clamp<std::int64_t>(matrix.features - first_feature, 1, features);
  if (layout.height > 1) return load; // every image row has data
  const std::int64_t width = iteration.by_sample ? layout.width : std::min(layout.width, matrix.rows);
  load.data_rows = std::clamp<std::int64_t>(width - rows.first, 1, rows.count);
  return load;
}

std::vector<RowSpan> plio_rows(const PlioCut& cut, const PlioLoad& load, const Target& target) {
  const std::int64_t word = target.plio_bits / 8;
  const std::int64_t unit = word / std::gcd(word, load.features / cut.features * bytes_of(load.element)); // in rows
  std::vector<RowSpan> spans;
  std::int64_t first = 0;
  for (int i = 1; i <= cut.rows; ++i) {
    const std::int64_t end = i == cut.rows ? load.rows : round_up(load.data_rows * i / cut.rows, unit);
    spans.push_back({first, end - first});
    first = end;
  }
  return spans;
}

PlioCut plios_for(const PlioLoad& load, std::int64_t cycles, int most, const Target& target, const Device& device) {
  const std::int64_t bytes = bytes_of(load.element);
  const auto is_whole = [&](int by_features) {
    const std::int64_t share = load.features / by_features;
    return load.features % by_features == 0 && (by_features - 1) * share < load.data_features &&
           share * bytes % 4 == 0 && share * load.rows * bytes * 8 % target.plio_bits == 0;
  };
  const auto longest = [&](const PlioCut& cut) {
    const std::int64_t rows = std::ranges::max(plio_rows(cut, load, target), {}, &RowSpan::count).count;
    return static_cast<double>(load.features / cut.features * rows * bytes) / plio_bytes_per_cycle(target, device);
  };
  const auto every_share_has_data = [&](const PlioCut& cut) {
    return std::ranges::all_of(plio_rows(cut, load, target),
                               [&](const RowSpan& span) { return span.count > 0 && span.first < load.data_rows; });
  };
  PlioCut best;
  const auto is_enough = [&] { return cycles == 0 || longest(best) <= static_cast<double>(cycles); };
  for (int plios = 1; plios <= most; ++plios) {
    if (!is_whole(plios)) continue;
    best = {plios, 1};
    if (is_enough()) return best;
  }
  for (int plios = best.plios() + 1; plios <= most; ++plios) {
    for (int by_features = plios; by_features >= 1; --by_features) {
      const PlioCut cut{by_features, plios / by_features};
      if (plios % by_features != 0 || !is_whole(by_features) || !every_share_has_data(cut)) continue;
      if (longest(cut) < longest(best)) best = cut;
      break; // longer rows make longer bursts
    }
    if (is_enough()) return best;
  }
  return best;
}

} // namespace tilewright
