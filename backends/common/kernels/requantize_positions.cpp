#include "requantize_positions.h"
#include "requantize_step.h"

namespace {

constexpr unsigned channels = 8;

template <class Config> inline constexpr unsigned parts = Config::requantization == 3 ? 4 : 3;

// The numbers `part` (0 multipliers, 1 high, 2 low parts of addends, 3 low parts of multipliers) of neighbouring pixels,
// side by side.
template <class Config>
inline aie::vector<int32, lanes_at_once<Config>> numbers_of(const int32* numbers, const int32* sorts, unsigned part) {
  constexpr unsigned pixels = Config::rows_at_once;
  const auto own = [&](unsigned pixel) {
    return aie::load_v<channels>(numbers + (parts<Config> * static_cast<unsigned>(sorts[pixel]) + part) * channels);
  };
  if constexpr (pixels == 2) {
    return aie::concat(own(0), own(1));
  } else {
    static_assert(pixels == 4, "a register of 64-bit sums has 2 or 4 pixels");
    return aie::concat(own(0), own(1), own(2), own(3));
  }
}

} // namespace

template <class Config>
void requantize_positions<Config>::run(adf::input_buffer<typename Config::input_type>& in,
                                       const parameters_array& parameters,
                                       adf::output_buffer<typename Config::output_type>& out) {
  using output_type = typename Config::output_type;
  aie::set_rounding(static_cast<aie::rounding_mode>(Config::rounding));
  aie::set_saturation(aie::saturation_mode::saturate);
  constexpr unsigned pixels = Config::rows_at_once;
  constexpr unsigned lanes = channels * pixels;
  const int32* sorts = parameters + Config::sorts * parts<Config> * channels;
  const int32* row_sorts = sorts + Config::row_sorts * Config::pitch;
  const typename Config::input_type* __restrict from = in.data();
  output_type* __restrict to = out.data();
  for (unsigned column = 0; column < Config::columns; column += channels) {
    unsigned y = call * Config::rows / Config::pitch;
    unsigned x = call * Config::rows % Config::pitch;
    for (unsigned row = 0; row < Config::rows; row += pixels) {
      const int32* own = sorts + static_cast<unsigned>(row_sorts[y]) * Config::pitch + x;
      aie::accum<acc32, lanes> stored;
      stored.from_vector(aie::load_v<lanes>(from), 0);
      const aie::vector<int32, lanes> values = stored.template to_vector<int32>(0);
      aie::accum<acc64, lanes> sum;
      sum.from_vector(numbers_of<Config>(parameters, own, 1), 30);
      sum = aie::add(sum, numbers_of<Config>(parameters, own, 2));
      if constexpr (Config::requantization == 3) {
        const aie::accum<acc64, lanes> low = aie::mul<acc64>(values, numbers_of<Config>(parameters, own, 3));
        sum = aie::add(sum, low.template to_vector<int32>(31));
      }
      sum = aie::mac(sum, values, numbers_of<Config>(parameters, own, 0));
      aie::store_v(to, clamped<Config, lanes>(sum.template to_vector<output_type>(Config::shift)));
      from += lanes;
      to += lanes;
      x += pixels;
      if (x == Config::pitch) {
        x = 0;
        ++y;
      }
    }
  }
  if constexpr (Config::repetitions > 1) call = call + 1 == Config::repetitions ? 0 : call + 1;
}
