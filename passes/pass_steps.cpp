#include "passes/pass_steps.h"

#include "ir/common_steps.h"
#include "passes/pass_support.h"

#include <algorithm>
#include <fmt/format.h>

namespace tilewright {

namespace {

constexpr int most_evaluations = 1 << 18;   // of the function on intervals, at some microseconds each
constexpr std::int64_t most_at_a_step = 64; // integers of a channel
constexpr int fewest_bucket_bits = 7;       // buckets are a power of two
constexpr int most_bucket_bits = 10;        // what a memory bank holds beside nothing else
constexpr std::size_t most_steps = std::size_t{1} << most_bucket_bits;

// A leaf as a function of the axis: gain * axis + offset.
struct LeafOnAxis {
  Rational gain;
  Rational offset;
};

// Somewhere from `first` to `last` the quantized function goes from one level to another, or is too close to a boundary
// to say that it does not; that and no more.
struct Cell {
  Rational first;
  Rational last;
  std::int64_t before = 0; // levels
  std::int64_t behind = 0;
  bool steps() const { return before != behind; }
};

class StepFinder {
public:
  StepFinder(const Graph& graph, const RealFunction& function, NodeId id)
      : graph_(graph), function_(function), quantizer_(graph.node(id).attributes.as<QuantizeAttributes>()) {}

  std::variant<StepsOfQuantizer, TraceResult> run() {
    if (function_.problem()) return *function_.problem();
    if (!find_axis() || !find_channels() || !find_cells() || !sort_integers()) return problem_;
    std::erase_if(cells_, [](const Cell& cell) { return !cell.steps(); });
    if (cells_.empty()) {
      fail("the function gives one number for all that its operand can be", "check the quantizer behind it");
      return problem_;
    }
    const auto found = common_steps(channels_, cells_.front().first, cells_.back().last);
    if (const std::string* reason = std::get_if<std::string>(&found)) {
      fail(*reason, "put an 8-bit quantizer in front of the function");
      return problem_;
    }
    const auto& common = std::get<CommonSteps>(found);
    for (int bits = fewest_bucket_bits; bits <= most_bucket_bits; ++bits) {
      if (std::optional<StepsOfQuantizer> steps = in_buckets(common, bits)) return *std::move(steps);
    }
    fail(too_many_steps(), "put an 8-bit quantizer in front of the function");
    return problem_;
  }

private:
  bool fail(std::string reason, std::string hint) {
    problem_ = no_form(std::move(reason), std::move(hint));
    return false;
  }

  static std::string too_many_steps() {
    return fmt::format("the function has steps that lie closer than {} buckets can tell apart", most_steps);
  }

  // The first leaf without its bounds is the axis; all others have to be the same function of it in every channel.
  bool find_axis() {
    if (function_.sources().size() != 1) {
      return fail("the result depends on several quantized tensors",
                  "put a quantizer behind the operator that joins them, or in front of the function");
    }
    if (function_.differs_by_channel() || quantizer_.scale.size() > 1) {
      return fail("a function of wide integers differs from channel to channel",
                  "put an 8-bit quantizer in front of the function");
    }
    if (size_in_bytes(quantizer_.element) > 1) {
      return fail(fmt::format("a function of wide integers gives {}", name_of(quantizer_.element)),
                  "quantize the result to 8 bits");
    }
    const AffineForm& axis = axis_form();
    const ValueType& source = graph_.type(function_.source_of(axis));
    if (!storage_range(ElementType::int32).contains(range_of(source))) {
      return fail("the integers in front of the function are not proven to fit in 32 bits",
                  "narrow the ranges of the layer's input and weights");
    }
    for (const AffineForm* leaf : function_.leaves()) {
      for (std::size_t c = 0; c < channels_of(*leaf); ++c) {
        if (entry(axis.ratio, c).sign() == 0) continue;
        const Rational gain = entry(leaf->ratio, c) / entry(axis.ratio, c);
        const LeafOnAxis found{gain, entry(leaf->offset, c) - gain * entry(axis.offset, c)};
        const auto [known, added] = leaves_.emplace(leaf, found);
        if (added || (known->second.gain == found.gain && known->second.offset == found.offset)) continue;
        return fail("a function of wide integers differs from channel to channel",
                    "put an 8-bit quantizer in front of the function");
      }
      if (!leaves_.contains(leaf)) return fail("the function's operand is always 0", "leave the function out");
    }
    return true;
  }
  const AffineForm& axis_form() const { return *function_.leaves().front(); }
  std::size_t channels_of(const AffineForm& leaf) const {
    const AffineForm& axis = axis_form();
    return std::max({axis.ratio.size(), axis.offset.size(), leaf.ratio.size(), leaf.offset.size()});
  }

