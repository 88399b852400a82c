// How activations move: straight from tile to tile where both sides agree on the order of elements, else through memory
// tiles, and through PLIO at the ends.
#pragma once

#include "backends/common/bands.h"
#include "backends/common/lowering.h"

#include <optional>
#include <string>
#include <vector>

namespace tilewright {

// One side of a connection between two groups: equal slices behind each port. Port k * batch_parts + b is for slice k
// of the features and part b of the rows.
struct PortSet {
  int ports = 1;          // slices of the features
  std::int64_t slice = 0; // features behind one port
  int block_features = 0; // of the blocks in a buffer
  int batch_parts = 1;
  int repetitions = 1;                     // pieces of a part, one a call of the kernel
  std::int64_t piece_rows = 0;             // rows of a piece; with windows, of the result
  std::optional<WindowReads> windows = {}; // what is read instead of the piece's own rows
  std::int64_t features() const { return ports * slice; }
  int streams() const { return ports * batch_parts; }
  std::int64_t part_rows() const { return piece_rows * repetitions; }
  std::int64_t rows() const { return part_rows() * batch_parts; }
  // Of a buffer that holds all that the side writes or reads.
  std::int64_t buffer_rows() const { return windows ? windows->image.rows() : rows(); }
  friend bool operator==(const PortSet&, const PortSet&) = default;
};

// The ports of a layer: of each operand, and of the result.
struct LayerPorts {
  PortSet input;
  PortSet output;
};
LayerPorts ports_of(const Tiling& tiling, const std::optional<WindowReads>& reads);

// What parts [first, first + count) of a side write or read.
RowSpan rows_of_parts(const PortSet& side, int first, int count);

// What port `slice`, `part` carries, of a buffer of `features` columns that holds `rows` of the value, and in which the
// side's first column is `base`.
AccessPattern pattern_of(const PortSet& side, std::int64_t features, const RowSpan& rows, int slice, int part,
                         std::int64_t base = 0);

// How many ports of `side`, of those that a memory tile has in a direction, its DMA descriptors allow; 0: a single one
// needs too many.
int ports_in_buffer(const PortSet& side, int channels, const Target& target);

// Columns of a value that an operand is made of; `room`: what a buffer that holds several values reserves for this one.
struct InputPart {
  int producer = -1; // index of the layer, and of its group; -1: from outside
  ValueId value;
  std::int64_t first = 0;
  std::int64_t features = 0;
  std::int64_t room = 0;
};

// An operand of a layer: a whole value, part of one, several side by side, or an image as one row.
struct GroupInput {
  ElementType element = ElementType::int8;
  bool whole = true;
  bool flat = false;
  std::vector<InputPart> parts;
  std::optional<Transport> transport = {}; // as the user wants it
};

// Producer and consumer order the same elements in the same way.
bool connects_directly(const PortSet& from, const PortSet& to);

// Whether what a layer makes goes straight to `input`, which is the whole of it.
bool is_direct(const GroupInput& input, const PortSet& from, const PortSet& to);

// The ports of one side that share a memory-tile buffer, which slice lies where the buffer begins, and the rows in it.
struct BufferShare {
  int first_slice = 0;
  int slices = 1;
  int first_part = 0;
  int parts = 1;
  int origin_slice = 0;
  RowSpan rows;
};

// The ports of `all`, at most `most` to a share, in buffers that begin as one for all of them would.
std::vector<BufferShare> shares_of(const BufferShare& all, int most);

// How the [features, rows] matrix between two groups is cut into memory-tile buffers; `copies` of each part of it,
// where it has more readers than a memory tile. Each has an equal share of the reader's parts. Bands of an image
// overlap: what is written for one part may be read by several.
struct BufferCut {
  int features = 1;
  int rows = 1;
  int copies = 1;
  int buffers() const { return features * rows * copies; }
};

// One of the buffers of a cut, before it is copied: who writes and who reads it.
struct BufferCell {
  BufferShare writers;
  BufferShare readers;
};

// The cell in column `column` and row `row` of the cut; nullopt where a band would not begin with what somebody writes.
std::optional<BufferCell> cell_of(const PortSet& from, const PortSet& to, const BufferCut& cut, int column, int row);

// The fewest memory-tile buffers between two groups with few enough ports and bytes each; nullopt if no cut meets both
// sides' slices.
std::optional<BufferCut> buffers_between(const PortSet& from, const PortSet& to, std::int64_t element_bytes,
                                         const Target& target);

// A buffer for the parts of an input that is not one whole value, side by side or as one row; there are copies of it
// where it has more readers than a memory tile.
struct JoinedCell {
  RowSpan rows;                     // of the parts' values
  std::vector<BufferShare> writers; // by part of the input; of what comes from outside the rows alone
  BufferShare readers;
};

struct JoinedCut {
  std::int64_t features = 0; // of every buffer
  std::vector<JoinedCell> cells;
  int most_readers = 1; // of a buffer
  int buffers() const;
};

// The fewest buffers for such an input, bands of the rows; nullopt if there are none. `from` has the ports of each
// part's producer, nothing where that is outside.
std::optional<JoinedCut> joined_buffers(const GroupInput& input, const std::vector<std::optional<PortSet>>& from,
                                        const PortSet& to, const Target& target);

// Where the first column that is read lies.
std::int64_t start_of(const GroupInput& input);

// Where the other side is PLIOs: consecutive ports share a buffer that begins with them, as many as fit. nullopt if a
// single one does not.
std::optional<std::vector<BufferShare>> plio_shares(const PortSet& side, std::int64_t element_bytes, int most_ports,
                                                    const Target& target);

// Bytes that the smallest share takes in a memory tile, both halves.
std::int64_t least_plio_buffer(const PortSet& side, std::int64_t element_bytes);

// How the PLIOs of one buffer share its columns and rows.
struct PlioCut {
  int features = 1; // equal shares of the columns
  int rows = 1;     // shares of the rows, as equal as whole PLIO words allow
  int plios() const { return features * rows; }
  friend bool operator==(const PlioCut&, const PlioCut&) = default;
};

// What PLIOs carry: a buffer of `features` x `rows`. What lies behind the first `data_features` and `data_rows` is
// padding alone.
struct PlioLoad {
  std::int64_t features = 0;
  std::int64_t rows = 0;
  std::int64_t data_features = 0;
  std::int64_t data_rows = 0;
  ElementType element = ElementType::int8;
};

// Columns [first_feature, first_feature + features) of some rows of a value's layout.
PlioLoad plio_load(const Iteration& iteration, const ValueType& type, std::int64_t first_feature, std::int64_t features,
                   const RowSpan& rows);

// The fewest PLIOs that carry it in at most `cycles` (0: no limit), or the most that can share it: by columns where that
// is enough, by rows too otherwise. `most`: channels of a memory tile.
PlioCut plios_for(const PlioLoad& load, std::int64_t cycles, int most, const Target& target, const Device& device);

// The rows of each share.
std::vector<RowSpan> plio_rows(const PlioCut& cut, const PlioLoad& load, const Target& target);

// How many PLIOs a buffer gets.
struct PlioPolicy {
  std::int64_t cycles = 0; // as many as carry their share in this time; 0: one
  int most = 0;            // but no more than this for a tensor, shared by its buffers; 0: no limit
};

// Bytes that a PLIO or a stream carries in one cycle of the array.
double plio_bytes_per_cycle(const Target& target, const Device& device);

} // namespace tilewright
