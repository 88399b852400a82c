// adf::graph: the base of user graphs and the controls of a run.
#pragma once

#include <cstddef>

#include "port.hpp"
#include "return_code.hpp"

namespace adf {

namespace detail {
/// `bytes` bytes of new value for every kernel parameter behind a port.
void update_parameter(int port, const void* value, std::size_t bytes, std::size_t elements);
/// Every graph constructor: notes where the graph begins, and the device of its translation unit. Returns its number.
int begin_graph(const tilewright::adf::Device* device);
void read_parameter(int port, void* value, std::size_t bytes, std::size_t elements);
} // namespace detail

/// A run is refused, with all reasons, by the first init(), run() or update(); see the README for exit codes.
class graph {
public:
  graph() : number_(detail::begin_graph(tilewright::adf::selected_device)) {}
  virtual ~graph() = default;

  virtual return_code init();
  /// Runs `iterations` graph iterations without waiting for them; without an argument, until input runs out.
  virtual return_code run(int iterations);
  virtual return_code run() { return run(-1); }
  virtual return_code wait();
  virtual return_code wait(unsigned long long cycles);
  virtual return_code end();
  virtual return_code end(unsigned long long cycles);
  virtual return_code resume() { return ok; }

  /// New value of a scalar runtime parameter.
  template <typename Dir, typename T> return_code update(port<Dir>& p, T value) {
    detail::update_parameter(p.id, &value, sizeof value, 1);
    return ok;
  }
  /// New value of an array runtime parameter, `elements` elements.
  template <typename Dir, typename T> return_code update(port<Dir>& p, const T* values, std::size_t elements) {
    detail::update_parameter(p.id, values, sizeof(T) * elements, elements);
    return ok;
  }
  template <typename Dir, typename T> return_code read(port<Dir>& p, T& value) {
    detail::read_parameter(p.id, &value, sizeof value, 1);
    return ok;
  }
  template <typename Dir, typename T> return_code read(port<Dir>& p, T* values, std::size_t elements) {
    detail::read_parameter(p.id, values, sizeof(T) * elements, elements);
    return ok;
  }

private:
  int number_; ///< copies control the same graph
};

} // namespace adf
