#include "kernels.h"

static int firings_of_counter = -1;

namespace counting {
void begin() { firings_of_counter = 0; }
} // namespace counting

template <typename T> static T& firings_seen() {
  static T count = 0;
  return count;
}

void counter(adf::input_buffer<int32>& in, adf::output_buffer<int32>& out) {
  ++firings_of_counter;
  ++firings_seen<int32>();
  out.data()[0] = in.data()[0] * 100 + firings_of_counter;
}

/// Tells what it sees of the counter on its tile.
template <typename T> void observer<T>::run(adf::input_buffer<T>& in, adf::output_buffer<T>& out) {
  out.data()[0] = in.data()[0] * 100 + firings_of_counter * 10 + firings_seen<T>();
}

template class observer<int32>;