  bool find_channels() {
    const AffineForm& axis = axis_form();
    const ValueId source = function_.source_of(axis);
    const IntegerRange all = range_of(graph_.type(source));
    const std::vector<IntegerRange> known = channel_ranges_of(graph_, source);
    const std::size_t count = std::max(axis.ratio.size(), axis.offset.size());
    for (std::size_t c = 0; c < count; ++c) {
      const bool own = known.size() == count && count > 1;
      channels_.push_back({entry(axis.ratio, c), entry(axis.offset, c), own ? known[c] : all, {}, {}});
    }
    return true;
  }

  Enclosure real_of(const Enclosure& axis, int precision) const {
    return function_(
        [&](const AffineForm& form) {
          const LeafOnAxis& leaf = leaves_.at(&form);
          return Enclosure(leaf.gain) * axis + Enclosure(leaf.offset);
        },
        0, precision);
  }

  // What is stored for every number from low to high, if that is one level.
  std::optional<std::int64_t> level_between(std::int64_t low, std::int64_t high) {
    ++evaluations_;
    const Enclosure axis(Rational(low) * width_, Rational(high) * width_);
    return stored(real_of(axis, function_precisions[0]), quantizer_, 0);
  }

  std::optional<std::int64_t> level_at(const Rational& axis) const {
    for (const int precision : function_precisions) {
      if (const auto level = stored(real_of(axis, precision), quantizer_, 0)) return level;
    }
    return std::nullopt;
  }

  // The axis in cells of `width_`, a fraction of the least distance of two integers of a channel.
  bool find_cells() {
    std::optional<Rational> least;
    Rational from = channels_.front().offset;
    Rational to = from;
    for (const SteppedChannel& channel : channels_) {
      for (const std::int64_t x : {channel.interval.min, channel.interval.max}) {
        const Rational real = channel.ratio * Rational(x) + channel.offset;
        from = std::min(from, real);
        to = std::max(to, real);
      }
      const Rational distance = channel.ratio.abs();
      if (distance.sign() != 0 && (!least || distance < *least)) least = distance;
    }
    width_ = Rational(1);
    for (const Rational half(1, 2); width_ > *least / Rational(4);)
      width_ *= half;
    for (const Rational twice(2); width_ < *least / Rational(8);)
      width_ *= twice;
    const auto low = (from / width_).floor().to_int64();
    const auto high = (to / width_).ceil().to_int64();
    if (!low || !high) return fail("the integers' scales are too far apart", "use one scale for the tensor");
    if (!halve(*low - 1, *high + 1)) return false;
    return true;
  }

  // Depth first, so that levels and cells come in the axis' order.
  bool halve(std::int64_t low, std::int64_t high) {
    if (cells_.size() > 2 * most_steps)
      return fail(too_many_steps(), "put an 8-bit quantizer in front of the function");
    if (evaluations_ > most_evaluations) {
      return fail("the function is too close to a rounding boundary over a wide range", "use another scale");
    }
    if (const auto level = level_between(low, high)) {
      if (open_) { // the cell ends here
        cells_.push_back({Rational(open_->first) * width_, Rational(low) * width_, open_->second, *level});
        open_.reset();
      }
      last_ = level;
      return true;
    }
    if (high - low > 1) {
      const std::int64_t middle = low + (high - low) / 2;
      return halve(low, middle) && halve(middle, high);
    }
    if (!last_) last_ = level_at(Rational(low) * width_); // a step right at the beginning
    if (!last_)
      return fail("an exact result lies on a rounding boundary, as far as it can be computed", "use another scale");
    // Between two undecided cells lies a number that is not.
    if (const auto level = open_ ? level_at(Rational(low) * width_) : std::nullopt) {
      cells_.push_back({Rational(open_->first) * width_, Rational(low) * width_, open_->second, *level});
      open_ = {low, *level};
    }
    if (!open_) open_ = {low, *last_};
    return true;
  }

  // On which side of each step the integers of every channel lie.
  bool sort_integers() {
    for (SteppedChannel& channel : channels_) {
      for (const Cell& cell : cells_) {
        if (!sort_integers(channel, cell)) return false;
      }
    }
    return true;
  }

