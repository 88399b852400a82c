// The interface of early releases: PLIO objects, and the platform that joins them to a graph.
//
//     PLIO* in = new PLIO("in", plio_32_bits, "in.txt");
//     PLIO* out = new PLIO("out", plio_32_bits, "out.txt");
//     simulation::platform<1, 1> platform(in, out);
//     connect<> net(platform.src[0], my_graph.in);
#pragma once

#include "plio.hpp"

namespace adf {

/// Also the left side of location<PLIO>(...).
struct PLIO {
  std::string name;
  plio_type width = plio_32_bits;
  std::string file;
  double megahertz = 0;
  bool hexadecimal = false;

  PLIO(std::string logical_name, plio_type bits, std::string data_file, double frequency = 0, bool hex = false)
      : name(std::move(logical_name)), width(bits), file(std::move(data_file)), megahertz(frequency), hexadecimal(hex) {
  }
  PLIO(std::string logical_name, std::string data_file) : name(std::move(logical_name)), file(std::move(data_file)) {}
};

namespace simulation {

/// The first Inputs objects give data to the graph, the others take it.
template <unsigned Inputs, unsigned Outputs> class platform {
public:
  std::vector<port<direction::out>> src;
  std::vector<port<direction::in>> sink;

  template <typename... Plio> explicit platform(Plio*... plio) {
    static_assert(sizeof...(Plio) == Inputs + Outputs, "adf::simulation::platform: one PLIO per input and output");
    (add(*plio), ...);
  }

private:
  void add(const PLIO& plio) {
    if (src.size() < Inputs)
      src.push_back(input_plio::create(plio.name, plio.width, plio.file, plio.megahertz, plio.hexadecimal).out[0]);
    else
      sink.push_back(output_plio::create(plio.name, plio.width, plio.file, plio.megahertz, plio.hexadecimal).in[0]);
  }
};

} // namespace simulation
} // namespace adf
