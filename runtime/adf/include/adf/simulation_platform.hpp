// The interface of early releases: PLIO, GMIO and file objects, and the platform that joins them to a graph.
//
//     PLIO* in = new PLIO("in", plio_32_bits, "in.txt");
//     PLIO* out = new PLIO("out", plio_32_bits, "out.txt");
//     simulation::platform<1, 1> platform(in, out);
//     connect<> net(platform.src[0], my_graph.in);
#pragma once

#include "host_memory.hpp"
#include "plio.hpp"

namespace adf {

/// Also the left side of location<PLIO>(...).
struct PLIO : IoAttr {
  std::string name;
  plio_type width = plio_32_bits;
  std::string file;
  double megahertz = 0;
  bool hexadecimal = false;

  PLIO(std::string logical_name, plio_type bits, std::string data_file, double frequency = 0, bool hex = false)
      : name(std::move(logical_name)), width(bits), file(std::move(data_file)), megahertz(frequency), hexadecimal(hex) {
  }
  PLIO(std::string logical_name, plio_type bits) : name(std::move(logical_name)), width(bits) {}
  PLIO(std::string logical_name, std::string data_file) : name(std::move(logical_name)), file(std::move(data_file)) {}
  explicit PLIO(std::string logical_name) : name(std::move(logical_name)) {}
};

/// A file as a source or sink of 32 bits.
struct FileIO : IoAttr {
  std::string name;
  std::string file;

  explicit FileIO(std::string data_file) : name(data_file), file(std::move(data_file)) {}
  FileIO(std::string logical_name, std::string data_file) : name(std::move(logical_name)), file(std::move(data_file)) {}
};

namespace simulation {

/// The first Inputs objects give data to the graph, the others take it.
template <unsigned Inputs, unsigned Outputs> class platform {
public:
  std::vector<port<direction::out>> src;
  std::vector<port<direction::in>> sink;

  /// PLIO*, GMIO*, FileIO* or names of files.
  template <typename... Attribute> explicit platform(Attribute*... attributes) {
    static_assert(sizeof...(Attribute) == Inputs + Outputs, "adf::simulation::platform: one PLIO per input and output");
    (add(attributes), ...);
  }

private:
  void add(const PLIO* plio) {
    if (src.size() < Inputs)
      src.push_back(input_plio::create(plio->name, plio->width, plio->file, plio->megahertz, plio->hexadecimal).out[0]);
    else
      sink.push_back(
          output_plio::create(plio->name, plio->width, plio->file, plio->megahertz, plio->hexadecimal).in[0]);
  }
  void add(const FileIO* io) {
    const PLIO plio(io->name, plio_32_bits, io->file);
    add(&plio);
  }
  void add(const char* file) {
    const FileIO io(file);
    add(&io);
  }
  void add(GMIO* gmio) {
    if (src.size() < Inputs) {
      const input_gmio created = input_gmio::create(gmio->logical_name);
      static_cast<GMIO&>(*gmio) = created;
      src.push_back(created.out[0]);
    } else {
      const output_gmio created = output_gmio::create(gmio->logical_name);
      static_cast<GMIO&>(*gmio) = created;
      sink.push_back(created.in[0]);
    }
  }
};

} // namespace simulation
} // namespace adf
