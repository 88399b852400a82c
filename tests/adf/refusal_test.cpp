// What does not fit the device is refused with exit code 4 and the resource, the place, the need and the limit.
#include <adf.h>
#include <aie_api/aie.hpp>
#include <gtest/gtest.h>

#include "sandbox.h"

namespace {

using namespace adf;

void pass(input_buffer<int8>&, output_buffer<int8>&) {}
void with_weights(input_buffer<int8>&, const int8 (&)[16384], output_buffer<int8>&) {}
void three_inputs(input_buffer<int8>&, input_buffer<int8>&, input_buffer<int8>&, output_buffer<int8>&) {}
void first(input_buffer<int8>&, output_cascade<acc32>*) {}
void last(input_cascade<acc32>*, output_buffer<int8>&) {}
void two_streams(input_stream<int32>*, input_stream<int32>*, output_stream<int32>*) {}

/// One kernel on tile (5, 3) with `in` bytes in and `out` bytes out.
struct One : graph {
  input_plio source_of_data;
  output_plio sink;
  kernel k;
  One(unsigned in, unsigned out) {
    source_of_data = input_plio::create("in", plio_32_bits, "in.txt");
    sink = output_plio::create("out", plio_32_bits, "out.txt");
    k = kernel::create(pass);
    location<kernel>(k) = tile(5, 3);
    runtime<ratio>(k) = 0.9;
    dimensions(k.in[0]) = {in};
    dimensions(k.out[0]) = {out};
    connect<>(source_of_data.out[0], k.in[0]);
    connect<>(k.out[0], sink.in[0]);
  }
};

template <typename Make> std::string refusal(Make make, int exit_code = 4) {
  Sandbox box;
  const Outcome outcome = box.run([&] {
    auto g = make();
    g->init();
    return 0;
  });
  EXPECT_EQ(outcome.exit_code, exit_code);
  return outcome.errors;
}

TEST(Refusal, NothingIfItFits) {
  EXPECT_EQ(refusal([] { return std::make_unique<One>(16000, 15000); }, 0), "");
}

TEST(Refusal, DataMemoryOfATile) {
  EXPECT_EQ(
      refusal([] { return std::make_unique<One>(16384, 16416); }),
      "tilewright-adf: does not fit: data memory of tile (5,3): needs 67648 bytes, limit 65536 bytes (k0.out[0] 2 x "
      "16416, k0.in[0] 2 x 16384, stack 1024, heap 1024)\n");
}

TEST(Refusal, StackAndHeapGiveWayToBuffersThatFillTheTile) {
  EXPECT_EQ(refusal([] { return std::make_unique<One>(16384, 16384); }, 0), "");
}

TEST(Refusal, SingleBufferCountsOnce) {
  EXPECT_EQ(refusal(
                [] {
                  auto g = std::make_unique<One>(16384, 16384);
                  single_buffer(g->k.in[0]);
                  return g;
                },
                0),
            "");
}

TEST(Refusal, ABank) {
  struct Banked : One {
    Banked() : One(9000, 64) { location<buffer>(k.in[0]) = bank(5, 3, 2); }
  };
  EXPECT_EQ(refusal([] { return std::make_unique<Banked>(); }),
            "tilewright-adf: does not fit: bank 2 of tile (5,3): needs 18000 bytes, limit 16384 bytes (no room for "
            "k0.in[0] 2 x 9000)\n");
  struct Parameters : graph {
    input_plio in;
    output_plio out;
    input_port weights;
    kernel k;
    Parameters() {
      in = input_plio::create("in", plio_32_bits, "in.txt");
      out = output_plio::create("out", plio_32_bits, "out.txt");
      k = kernel::create(with_weights);
      location<kernel>(k) = tile(5, 3);
      runtime<ratio>(k) = 0.9;
      connect<>(in.out[0], k.in[0]);
      connect<>(k.out[0], out.in[0]);
      dimensions(k.in[0]) = {64};
      dimensions(k.out[0]) = {64};
      connect<parameter>(weights, async(k.in[1]));
      location<buffer>(k.in[1]) = bank(5, 3, 2);
      location<stack>(k) = bank(5, 3, 2);
      single_buffer(k.in[1]);
    }
  };
  EXPECT_EQ(refusal([] { return std::make_unique<Parameters>(); }),
            "tilewright-adf: does not fit: bank 2 of tile (5,3): needs 17408 bytes, limit 16384 bytes (no room for "
            "k0.in[1] 16384)\n");
}

TEST(Refusal, MemoryThatTheKernelCanNotAddress) {
  struct East : One {
    East() : One(64, 64) { location<buffer>(k.in[0]) = bank(6, 3, 0); }
  };
  EXPECT_EQ(
      refusal([] { return std::make_unique<East>(); }),
      "tilewright-adf: does not fit: memory reach: k0.in[0] is located in tile (6,3), which k0 (function, tile 5,3) "
      "can't address; it reaches its own, the north, south and west tile\n");
  struct West : One {
    West() : One(64, 64) { location<buffer>(k.in[0]) = {bank(4, 3, 0), bank(4, 3, 3)}; }
  };
  EXPECT_EQ(refusal([] { return std::make_unique<West>(); }, 0), "");
}

TEST(Refusal, DmaChannelsOfATile) {
  struct Three : graph {
    input_plio in[3];
    output_plio out;
    kernel k;
    Three() {
      out = output_plio::create("out", plio_32_bits, "out.txt");
      k = kernel::create(three_inputs);
      location<kernel>(k) = tile(2, 0);
      runtime<ratio>(k) = 0.9;
      for (int i = 0; i < 3; ++i) {
        in[i] = input_plio::create("in" + std::to_string(i), plio_32_bits, "in.txt");
        connect<>(in[i].out[0], k.in[i]);
        dimensions(k.in[i]) = {64};
      }
      dimensions(k.out[0]) = {64};
      connect<>(k.out[0], out.in[0]);
    }
  };
  EXPECT_EQ(
      refusal([] { return std::make_unique<Three>(); }),
      "tilewright-adf: does not fit: DMA input channels of tile (2,0): needs 3 channels, limit 2 channels (k0.in[0], "
      "k0.in[1], k0.in[2])\n");
}

/// A memory-tile buffer of `bytes` with `readers` outputs, each to a PLIO.
struct MemoryTile : graph {
  input_plio in;
  std::vector<output_plio> out;
  shared_buffer<int8> buffer;
  MemoryTile(unsigned bytes, unsigned readers, int copies) {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    buffer = shared_buffer<int8>::create({bytes}, 1, readers);
    num_buffers(buffer) = copies;
    connect<>(in.out[0], buffer.in[0]);
    for (unsigned i = 0; i < readers; ++i) {
      out.push_back(output_plio::create("out" + std::to_string(i), plio_32_bits, "out" + std::to_string(i) + ".txt"));
      connect<>(buffer.out[i], out[i].in[0]);
    }
  }
};

TEST(Refusal, MemoryTileCapacityAndChannels) {
  EXPECT_EQ(refusal([] { return std::make_unique<MemoryTile>(262144, 6, 2); }, 0), "");
  EXPECT_EQ(
      refusal([] { return std::make_unique<MemoryTile>(262148, 1, 2); }),
      "tilewright-adf: does not fit: memory of the memory tile of shared_buffer0: needs 524296 bytes, limit 524288 "
      "bytes\n");
  EXPECT_EQ(refusal([] { return std::make_unique<MemoryTile>(64, 7, 1); }),
            "tilewright-adf: does not fit: DMA output channels of the memory tile of shared_buffer0: needs 7 channels, "
            "limit 6 channels\n");
}

TEST(Refusal, NumberOfMemoryTiles) {
  struct Many : graph {
    std::vector<std::unique_ptr<MemoryTile>> parts;
    Many() {
      for (int i = 0; i < 77; ++i) {
        parts.push_back(std::make_unique<MemoryTile>(262144, 1, 2));
        parts.back()->in.id = i; // names repeat: see below
      }
    }
  };
  const std::string errors = refusal([] { return std::make_unique<Many>(); });
  EXPECT_NE(errors.find("does not fit: memory tiles of vek280: needs 77 memory tiles, limit 76 memory tiles\n"),
            std::string::npos);
  EXPECT_NE(errors.find("does not fit: PLIO name: \"in\" is used by more than one PLIO, limit 1\n"), std::string::npos);
}

struct Cascade : graph {
  input_plio in;
  output_plio out;
  kernel k[2];
  Cascade(tile from, tile to) {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    out = output_plio::create("out", plio_32_bits, "out.txt");
    k[0] = kernel::create(first);
    k[1] = kernel::create(last);
    location<kernel>(k[0]) = from;
    location<kernel>(k[1]) = to;
    runtime<ratio>(k[0]) = 0.5;
    runtime<ratio>(k[1]) = 0.5;
    connect<>(in.out[0], k[0].in[0]);
    connect<cascade>(k[0].out[0], k[1].in[0]);
    connect<>(k[1].out[0], out.in[0]);
    dimensions(k[0].in[0]) = {64};
    dimensions(k[1].out[0]) = {64};
  }
};

TEST(Refusal, CascadeDirection) {
  EXPECT_EQ(refusal([] { return std::make_unique<Cascade>(tile(4, 4), tile(5, 4)); }, 0), "");
  EXPECT_EQ(refusal([] { return std::make_unique<Cascade>(tile(4, 4), tile(4, 3)); }, 0), "");
  for (const tile to : {tile(3, 4), tile(4, 5), tile(6, 4), tile(5, 3)})
    EXPECT_EQ(refusal([&] { return std::make_unique<Cascade>(tile(4, 4), to); }),
              "tilewright-adf: does not fit: cascade direction: k0.out[0] -> k1.in[0] goes from tile (4,4) to tile (" +
                  std::to_string(to.column) + "," + std::to_string(to.row) +
                  "), the hardware's goes to the next tile east (column + 1) or south (row - 1)\n");
}

TEST(Refusal, ArrayEdges) {
  EXPECT_EQ(
      refusal([] { return std::make_unique<Cascade>(tile(37, 7), tile(38, 7)); }),
      "tilewright-adf: does not fit: array edge: k1 (function, tile 38,7) is placed on tile (38,7), vek280 has columns "
      "0..37 and rows 0..7\n");
}

TEST(Refusal, CoreTime) {
  struct Shared : graph {
    One a{64, 64};
    input_plio in;
    output_plio out;
    kernel k;
    Shared() {
      in = input_plio::create("in2", plio_32_bits, "in.txt");
      out = output_plio::create("out2", plio_32_bits, "out2.txt");
      k = kernel::create(pass);
      location<kernel>(k) = location<kernel>(a.k);
      runtime<ratio>(k) = 0.2;
      connect<>(in.out[0], k.in[0]);
      connect<>(k.out[0], out.in[0]);
      dimensions(k.in[0]) = {64};
      dimensions(k.out[0]) = {64};
    }
  };
  EXPECT_EQ(refusal([] { return std::make_unique<Shared>(); }),
            "tilewright-adf: does not fit: core time of tile (5,3): runtime ratios of k0, k1 need 1.100000, limit 1\n");
}

TEST(Refusal, CoreStreams) {
  struct Streams : graph {
    input_plio in[2];
    output_plio out;
    kernel k;
    Streams() {
      out = output_plio::create("out", plio_32_bits, "out.txt");
      k = kernel::create(two_streams);
      runtime<ratio>(k) = 0.9;
      for (int i = 0; i < 2; ++i) {
        in[i] = input_plio::create("in" + std::to_string(i), plio_32_bits, "in.txt");
        connect<stream>(in[i].out[0], k.in[i]);
      }
      connect<stream>(k.out[0], out.in[0]);
    }
  };
  EXPECT_EQ(refusal([] { return std::make_unique<Streams>(); }),
            "tilewright-adf: does not fit: core stream inputs of k0 (function): needs 2 streams, limit 1 streams\n");
}

TEST(Refusal, DmaMovesWholeWords) {
  EXPECT_EQ(
      refusal([] { return std::make_unique<One>(62, 64); }),
      "tilewright-adf: does not fit: DMA granularity of k0.in[0]: a firing moves 62 bytes, must be a multiple of 4\n");
}

TEST(Refusal, VolumesThatDoNotMatch) {
  struct Mismatch : graph {
    input_plio in;
    output_plio out;
    shared_buffer<int8> buffer;
    kernel k[2];
    Mismatch() {
      in = input_plio::create("in", plio_32_bits, "in.txt");
      out = output_plio::create("out", plio_32_bits, "out.txt");
      buffer = shared_buffer<int8>::create({64}, 1, 1);
      repetition_count(buffer) = 1;
      k[0] = kernel::create(pass);
      k[1] = kernel::create(pass);
      for (kernel& kk : k)
        runtime<ratio>(kk) = 0.9;
      dimensions(k[0].in[0]) = {64};
      dimensions(k[0].out[0]) = {64};
      dimensions(k[1].in[0]) = {48};
      dimensions(k[1].out[0]) = {48};
      connect<>(in.out[0], k[0].in[0]);
      connect<>(k[0].out[0], buffer.in[0]);
      connect<>(buffer.out[0], k[1].in[0]);
      connect<>(k[1].out[0], out.in[0]);
    }
  };
  EXPECT_EQ(
      refusal([] { return std::make_unique<Mismatch>(); }, 3),
      "tilewright-adf: error: volumes do not match: repetition_count 1 of shared_buffer0 would need 4/3 firings of k1 "
      "(function)\n");
}

TEST(Refusal, EverythingInOneRun) {
  struct Several : One {
    Several() : One(16384 * 2, 62) { location<kernel>(k) = tile(40, 3); }
  };
  const std::string errors = refusal([] { return std::make_unique<Several>(); });
  EXPECT_NE(errors.find("array edge"), std::string::npos);
  EXPECT_NE(errors.find("data memory"), std::string::npos);
  EXPECT_NE(errors.find("DMA granularity"), std::string::npos);
}

TEST(Refusal, UnconnectedAndUnsizedPorts) {
  struct Loose : graph {
    kernel k;
    Loose() { k = kernel::create(pass); }
  };
  EXPECT_EQ(refusal([] { return std::make_unique<Loose>(); }, 3),
            "tilewright-adf: error: k0.in[0] of k0 (function) is not connected\n"
            "tilewright-adf: error: k0.in[0] of k0 (function) has no size: give extents in the kernel's signature or "
            "dimensions() in the graph\n"
            "tilewright-adf: error: k0.out[0] of k0 (function) is not connected\n"
            "tilewright-adf: error: k0.out[0] of k0 (function) has no size: give extents in the kernel's signature or "
            "dimensions() in the graph\n");
}

/// A buffer in a memory tile that `patterns` patterns read, `dimensions` loops deep.
struct Patterns : graph {
  input_plio in;
  output_plio out;
  shared_buffer<int32> buffer;
  Patterns(int patterns, int loops) {
    in = input_plio::create("in", plio_32_bits, "in.txt");
    out = output_plio::create("out", plio_32_bits, "out.txt");
    buffer = shared_buffer<int32>::create({4096}, 1, 1);
    num_buffers(buffer) = 2;
    write_access(buffer.in[0]) = tiling({.buffer_dimension = {4096}, .tiling_dimension = {4096}, .offset = {0}});
    tiling_parameters pattern{.buffer_dimension = {4096}, .tiling_dimension = {1}, .offset = {0}};
    // From the outside in, so that no loop continues the one before it.
    for (int i = loops; i > 0; --i)
      pattern.tile_traversal.push_back({0, 1u << (2 * (i - 1)), 3});
    read_access(buffer.out[0]) = std::vector<tiling_parameters>(static_cast<std::size_t>(patterns), pattern);
    repetition_count(buffer) = 1;
    connect<>(in.out[0], buffer.in[0]);
    connect<>(buffer.out[0], out.in[0]);
  }
};

TEST(Refusal, BufferDescriptorsOfAMemoryTile) {
  EXPECT_EQ(refusal([] { return std::make_unique<Patterns>(12, 5); }, 0), "");
  EXPECT_EQ(
      refusal([] { return std::make_unique<Patterns>(13, 5); }),
      "tilewright-adf: does not fit: DMA buffer descriptors of shared_buffer0.out[0]: needs 26 descriptors, limit "
      "24 descriptors\n");
  // Four dimensions and the iteration are one descriptor, the sixth loop is unrolled: 3 descriptors a pattern and copy.
  EXPECT_EQ(refusal([] { return std::make_unique<Patterns>(4, 6); }, 0), "");
  EXPECT_EQ(
      refusal([] { return std::make_unique<Patterns>(5, 6); }),
      "tilewright-adf: does not fit: DMA buffer descriptors of shared_buffer0.out[0]: needs 30 descriptors, limit "
      "24 descriptors\n");
}

TEST(Refusal, PlioChannelsOfTheDevice) {
  struct Wide : graph {
    std::vector<input_plio> in;
    std::vector<output_plio> out;
    explicit Wide(int pairs) {
      for (int i = 0; i < pairs; ++i) {
        in.push_back(input_plio::create("in" + std::to_string(i), plio_128_bits, "in.txt"));
        out.push_back(output_plio::create("out" + std::to_string(i), plio_128_bits, "out.txt"));
        connect<>(in.back().out[0], out.back().in[0]);
      }
    }
  };
  EXPECT_EQ(refusal([] { return std::make_unique<Wide>(84); }, 0), "");
  EXPECT_EQ(
      refusal([] { return std::make_unique<Wide>(85); }),
      "tilewright-adf: does not fit: PLIO outputs of vek280: needs 170 channels of 64 bits, limit 168 channels of "
      "64 bits\n");
}

} // namespace