  bool sort_integers(SteppedChannel& channel, const Cell& cell) {
    const IntegerRange& interval = channel.interval;
    const bool rising = channel.ratio.sign() >= 0;
    const std::int64_t towards = rising ? 1 : -1;
    const auto inside = [&](std::int64_t x) -> std::optional<std::int64_t> {
      if (x < interval.min || x > interval.max) return std::nullopt;
      return x;
    };
    const auto real = [&](std::int64_t x) { return channel.ratio * Rational(x) + channel.offset; };
    // The first integer, in the order of what they mean, that is not before the cell.
    std::int64_t x = channel.offset < cell.first ? interval.max + 1 : interval.min;
    if (channel.ratio.sign() != 0) {
      const Rational exact = (cell.first - channel.offset) / channel.ratio;
      const Rational nearest = rising ? exact.ceil() : exact.floor();
      const std::int64_t low = interval.min - (rising ? 0 : 1);
      const std::int64_t high = interval.max + (rising ? 1 : 0);
      x = nearest <= Rational(low) ? low : nearest >= Rational(high) ? high : *nearest.to_int64();
    }
    bool stepped = false;
    std::int64_t looked_at = 0;
    std::int64_t edge = x;
    for (; inside(x) && real(x) <= cell.last; x += towards) {
      const std::optional<std::int64_t> level = level_at(real(x));
      if (!level)
        return fail("an exact result lies on a rounding boundary, as far as it can be computed", "use another scale");
      const bool fits = *level == cell.behind || (!stepped && *level == cell.before);
      if (!fits || ++looked_at > most_at_a_step) {
        return fail("the function has steps that lie too close to each other", "put an 8-bit quantizer in front of it");
      }
      if (channel.ratio.sign() == 0) { // all integers are one number
        edge = *level == cell.behind ? interval.min : interval.max + 1;
        break;
      }
      if (*level == cell.behind && !stepped) {
        stepped = true;
        edge = x;
      }
      if (!stepped) edge = x + towards;
    }
    if (!cell.steps()) return true;
    channel.before.push_back(inside(edge - towards));
    channel.behind.push_back(inside(edge));
    return true;
  }

  // Edges and levels of 2^bits buckets; nothing where two edges share one.
  std::optional<StepsOfQuantizer> in_buckets(const CommonSteps& common, int bits) const {
    const int shift = place_bits - bits;
    const std::size_t buckets = std::size_t{1} << bits;
    std::vector<std::int64_t> edges(buckets, 0);
    std::vector<std::int64_t> levels(2 * buckets);
    std::size_t next = 0;
    std::int64_t level = cells_.front().before;
    for (std::size_t bucket = 0; bucket < buckets; ++bucket) {
      levels[bucket] = level;
      bool taken = false;
      for (; next < cells_.size() && static_cast<std::size_t>(common.edge[next] >> shift) == bucket; ++next) {
        if (taken && common.edge[next] != edges[bucket]) return std::nullopt;
        taken = true;
        edges[bucket] = common.edge[next];
        level = cells_[next].behind;
      }
      levels[buckets + bucket] = level;
    }
    StepsOfQuantizer result;
    result.source = function_.source_of(axis_form());
    result.axis.multiplier = common.multiplier;
    result.axis.addend = common.addend;
    result.axis.shift = common.shift;
    result.axis.rounding = Rounding::floor;
    result.axis.element = ElementType::int32;
    result.axis.range = {0, (std::int64_t{1} << place_bits) - 1};
    result.steps = {shift, quantizer_.scale, quantizer_.zero_point, quantizer_.axis};
    const auto count = static_cast<std::int64_t>(buckets);
    result.edges = from_int64(ElementType::int32, {count}, edges);
    result.levels = from_int64(quantizer_.element, {2, count}, levels);
    return result;
  }

  const Graph& graph_;
  const RealFunction& function_;
  const QuantizeAttributes& quantizer_;
  TraceResult problem_;
  std::map<const AffineForm*, LeafOnAxis> leaves_;
  std::vector<SteppedChannel> channels_;
  Rational width_;
  int evaluations_ = 0;
  std::optional<std::int64_t> last_;                          // level of what was found last
  std::optional<std::pair<std::int64_t, std::int64_t>> open_; // where an undecided cell begins, and the level before
  std::vector<Cell> cells_;
};

} // namespace

std::variant<StepsOfQuantizer, TraceResult> steps_of(const Graph& graph, const RealFunction& function, NodeId id) {
  return StepFinder(graph, function, id).run();
}

} // namespace tilewright
